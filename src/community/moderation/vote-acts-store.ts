/**
 * Letting arranged votes count nothing. The votes stay, and so does the way back; nothing does
 * this by itself.
 */

import type { AccountId } from '../../accounts/account.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { AuditEntry, AuditLog } from './audit-log-store.js';
import { type Moderator, nameOf, requireAuthority } from './authority.js';
import type { ModerationTables } from './tables.js';

export type VotesOf = {
  readonly accounts: readonly AccountId[];
  readonly papers: readonly PaperId[];
};

export type VoteActs = {
  /** @throws BroadsheetError `forbidden`, or `not_acceptable` for too many at once */
  readonly neutralise: (moderator: Moderator, votes: VotesOf, reason: string) => Promise<void>;
  /** Lets them count again. */
  readonly reinstate: (moderator: Moderator, votes: VotesOf, reason: string) => Promise<void>;
};

/** What keeps the weight of votes. */
export type EvidenceKeeper = {
  readonly neutralise: (
    transaction: AnyTransaction,
    which: {
      readonly actor: string;
      readonly paperId: PaperId;
      readonly remark: 'neutralised';
    },
  ) => Promise<unknown>;
  readonly reinstate: (
    transaction: AnyTransaction,
    which: { readonly actor: string; readonly paperId: PaperId },
  ) => Promise<unknown>;
};

const MOST_AT_ONCE = 1_000;

export function createVoteActs(
  { connection }: Database,
  { audit, evidence }: { readonly audit: AuditLog; readonly evidence: EvidenceKeeper },
): VoteActs {
  const change = (
    moderator: Moderator,
    { accounts, papers }: VotesOf,
    entry: Pick<AuditEntry, 'action'> & { readonly reason: string },
    one: (transaction: AnyTransaction, actor: string, paperId: PaperId) => Promise<unknown>,
  ): Promise<void> => {
    if (accounts.length === 0 || papers.length === 0 || accounts.length > MOST_AT_ONCE) {
      throw new BroadsheetError('not_acceptable', `Give 1 to ${MOST_AT_ONCE} accounts at once.`);
    }
    return connection.transaction().execute(async (transaction) => {
      const roles = await transaction
        .$extendTables<ModerationTables>()
        .selectFrom('accounts')
        .select(['id', 'role'])
        .where('id', 'in', [...accounts])
        .execute();
      for (const { id, role } of roles) {
        requireAuthority(moderator, { id: id as AccountId, role });
      }
      const known = new Set(roles.map(({ id }) => id));
      // Paper by paper in one order, as everybody who holds several waits for them.
      for (const paperId of [...new Set(papers)].sort()) {
        const voters = await transaction
          .$extendTables<ModerationTables>()
          .selectFrom('votes')
          .select('account_id')
          .where('paper_id', '=', paperId)
          .where('account_id', 'in', [...accounts])
          .orderBy('account_id')
          .execute();
        for (const { account_id } of voters) {
          if (known.has(account_id)) await one(transaction, account_id, paperId);
        }
      }
      await audit.append(transaction, {
        actor: nameOf(moderator),
        action: entry.action,
        targetKind: 'votes',
        targetId: [...papers].sort().join(' '),
        details: { reason: entry.reason, accounts: [...known].sort() },
      });
    });
  };

  return {
    neutralise: (moderator, votes, reason) =>
      change(moderator, votes, { action: 'votes-neutralised', reason }, (transaction, actor, id) =>
        evidence.neutralise(transaction, { actor, paperId: id, remark: 'neutralised' }),
      ),
    reinstate: (moderator, votes, reason) =>
      change(moderator, votes, { action: 'votes-reinstated', reason }, (transaction, actor, id) =>
        evidence.reinstate(transaction, { actor, paperId: id }),
      ),
  };
}
