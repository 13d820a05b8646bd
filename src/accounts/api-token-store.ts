/** Tokens by which programs act for a person. Shown once; kept as a hash. */

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

/** What a token may be allowed to do. Nothing lets it change how somebody signs in. */
export const SCOPES = ['read', 'vote', 'comment', 'submit', 'collections'] as const;

export type Scope = (typeof SCOPES)[number];

export type ApiToken = {
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  /** Absent for one that holds until it is revoked. */
  readonly expiresAtMs: number | undefined;
  /** To within ten minutes; absent for one that was never used. */
  readonly usedAtMs: number | undefined;
};

export type ApiTokenStore = {
  /**
   * @returns with the secret, `bsh_…`, which nobody can be shown again
   * @throws BroadsheetError `not_acceptable`, or `conflict` when there are {@link MOST_TOKENS}
   */
  readonly make: (
    id: AccountId,
    token: {
      readonly label: string;
      readonly scopes: readonly Scope[];
      readonly expiresInDays?: number | undefined;
    },
  ) => Promise<ApiToken & { readonly secret: string }>;
  /** Whom a token speaks for, and what it may do; nobody who is banned. */
  readonly find: (
    secret: string,
  ) => Promise<
    | { readonly account: Account; readonly scopes: readonly Scope[]; readonly tokenId: string }
    | undefined
  >;
  /** The newest first. */
  readonly listOf: (id: AccountId) => Promise<readonly ApiToken[]>;
  /** @returns whether there was such a token of that account */
  readonly revoke: (id: AccountId, tokenId: string) => Promise<boolean>;
  /** Ended ones go; they stand in the list for a month, to be recognised. */
  readonly removeExpired: () => Promise<number>;
};

export const MOST_TOKENS = 50;
export const LONGEST_TOKEN_DAYS = 3_650;

/** Says to people and to searches for leaked secrets what it is. */
const PREFIX = 'bsh_';

const LONGEST_LABEL = 60;
const MS_PER_DAY = 86_400_000;
const USED_EVERY_MS = 600_000;
const KEPT_AFTER_END_MS = 30 * MS_PER_DAY;

export function createApiTokenStore(
  database: Database,
  { now }: { readonly now: () => Date },
): ApiTokenStore {
  const tables: Tables = database.connection.$extendTables<AccountTables>();

  return {
    async make(accountId, { label, scopes, expiresInDays }) {
      const cleanLabel = acceptLabel(label);
      const stored = acceptScopes(scopes);
      assertDays(expiresInDays);
      const secret = PREFIX + newToken();
      const createdAtMs = now().getTime();
      const row: AccountTables['api_tokens'] = {
        id: randomUUID(),
        token_hash: hashOf(secret),
        account_id: accountId,
        label: cleanLabel,
        scopes: JSON.stringify(stored),
        created_at_ms: createdAtMs,
        expires_at_ms:
          expiresInDays === undefined ? null : createdAtMs + expiresInDays * MS_PER_DAY,
        used_at_ms: null,
      };
      await tables.transaction().execute(async (transaction) => {
        // One after the other for one account, so that they are counted rightly.
        const account = await transaction
          .updateTable('accounts')
          .set({ id: accountId })
          .where('id', '=', accountId)
          .returning('id')
          .executeTakeFirst();
        if (!account) throw noAccount();
        const { count } = await transaction
          .selectFrom('api_tokens')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('account_id', '=', accountId)
          .executeTakeFirstOrThrow();
        if (Number(count) >= MOST_TOKENS) {
          throw new BroadsheetError('conflict', `There are ${MOST_TOKENS} tokens already.`, {
            fix: 'Revoke one that is not needed any more.',
          });
        }
        await transaction.insertInto('api_tokens').values(row).execute();
      });
      return { ...toToken(row), secret };
    },

    async find(secret) {
      if (!secret.startsWith(PREFIX)) return undefined;
      const tokenHash = hashOf(secret);
      const moment = now().getTime();
      const row = await tables
        .selectFrom('api_tokens')
        .innerJoin('accounts', 'accounts.id', 'api_tokens.account_id')
        .select(ACCOUNT_COLUMNS)
        .select(['api_tokens.id as token_id', 'api_tokens.scopes', 'api_tokens.used_at_ms'])
        .where('api_tokens.token_hash', '=', tokenHash)
        .where((is) =>
          is.or([
            is('api_tokens.expires_at_ms', 'is', null),
            is('api_tokens.expires_at_ms', '>', moment),
          ]),
        )
        .where('accounts.banned_at_ms', 'is', null)
        .executeTakeFirst();
      if (!row) return undefined;
      if (row.used_at_ms === null || row.used_at_ms <= moment - USED_EVERY_MS) {
        await tables
          .updateTable('api_tokens')
          .set({ used_at_ms: moment })
          .where('token_hash', '=', tokenHash)
          .execute();
      }
      return { account: toAccount(row), scopes: readScopes(row.scopes), tokenId: row.token_id };
    },

    async listOf(accountId) {
      const rows = await tables
        .selectFrom('api_tokens')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('created_at_ms', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(toToken);
    },

    async revoke(accountId, tokenId) {
      if (!canBeStored(tokenId)) return false;
      const { numDeletedRows } = await tables
        .deleteFrom('api_tokens')
        .where('account_id', '=', accountId)
        .where('id', '=', tokenId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async removeExpired() {
      const { numDeletedRows } = await tables
        .deleteFrom('api_tokens')
        .where('expires_at_ms', '<', now().getTime() - KEPT_AFTER_END_MS)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function acceptLabel(text: string): string {
  const label = cleanLine(text);
  if (label && label.length <= LONGEST_LABEL) return label;
  throw new BroadsheetError(
    'not_acceptable',
    `A token needs a name of 1 to ${LONGEST_LABEL} characters, for you to recognise it.`,
  );
}

function acceptScopes(scopes: readonly string[]): Scope[] {
  const chosen = SCOPES.filter((scope) => scopes.includes(scope));
  const isAllKnown = scopes.every((scope) => (SCOPES as readonly string[]).includes(scope));
  if (chosen.length > 0 && isAllKnown) return chosen;
  throw new BroadsheetError(
    'not_acceptable',
    `Choose what the token may do: ${SCOPES.join(', ')}.`,
  );
}

function assertDays(days: number | undefined): void {
  if (days === undefined) return;
  if (Number.isSafeInteger(days) && days >= 1 && days <= LONGEST_TOKEN_DAYS) return;
  throw new BroadsheetError(
    'not_acceptable',
    `A token holds for 1 to ${LONGEST_TOKEN_DAYS} days, or until it is revoked.`,
  );
}

/** A scope that this program does not know any more is none. */
function readScopes(json: string): Scope[] {
  const stored = JSON.parse(json) as readonly string[];
  return SCOPES.filter((scope) => stored.includes(scope));
}

function toToken(row: AccountTables['api_tokens']): ApiToken {
  return {
    id: row.id,
    label: row.label,
    scopes: readScopes(row.scopes),
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms ?? undefined,
    usedAtMs: row.used_at_ms ?? undefined,
  };
}
