/**
 * Signing in with an account from elsewhere, from the button to the session. What a try needs on
 * its way back is a one-time secret whose token is the `state`: bound to the browser, used up
 * before anything that came back is believed.
 *
 * Accounts are found by issuer and subject alone. An address of e-mail never leads into an
 * account that exists: whoever controls a provider could name any.
 */

import { randomBytes } from 'node:crypto';
import { BroadsheetError } from '../errors.js';
import type { Account, AccountId } from './account.js';
import { parseDisplayName } from './account-name.js';
import type { AccountStore } from './account-store.js';
import { parseEmailAddress } from './email-address.js';
import type { IdentityProvider, ProvenIdentity } from './identity-provider.js';
import type { IdentityProviderClient } from './identity-provider-client.js';
import { type LinkOrigins, linkOrigin } from './link-origin.js';
import type { OneTimeSecretStore } from './one-time-secret-store.js';

export type IdentityProviders = {
  readonly offered: readonly OfferedIdentityProvider[];
  /**
   * Where to send the person.
   *
   * @throws BroadsheetError `not_found` for a provider that is none here, `bad_request`
   */
  readonly begin: (providerId: string, beginning: Beginning) => Promise<string>;
  /** @throws BroadsheetError `not_found`, `bad_request`, `forbidden` or `conflict` */
  readonly finish: (providerId: string, ending: Ending) => Promise<Arrival>;
};

export type OfferedIdentityProvider = Pick<IdentityProvider, 'id' | 'name' | 'issuer'>;

export type Beginning = {
  readonly browser: string;
  /** The origin of the request, believed only as `linkOrigin` says. */
  readonly origin: string | undefined;
  /** Where to go in the end: a path of this site. */
  readonly back: string;
  /** Whose way in it shall become; absent for signing in. */
  readonly linkTo?: AccountId | undefined;
};

export type Ending = {
  readonly browser: string | undefined;
  /** Who is signed in now. */
  readonly account: Account | undefined;
  /** What the provider put behind our address. */
  readonly query: URLSearchParams;
  /** A keyed hash of where the request came from. */
  readonly network: string | undefined;
};

export type Arrival = {
  readonly kind: 'known' | 'new' | 'linked';
  readonly accountId: AccountId;
  readonly back: string;
  /** The address of a new account that another account has already. */
  readonly takenEmail?: string;
};

export type IdentityProviderParts = {
  readonly providers: readonly IdentityProvider[];
  readonly clientFor: (provider: IdentityProvider) => IdentityProviderClient;
  readonly accounts: Pick<AccountStore, 'byIdentity' | 'create' | 'linkIdentity' | 'remove'>;
  readonly secrets: Pick<OneTimeSecretStore, 'make' | 'use'>;
  readonly registration: 'open' | 'closed';
  /** Whether somebody may not make an account with this address: a throw-away one, say. */
  readonly isUnwelcome?: (address: string) => Promise<boolean>;
  /** Where providers send people back to. */
  readonly origins: LinkOrigins;
  /** A provider could not be asked or proved nothing: the reason, for the operator's log. */
  readonly onFailure?: (providerName: string, reason: string) => void;
};

const PURPOSE = 'identity-provider';

const TRY_LIVES_MS = 10 * 60_000;

/** What a try keeps until its person comes back. */
type Details = {
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly back: string;
  readonly linkTo: AccountId | null;
};

export function createIdentityProviders(parts: IdentityProviderParts): IdentityProviders {
  const { providers, clientFor, accounts, secrets, registration, origins } = parts;
  const known = new Map(
    providers.map((provider) => [provider.id, { provider, client: clientFor(provider) }]),
  );
  const find = (id: string) => {
    const found = known.get(id);
    if (found) return found;
    throw new BroadsheetError('not_found', 'Nobody can sign in here in that way.');
  };

  const telling = (name: string) => (error: unknown) => {
    const reason = reasonsOf(error);
    if (reason !== '') parts.onFailure?.(name, reason);
    throw error;
  };

  const newAccountFor = async (
    identity: ProvenIdentity,
    network: string | undefined,
  ): Promise<Omit<Arrival, 'back'>> => {
    if (registration === 'closed') throw closed();
    const email = parseEmailAddress(identity.verifiedEmail ?? '')?.address;
    if (email !== undefined && (await parts.isUnwelcome?.(email))) throw unwelcome();
    const shown = parseDisplayName(identity.displayName ?? '');
    const about = { displayName: 'name' in shown ? shown.name : undefined, network };
    const made = await accounts.create({ ...about, email }).catch((error) => {
      if (email === undefined || !isConflict(error)) throw error;
      return accounts.create(about);
    });
    try {
      await accounts.linkIdentity(made.id, identity);
    } catch (error) {
      await accounts.remove(made.id);
      // The same person in two windows: the other was faster.
      const first = await accounts.byIdentity(identity.issuer, identity.subject);
      if (!first || !isConflict(error)) throw error;
      return { kind: 'known', accountId: first.id };
    }
    const isTaken = email !== undefined && made.email === undefined;
    return { kind: 'new', accountId: made.id, ...(isTaken && { takenEmail: email }) };
  };

  return {
    offered: providers.map(({ id, name, issuer }) => ({ id, name, issuer })),

    async begin(providerId, { browser, origin, back, linkTo }) {
      const { provider, client } = find(providerId);
      const details: Details = {
        nonce: newRandomText(),
        codeVerifier: newRandomText(),
        redirectUri: `${linkOrigin(origins, origin)}/sign-in/with/${provider.id}/callback`,
        back,
        linkTo: linkTo ?? null,
      };
      const { token: state } = await secrets.make({
        purpose: PURPOSE,
        subject: provider.id,
        browser,
        details,
        livesMs: TRY_LIVES_MS,
      });
      return client.addressFor({ ...details, state }).catch(telling(provider.name));
    },

    async finish(providerId, { browser, account, query, network }) {
      const { provider, client } = find(providerId);
      const state = query.get('state') ?? '';
      const use = await secrets.use(PURPOSE, state, { browser });
      if (use.status !== 'used' || use.subject !== provider.id) throw strayReturn(use.status);
      const { back, linkTo, ...attempt } = use.details as Details;
      if (linkTo !== null && account?.id !== linkTo) throw strayReturn('other-browser');

      const identity = await client
        .identityOf(query, { ...attempt, state })
        .catch(telling(provider.name));
      if (linkTo !== null) {
        await accounts.linkIdentity(linkTo, identity).catch((error) => {
          throw isConflict(error) ? linkedElsewhere(provider.name) : error;
        });
        return { kind: 'linked', accountId: linkTo, back };
      }
      const found = await accounts.byIdentity(identity.issuer, identity.subject);
      if (found) return { kind: 'known', accountId: found.id, back };
      return { ...(await newAccountFor(identity, network)), back };
    },
  };
}

/** What lies behind a refusal, without the values that it came with: tokens are among them. */
function reasonsOf(error: unknown): string {
  const reasons: string[] = [];
  for (let { cause } = error as Error; cause instanceof Error; { cause } = cause) {
    reasons.push(cause.message);
  }
  return reasons.join(': ');
}

/** 256 bits in 43 letters, as RFC 7636 wants of a verifier. */
function newRandomText(): string {
  return randomBytes(32).toString('base64url');
}

function isConflict(error: unknown): boolean {
  return error instanceof BroadsheetError && error.code === 'conflict';
}

/** Whatever is wrong with a state, it lets nobody in. */
function strayReturn(status: string): BroadsheetError {
  const what =
    status === 'expired'
      ? 'This took longer than ten minutes.'
      : status === 'used-before'
        ? 'This was used to sign in before.'
        : 'This was not begun in this browser.';
  return new BroadsheetError('bad_request', what, { fix: 'Begin again on the page Sign in.' });
}

function linkedElsewhere(name: string): BroadsheetError {
  return new BroadsheetError(
    'conflict',
    `Your account at ${name} signs in to another account here.`,
    {
      fix: 'Sign in with it, unlink it or delete that account, and link it here then.',
    },
  );
}

function closed(): BroadsheetError {
  return new BroadsheetError(
    'forbidden',
    'New accounts are made by the operators of this instance.',
    {
      fix: 'Ask them for one; then sign in to it and link the other under Settings.',
    },
  );
}

function unwelcome(): BroadsheetError {
  return new BroadsheetError('forbidden', 'Accounts with this address are not made here.', {
    fix: 'Use another address, or write to those who run this instance.',
  });
}
