/** Resend's webhooks, signed as Standard Webhooks are (https://www.standardwebhooks.com). */

import { z } from 'zod';
import { classify } from '../classify.js';
import { messageIdIn } from '../delivery-status.js';
import {
  checkFresh,
  type HookEvent,
  hmacSha256,
  isSame,
  jsonOf,
  notOurs,
  type ReadHook,
  unreadable,
} from './hook.js';

const BODY = z.object({
  type: z.string().max(100),
  data: z.object({
    to: z.union([z.string().max(320), z.array(z.string().max(320)).max(50)]).optional(),
    message_id: z.string().max(500).nullish(),
    bounce: z
      .object({
        message: z.string().nullish(),
        type: z.string().max(50).nullish(),
        subType: z.string().max(50).nullish(),
      })
      .nullish(),
  }),
});

type Data = z.infer<typeof BODY>['data'];

const PREFIX = 'whsec_';

/** Several while a key is being changed. */
const MOST_SIGNATURES = 10;

export const readResend: ReadHook = (headers, body, secret, now) => {
  const id = headers.get('svix-id') ?? headers.get('webhook-id') ?? '';
  const seconds = headers.get('svix-timestamp') ?? headers.get('webhook-timestamp') ?? '';
  const signatures = headers.get('svix-signature') ?? headers.get('webhook-signature') ?? '';
  const key = Buffer.from(
    secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret,
    'base64',
  );
  const expected = hmacSha256(key, `${id}.${seconds}.`, body);
  const isSigned = signatures
    .split(' ', MOST_SIGNATURES)
    .some((one) => one.startsWith('v1,') && isSame(Buffer.from(one.slice(3), 'base64'), expected));
  if (id === '' || id.length > 200 || !isSigned) throw notOurs('its signature is not of this key');
  checkFresh(seconds, now);

  const checked = BODY.safeParse(jsonOf(body));
  if (!checked.success) throw unreadable();
  const { type, data } = checked.data;
  const said = whatHappened(type, data);
  if (!said) return [];
  const [address, ...others] = [data.to ?? []].flat();
  // A letter of ours has one recipient; with several nobody knows whom it is about.
  if (address === undefined || others.length > 0) return [];
  return [{ ...said, id, address, messageId: messageIdIn(data.message_id ?? '') }];
};

/** Bounces are Amazon SES's, in its words. */
const BOUNCES: Readonly<Record<string, HookEvent['kind']>> = {
  'Permanent NoEmail': 'no-such-address',
  'Transient MailboxFull': 'mailbox-full',
  'Transient ContentRejected': 'policy',
  'Transient AttachmentRejected': 'policy',
};

function whatHappened(
  type: string,
  { bounce }: Data,
): Pick<HookEvent, 'kind' | 'status' | 'detail'> | undefined {
  const plain = { status: '', detail: bounce?.message ?? '' };
  if (type === 'email.delivered') return { ...plain, kind: 'delivered' };
  if (type === 'email.delivery_delayed') return { ...plain, kind: 'delayed' };
  if (type === 'email.complained') return { ...plain, kind: 'complaint' };
  if (type !== 'email.bounced') return undefined;
  const kind = BOUNCES[`${bounce?.type} ${bounce?.subType}`];
  if (kind) return { ...plain, kind };
  if (bounce?.type === 'Transient') return { ...plain, kind: 'for-now' };
  return classify({ action: 'failed', status: '', diagnostic: plain.detail });
}
