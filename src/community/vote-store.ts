/**
 * Votes: one per account and paper, which can be taken back. An author's own vote is recorded
 * and counts nothing. Each vote and its evidence are one transaction.
 */

import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { type AccountId, isNewAccount } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import type { Database } from '../database/database.js';
import type { PaperId } from '../papers/identifiers.js';
import {
  assertPaperExists,
  isAuthor,
  refusingMissingPapers,
  takeTurn,
  takeTurnOf,
} from './account-turn-store.js';
import type { ActOrigin, Actor, EvidenceKeeper } from './evidence-keeper.js';

/** What became of an act, which may have been done before. */
export type VoteOutcome = {
  /** All that count, this one included if it does. */
  readonly votes: number;
  readonly voted: boolean;
  /** Whether this act changed anything. */
  readonly changed: boolean;
};

export type Vote = {
  readonly paperId: PaperId;
  readonly votedAtMs: number;
  /** Whether the paper is the voter's own. */
  readonly isOwn: boolean;
};

export type VoteReader = {
  /** Those of these papers that an account votes for. */
  readonly votedFor: (
    accountId: AccountId,
    ids: readonly PaperId[],
  ) => Promise<ReadonlySet<PaperId>>;
  /** The votes of an account, the latest first, and how many there are. */
  readonly votesBy: (
    accountId: AccountId,
    page: { readonly offset: number; readonly limit: number },
  ) => Promise<{ readonly votes: readonly Vote[]; readonly total: number }>;
};

export type VoteStore = VoteReader & {
  /** @throws BroadsheetError `not_found` for a paper that is not there */
  readonly cast: (account: Actor, paperId: PaperId, origin?: ActOrigin) => Promise<VoteOutcome>;
  /** The same as a part of something greater; tells whether it changed anything. */
  readonly castWithin: (
    transaction: AnyTransaction,
    account: Actor,
    paperId: PaperId,
    origin?: ActOrigin,
  ) => Promise<boolean>;
  /** Takes a vote back; without one it changes nothing. */
  readonly undo: (accountId: AccountId, paperId: PaperId) => Promise<VoteOutcome>;
  /** Lets what an account did for a paper count nothing, since it is known to be an author. */
  readonly markOwn: (
    transaction: AnyTransaction,
    accountId: AccountId,
    paperId: PaperId,
  ) => Promise<void>;
  /**
   * Makes the votes of an account those of nobody: they count as before, and neither name the
   * account nor tell which of them were cast by the same person. What is left of its other
   * evidence of this folder goes the same way.
   */
  readonly anonymise: (transaction: AnyTransaction, accountId: AccountId) => Promise<void>;
};

type VoteTables = {
  votes: { paper_id: string; account_id: string; voted_at_ms: number; is_own: number };
};

/** Begins the names of those that are nobody's any more. */
const NOBODY = 'gone:';

/** Votes renamed by one statement; each takes two parameters. */
const VOTES_PER_STATEMENT = 500;

/** Ids of one question; SQLite takes 32,766 parameters. */
const IDS_PER_STATEMENT = 5_000;

export function createVoteStore(
  { connection }: Database,
  { now, evidence }: { readonly now: () => Date; readonly evidence: EvidenceKeeper },
): VoteStore {
  const tables = connection.$extendTables<VoteTables>();

  const countOf = async (paperId: PaperId): Promise<number> =>
    (await evidence.standings([paperId])).get(paperId)?.votes ?? 0;

  const castWithin: VoteStore['castWithin'] = async (transaction, account, paperId, origin) => {
    await takeTurnOf(transaction, account.id);
    await assertPaperExists(transaction, paperId);
    const moment = now();
    const atMs = moment.getTime();
    const isOwn = await isAuthor(transaction, account.id, paperId);
    const { numInsertedOrUpdatedRows = 0n } = await transaction
      .$extendTables<VoteTables>()
      .insertInto('votes')
      .values({
        paper_id: paperId,
        account_id: account.id,
        voted_at_ms: atMs,
        is_own: isOwn ? 1 : 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) return false;
    await evidence.put(transaction, {
      paperId,
      kind: 'vote',
      actor: account.id,
      atMs,
      isOwn,
      isNew: isNewAccount(account, moment),
      network: origin?.network,
    });
    return true;
  };

  return {
    castWithin,

    async cast(account, paperId, origin) {
      const changed = await refusingMissingPapers(
        connection
          .transaction()
          .execute((transaction) => castWithin(transaction, account, paperId, origin)),
      );
      return { votes: await countOf(paperId), voted: true, changed };
    },

    async undo(accountId, paperId) {
      const changed = await connection.transaction().execute(async (transaction) => {
        await takeTurnOf(transaction, accountId);
        const { numDeletedRows } = await transaction
          .$extendTables<VoteTables>()
          .deleteFrom('votes')
          .where('paper_id', '=', paperId)
          .where('account_id', '=', accountId)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return false;
        await evidence.withdraw(transaction, { paperId, kind: 'vote', actor: accountId });
        return true;
      });
      return { votes: await countOf(paperId), voted: false, changed };
    },

    async votedFor(accountId, ids) {
      const voted = new Set<PaperId>();
      for (let at = 0; at < ids.length; at += IDS_PER_STATEMENT) {
        const rows = await tables
          .selectFrom('votes')
          .select('paper_id')
          .where('account_id', '=', accountId)
          .where('paper_id', 'in', ids.slice(at, at + IDS_PER_STATEMENT))
          .execute();
        for (const { paper_id } of rows) voted.add(paper_id as PaperId);
      }
      return voted;
    },

    async votesBy(accountId, { offset, limit }) {
      const own = tables.selectFrom('votes').where('account_id', '=', accountId);
      const { total } = await own
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      const rows = await own
        .select(['paper_id', 'voted_at_ms', 'is_own'])
        .orderBy('voted_at_ms', 'desc')
        .orderBy('paper_id')
        .offset(offset)
        .limit(limit)
        .execute();
      return {
        total: Number(total),
        votes: rows.map((row) => ({
          paperId: row.paper_id as PaperId,
          votedAtMs: row.voted_at_ms,
          isOwn: row.is_own === 1,
        })),
      };
    },

    async markOwn(transaction, accountId, paperId) {
      await takeTurn(transaction, accountId);
      await transaction
        .$extendTables<VoteTables>()
        .updateTable('votes')
        .set({ is_own: 1 })
        .where('paper_id', '=', paperId)
        .where('account_id', '=', accountId)
        .execute();
      await evidence.neutralise(transaction, { actor: accountId, paperId, remark: 'own' });
    },

    async anonymise(transaction, accountId) {
      await takeTurn(transaction, accountId);
      const { rows } = await sql<{ paper_id: string }>`
        select paper_id from votes where account_id = ${accountId}
        union
        select paper_id from evidence where actor = ${accountId} and kind in ('vote', 'save')
        order by paper_id
      `.execute(transaction);
      const secret = randomBytes(32);
      for (let at = 0; at < rows.length; at += VOTES_PER_STATEMENT) {
        const ids = rows.slice(at, at + VOTES_PER_STATEMENT).map(({ paper_id }) => paper_id);
        await giveAway(transaction, accountId, ids, secret);
      }
    },
  };
}

/** Renames the voter of these papers, in the votes and in their evidence, alike. */
async function giveAway(
  transaction: AnyTransaction,
  accountId: AccountId,
  ids: readonly string[],
  secret: Buffer,
): Promise<void> {
  const names = sql.join(ids.map((id) => sql`(${id}, ${nobody(secret, id)})`));
  await sql`
    update votes set account_id = renamed.column2
    from (values ${names}) as renamed
    where votes.paper_id = renamed.column1 and votes.account_id = ${accountId}
  `.execute(transaction);
  await sql`
    update evidence set actor = renamed.column2, network = null
    from (values ${names}) as renamed
    where evidence.paper_id = renamed.column1 and evidence.actor = ${accountId}
      and evidence.kind in ('vote', 'save')
  `.execute(transaction);
}

/** A name that nobody can tell from a random one, once the secret is forgotten. */
function nobody(secret: Buffer, paperId: string): string {
  return NOBODY + createHash('sha256').update(secret).update(paperId).digest('hex').slice(0, 32);
}
