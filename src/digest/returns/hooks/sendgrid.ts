/** SendGrid's event webhook, signed with a key of its own on the curve P-256. */

import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { classify } from '../classify.js';
import { messageIdIn } from '../delivery-status.js';
import {
  checkFresh,
  type HookEvent,
  jsonOf,
  MOST_EVENTS,
  notOurs,
  type ReadHook,
  unreadable,
} from './hook.js';

const EVENT = z.object({
  email: z.string().max(320),
  event: z.string().max(50),
  sg_event_id: z.string().min(1).max(200),
  'smtp-id': z.string().max(500).nullish(),
  type: z.string().max(50).nullish(),
  reason: z.string().nullish(),
  status: z.string().max(20).nullish(),
});

const BODY = z.array(EVENT).max(MOST_EVENTS);

/**
 * A failed request is sent again for a day, perhaps with its first time. The signature covers the
 * body and every event counts once, so that nothing is gained by sending an old one.
 */
const FRESH_MS = 25 * 3_600_000;

export const readSendgrid: ReadHook = (headers, body, secret, now) => {
  const seconds = headers.get('x-twilio-email-event-webhook-timestamp') ?? '';
  const signature = headers.get('x-twilio-email-event-webhook-signature') ?? '';
  if (!isSigned(keyOf(secret), Buffer.concat([Buffer.from(seconds), body]), signature)) {
    throw notOurs('its signature is not of this key');
  }
  checkFresh(seconds, now, FRESH_MS);
  const checked = BODY.safeParse(jsonOf(body));
  if (!checked.success) throw unreadable();
  return checked.data.flatMap((one) => {
    const said = whatHappened(one);
    if (!said) return [];
    const messageId = messageIdIn(one['smtp-id'] ?? '');
    return [{ ...said, id: one.sg_event_id, address: one.email, messageId }];
  });
};

/** As it stands on SendGrid's page: base64 of the key's DER. */
function keyOf(secret: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function isSigned(key: KeyObject | undefined, content: Uint8Array, signature: string): boolean {
  if (key?.asymmetricKeyType !== 'ec' || signature.length > 200) return false;
  return verify('sha256', content, key, Buffer.from(signature, 'base64'));
}

/** SendGrid did not even try, for what it remembers of the address. */
const DROPPED: Readonly<Record<string, HookEvent['kind']>> = {
  'bounced address': 'refused',
  'spam reporting address': 'complaint',
  'unsubscribed address': 'leave',
  invalid: 'refused',
};

const PLAIN: Readonly<Record<string, HookEvent['kind']>> = {
  delivered: 'delivered',
  deferred: 'delayed',
  spamreport: 'complaint',
  unsubscribe: 'leave',
  group_unsubscribe: 'leave',
};

function whatHappened(
  one: z.infer<typeof EVENT>,
): Pick<HookEvent, 'kind' | 'status' | 'detail'> | undefined {
  const detail = one.reason ?? '';
  const plain = PLAIN[one.event] ?? (one.event === 'dropped' ? droppedFor(detail) : undefined);
  if (plain) return { kind: plain, status: '', detail };
  if (one.event !== 'bounce') return undefined;
  const said = classify({ action: 'failed', status: one.status ?? '', diagnostic: detail });
  // What SendGrid calls blocked may go through the next time.
  const isBlocked = one.type === 'blocked' && said.kind === 'refused';
  return isBlocked ? { ...said, kind: 'for-now' } : said;
}

/** What is dropped for another reason was our doing. */
function droppedFor(reason: string): HookEvent['kind'] | undefined {
  return DROPPED[reason.trim().toLowerCase()];
}
