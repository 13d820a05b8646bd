/** What of the notifications is to be mailed, taken so that nobody is mailed the same twice. */

import type { Kysely } from 'kysely';
import type { AccountId } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import { takeTurn } from './account-turn-store.js';
import { type Notification, wantsMails } from './notification.js';
import { readNotifications } from './notification-list-store.js';
import { NOT_TO_BE_MAILED, type NotificationTables } from './notification-rows.js';

/** What one person is to be mailed. */
export type MailBundle = {
  readonly accountId: AccountId;
  readonly email: string;
  readonly displayName: string;
  /** The latest first, at most {@link MOST_IN_A_LETTER}. */
  readonly notifications: readonly Notification[];
  readonly total: number;
};

const MOST_IN_A_LETTER = 20;

const HOUR_MS = 3_600_000;

/** For so long a comment can be taken back or hidden before anybody is mailed of it. */
const SETTLING_MS = 2 * 60_000;

/** Whose letters are due: not within an hour of the last, those who wait longest first. */
export async function accountsDue(
  tables: Kysely<NotificationTables>,
  nowMs: number,
  limit: number,
): Promise<AccountId[]> {
  const rows = await tables
    .selectFrom('notifications')
    .select('account_id')
    .where('mailed_at_ms', 'is', null)
    .where('read_at_ms', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('notifications as mailed')
            .select('mailed.id')
            .whereRef('mailed.account_id', '=', 'notifications.account_id')
            .where('mailed.mailed_at_ms', '>', nowMs - HOUR_MS),
        ),
      ),
    )
    .groupBy('account_id')
    .having(({ fn }) => fn.min('made_at_ms'), '<=', nowMs - SETTLING_MS)
    .orderBy(({ fn }) => fn.min('made_at_ms'))
    .limit(limit)
    .execute();
  return rows.map(({ account_id }) => account_id as AccountId);
}

export async function takeMails(
  transaction: AnyTransaction,
  accountId: AccountId,
  nowMs: number,
): Promise<MailBundle | undefined> {
  await takeTurn(transaction, accountId);
  const tables = transaction.$extendTables<NotificationTables>();
  const account = await tables
    .selectFrom('accounts')
    .select(['email', 'display_name', 'preferences', 'banned_at_ms'])
    .where('id', '=', accountId)
    .executeTakeFirst();
  // Another process may have been here while this one waited.
  const { last } = await tables
    .selectFrom('notifications')
    .select(({ fn }) => fn.max<number | null>('mailed_at_ms').as('last'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  if (last !== null && last > nowMs - HOUR_MS) return undefined;
  const isWanted = account && account.banned_at_ms === null && wantsMails(account.preferences);
  if (!isWanted || account.email === null) {
    await settle(tables, accountId, NOT_TO_BE_MAILED);
    return undefined;
  }
  const due = await readNotifications(tables, accountId, { toBeMailed: true });
  await settle(tables, accountId, due.length > 0 ? nowMs : NOT_TO_BE_MAILED);
  if (due.length === 0) return undefined;
  return {
    accountId,
    email: account.email,
    displayName: account.display_name,
    notifications: due.slice(0, MOST_IN_A_LETTER),
    total: due.length,
  };
}

/** Lets nothing of an account wait for the post any more. */
export async function settle(
  tables: Kysely<NotificationTables>,
  accountId: AccountId,
  mailedAtMs: number,
): Promise<void> {
  await tables
    .updateTable('notifications')
    .set({ mailed_at_ms: mailedAtMs })
    .where('account_id', '=', accountId)
    .where('mailed_at_ms', 'is', null)
    .execute();
}
