/** How subscribers are named in commands, and how they are printed. */

import { type EmailAddress, parseEmailAddress } from '../../accounts/email-address.js';
import type { Digest } from '../../app-digest.js';
import type { Subscriber } from '../../digest/subscriptions/subscription.js';
import type { ListedSubscriber } from '../../digest/subscriptions/subscription-store.js';
import { BroadsheetError } from '../../errors.js';
import { shown } from '../../papers/record.js';

/** @throws BroadsheetError `not_acceptable` */
export function requireAddress(text: string): EmailAddress {
  const email = parseEmailAddress(text);
  if (email) return email;
  throw new BroadsheetError('not_acceptable', `Not an e-mail address: ${shown(text)}.`);
}

/** @throws BroadsheetError `not_found` */
export async function requireSubscriber(
  { subscriptions }: Pick<Digest, 'subscriptions'>,
  named: string,
): Promise<Subscriber> {
  const email = requireAddress(named);
  const subscriber = await subscriptions.byAddress(email);
  if (subscriber) return subscriber;
  throw new BroadsheetError('not_found', `${email.address} is no subscriber.`, {
    fix: 'List them with: broadsheet subscribers list',
  });
}

/** For programs: without the keys of its links, which are the person's alone. */
export function forPrograms({ subscriber, status }: ListedSubscriber): object {
  const { address = null, preferences, nextOn = null, requestedAtMs, confirmedAtMs } = subscriber;
  const { cadence, timeZone, minute, channel } = preferences;
  return {
    email: address,
    status,
    cadence,
    timeZone,
    hour: Math.floor(minute / 60),
    minute: minute % 60,
    channel,
    nextEdition: nextOn,
    requestedAt: timeOf(requestedAtMs),
    confirmedAt: timeOf(confirmedAtMs),
  };
}

export function line({ subscriber, status }: ListedSubscriber): string {
  const { address = '(erased)', preferences, nextOn } = subscriber;
  const { cadence, timeZone, minute } = preferences;
  const clock = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
  const when = status === 'confirmed' && nextOn ? `  next ${nextOn}` : '';
  return `${status.padEnd(12)}  ${address}  ${cadence} at ${clock} ${timeZone}${when}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
