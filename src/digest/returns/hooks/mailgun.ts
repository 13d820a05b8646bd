/**
 * Mailgun's webhooks. The signature is in the body and covers only its time and its token, so a
 * token is good for one event: a second request with it is known, whatever else it says.
 */

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
  signature: z.object({
    timestamp: z.coerce.string().max(20),
    token: z.string().min(1).max(100),
    signature: z.string().max(200),
  }),
  'event-data': z.object({
    event: z.string().max(50),
    severity: z.string().max(50).nullish(),
    reason: z.string().max(200).nullish(),
    recipient: z.string().max(320),
    message: z
      .object({ headers: z.object({ 'message-id': z.string().max(500).nullish() }).nullish() })
      .nullish(),
    'delivery-status': z
      .object({
        code: z.coerce.number().nullish(),
        message: z.string().nullish(),
        description: z.string().nullish(),
        'enhanced-code': z.string().max(20).nullish(),
      })
      .nullish(),
  }),
});

type EventData = z.infer<typeof BODY>['event-data'];

/** Mailgun did not even try, for what it remembers of the address. */
const SUPPRESSED: Readonly<Record<string, HookEvent['kind']>> = {
  'suppress-bounce': 'refused',
  'suppress-complaint': 'complaint',
  'suppress-unsubscribe': 'leave',
};

export const readMailgun: ReadHook = (_, body, secret, now) => {
  const checked = BODY.safeParse(jsonOf(body));
  if (!checked.success) throw unreadable();
  const { signature, 'event-data': data } = checked.data;
  const expected = hmacSha256(secret, signature.timestamp, signature.token);
  if (!isSame(Buffer.from(signature.signature, 'hex'), expected)) {
    throw notOurs('its signature is not of this key');
  }
  checkFresh(signature.timestamp, now);
  const said = whatHappened(data);
  if (!said) return [];
  return [
    {
      ...said,
      id: signature.token,
      address: data.recipient,
      messageId: messageIdIn(data.message?.headers?.['message-id'] ?? ''),
    },
  ];
};

function whatHappened(data: EventData): Pick<HookEvent, 'kind' | 'status' | 'detail'> | undefined {
  const { event, severity, reason } = data;
  const status = data['delivery-status'];
  const words = status?.message || status?.description || reason || '';
  const plain = { status: '', detail: words };
  if (event === 'delivered') return { ...plain, kind: 'delivered' };
  if (event === 'complained') return { ...plain, kind: 'complaint' };
  if (event === 'unsubscribed') return { ...plain, kind: 'leave' };
  if (event !== 'failed') return undefined;
  if (severity === 'temporary') return { ...plain, kind: 'delayed' };
  const remembered = SUPPRESSED[reason ?? ''];
  if (remembered) return { ...plain, kind: remembered };
  const code = status?.code ? `${status.code} ` : '';
  return classify({
    action: 'failed',
    status: status?.['enhanced-code'] ?? '',
    diagnostic: `${code}${words}`,
  });
}
