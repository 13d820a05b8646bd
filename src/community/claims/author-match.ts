/**
 * When a claim to be an author needs nobody to decide about it: a source of the paper names the
 * ORCID iD by which the person signs in, or a hash of their address.
 */

import { parseEmailAddress } from '../../accounts/email-address.js';
import type { KeyedHash } from '../../accounts/keyed-hash.js';
import { parseOrcid } from '../../sources/orcid.js';

/** How a claim was found to be true. */
export type Verification = 'orcid' | 'email' | 'moderator';

/** What is checked to be the person's. */
export type KnownPerson = {
  readonly identities: readonly { readonly issuer: string; readonly subject: string }[];
  /** Checked by a letter, or by an identity provider that had checked it. */
  readonly email: string | undefined;
};

/** A row of what sources say of a paper's authors. */
export type NamedAuthor = {
  readonly kind: string;
  /** An ORCID iD, or `authorAddressHash`. */
  readonly value: string;
  readonly authorName: string;
};

/** What stands for an author's address, so that the address itself is not kept. */
export function authorAddressHash(keyedHash: KeyedHash, address: string): string | undefined {
  const email = parseEmailAddress(address);
  return email && keyedHash('address-of-author', email.key);
}

/** The author that a person is proved to be, and by what. */
export function provenAuthor(
  { identities, email }: KnownPerson,
  authors: readonly NamedAuthor[],
  keyedHash: KeyedHash,
): { readonly by: 'orcid' | 'email'; readonly authorName: string } | undefined {
  const orcids = identities
    .filter(({ issuer }) => isOrcid(issuer))
    .map(({ subject }) => parseOrcid(subject))
    .filter((orcid) => orcid !== undefined);
  const byOrcid = authors.find(({ kind, value }) => {
    const named = kind === 'orcid' ? parseOrcid(value) : undefined;
    return named !== undefined && orcids.includes(named);
  });
  if (byOrcid) return { by: 'orcid', authorName: byOrcid.authorName };
  const hash = email && authorAddressHash(keyedHash, email);
  const byEmail = hash && authors.find(({ kind, value }) => kind === 'email' && value === hash);
  return byEmail ? { by: 'email', authorName: byEmail.authorName } : undefined;
}

/** ORCID itself. Its sandbox, where anybody may have any iD, proves nothing. */
function isOrcid(issuer: string): boolean {
  return /^https:\/\/(?:www\.)?orcid\.org\/?$/.test(issuer);
}
