/**
 * What signatures of letters (DKIM, RFC 6376) are made with, and what they speak for.
 */

import { createPublicKey, type KeyObject } from 'node:crypto';

export type DkimSigner = {
  /** The name of the DNS record below `_domainkey` of the sender's domain. */
  readonly selector: string;
  /** RSA. */
  readonly privateKey: KeyObject;
};

/** RFC 8301: receivers trust shorter keys less, or not at all, and need not know longer ones. */
export const FEWEST_KEY_BITS = 2_048;
export const MOST_KEY_BITS = 4_096;

/**
 * All headers that a letter has. RFC 8058 wants both of leaving among them; nodemailer's own
 * list has only one.
 */
export const SIGNED_HEADERS: readonly string[] = [
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'auto-submitted',
  'feedback-id',
];

/** The text of the DNS record by which receivers check what the key signed. */
export function dkimRecord(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const base64 = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return `v=DKIM1; k=rsa; p=${base64}`;
}
