/** A letter as it goes over the wire: headers, both its forms, and the signature of its sender. */

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import DKIM from 'nodemailer/lib/dkim';
import MailComposer from 'nodemailer/lib/mail-composer';
import { domainOf, isOneAddress } from '../../mail/one-address.js';
import type { DigestLetter } from './digest-letter.js';
import { type DkimSigner, SIGNED_HEADERS } from './dkim.js';
import { asEncodedWords } from './letter-headers.js';

/** RFC 5322, section 2.1.1, wants lines of headers no longer; only an address may be. */
const LINE_LENGTH = 76;

/** RFC 5322, section 3.6.8. */
const HEADER_NAME = /^[!-9;-~]+$/;
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * The octets of a letter, the same whenever it is made with the same date: a second copy is known
 * by its Message-ID and is no other letter.
 *
 * @throws RangeError for headers and addresses that cannot stand in a letter
 */
export async function letterAsMime(
  letter: DigestLetter,
  { date, dkim }: { readonly date: Date; readonly dkim?: DkimSigner | undefined },
): Promise<Buffer> {
  const composer = new MailComposer({
    from: { name: letter.from.name, address: checked(letter.from.address) },
    to: { name: '', address: checked(letter.to) },
    // The composer leaves encoded words alone that a title happens to hold.
    subject: letter.subject.includes('=?') ? asEncodedWords(letter.subject) : letter.subject,
    date,
    messageId: `<${checked(letter.messageId)}>`,
    headers: Object.fromEntries(Object.entries(letter.headers).map(asPrepared)),
    text: letter.text,
    html: letter.html,
    // What parts the two forms; the composer would draw it by lot.
    baseBoundary: createHash('sha256').update(letter.messageId).digest('hex').slice(0, 16),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const unsigned = await composer.compile().build();
  return dkim === undefined ? unsigned : sign(unsigned, domainOf(letter.from.address), dkim);
}

async function sign(unsigned: Buffer, domain: string, dkim: DkimSigner): Promise<Buffer> {
  const signer = new DKIM({
    domainName: domain,
    keySelector: dkim.selector,
    privateKey: dkim.privateKey,
    headerFieldNames: SIGNED_HEADERS.join(':'),
  });
  const signed = await buffer(signer.sign(unsigned) as Readable);
  // The signer gives the letter back as it is when its key does not work.
  if (signed.length <= unsigned.length) throw new RangeError('The letter could not be signed.');
  return signed;
}

type Prepared = { readonly value: string; readonly prepared: true };

function asPrepared([name, value]: readonly [string, string]): [string, Prepared] {
  if (!HEADER_NAME.test(name) || !PRINTABLE.test(value)) {
    throw new RangeError(`A letter cannot have the header ${JSON.stringify(name)} like this.`);
  }
  return [name, { value: folded(name, value), prepared: true }];
}

/** Broken at blanks, and never before the first word: some readers take such a header as empty. */
function folded(name: string, value: string): string {
  const lines: string[] = [];
  let line = '';
  let length = name.length + ': '.length;
  for (const word of value.split(' ')) {
    if (line !== '' && length + 1 + word.length > LINE_LENGTH) {
      lines.push(line);
      line = word;
      length = 1 + word.length;
      continue;
    }
    line = line === '' ? word : `${line} ${word}`;
    length += 1 + word.length;
  }
  return [...lines, line].join('\r\n ');
}

function checked(address: string): string {
  if (!isOneAddress(address)) throw new RangeError('A letter needs a whole address.');
  return address;
}
