/**
 * What follows from what a provider of mail tells. It knows whom it has written to for us: the
 * letter's Message-ID says which letter, where the provider keeps it, and the address whose.
 */

import { createHash } from 'node:crypto';
import { parseEmailAddress } from '../../accounts/email-address.js';
import { BroadsheetError } from '../../errors.js';
import type { Day } from '../../papers/dates.js';
import type { DeliveryReader } from '../delivery/delivery-store.js';
import type { Subscriber } from '../subscriptions/subscription.js';
import type { SubscriptionReader } from '../subscriptions/subscription-store.js';
import type { HookEvent, HookHeaders, ReadHook } from './hooks/hook.js';
import { readMailgun } from './hooks/mailgun.js';
import { readPostmark } from './hooks/postmark.js';
import { readResend } from './hooks/resend.js';
import { readSendgrid } from './hooks/sendgrid.js';
import { addressesIn } from './mail-fields.js';
import { tidyDetail } from './return-words.js';
import type { ReturnKind, ReturnStore } from './returns.js';

/** A provider that tells of bounces and complaints, as the settings name it. */
export type MailHook = {
  readonly id: string;
  readonly kind: 'mailgun' | 'postmark' | 'resend' | 'sendgrid';
  readonly secret: string;
};

export type HookIntake = {
  /**
   * Takes one request.
   *
   * @param id - of the hook, in its address
   * @param body - as it came
   * @returns how many of its events concern a letter of ours
   * @throws BroadsheetError `not_found`, `forbidden`, `bad_request`
   */
  readonly take: (
    id: string,
    headers: HookHeaders,
    body: Uint8Array,
  ) => Promise<{ readonly accepted: number }>;
};

export type HookIntakeParts = {
  readonly hooks: readonly MailHook[];
  readonly store: Pick<ReturnStore, 'take'>;
  readonly deliveries: Pick<DeliveryReader, 'byMessageId'>;
  readonly subscriptions: Pick<SubscriptionReader, 'find' | 'byAddress'>;
  readonly now: () => Date;
};

const READERS: Readonly<Record<MailHook['kind'], ReadHook>> = {
  mailgun: readMailgun,
  postmark: readPostmark,
  resend: readResend,
  sendgrid: readSendgrid,
};

/** Nothing follows from them, and there is one for every letter. */
const NOT_KEPT: ReadonlySet<ReturnKind> = new Set<ReturnKind>(['delivered', 'delayed']);

export function createHookIntake(parts: HookIntakeParts): HookIntake {
  const { hooks, store, deliveries, subscriptions, now } = parts;

  const concerned = async ({
    address,
    messageId,
  }: HookEvent): Promise<
    { readonly subscriber: Subscriber; readonly editionOn: Day | undefined } | undefined
  > => {
    const delivery = messageId ? await deliveries.byMessageId(messageId) : undefined;
    if (delivery) {
      const subscriber = await subscriptions.find(delivery.subscriberId);
      return subscriber && { subscriber, editionOn: delivery.editionOn };
    }
    const email = parseEmailAddress(addressesIn(address, 1)[0] ?? '');
    const subscriber = email && (await subscriptions.byAddress(email));
    return subscriber && { subscriber, editionOn: undefined };
  };

  const takeEvent = async (hook: MailHook, event: HookEvent): Promise<boolean> => {
    const about = await concerned(event);
    if (!about) return false;
    if (NOT_KEPT.has(event.kind)) return true;
    await store.take({
      id: createHash('sha256')
        .update(JSON.stringify(['hook', hook.id, event.id]))
        .digest('hex'),
      addressHash: about.subscriber.addressHash,
      subscriberId: about.subscriber.id,
      editionOn: about.editionOn,
      kind: event.kind,
      status: event.status,
      detail: tidyDetail(event.detail),
      source: hook.id,
    });
    return true;
  };

  return {
    async take(id, headers, body) {
      const hook = hooks.find((one) => one.id === id);
      if (!hook) throw new BroadsheetError('not_found', 'There is no such hook.');
      const events = READERS[hook.kind](headers, body, hook.secret, now());
      let accepted = 0;
      for (const event of events) if (await takeEvent(hook, event)) accepted += 1;
      return { accepted };
    },
  };
}
