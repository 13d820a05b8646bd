/**
 * Addresses of e-mail, checked and in one form. What passes may stand in a header of a letter:
 * it holds no line break, no blank and no sign that means something there.
 */

import { domainToASCII } from 'node:url';
import { isOfOneScript } from './scripts.js';

export type EmailAddress = {
  /** Where letters go: as it was typed, with the domain in ASCII and small letters. */
  readonly address: string;
  /** The same for all spellings that mean one mailbox. `ana+papers@…` is a mailbox of its own. */
  readonly key: string;
};

/** RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.2; an address has to fit into a path of 256. */
const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL_BYTES = 64;
const LONGEST_DOMAIN = 253;

/** RFC 5322's `dot-atom`, with letters of other scripts (RFC 6531). Quoted forms are refused. */
const LOCAL =
  /^[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+)*$/u;

/** Before it is turned into ASCII: nothing that the turning would decode or read as a number. */
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The address in a text, or `undefined` if it is none that we would write to. */
export function parseEmailAddress(text: string): EmailAddress | undefined {
  // A longer text is none, and costs nothing.
  if (text.length > 2 * LONGEST_ADDRESS || /\p{C}/u.test(text)) return undefined;
  const [local = '', domain = '', ...more] = text.trim().normalize('NFC').split('@');
  if (more.length > 0 || !isLocalPart(local)) return undefined;
  const asciiDomain = parseDomain(domain);
  if (!asciiDomain) return undefined;
  const address = `${local}@${asciiDomain}`;
  if (Buffer.byteLength(address) > LONGEST_ADDRESS) return undefined;
  return { address, key: address.toLowerCase().normalize('NFC') };
}

function isLocalPart(local: string): boolean {
  return (
    LOCAL.test(local) && Buffer.byteLength(local) <= LONGEST_LOCAL_BYTES && isOfOneScript(local)
  );
}

/** A domain in ASCII and small letters, without the dot of the root. */
function parseDomain(domain: string): string | undefined {
  if (!DOMAIN.test(domain)) return undefined;
  const ascii = domainToASCII(domain).toLowerCase().replace(/\.$/, '');
  const labels = ascii.split('.');
  if (ascii.length > LONGEST_DOMAIN || labels.length < 2) return undefined;
  if (!labels.every((label) => LABEL.test(label))) return undefined;
  // Numbers at the end make it the address of a machine.
  return /^\d+$/.test(labels.at(-1) ?? '') ? undefined : ascii;
}
