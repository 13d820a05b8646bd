/**
 * Putting a paper into the list of a day: the pick, who its authors are, and the submitter's
 * vote, in one transaction. Doing it twice is the same as once.
 */

import type { AccountId } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { BroadsheetError } from '../errors.js';
import { type Day, dateInWords } from '../papers/dates.js';
import type { PaperId } from '../papers/identifiers.js';
import type { AuthorId } from '../sources/orcid.js';
import {
  assertPaperExists,
  isAuthor,
  refusingMissingPapers,
  takeTurnOf,
} from './account-turn-store.js';
import type { ActOrigin, Actor } from './evidence-keeper.js';
import {
  openDay,
  type PickSource,
  type PickTables,
  picksOfPaper,
  takeTurnAtLists,
} from './pick-rows-store.js';
import { countSubmitted } from './pick-store.js';

/** A paper in the list of a day. */
export type Listed = {
  readonly paperId: PaperId;
  readonly day: Day;
  /** Whether this act put it there. */
  readonly isNew: boolean;
};

export type SubmissionStore = {
  /** The day whose list takes papers now, and what an account has done for it. */
  readonly stateOf: (
    accountId: AccountId,
    today: Day,
  ) => Promise<{
    readonly day: Day;
    readonly submitted: number;
    /** Whether the authorship of any paper has been confirmed. */
    readonly isKnownAuthor: boolean;
  }>;
  /** Whether an account is known to be an author of a paper. */
  readonly isOwn: (accountId: AccountId, paperId: PaperId) => Promise<boolean>;
  /**
   * The day in whose list a paper stands; `undefined` if in none.
   *
   * @throws BroadsheetError `conflict` for one that was taken out and may not come back so
   */
  readonly dayOf: (paperId: PaperId) => Promise<Day | undefined>;
  /** Casts a vote for a paper that is in a list already. */
  readonly vote: (account: Actor, paperId: PaperId, origin?: ActOrigin) => Promise<void>;
  /**
   * Puts a paper into the list of the day, and casts the submitter's vote.
   *
   * @param most - how many papers the account may submit for one day
   * @throws BroadsheetError `too_many`, `conflict`, `not_found` or `signed_out`
   */
  readonly submit: (
    account: Actor,
    submission: {
      readonly paperId: PaperId;
      readonly authorIds: readonly AuthorId[];
      readonly note: string;
      readonly today: Day;
      readonly most: number | undefined;
      readonly origin?: ActOrigin | undefined;
    },
  ) => Promise<Listed>;
};

/** Votes, as far as submitting casts one; the vote store fits. */
export type SubmissionVotes = {
  readonly castWithin: (
    transaction: AnyTransaction,
    account: Actor,
    paperId: PaperId,
    origin?: ActOrigin,
  ) => Promise<unknown>;
};

type SubmissionTables = PickTables & {
  paper_authors: { paper_id: string; kind: string; value: string; author_name: string };
  authorship_claims: { account_id: string; status: string };
};

/** Some hundred of the largest collaborations; SQLite takes 32,766 parameters. */
const MOST_AUTHOR_IDS = 5_000;

export function createSubmissionStore(
  { connection }: Database,
  { now, votes }: { readonly now: () => Date; readonly votes: SubmissionVotes },
): SubmissionStore {
  const tables = connection.$extendTables<SubmissionTables>();

  return {
    async stateOf(accountId, today) {
      const day = await openDay(tables, today);
      const [submitted, claim] = await Promise.all([
        countSubmitted(tables, accountId, day),
        tables
          .selectFrom('authorship_claims')
          .select('account_id')
          .where('account_id', '=', accountId)
          .where('status', '=', 'accepted')
          .executeTakeFirst(),
      ]);
      return { day, submitted, isKnownAuthor: claim !== undefined };
    },

    isOwn: (accountId, paperId) =>
      connection.transaction().execute((transaction) => isAuthor(transaction, accountId, paperId)),

    dayOf: (paperId) => listedDay(tables, paperId),

    vote: (account, paperId, origin) =>
      refusingMissingPapers(
        connection.transaction().execute(async (transaction) => {
          await votes.castWithin(transaction, account, paperId, origin);
        }),
      ),

    submit: (account, { paperId, authorIds, note, today, most, origin }) =>
      refusingMissingPapers(
        connection.transaction().execute(async (transaction) => {
          await takeTurnOf(transaction, account.id);
          const list = await takeTurnAtLists(transaction);
          await assertPaperExists(transaction, paperId);
          const already = await listedDay(list, paperId);
          if (already) {
            await votes.castWithin(transaction, account, paperId, origin);
            return { paperId, day: already, isNew: false };
          }
          const day = await openDay(list, today);
          const submitted = await countSubmitted(list, account.id, day);
          if (most !== undefined && submitted >= most) throw tooMany(most);
          await list
            .insertInto('picks')
            .values({
              day,
              paper_id: paperId,
              kind: 'submitted',
              account_id: account.id,
              picked_at_ms: now().getTime(),
              position: null,
              note,
              removed_at_ms: null,
            })
            .execute();
          await addAuthors(transaction, paperId, authorIds);
          await votes.castWithin(transaction, account, paperId, origin);
          return { paperId, day, isNew: true };
        }),
      ),
  };
}

async function listedDay(tables: PickSource, paperId: PaperId): Promise<Day | undefined> {
  const picks = await picksOfPaper(tables, paperId);
  const there = picks.find(({ removed_at_ms }) => removed_at_ms === null);
  if (there) return there.day as Day;
  const [removed] = picks;
  if (!removed) return undefined;
  throw new BroadsheetError(
    'conflict',
    `A curator has taken this paper out of the list of ${dateInWords(removed.day as Day)}.`,
    { fix: 'Ask a curator if you think that it belongs there.' },
  );
}

async function addAuthors(
  transaction: AnyTransaction,
  paperId: PaperId,
  authorIds: readonly AuthorId[],
): Promise<void> {
  const rows = authorIds.slice(0, MOST_AUTHOR_IDS).map(({ name, orcid }) => ({
    paper_id: paperId,
    kind: 'orcid',
    value: orcid,
    author_name: name,
  }));
  if (rows.length === 0) return;
  await transaction
    .$extendTables<SubmissionTables>()
    .insertInto('paper_authors')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['paper_id', 'kind', 'value']).doNothing())
    .execute();
}

function tooMany(most: number): BroadsheetError {
  return new BroadsheetError(
    'too_many',
    `You have submitted as many papers as you may for this day: ${most}.`,
    { fix: 'Come back tomorrow.', retryAfterSeconds: 3600 },
  );
}
