/** Reads what the signs of abuse are looked for in. They are shown; nothing follows by itself. */

import type { Kysely } from 'kysely';
import type { AccountId } from '../../accounts/account.js';
import type { Database } from '../../database/database.js';
import type { PaperId } from '../../papers/identifiers.js';
import {
  findRepetitions,
  findSignUpBursts,
  type Repetition,
  type SignUp,
  type SignUpBurst,
  type WrittenText,
} from './repetitions.js';
import { inSlices } from './slices.js';
import type { ModerationTables } from './tables.js';
import { type CastVote, findArrangedVotes, type VoteFinding } from './vote-rings.js';

type Tables = Kysely<ModerationTables>;

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

/** What a moderator can wait for. */
const MOST_VOTES = 20_000;
const MOST_ACCOUNTS = 10_000;
const MOST_COMMENTS = 2_000;

const MOST_SHOWN = 50;

/** Whoever hands over more at once holds up the event loop. */
const ROWS_PER_STATEMENT = 300;
const COMMENTS_PER_STATEMENT = 40;
const IDS_PER_STATEMENT = 200;

export function createSignalStore(
  { connection }: Database,
  { now }: { readonly now: () => Date },
): SignalStore {
  const tables = connection.$extendTables<ModerationTables>();

  return {
    async signals() {
      const sinceMs = now().getTime() - LOOK_BACK_MS;
      const votes = await readVotes(tables, sinceMs);
      const accounts = await readAccounts(tables, sinceMs);
      const comments = await readComments(tables, sinceMs);
      const arranged = (await inSlices(findArrangedVotes(votes))).slice(0, MOST_SHOWN);
      const signUps = (await inSlices(findSignUpBursts(accounts))).slice(0, MOST_SHOWN);
      const repetitions = (await inSlices(findRepetitions(comments))).slice(0, MOST_SHOWN);

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

/** The latest votes that count. */
async function readVotes(tables: Tables, sinceMs: number): Promise<readonly CastVote[]> {
  const latest = tables
    .selectFrom('evidence')
    .leftJoin('accounts', 'accounts.id', 'evidence.actor')
    .select(['paper_id', 'actor', 'at_ms', 'remark', 'evidence.network', 'created_at_ms'])
    .where('kind', '=', 'vote')
    .where('amount', '>', 0)
    .where('at_ms', '>', sinceMs)
    .orderBy('at_ms', 'desc')
    .orderBy('paper_id', 'desc')
    .orderBy('actor', 'desc')
    .limit(ROWS_PER_STATEMENT);
  const known = interning();
  return readOn(
    MOST_VOTES,
    ROWS_PER_STATEMENT,
    (last: Awaited<ReturnType<typeof latest.execute>>[number] | undefined) =>
      (last
        ? latest
            .where('at_ms', '<=', last.at_ms)
            .where(({ eb, or, and }) =>
              or([
                eb('at_ms', '<', last.at_ms),
                eb('paper_id', '<', last.paper_id),
                and([eb('paper_id', '=', last.paper_id), eb('actor', '<', last.actor)]),
              ]),
            )
        : latest
      ).execute(),
    (row): CastVote => ({
      paperId: known(row.paper_id) as PaperId,
      accountId: known(row.actor) as AccountId,
      atMs: row.at_ms,
      network: row.network === null ? undefined : known(row.network),
      accountMadeAtMs: row.created_at_ms ?? undefined,
      isNeutralised: row.remark === 'neutralised',
    }),
  );
}

/** The latest accounts. */
async function readAccounts(tables: Tables, sinceMs: number): Promise<readonly SignUp[]> {
  const latest = tables
    .selectFrom('accounts')
    .select(['id', 'created_at_ms', 'network'])
    .where('created_at_ms', '>', sinceMs)
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(ROWS_PER_STATEMENT);
  return readOn(
    MOST_ACCOUNTS,
    ROWS_PER_STATEMENT,
    (last: Awaited<ReturnType<typeof latest.execute>>[number] | undefined) =>
      (last
        ? latest
            .where('created_at_ms', '<=', last.created_at_ms)
            .where(({ eb, or }) =>
              or([eb('created_at_ms', '<', last.created_at_ms), eb('id', '<', last.id)]),
            )
        : latest
      ).execute(),
    ({ id, created_at_ms, network }): SignUp => ({
      accountId: id as AccountId,
      atMs: created_at_ms,
      network: network ?? undefined,
    }),
  );
}

/** The latest comments that are there or wait. */
async function readComments(tables: Tables, sinceMs: number): Promise<readonly WrittenText[]> {
  const latest = tables
    .selectFrom('comments')
    .select(['id', 'account_id', 'text', 'written_at_ms'])
    .where('status', 'in', ['shown', 'held'])
    .where('written_at_ms', '>', sinceMs)
    .orderBy('written_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(COMMENTS_PER_STATEMENT);
  return readOn(
    MOST_COMMENTS,
    COMMENTS_PER_STATEMENT,
    (last: Awaited<ReturnType<typeof latest.execute>>[number] | undefined) =>
      (last
        ? latest
            .where('written_at_ms', '<=', last.written_at_ms)
            .where(({ eb, or }) =>
              or([eb('written_at_ms', '<', last.written_at_ms), eb('id', '<', last.id)]),
            )
        : latest
      ).execute(),
    ({ id, account_id, text }): WrittenText => ({
      commentId: id,
      accountId: (account_id as AccountId | null) ?? undefined,
      text,
    }),
  );
}

/** Reads page after page, each from the last row of the one before, until there are enough. */
async function readOn<Row, Item>(
  most: number,
  perPage: number,
  readAfter: (last: Row | undefined) => Promise<readonly Row[]>,
  toItem: (row: Row) => Item,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let last: Row | undefined; items.length < most; ) {
    const page = await readAfter(last);
    for (const row of page.slice(0, most - items.length)) items.push(toItem(row));
    if (page.length < perPage) break;
    last = page.at(-1);
  }
  return items;
}

/** The same text is kept once; every copy that is kept is work for the garbage collector. */
function interning(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const same = known.get(text);
    if (same !== undefined) return same;
    known.set(text, text);
    return text;
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
