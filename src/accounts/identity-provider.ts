/** People's accounts elsewhere: where they are, and what was proven about one of them. */

import { BroadsheetError } from '../errors.js';
import { cleanLine } from '../papers/record.js';

/** A place where people have an account by which they can sign in here. */
export type IdentityProvider = {
  /** In addresses: `/sign-in/with/orcid`. */
  readonly id: string;
  readonly name: string;
  /** GitHub speaks OAuth alone, and tells who somebody is in a way of its own. */
  readonly kind: 'oidc' | 'github';
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scopes: readonly string[];
};

/** Somebody, as a provider has shown them to be. */
export type ProvenIdentity = {
  /** As the provider writes it, which may differ from the settings by a slash. */
  readonly issuer: string;
  /** Its name for the person: the same for ever, and with the issuer the only key. */
  readonly subject: string;
  /** For the person to recognise. */
  readonly label: string;
  readonly displayName: string | undefined;
  /** One that the provider has seen to be theirs. */
  readonly verifiedEmail: string | undefined;
};

/** Claims of OpenID Connect Core, section 5.1; nobody has checked their types. */
export type Claims = Readonly<Record<string, unknown>>;

/** @param claims - of an ID token that was checked, and of the userinfo answer for its subject */
export function identityFromClaims(
  issuer: string,
  subject: string,
  claims: Claims,
): ProvenIdentity {
  const verifiedEmail = claims.email_verified === true ? textOf(claims.email) : undefined;
  const wholeName = [claims.given_name, claims.family_name].map(textOf).filter(Boolean).join(' ');
  const displayName = textOf(claims.name) ?? textOf(wholeName);
  const handle = ORCID.test(subject) ? subject : textOf(claims.preferred_username);
  const label = handle ?? verifiedEmail ?? displayName ?? subject;
  return { issuer, subject, label: cleanLine(label), displayName, verifiedEmail };
}

/** Answers of GitHub's `GET /user` and `GET /user/emails`. */
export function identityFromGithub(issuer: string, user: unknown, emails: unknown): ProvenIdentity {
  const { id, login, name } = (user ?? {}) as Claims;
  if (!Number.isSafeInteger(id)) throw new RangeError('GitHub names nobody');
  const displayName = textOf(name);
  return {
    issuer,
    subject: String(id),
    label: textOf(login) ?? displayName ?? String(id),
    displayName,
    verifiedEmail: primaryAddress(emails),
  };
}

/** Only the primary address: others may have been given up long ago. */
function primaryAddress(emails: unknown): string | undefined {
  if (!Array.isArray(emails)) return undefined;
  const primary = (emails as readonly (Claims | null)[]).find(
    (entry) => entry?.primary === true && entry.verified === true,
  );
  return textOf(primary?.email);
}

/** An ORCID iD says more about a researcher than any name. */
const ORCID = /^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 500
    ? cleanLine(value) || undefined
    : undefined;
}

/**
 * Whether a provider is asked over http, as a test on the same machine may be.
 *
 * @throws BroadsheetError `bad_configuration` where that would go over a network
 */
export function isPlainLoopback({
  name,
  issuer,
}: Pick<IdentityProvider, 'name' | 'issuer'>): boolean {
  const { protocol, hostname } = new URL(issuer);
  if (protocol === 'https:') return false;
  if (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)) {
    return true;
  }
  throw new BroadsheetError(
    'bad_configuration',
    `The issuer of ${name} in identityProviders must begin with https://.`,
  );
}
