/**
 * The addresses at which letters come back: every letter has an envelope sender of its own, so
 * that a report tells by its address alone what it is about, whatever it says.
 *
 *     bounces+20261121.3k9…w2.0f4…9z@example.org      one letter to one subscriber, signed
 *     bounces+leave.Xk3…Q@example.org                 where that subscriber leaves by mail
 *
 * Relays may turn a local part into small letters, so the first form holds digits and small
 * letters only, and both are compared without regard to case. The signature keeps whoever knows
 * or guesses an id from having somebody's mail stopped.
 */

import type { KeyedHash } from '../../accounts/keyed-hash.js';
import { isSameHash } from '../../accounts/secret-tokens.js';
import { BroadsheetError } from '../../errors.js';
import { parseDay } from '../../papers/dates.js';
import type { SubscriberId } from '../subscriptions/subscription.js';
import type { ReturnAddress, ReturnPaths } from './returns.js';

/** RFC 5321, section 4.5.3.1.1; what is added to the local part takes the rest. */
const LONGEST_LOCAL_BYTES = 64;
const LONGEST_TAIL_BYTES = '+leave.'.length + 43;

/** 128 and 64 bits, in digits and small letters. */
const ID_LENGTH = 25;
const MAC_LENGTH = 13;
const MAC_HEX_LENGTH = 16;

const PURPOSE = 'return-path';
const LEAVE = 'leave.';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LETTER = /^(\d{4})(\d{2})(\d{2})\.([0-9a-z]{25})\.([0-9a-z]{13})$/;
const LINK_KEY = /^[\w-]{16,64}$/;

/** No address is longer (RFC 5321); what is costs nothing. */
const LONGEST_ADDRESS = 320;

/**
 * @param returnAddress - what all of them are made of; without one letters have none
 * @throws BroadsheetError `bad_configuration` when nothing can be added to it
 */
export function createReturnPaths(given: {
  readonly keyedHash: KeyedHash;
  readonly returnAddress: string | undefined;
}): ReturnPaths {
  const { keyedHash, returnAddress = '' } = given;
  const at = returnAddress.lastIndexOf('@');
  const local = returnAddress.slice(0, Math.max(0, at));
  const domain = returnAddress.slice(at + 1).toLowerCase();
  checkLength(local);

  const signatureOf = (text: string): string =>
    inSmallLetters(keyedHash(PURPOSE, text).slice(0, MAC_HEX_LENGTH), MAC_LENGTH);

  const letterIn = (tail: string): ReturnAddress => {
    const [, year, month, day, id = '', signature = ''] = LETTER.exec(tail.toLowerCase()) ?? [];
    const editionOn = parseDay(`${year}-${month}-${day}`);
    const uuid = uuidOf(id);
    if (!editionOn || !uuid) return { kind: 'forged' };
    const isOurs = isSameHash(signature, signatureOf(`${year}${month}${day}.${id}`));
    if (!isOurs) return { kind: 'forged' };
    return { kind: 'letter', editionOn, subscriberId: uuid as SubscriberId };
  };

  const read: ReturnPaths['read'] = (address) => {
    if (returnAddress === '' || address.length > LONGEST_ADDRESS) return undefined;
    const bare = address.trim().replace(/^<(.*)>$/, '$1');
    const end = bare.lastIndexOf('@');
    if (bare.slice(end + 1).toLowerCase() !== domain) return undefined;
    const mailbox = bare.slice(0, Math.max(0, end));
    if (mailbox.slice(0, local.length).toLowerCase() !== local.toLowerCase()) return undefined;
    const tail = mailbox.slice(local.length);
    if (tail === '') return { kind: 'plain' };
    if (!tail.startsWith('+')) return undefined;
    return leaveIn(tail.slice(1)) ?? letterIn(tail.slice(1));
  };

  return {
    read,

    pathFor({ editionOn, subscriberId }) {
      if (returnAddress === '' || !UUID.test(subscriberId)) return undefined;
      const id = inSmallLetters(subscriberId.replaceAll('-', ''), ID_LENGTH);
      const text = `${editionOn.replaceAll('-', '')}.${id}`;
      return `${local}+${text}.${signatureOf(text)}@${domain}`;
    },

    letterOf(address) {
      const found = read(address);
      if (found?.kind !== 'letter') return undefined;
      return { editionOn: found.editionOn, subscriberId: found.subscriberId };
    },

    leaveKeyOf(address) {
      const found = read(address);
      return found?.kind === 'leave' ? found.linkKey : undefined;
    },
  };
}

function leaveIn(tail: string): ReturnAddress | undefined {
  if (tail.slice(0, LEAVE.length).toLowerCase() !== LEAVE) return undefined;
  const linkKey = tail.slice(LEAVE.length);
  return LINK_KEY.test(linkKey) ? { kind: 'leave', linkKey } : { kind: 'forged' };
}

function checkLength(local: string): void {
  const most = LONGEST_LOCAL_BYTES - LONGEST_TAIL_BYTES;
  if (Buffer.byteLength(local) <= most) return;
  throw new BroadsheetError(
    'bad_configuration',
    `The setting returnAddress is too long: ${local} has more than ${most} characters before the @, ` +
      'and the name of each letter is added to them.',
    { fix: 'Choose a shorter mailbox, such as bounces@ or returns@.' },
  );
}

/** Hexadecimal digits as digits and small letters, a fifth shorter. */
function inSmallLetters(hex: string, length: number): string {
  return BigInt(`0x${hex}`).toString(36).padStart(length, '0');
}

/** The id in its usual form; absent for what is no 128 bits. */
function uuidOf(text: string): string | undefined {
  if (text.length !== ID_LENGTH) return undefined;
  let number = 0n;
  for (const digit of text) number = number * 36n + BigInt(Number.parseInt(digit, 36));
  const hex = number.toString(16).padStart(32, '0');
  if (hex.length > 32) return undefined;
  return [8, 12, 16, 20].reduceRight(
    (id, place) => `${id.slice(0, place)}-${id.slice(place)}`,
    hex,
  );
}
