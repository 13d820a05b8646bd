/** States of letters and reports that came back, in words for operators. */

import type { DeliveryState, Pause } from '../digest/delivery/delivery.js';
import type { ReturnKind } from '../digest/returns/returns.js';
import type { SuppressionReason } from '../digest/subscriptions/subscription.js';

type StateWords = {
  readonly label: string;
  /** What it means for the reader. */
  readonly meaning: string;
};

/** In the order in which letters pass them; what went well first. */
export const STATE_WORDS: Readonly<Record<DeliveryState, StateWords>> = {
  sent: { label: 'Sent', meaning: 'the mail server took it' },
  handing_over: { label: 'Being handed over', meaning: 'it is at the mail server now' },
  leased: { label: 'Being written', meaning: 'a sender works on it' },
  queued: { label: 'Waiting', meaning: 'nobody has begun with it' },
  deferred: { label: 'Put off', meaning: 'the mail server asked to come again' },
  skipped: { label: 'Skipped', meaning: 'it was not to be sent' },
  failed: { label: 'Failed', meaning: 'it is not tried again' },
  ambiguous: {
    label: 'Unknown',
    meaning: 'the server vanished before it answered: it may have gone out',
  },
};

export const RETURN_WORDS: Readonly<Record<ReturnKind, string>> = {
  'no-such-address': 'no such address',
  refused: 'refused',
  'mailbox-full': 'mailbox full',
  'for-now': 'refused for now',
  policy: 'refused by policy: look at the sender, not at the reader',
  complaint: 'reported as unwanted',
  leave: 'asked to leave by mail',
  delayed: 'delayed',
  delivered: 'delivered',
  'auto-reply': 'answered by a machine',
  unknown: 'not understood',
};

export const SUPPRESSION_WORDS: Readonly<Record<SuppressionReason, string>> = {
  'no-such-address': 'no such address',
  bounces: 'letters came back',
  complaint: 'reported as unwanted',
  operator: 'by an operator',
};

export function pauseInWords({ by }: Pause): string {
  return {
    operator: 'An operator stopped it.',
    brake: 'The brake stopped it: too much came back.',
    restored: 'The database was restored or moved: what was sent meanwhile is not known here.',
  }[by];
}
