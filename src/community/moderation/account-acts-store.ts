/** What moderators do to accounts. Each act and its line in the audit log are one transaction. */

import type { Transaction } from 'kysely';
import { type AccountId, hasRole, type Role } from '../../accounts/account.js';
import type { AccountTables } from '../../accounts/account-rows.js';
import { keepAnOperator } from '../../accounts/operators-store.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import { takeTurn } from '../account-turn-store.js';
import type { CommentModeration } from '../comment-moderation-store.js';
import type { AuditLog } from './audit-log-store.js';
import { type Moderator, nameOf, requireAuthority } from './authority.js';
import type { ReportStore } from './report-store.js';
import { findTarget, type Owner } from './report-target-store.js';
import type { ModerationTables } from './tables.js';

/**
 * All throw `not_found` for an account that is not there, and `forbidden` where the moderator
 * may not act on it.
 */
export type AccountActs = {
  /**
   * Ends every way in, and all that the account could do. What it wrote stays unless hidden. Who
   * is banned already stays so since then, for the new reason.
   *
   * @throws BroadsheetError `conflict` for the last operator
   */
  readonly ban: (
    moderator: Moderator,
    accountId: AccountId,
    options: { readonly reason: string; readonly hidesComments: boolean },
  ) => Promise<{ readonly hiddenComments: number }>;
  readonly unban: (moderator: Moderator, accountId: AccountId, reason: string) => Promise<void>;
  /** What a new account writes needs not be looked at any more. */
  readonly trust: (moderator: Moderator, accountId: AccountId) => Promise<void>;
  /**
   * For operators only.
   *
   * @throws BroadsheetError `conflict` for a banned account, and for the last operator
   */
  readonly setRole: (moderator: Moderator, accountId: AccountId, role: Role) => Promise<void>;
};

type Parts = {
  readonly now: () => Date;
  readonly audit: AuditLog;
  readonly reports: ReportStore;
  readonly comments: Pick<CommentModeration, 'hideAllBy'>;
};

type AccessTables = {
  sessions: { account_id: string };
  api_tokens: { account_id: string };
  one_time_secrets: { subject: string };
};

export function createAccountActs(
  { connection }: Database,
  { now, audit, reports, comments }: Parts,
): AccountActs {
  /** Does something to an account while nothing else happens to it, and writes it down. */
  const actOn = <Result>(
    moderator: Moderator,
    id: AccountId,
    act: (
      transaction: AnyTransaction,
      owner: Owner,
    ) => Promise<{
      readonly action: string;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly result: Result;
    }>,
    { takesPower = false }: { readonly takesPower?: boolean } = {},
  ): Promise<Result> =>
    connection.transaction().execute(async (transaction) => {
      if (takesPower) {
        await ownerFor(transaction, moderator, id);
        // Before the turn: operators are locked in one order, whichever of them this is about.
        await keepAnOperator(
          transaction.$extendTables<AccountTables>() as Transaction<AccountTables>,
          id,
        );
      }
      await takeTurn(transaction, id);
      const owner = await ownerFor(transaction, moderator, id);
      const { action, details, result } = await act(transaction, owner);
      await audit.append(transaction, {
        actor: nameOf(moderator),
        action,
        targetKind: 'account',
        targetId: id,
        ...(details && { details }),
      });
      return result;
    });

  return {
    ban: (moderator, accountId, { reason, hidesComments }) =>
      actOn(
        moderator,
        accountId,
        async (transaction, { bannedAtMs }) => {
          const tables = transaction.$extendTables<ModerationTables & AccessTables>();
          await tables
            .updateTable('accounts')
            .set({ banned_at_ms: bannedAtMs ?? now().getTime(), ban_reason: reason })
            .where('id', '=', accountId)
            .execute();
          await tables.deleteFrom('sessions').where('account_id', '=', accountId).execute();
          await tables.deleteFrom('api_tokens').where('account_id', '=', accountId).execute();
          await tables.deleteFrom('one_time_secrets').where('subject', '=', accountId).execute();
          const hiddenComments = hidesComments
            ? await comments.hideAllBy(transaction, accountId, 'The account was banned.')
            : 0;
          await reports.resolve(transaction, { kind: 'account', id: accountId }, 'acted');
          return {
            action: 'account-banned',
            details: { reason, hiddenComments },
            result: { hiddenComments },
          };
        },
        { takesPower: true },
      ),

    unban: (moderator, accountId, reason) =>
      actOn(moderator, accountId, async (transaction, { bannedAtMs }) => {
        if (bannedAtMs === undefined) {
          throw new BroadsheetError('conflict', 'This account is not banned.');
        }
        await transaction
          .$extendTables<ModerationTables>()
          .updateTable('accounts')
          .set({ banned_at_ms: null, ban_reason: null })
          .where('id', '=', accountId)
          .execute();
        return { action: 'account-unbanned', details: { reason }, result: undefined };
      }),

    trust: (moderator, accountId) =>
      actOn(moderator, accountId, async (transaction, { trustedAtMs }) => {
        await transaction
          .$extendTables<ModerationTables>()
          .updateTable('accounts')
          .set({ trusted_at_ms: trustedAtMs ?? now().getTime() })
          .where('id', '=', accountId)
          .execute();
        return { action: 'account-trusted', result: undefined };
      }),

    setRole: (moderator, accountId, role) =>
      actOn(
        moderator,
        accountId,
        async (transaction, owner) => {
          if (moderator !== 'command-line' && !hasRole(moderator, 'operator')) {
            throw new BroadsheetError('forbidden', 'Only an operator gives roles.');
          }
          if (owner.bannedAtMs !== undefined && role !== 'reader') {
            throw new BroadsheetError('conflict', 'A banned account can have no role.', {
              fix: 'Lift the ban first.',
            });
          }
          await transaction
            .$extendTables<ModerationTables>()
            .updateTable('accounts')
            .set({ role })
            .where('id', '=', accountId)
            .execute();
          return {
            action: 'role-changed',
            details: { before: owner.role, after: role },
            result: undefined,
          };
        },
        { takesPower: role !== 'operator' },
      ),
  };
}

/** The account, if there is one and the moderator may act on it. */
async function ownerFor(
  transaction: AnyTransaction,
  moderator: Moderator,
  id: AccountId,
): Promise<Owner> {
  const owner = (await findTarget(transaction, { kind: 'account', id }))?.owner;
  if (!owner) throw new BroadsheetError('not_found', 'There is no such account.');
  requireAuthority(moderator, owner);
  return owner;
}
