/** Who is signed in where. The token is in the cookie of one browser; here is only its hash. */

import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.js';
import { BroadsheetError } from '../errors.js';
import { cleanLine } from '../papers/record.js';
import type { Account, AccountId } from './account.js';
import {
  ACCOUNT_COLUMNS,
  type AccountTables,
  canBeStored,
  type Tables,
  toAccount,
} from './account-rows.js';
import { noAccount } from './refusals.js';
import { hashOf, newToken } from './secret-tokens.js';

export type Session = {
  /** Names it in lists and addresses; opens nothing. */
  readonly id: string;
  readonly createdAtMs: number;
  /** To within ten minutes. */
  readonly seenAtMs: number;
  /** What the browser said of itself. */
  readonly userAgent: string;
  /** How it was opened: `mail`, `passkey`, `operator`, or the id of a provider. */
  readonly method: string;
};

export type SessionStore = {
  /**
   * A new session with a token of its own; a token that anybody brings along is never taken.
   *
   * @throws BroadsheetError `forbidden` for whoever is banned, `not_found`
   */
  readonly open: (
    id: AccountId,
    options: { readonly userAgent: string | undefined; readonly method: string },
  ) => Promise<{ readonly token: string; readonly id: string }>;
  /** Who is signed in by this token: nobody who is banned or was away for too long. */
  readonly find: (
    token: string,
  ) => Promise<
    | { readonly account: Account; readonly sessionId: string; readonly openedAtMs: number }
    | undefined
  >;
  /** Those that still hold, the last seen first. */
  readonly listOf: (id: AccountId) => Promise<readonly Session[]>;
  /** @returns whether there was such a session of that account */
  readonly end: (id: AccountId, sessionId: string) => Promise<boolean>;
  /** @returns how many ended */
  readonly endAll: (id: AccountId, exceptSessionId?: string) => Promise<number>;
  readonly removeExpired: () => Promise<number>;
};

const MS_PER_DAY = 86_400_000;

/** Without a visit. */
export const SESSION_IDLE_DAYS = 30;

/** However often it is used. */
export const SESSION_DAYS = 90;

/** A visit is written down so seldom, since every page is one. */
const SEEN_EVERY_MS = 600_000;

const LONGEST_USER_AGENT = 300;

export function createSessionStore(
  database: Database,
  { now }: { readonly now: () => Date },
): SessionStore {
  const tables: Tables = database.connection.$extendTables<AccountTables>();

  const idleSince = () => now().getTime() - SESSION_IDLE_DAYS * MS_PER_DAY;
  const tooOld = () => now().getTime() - SESSION_DAYS * MS_PER_DAY;

  return {
    async open(accountId, { userAgent, method }) {
      const token = newToken();
      const id = randomUUID();
      const moment = now().getTime();
      const account = await tables
        .selectFrom('accounts')
        .select(['banned_at_ms', 'ban_reason'])
        .where('id', '=', accountId)
        .executeTakeFirst();
      if (!account) throw noAccount();
      if (account.banned_at_ms !== null) throw banned(account.ban_reason);
      await tables
        .insertInto('sessions')
        .values({
          token_hash: hashOf(token),
          id,
          account_id: accountId,
          created_at_ms: moment,
          seen_at_ms: moment,
          user_agent: cleanLine(userAgent ?? '').slice(0, LONGEST_USER_AGENT),
          method,
        })
        .execute();
      return { token, id };
    },

    async find(token) {
      const tokenHash = hashOf(token);
      const row = await tables
        .selectFrom('sessions')
        .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
        .select(ACCOUNT_COLUMNS)
        .select([
          'sessions.id as session_id',
          'sessions.created_at_ms as opened_at_ms',
          'sessions.seen_at_ms',
        ])
        .where('sessions.token_hash', '=', tokenHash)
        .where('sessions.seen_at_ms', '>', idleSince())
        .where('sessions.created_at_ms', '>', tooOld())
        .where('accounts.banned_at_ms', 'is', null)
        .executeTakeFirst();
      if (!row) return undefined;
      const moment = now().getTime();
      if (row.seen_at_ms <= moment - SEEN_EVERY_MS) {
        await tables
          .updateTable('sessions')
          .set({ seen_at_ms: moment })
          .where('token_hash', '=', tokenHash)
          .execute();
      }
      return {
        account: toAccount(row),
        sessionId: row.session_id,
        openedAtMs: row.opened_at_ms,
      };
    },

    async listOf(accountId) {
      const rows = await tables
        .selectFrom('sessions')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('seen_at_ms', '>', idleSince())
        .where('created_at_ms', '>', tooOld())
        .orderBy('seen_at_ms', 'desc')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        createdAtMs: row.created_at_ms,
        seenAtMs: row.seen_at_ms,
        userAgent: row.user_agent,
        method: row.method,
      }));
    },

    async end(accountId, sessionId) {
      if (!canBeStored(sessionId)) return false;
      const { numDeletedRows } = await tables
        .deleteFrom('sessions')
        .where('account_id', '=', accountId)
        .where('id', '=', sessionId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async endAll(accountId, exceptSessionId) {
      const all = tables.deleteFrom('sessions').where('account_id', '=', accountId);
      const those = exceptSessionId === undefined ? all : all.where('id', '!=', exceptSessionId);
      const { numDeletedRows } = await those.executeTakeFirst();
      return Number(numDeletedRows);
    },

    async removeExpired() {
      const { numDeletedRows } = await tables
        .deleteFrom('sessions')
        .where((is) =>
          is.or([is('seen_at_ms', '<=', idleSince()), is('created_at_ms', '<=', tooOld())]),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function banned(reason: string | null): BroadsheetError {
  const why = reason ? ` The reason given: ${reason}` : '';
  return new BroadsheetError('forbidden', `This account is banned.${why}`, {
    fix: 'Write to those who run this instance; their address is on the page About.',
  });
}
