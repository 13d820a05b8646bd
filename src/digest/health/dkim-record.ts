/** The public key of a domain as the name service has it (DKIM, RFC 6376, section 3.6.1). */

import { createPublicKey, type KeyObject } from 'node:crypto';
import { tagsOf } from './dmarc.js';

export type DkimRecord =
  | {
      readonly status: 'key';
      readonly key: KeyObject;
      readonly bits: number;
      /** Whether receivers are told to take signatures as a trial only. */
      readonly isTest: boolean;
    }
  /** An empty key: what it signed is not believed any more. */
  | { readonly status: 'revoked' }
  | { readonly status: 'broken'; readonly reason: string };

export function parseDkimRecord(text: string): DkimRecord {
  const tags = new Map(tagsOf(text));
  const version = tags.get('v');
  if (version !== undefined && version !== 'DKIM1') {
    return { status: 'broken', reason: 'it does not begin with v=DKIM1' };
  }
  const kind = tags.get('k') ?? 'rsa';
  if (kind.toLowerCase() !== 'rsa') {
    return { status: 'broken', reason: `its key is of the kind ${kind}, and ours is rsa` };
  }
  const given = tags.get('p')?.replace(/\s+/g, '');
  if (given === undefined) return { status: 'broken', reason: 'it has no key (p=)' };
  if (given === '') return { status: 'revoked' };
  try {
    const key = createPublicKey({ key: Buffer.from(given, 'base64'), format: 'der', type: 'spki' });
    return {
      status: 'key',
      key,
      bits: key.asymmetricKeyDetails?.modulusLength ?? 0,
      isTest: (tags.get('t') ?? '').split(':').some((flag) => flag.trim() === 'y'),
    };
  } catch {
    return { status: 'broken', reason: 'its key cannot be read; a part of it may be missing' };
  }
}
