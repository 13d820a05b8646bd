/** Reads what the signs of abuse are looked for in. They are shown; nothing follows by itself. */

import type { AccountId } from '../../accounts/account.js';
import type { Database } from '../../database/database.js';
import type { PaperId } from '../../papers/identifiers.js';
import {
  findRepetitions,
  findSignUpBursts,
  type Repetition,
  type SignUpBurst,
} from './repetitions.js';
import type { ModerationTables } from './tables.js';
import { findArrangedVotes, type VoteFinding } from './vote-rings.js';

export type Signals = {
  readonly votes: readonly VoteFinding[];
  readonly signUps: readonly SignUpBurst[];
  readonly repetitions: readonly Repetition[];
  /** The accounts that are named; those that are gone have no name. */
  readonly names: ReadonlyMap<AccountId, string>;
  readonly titles: ReadonlyMap<PaperId, string>;
  /** What was looked at: votes, accounts, comments. */
  readonly lookedAt: {
    readonly votes: number;
    readonly accounts: number;
    readonly comments: number;
  };
};

export type SignalStore = { readonly signals: () => Promise<Signals> };

const DAY_MS = 86_400_000;

/** As long as networks of votes are of use; they are forgotten later. */
const LOOK_BACK_MS = 30 * DAY_MS;

/** What a moderator can wait for, and the event loop, too: some 20 ms. */
const MOST_VOTES = 20_000;
const MOST_ACCOUNTS = 10_000;
const MOST_COMMENTS = 2_000;

const MOST_SHOWN = 50;

const IDS_PER_STATEMENT = 5_000;

export function createSignalStore(
  { connection }: Database,
  { now }: { readonly now: () => Date },
): SignalStore {
  const tables = connection.$extendTables<ModerationTables>();

  return {
    async signals() {
      const sinceMs = now().getTime() - LOOK_BACK_MS;
      const votes = await tables
        .selectFrom('evidence')
        .leftJoin('accounts', 'accounts.id', 'evidence.actor')
        .select(['paper_id', 'actor', 'at_ms', 'remark', 'evidence.network', 'created_at_ms'])
        .where('kind', '=', 'vote')
        .where('amount', '>', 0)
        .where('at_ms', '>', sinceMs)
        .orderBy('at_ms', 'desc')
        .limit(MOST_VOTES)
        .execute();
      const accounts = await tables
        .selectFrom('accounts')
        .select(['id', 'created_at_ms', 'network'])
        .where('created_at_ms', '>', sinceMs)
        .orderBy('created_at_ms', 'desc')
        .limit(MOST_ACCOUNTS)
        .execute();
      const comments = await tables
        .selectFrom('comments')
        .select(['id', 'account_id', 'text'])
        .where('status', 'in', ['shown', 'held'])
        .where('written_at_ms', '>', sinceMs)
        .orderBy('written_at_ms', 'desc')
        .limit(MOST_COMMENTS)
        .execute();

      const arranged = findArrangedVotes(
        votes.map((row) => ({
          paperId: row.paper_id as PaperId,
          accountId: row.actor as AccountId,
          atMs: Number(row.at_ms),
          network: row.network ?? undefined,
          accountMadeAtMs: row.created_at_ms === null ? undefined : Number(row.created_at_ms),
          isNeutralised: row.remark === 'neutralised',
        })),
      ).slice(0, MOST_SHOWN);
      const signUps = findSignUpBursts(
        accounts.map(({ id, created_at_ms, network }) => ({
          accountId: id as AccountId,
          atMs: Number(created_at_ms),
          network: network ?? undefined,
        })),
      ).slice(0, MOST_SHOWN);
      const repetitions = findRepetitions(
        comments.map(({ id, account_id, text }) => ({
          commentId: id,
          accountId: (account_id as AccountId | null) ?? undefined,
          text,
        })),
      ).slice(0, MOST_SHOWN);

      const named = [...arranged, ...signUps, ...repetitions].flatMap((each) => each.accounts);
      const told = arranged.flatMap(({ papers }) => papers.map(({ paperId }) => paperId));
      return {
        votes: arranged,
        signUps,
        repetitions,
        names: await textsOf(named, (ids) =>
          tables
            .selectFrom('accounts')
            .select(['id', 'name as text'])
            .where('id', 'in', ids)
            .execute(),
        ),
        titles: await textsOf(told, (ids) =>
          tables
            .selectFrom('papers')
            .select(['id', 'title as text'])
            .where('id', 'in', ids)
            .execute(),
        ),
        lookedAt: { votes: votes.length, accounts: accounts.length, comments: comments.length },
      };
    },
  };
}

async function textsOf<Id extends string>(
  ids: readonly Id[],
  read: (ids: readonly Id[]) => Promise<readonly { readonly id: string; readonly text: string }[]>,
): Promise<ReadonlyMap<Id, string>> {
  const texts = new Map<Id, string>();
  const known = [...new Set(ids)];
  for (let at = 0; at < known.length; at += IDS_PER_STATEMENT) {
    for (const { id, text } of await read(known.slice(at, at + IDS_PER_STATEMENT))) {
      texts.set(id as Id, text);
    }
  }
  return texts;
}
