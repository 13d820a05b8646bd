/**
 * Signing in by a letter: who can read what is sent to an address, is whoever owns it. The answer
 * to asking is the same in words, work and time whether the address is known, unknown or not
 * wanted, since whatever differs happens after it.
 */

import { BroadsheetError } from '../errors.js';
import type { Mailer } from '../mail/mailer.js';
import { cleanLine } from '../papers/record.js';
import type { Account } from './account.js';
import { signInLetter } from './account-letters.js';
import type { AccountStore } from './account-store.js';
import type { EmailAddress } from './email-address.js';
import type { KeyedHash } from './keyed-hash.js';
import { createLaterWork } from './later-work.js';
import { linkOrigin } from './link-origin.js';
import type { CodeUse, OneTimeSecretStore, SecretUse } from './one-time-secret-store.js';
import { acceptEmail } from './refusals.js';
import type { SessionStore } from './session-store.js';

export type SignInParts = {
  readonly accounts: Pick<AccountStore, 'find' | 'byEmail' | 'create'>;
  readonly sessions: Pick<SessionStore, 'open'>;
  readonly secrets: OneTimeSecretStore;
  readonly mailer: Mailer;
  readonly keyedHash: KeyedHash;
  readonly now: () => Date;
  /** Whether people may make accounts for themselves. */
  readonly registration: 'open' | 'closed';
  /** Whether somebody may not make an account with this address: a throw-away one, say. */
  readonly isUnwelcome?: (address: string) => Promise<boolean>;
  readonly site: {
    readonly title: string;
    readonly baseUrl: string | undefined;
    readonly listensAt?: () => string | undefined;
  };
  /** A letter could not be sent. The asker has had an answer already. */
  readonly onFailure: (error: unknown) => void;
};

/** The browser at the other end. */
export type Asker = {
  /** Of the cookie that was set when it asked; absent if it brings none. */
  readonly browserToken: string | undefined;
  readonly userAgent?: string | undefined;
  /** A keyed hash of its network. */
  readonly network?: string | undefined;
};

export type SignedIn = {
  /** For the cookie. */
  readonly token: string;
  readonly sessionId: string;
  readonly account: Account;
  /** Whether the account was made by this. */
  readonly isNew: boolean;
};

export type SignIn = {
  /**
   * Resolves when the secret is stored; the letter goes afterwards.
   *
   * @throws BroadsheetError `not_acceptable` for what is no address, `too_many`
   */
  readonly ask: (
    address: string,
    asker: Asker & {
      readonly browserToken: string;
      /** The origin of the request, believed only as `linkOrigin` says. */
      readonly origin?: string | undefined;
      /** The browser in words of ours, for the letter: `Firefox on Linux`. */
      readonly device?: string | undefined;
    },
  ) => Promise<void>;
  /**
   * Whether a link can be used, changing nothing.
   *
   * @throws BroadsheetError `not_found`, `used_up` or `forbidden`, as `confirm` does
   */
  readonly look: (token: string, asker: Pick<Asker, 'browserToken'>) => Promise<void>;
  /** @throws BroadsheetError `not_found`, `used_up`, or `forbidden` in another browser */
  readonly confirm: (token: string, asker: Asker) => Promise<SignedIn>;
  /**
   * @throws BroadsheetError `forbidden` for a wrong code or without a cookie, `used_up`,
   *   `too_many` after five wrong ones
   */
  readonly confirmCode: (code: string, asker: Asker) => Promise<SignedIn>;
  /** Resolves when every letter is sent or has failed. */
  readonly settled: () => Promise<void>;
};

export const SIGN_IN_PURPOSE = 'sign-in';

/** OWASP ASVS 5.0, 6.5.5. */
export const SIGN_IN_MINUTES = 10;

/** In an hour, to one address, whoever asks. */
export const MOST_LETTERS_AN_HOUR = 5;

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;

/** What a secret of this purpose stands for: an address that was checked, or an account. */
type SignInDetails = { readonly address: string } | { readonly accountId: string };

export function createSignIn(parts: SignInParts): SignIn {
  const { accounts, sessions, secrets, mailer, keyedHash, now, site } = parts;
  const origins = { baseUrl: site.baseUrl, listensAt: site.listensAt ?? (() => undefined) };
  const letters = createLaterWork(parts.onFailure);

  /** Whether a letter to this address could let anybody in. */
  const isWelcome = async ({ address }: EmailAddress): Promise<boolean> => {
    if (await accounts.byEmail(address)) return true;
    if (parts.registration === 'closed') return false;
    return !(await parts.isUnwelcome?.(address));
  };

  const enter = async (use: SecretUse, method: string, asker: Asker): Promise<SignedIn> => {
    if (use.status !== 'used') throw refusalOf(use.status);
    const { account, isNew } = await accountOf(use.details as SignInDetails, asker);
    const { token, id } = await sessions.open(account.id, { userAgent: asker.userAgent, method });
    return { token, sessionId: id, account, isNew };
  };

  const accountOf = async (
    details: SignInDetails,
    { network }: Asker,
  ): Promise<{ readonly account: Account; readonly isNew: boolean }> => {
    if ('accountId' in details) {
      const account = await accounts.find(details.accountId);
      if (!account) throw usedUp('The account that this link was for is gone.');
      return { account, isNew: false };
    }
    const known = await accounts.byEmail(details.address);
    if (known) return { account: known, isNew: false };
    if (parts.registration === 'closed') {
      throw new BroadsheetError('forbidden', 'New accounts are made by the operator here.');
    }
    try {
      return { account: await accounts.create({ email: details.address, network }), isNew: true };
    } catch (error) {
      // Two letters to one address were answered at the same moment, and the other came first.
      const made = await accounts.byEmail(details.address);
      if (!made) throw error;
      return { account: made, isNew: false };
    }
  };

  return {
    async ask(text, { browserToken, origin, device = 'a browser' }) {
      const email = acceptEmail(text);
      const asked = now();
      const subject = keyedHash('sign-in-address', email.key);
      const { token, code = '' } = await secrets.make({
        purpose: SIGN_IN_PURPOSE,
        subject,
        browser: browserToken,
        withCode: true,
        details: { address: email.address } satisfies SignInDetails,
        livesMs: SIGN_IN_MINUTES * MS_PER_MINUTE,
      });
      // Counted when it is stored: of many at once, those that come too many see each other.
      const hourAgo = asked.getTime() - MS_PER_HOUR;
      const { count, firstAtMs = hourAgo } = await secrets.countSince(
        SIGN_IN_PURPOSE,
        subject,
        hourAgo,
      );
      if (count > MOST_LETTERS_AN_HOUR) {
        await secrets.withdraw(token);
        throw new BroadsheetError(
          'too_many',
          'So many letters went to this address within the hour.',
          {
            fix: 'Look for the last one, also among what is taken for spam, or try again later.',
            retryAfterSeconds: Math.max(1, Math.ceil((firstAtMs - hourAgo) / 1_000)),
          },
        );
      }
      const letter = signInLetter({
        to: email.address,
        siteTitle: site.title,
        link: `${linkOrigin(origins, origin)}/sign-in/link/${token}`,
        code,
        asked,
        device,
        livesMinutes: SIGN_IN_MINUTES,
      });
      letters.begin(async () => {
        if (await isWelcome(email)) await mailer.send(letter);
      });
    },

    async look(token, { browserToken }) {
      const seen = await secrets.look(SIGN_IN_PURPOSE, token, { browser: browserToken });
      if (seen.status !== 'usable') throw refusalOf(seen.status);
    },

    async confirm(token, asker) {
      const use = await secrets.use(SIGN_IN_PURPOSE, token, { browser: asker.browserToken });
      return enter(use, 'mail', asker);
    },

    async confirmCode(text, asker) {
      const code = cleanLine(text).replace(/[\s-]/g, '');
      if (asker.browserToken === undefined) throw noCookie();
      if (!/^\d{6}$/.test(code)) {
        throw new BroadsheetError('not_acceptable', 'The code has six digits.');
      }
      const use: CodeUse = await secrets.useCode(SIGN_IN_PURPOSE, asker.browserToken, code);
      if (use.status === 'unknown') throw noCookie();
      if (use.status === 'wrong-code') throw wrongCode(use.triesLeft);
      return enter(use, 'mail', asker);
    },

    settled: letters.settled,
  };
}

function refusalOf(status: Exclude<SecretUse['status'], 'used'>): BroadsheetError {
  switch (status) {
    case 'unknown':
      return new BroadsheetError('not_found', 'There is no such link.', {
        fix: 'Copy the whole link out of the letter, or ask for a new one.',
      });
    case 'expired':
      return usedUp('The link or code is too old.');
    case 'used-before':
      return usedUp('The link or code has been used already.');
    case 'other-browser':
      return new BroadsheetError('forbidden', 'This link belongs to another browser.', {
        fix: 'Type the code of the letter into the browser where you asked for it, or ask anew here.',
      });
    case 'too-many-tries':
      return new BroadsheetError('too_many', 'Too many wrong codes have been typed.', {
        fix: 'Ask for a new one.',
        retryAfterSeconds: MS_PER_MINUTE / 1_000,
      });
  }
}

function usedUp(message: string): BroadsheetError {
  return new BroadsheetError('used_up', message, { fix: 'Ask for a new one at /sign-in.' });
}

function wrongCode(triesLeft: number): BroadsheetError {
  const left = triesLeft === 1 ? '1 try is' : `${triesLeft} tries are`;
  return new BroadsheetError('forbidden', `This is not the code; ${left} left.`, {
    fix: 'Type the six digits of the newest letter.',
  });
}

function noCookie(): BroadsheetError {
  return new BroadsheetError('forbidden', 'Nothing was asked for in this browser.', {
    fix: 'Type the code into the browser where you asked for it, or ask anew here.',
  });
}
