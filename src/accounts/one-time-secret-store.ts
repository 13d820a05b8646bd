/**
 * What may be used once and not for long: links and codes of letters, challenges of passkeys,
 * states of OpenID. Each has one purpose and one subject, and whoever made it for a browser finds
 * it refused in any other.
 */

import type { Database } from '../database/database.js';
import type { AccountTables, SecretRow, Tables } from './account-rows.js';
import { hashOf, isSameHash, newCode, newToken } from './secret-tokens.js';

export type NewSecret = {
  /** What it is good for: `sign-in`. A secret of one purpose is unknown to every other. */
  readonly purpose: string;
  /** Whom it is for: an account's id, or a keyed hash. */
  readonly subject: string;
  /** The token of the browser that asked; without one, any browser may use it. */
  readonly browser?: string | undefined;
  /** Whether it may be used by typing six digits, too, in the browser that asked. */
  readonly withCode?: boolean;
  /** What is needed when it is used. JSON. */
  readonly details: unknown;
  readonly livesMs: number;
};

/** What came of a secret, and with it what it was made with. */
export type SecretOf<Status extends string> = {
  readonly status: Status;
  readonly subject: string;
  readonly details: unknown;
};

export type SecretRefusal =
  | 'unknown'
  | 'expired'
  | 'used-before'
  /** It was made for another browser. */
  | 'other-browser'
  /** Its code has been guessed at too often. */
  | 'too-many-tries';

export type SecretUse = SecretOf<'used'> | { readonly status: SecretRefusal };
export type SecretLook = SecretOf<'usable'> | { readonly status: SecretRefusal };
export type CodeUse = SecretUse | { readonly status: 'wrong-code'; readonly triesLeft: number };

export type OneTimeSecretStore = {
  /** The token goes to the person and is kept as a hash only, as is the code. */
  readonly make: (
    secret: NewSecret,
  ) => Promise<{ readonly token: string; readonly code: string | undefined }>;
  /** What using it would give. Changes nothing. */
  readonly look: (
    purpose: string,
    token: string,
    asker?: { readonly browser?: string | undefined },
  ) => Promise<SecretLook>;
  /** Of any number of uses at once exactly one is `used`. */
  readonly use: (
    purpose: string,
    token: string,
    asker?: { readonly browser?: string | undefined },
  ) => Promise<SecretUse>;
  /**
   * The same, and all other secrets of that purpose and subject are used up with it: of any
   * number of them exactly one is ever `used`.
   */
  readonly useForAll: (purpose: string, subject: string, token: string) => Promise<SecretUse>;
  /** Uses the newest secret of a browser by its code. */
  readonly useCode: (purpose: string, browser: string, code: string) => Promise<CodeUse>;
  /** How many were made for a subject since then, and when the first of them. */
  readonly countSince: (
    purpose: string,
    subject: string,
    sinceMs: number,
  ) => Promise<{ readonly count: number; readonly firstAtMs: number | undefined }>;
  /** As if it had never been made. */
  readonly withdraw: (token: string) => Promise<void>;
  /** Removes those that ended half a day ago; until then they are told from unknown ones. */
  readonly removeExpired: () => Promise<number>;
};

/** Whoever types a code has so many tries, of a million codes. */
export const MOST_CODE_TRIES = 5;

const KEPT_AFTER_END_MS = 12 * 3_600_000;

export function createOneTimeSecretStore(
  database: Database,
  { now }: { readonly now: () => Date },
): OneTimeSecretStore {
  const tables: Tables = database.connection.$extendTables<AccountTables>();

  const find = (purpose: string, token: string) =>
    tables
      .selectFrom('one_time_secrets')
      .selectAll()
      .where('secret_hash', '=', hashOf(token))
      .where('purpose', '=', purpose)
      .executeTakeFirst();

  const look: OneTimeSecretStore['look'] = async (purpose, token, { browser } = {}) => {
    const row = await find(purpose, token);
    if (!row) return { status: 'unknown' };
    const refusal = refusalOf(row, now().getTime());
    if (refusal) return { status: refusal };
    if (isForOther(row, browser)) return { status: 'other-browser' };
    return { status: 'usable', ...contentOf(row) };
  };

  return {
    async make({ purpose, subject, browser, withCode = false, details, livesMs }) {
      if (withCode && browser === undefined) {
        throw new RangeError('a code can only be typed in the browser that asked');
      }
      const token = newToken();
      const code = withCode ? newCode() : undefined;
      const moment = now().getTime();
      await tables
        .insertInto('one_time_secrets')
        .values({
          secret_hash: hashOf(token),
          purpose,
          subject,
          browser_hash: browser === undefined ? null : hashOf(browser),
          code_hash: code === undefined ? null : codeHash(browser ?? '', code),
          tries: 0,
          details: JSON.stringify(details),
          made_at_ms: moment,
          expires_at_ms: moment + livesMs,
          used_at_ms: null,
        })
        .execute();
      return { token, code };
    },

    look,

    async use(purpose, token, asker = {}) {
      const moment = now().getTime();
      const row = await tables
        .updateTable('one_time_secrets')
        .set({ used_at_ms: moment })
        .where('secret_hash', '=', hashOf(token))
        .where('purpose', '=', purpose)
        .where('used_at_ms', 'is', null)
        .where('expires_at_ms', '>', moment)
        .where('tries', '<', MOST_CODE_TRIES)
        .where((are) =>
          asker.browser === undefined
            ? are('browser_hash', 'is', null)
            : are.or([
                are('browser_hash', 'is', null),
                are('browser_hash', '=', hashOf(asker.browser)),
              ]),
        )
        .returning(['subject', 'details'])
        .executeTakeFirst();
      if (row) return { status: 'used', ...contentOf(row) };
      return refused(await look(purpose, token, asker));
    },

    async useForAll(purpose, subject, token) {
      const before = await look(purpose, token);
      if (before.status !== 'usable') return before;
      if (before.subject !== subject) return { status: 'unknown' };
      const rows = await tables
        .updateTable('one_time_secrets')
        .set({ used_at_ms: now().getTime() })
        .where('purpose', '=', purpose)
        .where('subject', '=', subject)
        .where('used_at_ms', 'is', null)
        .returning(['secret_hash', 'subject', 'details'])
        .execute();
      const own = rows.find(({ secret_hash }) => secret_hash === hashOf(token));
      return own ? { status: 'used', ...contentOf(own) } : { status: 'used-before' };
    },

    async useCode(purpose, browser, code) {
      const moment = now().getTime();
      const newest = tables
        .selectFrom('one_time_secrets')
        .where('purpose', '=', purpose)
        .where('browser_hash', '=', hashOf(browser))
        .where('code_hash', 'is not', null)
        .orderBy('made_at_ms', 'desc')
        .orderBy('secret_hash')
        .limit(1);
      // The try is counted before the code is looked at, so that tries at once are all counted.
      const row = await tables
        .updateTable('one_time_secrets')
        .set((set) => ({ tries: set('tries', '+', 1) }))
        .where('secret_hash', '=', newest.select('secret_hash'))
        .where('used_at_ms', 'is', null)
        .where('expires_at_ms', '>', moment)
        .where('tries', '<', MOST_CODE_TRIES)
        .returningAll()
        .executeTakeFirst();
      if (!row) {
        const dead = await newest.selectAll().executeTakeFirst();
        if (!dead) return { status: 'unknown' };
        return { status: refusalOf(dead, moment) ?? 'used-before' };
      }
      if (!isSameHash(row.code_hash ?? '', codeHash(browser, code))) {
        return { status: 'wrong-code', triesLeft: MOST_CODE_TRIES - row.tries };
      }
      const used = await tables
        .updateTable('one_time_secrets')
        .set({ used_at_ms: moment })
        .where('secret_hash', '=', row.secret_hash)
        .where('used_at_ms', 'is', null)
        .returning(['subject', 'details'])
        .executeTakeFirst();
      return used ? { status: 'used', ...contentOf(used) } : { status: 'used-before' };
    },

    async countSince(purpose, subject, sinceMs) {
      const { count, firstAtMs } = await tables
        .selectFrom('one_time_secrets')
        .select(({ fn }) => [
          fn.countAll<number>().as('count'),
          fn.min('made_at_ms').as('firstAtMs'),
        ])
        .where('purpose', '=', purpose)
        .where('subject', '=', subject)
        .where('made_at_ms', '>', sinceMs)
        .executeTakeFirstOrThrow();
      return { count: Number(count), firstAtMs: (firstAtMs as number | null) ?? undefined };
    },

    async withdraw(token) {
      await tables
        .deleteFrom('one_time_secrets')
        .where('secret_hash', '=', hashOf(token))
        .execute();
    },

    async removeExpired() {
      const { numDeletedRows } = await tables
        .deleteFrom('one_time_secrets')
        .where('expires_at_ms', '<', now().getTime() - KEPT_AFTER_END_MS)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** Salted by what only the browser knows: a million codes are soon tried. */
function codeHash(browser: string, code: string): string {
  return hashOf(`${hashOf(browser)}:${code}`);
}

function refusalOf(row: SecretRow, nowMs: number): SecretRefusal | undefined {
  if (row.used_at_ms !== null) return 'used-before';
  if (row.tries >= MOST_CODE_TRIES) return 'too-many-tries';
  return row.expires_at_ms <= nowMs ? 'expired' : undefined;
}

function isForOther(row: SecretRow, browser: string | undefined): boolean {
  if (row.browser_hash === null) return false;
  return browser === undefined || !isSameHash(row.browser_hash, hashOf(browser));
}

function contentOf({ subject, details }: Pick<SecretRow, 'subject' | 'details'>): {
  readonly subject: string;
  readonly details: unknown;
} {
  return { subject, details: JSON.parse(details) };
}

/** Usable when looked at, and yet not used: somebody else was faster by a moment. */
function refused(seen: SecretLook): SecretUse {
  return seen.status === 'usable' ? { status: 'used-before' } : seen;
}
