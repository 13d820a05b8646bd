/** The name of a letter, which every try and every copy of it carries. */

import type { KeyedHash } from '../../accounts/keyed-hash.js';
import type { DeliveryKey } from './delivery.js';

/** 128 bits: nobody meets another's by chance, or guesses one. */
const HASH_DIGITS = 32;

/**
 * `20261120.3f…@news.example.org`, without angle brackets: the date for people, a hash of edition
 * and subscriber to tell letters apart, and the domain of the sender.
 *
 * @param fromHost - behind the @ of the address that letters come from
 */
export function messageIdOf(
  { editionOn, subscriberId }: DeliveryKey,
  { keyedHash, fromHost }: { readonly keyedHash: KeyedHash; readonly fromHost: string },
): string {
  const hash = keyedHash('message-id', `${editionOn}:${subscriberId}`).slice(0, HASH_DIGITS);
  return `${editionOn.replaceAll('-', '')}.${hash}@${fromHost}`;
}
