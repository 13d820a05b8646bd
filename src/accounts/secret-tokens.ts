/** Secrets that let somebody in: how they are made, and the only form in which they are kept. */

import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** 256 bits, in 43 letters that may stand in an address. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Six digits, for people to type. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/**
 * The form in which a secret is stored and looked for. A secret of 256 bits cannot be guessed
 * from it, so that it needs neither salt nor time.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether two hashes are one, in a time that does not tell where they differ. */
export function isSameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
