/** Postmark's webhooks. They are not signed: the password in the hook's address is the secret. */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { classify } from '../classify.js';
import {
  type HookEvent,
  hmacSha256,
  isSame,
  jsonOf,
  notOurs,
  type ReadHook,
  unreadable,
} from './hook.js';

const BODY = z.object({
  RecordType: z.string().max(50),
  ID: z.union([z.number(), z.string().max(100)]).nullish(),
  Type: z.string().max(50).nullish(),
  MessageID: z.string().max(100).nullish(),
  Email: z.string().max(320).nullish(),
  Recipient: z.string().max(320).nullish(),
  Description: z.string().nullish(),
  Details: z.string().nullish(),
  SuppressSending: z.boolean().nullish(),
  SuppressionReason: z.string().max(50).nullish(),
  Origin: z.string().max(50).nullish(),
});

type Body = z.infer<typeof BODY>;

export const readPostmark: ReadHook = (headers, body, secret) => {
  if (!hasPassword(headers.get('authorization') ?? '', secret)) {
    throw notOurs('the password in the address is another');
  }
  const checked = BODY.safeParse(jsonOf(body));
  if (!checked.success) throw unreadable();
  const said = whatHappened(checked.data);
  const address = checked.data.Email ?? checked.data.Recipient;
  if (!said || !address) return [];
  // Postmark gives letters a name of its own, which says nothing to us.
  return [{ ...said, id: idOf(checked.data, body), address, messageId: undefined }];
};

function hasPassword(authorization: string, secret: string): boolean {
  const [, encoded = ''] = /^Basic ([\w+/=]{1,1000})$/i.exec(authorization.trim()) ?? [];
  const login = Buffer.from(encoded, 'base64').toString('utf8');
  const password = login.slice(login.indexOf(':') + 1);
  // Hashed, so that passwords of all lengths take the same time.
  return login.includes(':') && isSame(hmacSha256('', password), hmacSha256('', secret));
}

function idOf({ RecordType, ID, MessageID, Type }: Body, body: Uint8Array): string {
  const own = ID ?? createHash('sha256').update(body).digest('hex');
  return [RecordType, own, MessageID ?? '', Type ?? ''].join(':');
}

/** https://postmarkapp.com/developer/api/bounce-api lists them. */
const BOUNCES: Readonly<Record<string, HookEvent['kind']>> = {
  BadEmailAddress: 'no-such-address',
  SoftBounce: 'for-now',
  Undeliverable: 'for-now',
  Transient: 'delayed',
  DnsError: 'for-now',
  Unsubscribe: 'leave',
  AutoResponder: 'auto-reply',
  AddressChange: 'auto-reply',
  ChallengeVerification: 'auto-reply',
  SpamNotification: 'policy',
  Blocked: 'policy',
  DMARCPolicy: 'policy',
  VirusNotification: 'policy',
  SpamComplaint: 'complaint',
};

function whatHappened(body: Body): Pick<HookEvent, 'kind' | 'status' | 'detail'> | undefined {
  const detail = body.Details || body.Description || '';
  const plain = { status: '', detail };
  if (body.RecordType === 'SpamComplaint') return { ...plain, kind: 'complaint' };
  if (body.RecordType === 'Delivery') return { ...plain, kind: 'delivered' };
  if (body.RecordType === 'SubscriptionChange') return leaving(body);
  if (body.RecordType !== 'Bounce') return undefined;
  if (body.Type === 'HardBounce') {
    const said = classify({ action: 'failed', status: '', diagnostic: detail });
    // Its own reading of a reply that we cannot read counts for one refusal.
    return said.kind === 'unknown' ? { ...said, kind: 'refused' } : said;
  }
  if (body.Type === 'SoftBounce') {
    const { kind, status } = classify({ action: 'failed', status: '', diagnostic: detail });
    return { detail, status, kind: kind === 'mailbox-full' ? kind : 'for-now' };
  }
  return { ...plain, kind: BOUNCES[body.Type ?? ''] ?? 'unknown' };
}

/** Whoever leaves by Postmark's own link; bounces and complaints are told of by themselves. */
function leaving(body: Body): Pick<HookEvent, 'kind' | 'status' | 'detail'> | undefined {
  const isLeaving =
    body.SuppressSending === true &&
    body.Origin === 'Recipient' &&
    body.SuppressionReason === 'ManualSuppression';
  return isLeaving ? { kind: 'leave', status: '', detail: '' } : undefined;
}
