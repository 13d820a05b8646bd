/** What providers of mail tell by HTTP, in one form whoever tells it. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { BroadsheetError } from '../../../errors.js';
import type { ReturnKind } from '../returns.js';

/** One thing that happened to one letter to one recipient. */
export type HookEvent = {
  /** The provider's own name of it, so that it counts once. */
  readonly id: string;
  readonly address: string;
  /** As the letter has it, without brackets; absent where the provider does not keep it. */
  readonly messageId: string | undefined;
  readonly kind: ReturnKind;
  /** `5.1.1`; empty where none was given. */
  readonly status: string;
  readonly detail: string;
};

/** The header of a request, of which a hook reads what it needs. */
export type HookHeaders = { readonly get: (name: string) => string | null };

/**
 * Checks that a request is the provider's, and reads it.
 *
 * @param body - as it came: signatures are made over its bytes
 * @throws BroadsheetError `forbidden` for one that is not signed, or not now; `bad_request` for
 *   what cannot be read
 */
export type ReadHook = (
  headers: HookHeaders,
  body: Uint8Array,
  secret: string,
  now: Date,
) => readonly HookEvent[];

/** No provider sends more in one request. */
export const MOST_EVENTS = 1_000;

/** How far the clocks may be apart, and how old a request may be that somebody has recorded. */
export const FRESH_MS: number = 5 * 60_000;

export function notOurs(reason: string): BroadsheetError {
  return new BroadsheetError('forbidden', `The request is not accepted: ${reason}.`, {
    fix: 'Check the secret of this hook in the settings (mailHooks).',
  });
}

export function unreadable(): BroadsheetError {
  return new BroadsheetError('bad_request', 'The request is not of the form of this provider.');
}

/** @throws BroadsheetError `bad_request` */
export function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw unreadable();
  }
}

/** @throws BroadsheetError `forbidden` unless the seconds since 1970 are about now */
export function checkFresh(seconds: string, now: Date, withinMs: number = FRESH_MS): void {
  if (!/^\d{9,11}$/.test(seconds)) throw notOurs('it does not say when it was sent');
  const distanceMs = Math.abs(now.getTime() - Number(seconds) * 1_000);
  if (distanceMs > withinMs) throw notOurs('it was sent at another time');
}

export function hmacSha256(key: string | Uint8Array, ...content: (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of content) hmac.update(part);
  return hmac.digest();
}

/** Whether two are one, in a time that does not tell where they differ. */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
