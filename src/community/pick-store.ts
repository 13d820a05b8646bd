/**
 * The lists of days as people shape them. Changes of lists wait for each other, so that places
 * stay 1, 2, 3 … whatever happens at once. What was taken out stays known: it does not come back
 * by another submission.
 */

import type { AccountId, PublicAccount } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { BroadsheetError } from '../errors.js';
import { type Day, dateInWords } from '../papers/dates.js';
import type { PaperId } from '../papers/identifiers.js';
import { assertPaperExists, refusingMissingPapers } from './account-turn-store.js';
import { movedTo, type Pick, type PickMove } from './pick.js';
import {
  assertOpen,
  type PickRow,
  type PickSource,
  type PickTables,
  picksOfPaper,
  takeTurnAtLists,
  toPick,
} from './pick-rows-store.js';

/** Writes down who did what; the audit log fits. */
export type PickAudit = {
  readonly append: (
    transaction: AnyTransaction,
    entry: {
      readonly actor: string;
      readonly action: string;
      readonly targetKind: string;
      readonly targetId: string;
      readonly details?: Readonly<Record<string, unknown>>;
    },
  ) => Promise<void>;
};

export type PickReader = {
  /** The papers of a day's list: those with a place in its order, then the others as they came. */
  readonly ofDay: (day: Day) => Promise<readonly Pick[]>;
  /** The same of several days, `until` left out. */
  readonly ofPeriod: (from: Day, until: Day) => Promise<readonly Pick[]>;
  /** Those of these papers that stand in a list, with their latest one. */
  readonly picksOf: (ids: readonly PaperId[]) => Promise<ReadonlyMap<PaperId, Pick>>;
  /** Who has put those of these papers into a list that stand in one, as far as they are here. */
  readonly submittersOf: (ids: readonly PaperId[]) => Promise<ReadonlyMap<PaperId, PublicAccount>>;
  /** How many papers an account has submitted for a day, those taken out again included. */
  readonly countBy: (accountId: AccountId, day: Day) => Promise<number>;
  /** What an account has put into lists, the latest first. */
  readonly picksBy: (
    accountId: AccountId,
    page: { readonly offset: number; readonly limit: number },
  ) => Promise<readonly Pick[]>;
};

/** What curators do. Each throws `conflict` for a day whose list has been mailed. */
export type PickStore = PickReader & {
  /**
   * Puts a paper into the list of a day, where it may have been before. What it says of a paper
   * that is there already, place or note, replaces what was said.
   *
   * @throws BroadsheetError `not_found`, or `conflict` for a paper in the list of another day
   */
  readonly add: (
    curator: AccountId,
    pick: {
      readonly day: Day;
      readonly paperId: PaperId;
      readonly note?: string | undefined;
      readonly position?: number | undefined;
    },
  ) => Promise<void>;
  /** Takes a paper out; `not_found` for one that is not in the list. So throw the next two. */
  readonly remove: (curator: AccountId, day: Day, paperId: PaperId) => Promise<void>;
  readonly move: (curator: AccountId, day: Day, paperId: PaperId, to: PickMove) => Promise<void>;
  readonly annotate: (
    curator: AccountId,
    day: Day,
    paperId: PaperId,
    note: string,
  ) => Promise<void>;
  /** Lets what an account has put into lists stay there as nobody's. */
  readonly anonymise: (transaction: AnyTransaction, accountId: AccountId) => Promise<void>;
};

/** Ids of one question; SQLite takes 32,766 parameters. */
const IDS_PER_STATEMENT = 5_000;

export function createPickStore(
  { connection }: Database,
  { now, audit }: { readonly now: () => Date; readonly audit?: PickAudit | undefined },
): PickStore {
  const tables = connection.$extendTables<PickTables>();

  const change = (
    { actor, action, day, paperId }: Act,
    work: (list: PickSource) => Promise<Readonly<Record<string, unknown>>>,
  ): Promise<void> =>
    refusingMissingPapers(
      connection.transaction().execute(async (transaction) => {
        const list = await takeTurnAtLists(transaction);
        await assertOpen(list, day);
        const details = await work(list);
        await audit?.append(transaction, {
          actor,
          action,
          targetKind: 'paper',
          targetId: paperId,
          details: { day, ...details },
        });
      }),
    );

  const picksOf: PickReader['picksOf'] = async (ids) => {
    const found = new Map<PaperId, Pick>();
    for (let at = 0; at < ids.length; at += IDS_PER_STATEMENT) {
      const rows = await tables
        .selectFrom('picks')
        .selectAll()
        .where('paper_id', 'in', ids.slice(at, at + IDS_PER_STATEMENT))
        .where('removed_at_ms', 'is', null)
        .orderBy('day')
        .execute();
      for (const row of rows) found.set(row.paper_id as PaperId, toPick(row));
    }
    return found;
  };

  return {
    ofDay: async (day) => (await listed(tables, day)).map(toPick),

    async ofPeriod(from, until) {
      const rows = await tables
        .selectFrom('picks')
        .selectAll()
        .where('day', '>=', from)
        .where('day', '<', until)
        .where('removed_at_ms', 'is', null)
        .execute();
      return rows.sort(byDayAndPlace).map(toPick);
    },

    picksOf,

    async submittersOf(ids) {
      const found = new Map<PaperId, PublicAccount>();
      for (let at = 0; at < ids.length; at += IDS_PER_STATEMENT) {
        const rows = await tables
          .selectFrom('picks')
          .innerJoin('accounts', 'accounts.id', 'picks.account_id')
          .where('picks.paper_id', 'in', ids.slice(at, at + IDS_PER_STATEMENT))
          .where('picks.removed_at_ms', 'is', null)
          .select([
            'picks.paper_id',
            'accounts.id',
            'accounts.name',
            'accounts.display_name',
            'accounts.biography',
            'accounts.role',
            'accounts.created_at_ms',
          ])
          .orderBy('picks.day', 'desc')
          .execute();
        for (const row of rows) found.set(row.paper_id as PaperId, toPublicAccount(row));
      }
      return found;
    },

    countBy: (accountId, day) => countSubmitted(tables, accountId, day),

    async picksBy(accountId, { offset, limit }) {
      const rows = await tables
        .selectFrom('picks')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('removed_at_ms', 'is', null)
        .orderBy('picked_at_ms', 'desc')
        .orderBy('paper_id')
        .offset(offset)
        .limit(limit)
        .execute();
      return rows.map(toPick);
    },

    add: (curator, { day, paperId, note, position }) =>
      change({ actor: curator, action: 'pick-added', day, paperId }, async (list) => {
        await assertPaperExists(list as AnyTransaction, paperId);
        const picks = await picksOfPaper(list, paperId);
        const elsewhere = picks.find((pick) => pick.day !== day && pick.removed_at_ms === null);
        if (elsewhere) throw inOtherList(elsewhere);
        await list
          .insertInto('picks')
          .values({
            day,
            paper_id: paperId,
            kind: 'curated',
            account_id: curator,
            picked_at_ms: now().getTime(),
            position: null,
            note: note ?? '',
            removed_at_ms: null,
          })
          .onConflict((conflict) =>
            // Whoever submitted it first stays named.
            conflict.columns(['day', 'paper_id']).doUpdateSet({
              removed_at_ms: null,
              ...(note !== undefined && { note }),
            }),
          )
          .execute();
        if (position !== undefined) await place(list, day, paperId, position);
        return { ...(note && { note }), ...(position !== undefined && { position }) };
      }),

    remove: (curator, day, paperId) =>
      change({ actor: curator, action: 'pick-removed', day, paperId }, async (list) => {
        await assertListed(list, day, paperId);
        await place(list, day, paperId, 'ranked');
        await list
          .updateTable('picks')
          .set({ removed_at_ms: now().getTime() })
          .where('day', '=', day)
          .where('paper_id', '=', paperId)
          .execute();
        return {};
      }),

    move: (curator, day, paperId, to) =>
      change({ actor: curator, action: 'pick-moved', day, paperId }, async (list) => {
        await assertListed(list, day, paperId);
        await place(list, day, paperId, to);
        return { to };
      }),

    annotate: (curator, day, paperId, note) =>
      change({ actor: curator, action: 'pick-annotated', day, paperId }, async (list) => {
        await assertListed(list, day, paperId);
        await list
          .updateTable('picks')
          .set({ note })
          .where('day', '=', day)
          .where('paper_id', '=', paperId)
          .execute();
        return { note };
      }),

    async anonymise(transaction, accountId) {
      await transaction
        .$extendTables<PickTables>()
        .updateTable('picks')
        .set({ account_id: null })
        .where('account_id', '=', accountId)
        .execute();
    },
  };
}

type Act = {
  readonly actor: AccountId;
  readonly action: string;
  readonly day: Day;
  readonly paperId: PaperId;
};

/** How many papers an account has submitted for a day, those taken out again included. */
export async function countSubmitted(
  tables: PickSource,
  accountId: AccountId,
  day: Day,
): Promise<number> {
  const { count } = await tables
    .selectFrom('picks')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('account_id', '=', accountId)
    .where('day', '=', day)
    .where('kind', '=', 'submitted')
    .executeTakeFirstOrThrow();
  return Number(count);
}

function toPublicAccount(row: PickTables['accounts']): PublicAccount {
  return {
    id: row.id as AccountId,
    name: row.name,
    displayName: row.display_name,
    biography: row.biography,
    role: row.role,
    createdAtMs: row.created_at_ms,
  };
}

async function listed(tables: PickSource, day: Day): Promise<PickRow[]> {
  const rows = await tables
    .selectFrom('picks')
    .selectAll()
    .where('day', '=', day)
    .where('removed_at_ms', 'is', null)
    .execute();
  return rows.sort(byDayAndPlace);
}

function byDayAndPlace(one: PickRow, other: PickRow): number {
  if (one.day !== other.day) return one.day < other.day ? -1 : 1;
  const [place, otherPlace] = [one, other].map(({ position }) => position ?? Infinity);
  if (place !== otherPlace) return (place ?? 0) - (otherPlace ?? 0);
  if (one.picked_at_ms !== other.picked_at_ms) return one.picked_at_ms - other.picked_at_ms;
  return one.paper_id < other.paper_id ? -1 : 1;
}

/** Moves a paper, and numbers those with a place anew. */
async function place(list: PickSource, day: Day, paperId: PaperId, to: PickMove): Promise<void> {
  const before = await listed(list, day);
  const placed = before.flatMap((row) => (row.position === null ? [] : [row.paper_id as PaperId]));
  const after = movedTo(placed, paperId, to);
  for (const row of before) {
    const index = after.indexOf(row.paper_id as PaperId);
    const position = index < 0 ? null : index + 1;
    if (position === row.position) continue;
    await list
      .updateTable('picks')
      .set({ position })
      .where('day', '=', day)
      .where('paper_id', '=', row.paper_id)
      .execute();
  }
}

async function assertListed(list: PickSource, day: Day, paperId: PaperId): Promise<void> {
  const rows = await listed(list, day);
  if (rows.some(({ paper_id }) => paper_id === paperId)) return;
  throw new BroadsheetError('not_found', `This paper is not in the list of ${dateInWords(day)}.`, {
    fix: 'Somebody may have taken it out; put it in first.',
  });
}

function inOtherList({ day }: PickRow): BroadsheetError {
  return new BroadsheetError(
    'conflict',
    `This paper is in the list of ${dateInWords(day as Day)}.`,
    { fix: 'Take it out there first.' },
  );
}
