/** What people follow. */

import type { AccountId } from '../accounts/account.js';
import type { Database } from '../database/database.js';
import { takeTurnOf } from './account-turn-store.js';
import {
  type Follow,
  type FollowKind,
  type KeptFollow,
  MOST_FOLLOWS,
  tooManyFollows,
} from './follows.js';

export type FollowChange = { readonly changed: boolean };

export type FollowReader = {
  /** What an account follows, the latest first. */
  readonly followsOf: (accountId: AccountId) => Promise<readonly KeptFollow[]>;
  readonly isFollowed: (
    accountId: AccountId,
    follow: Pick<Follow, 'kind' | 'value'>,
  ) => Promise<boolean>;
};

export type FollowStore = FollowReader & {
  /** @throws BroadsheetError `conflict` for one too many */
  readonly follow: (accountId: AccountId, follow: Follow) => Promise<FollowChange>;
  readonly unfollow: (
    accountId: AccountId,
    follow: Pick<Follow, 'kind' | 'value'>,
  ) => Promise<FollowChange>;
};

type FollowTables = {
  follows: {
    account_id: string;
    kind: FollowKind;
    value: string;
    label: string;
    followed_at_ms: number;
  };
};

export function createFollowStore(
  { connection }: Database,
  { now }: { readonly now: () => Date },
): FollowStore {
  const tables = connection.$extendTables<FollowTables>();

  return {
    async followsOf(accountId) {
      const rows = await tables
        .selectFrom('follows')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('followed_at_ms', 'desc')
        .orderBy('kind')
        .orderBy('value')
        .execute();
      return rows.map(({ kind, value, label, followed_at_ms }) => ({
        kind,
        value,
        label,
        followedAtMs: followed_at_ms,
      }));
    },

    async isFollowed(accountId, { kind, value }) {
      const row = await tables
        .selectFrom('follows')
        .select('kind')
        .where('account_id', '=', accountId)
        .where('kind', '=', kind)
        .where('value', '=', value)
        .executeTakeFirst();
      return row !== undefined;
    },

    follow: (accountId, { kind, value, label }) =>
      connection.transaction().execute(async (transaction) => {
        await takeTurnOf(transaction, accountId);
        const own = transaction.$extendTables<FollowTables>();
        const known = await own
          .selectFrom('follows')
          .select(['kind', 'value'])
          .where('account_id', '=', accountId)
          .execute();
        if (known.some((each) => each.kind === kind && each.value === value)) {
          return { changed: false };
        }
        if (known.length >= MOST_FOLLOWS) throw tooManyFollows();
        await own
          .insertInto('follows')
          .values({
            account_id: accountId,
            kind,
            value,
            label,
            followed_at_ms: now().getTime(),
          })
          .execute();
        return { changed: true };
      }),

    async unfollow(accountId, { kind, value }) {
      const { numDeletedRows } = await tables
        .deleteFrom('follows')
        .where('account_id', '=', accountId)
        .where('kind', '=', kind)
        .where('value', '=', value)
        .executeTakeFirstOrThrow();
      return { changed: numDeletedRows > 0n };
    },
  };
}
