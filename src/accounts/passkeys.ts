/**
 * Signing in with a passkey: a key that a person's phone or computer keeps, and that it uses for
 * the site it was made at and for no other (Web Authentication Level 3, W3C).
 *
 * The challenge of a ceremony is a one-time secret: it is bound to the browser that asked for it,
 * and used up before anything else about an answer is looked at.
 */

import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { BroadsheetError } from '../errors.js';
import { cleanLine } from '../papers/record.js';
import type { Account, AccountId } from './account.js';
import type { OneTimeSecretStore } from './one-time-secret-store.js';
import type { Passkey } from './passkey.js';
import {
  challengeOf,
  type PasskeyAnswer,
  readAddedAnswer,
  readSignInAnswer,
} from './passkey-answer.js';
import type { PasskeyStore } from './passkey-store.js';

/** For whom a passkey is made: it works at this origin alone. */
export type RelyingParty = {
  /** A host without its port. */
  readonly id: string;
  readonly origin: string;
};

/** Where a ceremony takes place. */
export type Ceremony = {
  readonly relyingParty: RelyingParty;
  /** What only the asking browser knows. */
  readonly browser: string;
};

/** What goes to the browser's `navigator.credentials`. */
export type CeremonyOptions = object;

export type Passkeys = {
  readonly optionsToAdd: (account: Account, ceremony: Ceremony) => Promise<CeremonyOptions>;
  /**
   * @param answer - what the browser sent, not believed yet
   * @throws BroadsheetError `bad_request` or `conflict`
   */
  readonly add: (
    account: Account,
    answer: unknown,
    ceremony: Ceremony & { readonly label: string },
  ) => Promise<Passkey>;
  readonly optionsToSignIn: (ceremony: Ceremony) => Promise<CeremonyOptions>;
  /**
   * Whose passkey it was.
   *
   * @throws BroadsheetError `bad_request`
   */
  readonly signIn: (answer: unknown, ceremony: Ceremony) => Promise<AccountId>;
} & Pick<PasskeyStore, 'listOf' | 'remove'> & {
    /** @returns `false` if the account has no such passkey */
    readonly rename: PasskeyStore['rename'];
  };

export type PasskeyParts = {
  readonly passkeys: PasskeyStore;
  readonly secrets: OneTimeSecretStore;
  /** What the browser calls the site where it asks its person. */
  readonly siteTitle: string;
  /** Told of a key that was used elsewhere meanwhile, and so may have been copied. */
  readonly onSuspicion: (passkey: Passkey) => void;
};

const CHALLENGE_LIVES_MS = 5 * 60_000;

/** Signing in asks for nobody by name. */
const ANYBODY = '-';

const LONGEST_LABEL = 60;

/** ES256, EdDSA and RS256: what keys of today make. */
const ALGORITHMS = [-7, -8, -257];

const ADD = 'passkey-add';
const SIGN_IN = 'passkey-sign-in';

export function createPasskeys(parts: PasskeyParts): Passkeys {
  const { passkeys, secrets, siteTitle, onSuspicion } = parts;

  const newChallenge = async (purpose: string, subject: string, browser: string) => {
    const secret = { purpose, subject, browser, details: {}, livesMs: CHALLENGE_LIVES_MS };
    return Buffer.from((await secrets.make(secret)).token, 'base64url');
  };

  /** Uses the challenge up, whatever becomes of the answer. */
  const challengeFor = async (
    purpose: string,
    subject: string,
    answer: PasskeyAnswer,
    browser: string,
  ): Promise<string> => {
    const challenge = challengeOf(answer);
    const use = await secrets.use(purpose, challenge, { browser });
    if (use.status === 'used' && use.subject === subject) return challenge;
    throw new BroadsheetError(
      'bad_request',
      use.status === 'expired'
        ? 'The passkey took longer than five minutes.'
        : 'The passkey answered a question that was not asked here, or was answered before.',
      { fix: 'Load the page again and try once more.' },
    );
  };

  return {
    listOf: passkeys.listOf,
    remove: passkeys.remove,
    rename: (account, id, label) => passkeys.rename(account, id, passkeyLabel(label)),

    async optionsToAdd(account, { relyingParty, browser }) {
      const known = await passkeys.listOf(account.id);
      return generateRegistrationOptions({
        rpName: siteTitle,
        rpID: relyingParty.id,
        userName: account.name,
        userDisplayName: account.displayName,
        userID: new TextEncoder().encode(account.id),
        challenge: new Uint8Array(await newChallenge(ADD, account.id, browser)),
        timeout: CHALLENGE_LIVES_MS,
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
        excludeCredentials: known.map(({ id, transports }) => ({
          id,
          transports: [...transports],
        })),
      });
    },

    async add(account, sent, { relyingParty, browser, label }) {
      const answer = readAddedAnswer(sent);
      const expectedChallenge = await challengeFor(ADD, account.id, answer, browser);
      const { registrationInfo } = await verifyRegistrationResponse({
        response: answer,
        expectedChallenge,
        expectedOrigin: relyingParty.origin,
        expectedRPID: relyingParty.id,
        requireUserVerification: false,
        supportedAlgorithmIDs: ALGORITHMS,
      }).catch(refuse);
      if (!registrationInfo) throw refusal();
      const { credential, credentialBackedUp } = registrationInfo;
      return passkeys.add({
        id: credential.id,
        accountId: account.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: answer.response.transports ?? [],
        label: passkeyLabel(label),
        isSynced: credentialBackedUp,
      });
    },

    async optionsToSignIn({ relyingParty, browser }) {
      return generateAuthenticationOptions({
        rpID: relyingParty.id,
        challenge: new Uint8Array(await newChallenge(SIGN_IN, ANYBODY, browser)),
        timeout: CHALLENGE_LIVES_MS,
        userVerification: 'preferred',
      });
    },

    async signIn(sent, { relyingParty, browser }) {
      const answer = readSignInAnswer(sent);
      const expectedChallenge = await challengeFor(SIGN_IN, ANYBODY, answer, browser);
      const passkey = await passkeys.find(answer.id);
      if (!passkey) {
        throw new BroadsheetError('bad_request', 'This passkey is not known here.', {
          fix: 'Sign in another way, and add it under Settings.',
        });
      }
      const { userHandle } = answer.response;
      if (userHandle && Buffer.from(userHandle, 'base64url').toString() !== passkey.accountId) {
        throw refusal();
      }
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: answer,
        expectedChallenge,
        expectedOrigin: relyingParty.origin,
        expectedRPID: relyingParty.id,
        requireUserVerification: false,
        credential: {
          id: passkey.id,
          publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
          // The store compares counters, in the statement that writes the new one.
          counter: 0,
        },
      }).catch(refuse);
      if (!verified) throw refusal();
      const { newCounter, credentialBackedUp } = authenticationInfo;
      const use = { counter: newCounter, isSynced: credentialBackedUp };
      if (await passkeys.use(passkey.id, use)) return passkey.accountId;
      onSuspicion(passkey);
      throw new BroadsheetError(
        'bad_request',
        'This passkey has been used elsewhere since, so there may be a copy of it.',
        { fix: 'Sign in another way, remove it under Settings, and add a new one.' },
      );
    },
  };
}

/**
 * Whom passkeys are made for. Without a configured address only the machine's own name will do,
 * since any other could be made up by whoever sent the request.
 *
 * @param requestUrl - the address of the request
 * @throws BroadsheetError `bad_request` where passkeys cannot work
 */
export function relyingPartyOf(baseUrl: string | undefined, requestUrl: string): RelyingParty {
  const { hostname, origin, protocol } = new URL(baseUrl ?? requestUrl);
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost');
  const isNumber = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  const works = isLocal || (baseUrl !== undefined && protocol === 'https:' && !isNumber);
  if (works) return { id: hostname, origin };
  throw new BroadsheetError('bad_request', 'Passkeys do not work at this address.', {
    fix: 'They need https and a name, set as baseUrl; or http://localhost on the same machine.',
  });
}

/** What a person calls a passkey, cleaned; a plain word where nothing is left. */
export function passkeyLabel(text: string): string {
  return Array.from(cleanLine(text)).slice(0, LONGEST_LABEL).join('').trim() || 'Passkey';
}

function refusal(cause?: unknown): BroadsheetError {
  return new BroadsheetError('bad_request', 'The answer of the passkey is not right.', {
    fix: 'Open the page at the address of this site and try once more.',
    cause,
  });
}

function refuse(cause: unknown): never {
  throw refusal(cause);
}
