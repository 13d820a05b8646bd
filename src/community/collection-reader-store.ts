/** Reading collections. Who may read which is for `mayRead` to say. */

import type { Kysely, Selectable } from 'kysely';
import type { AccountId } from '../accounts/account.js';
import type { PaperId } from '../papers/identifiers.js';
import type { CollectedPaper, Collection, CollectionId, Visibility } from './collections.js';

type Page = { readonly offset: number; readonly limit: number };

export type CollectionReader = {
  /** Whatever its visibility; see `mayRead`. */
  readonly find: (id: string) => Promise<Collection | undefined>;
  /** Those of an account, the last changed first. */
  readonly ofAccount: (accountId: AccountId) => Promise<readonly Collection[]>;
  /** Those of an account that all may read, the last changed first. */
  readonly publicOf: (accountId: AccountId) => Promise<readonly Collection[]>;
  /** A page of those that all may read and that hold something, the last changed first. */
  readonly publicOnes: (
    page: Page,
  ) => Promise<{ readonly collections: readonly Collection[]; readonly total: number }>;
  /** A page of what a collection holds, in its order. */
  readonly papersOf: (id: CollectionId, page: Page) => Promise<readonly CollectedPaper[]>;
  /** Which collections of an account hold a paper. */
  readonly holding: (accountId: AccountId, paperId: PaperId) => Promise<ReadonlySet<CollectionId>>;
};

export type CollectionTables = {
  accounts: { id: string; banned_at_ms: number | null };
  collections: {
    id: string;
    account_id: string;
    title: string;
    description: string;
    visibility: Visibility;
    created_at_ms: number;
    changed_at_ms: number;
    hidden_at_ms: number | null;
  };
  collection_papers: {
    collection_id: string;
    paper_id: string;
    position: number;
    note: string;
    added_at_ms: number;
  };
};

/** Of 128 random bits; what looks different was made up. */
export const ID_FORM: RegExp = /^[\w-]{22}$/;

export function createCollectionReader(tables: Kysely<CollectionTables>): CollectionReader {
  const counted = () =>
    tables
      .selectFrom('collections')
      .innerJoin('accounts', 'accounts.id', 'collections.account_id')
      .selectAll('collections')
      .select((select) => [
        'accounts.banned_at_ms',
        select
          .selectFrom('collection_papers')
          .whereRef('collection_papers.collection_id', '=', 'collections.id')
          .select(({ fn }) => fn.countAll<number>().as('papers'))
          .as('papers'),
      ]);

  const lastChangedFirst = () =>
    counted().orderBy('changed_at_ms', 'desc').orderBy('collections.id');

  /** Those that a list of all collections shows. */
  const publicAndFilled = () =>
    tables
      .selectFrom('collections')
      .innerJoin('accounts', 'accounts.id', 'collections.account_id')
      .where('visibility', '=', 'public')
      .where('hidden_at_ms', 'is', null)
      .where('banned_at_ms', 'is', null)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('collection_papers')
            .select('paper_id')
            .whereRef('collection_papers.collection_id', '=', 'collections.id'),
        ),
      );

  return {
    async find(id) {
      if (!ID_FORM.test(id)) return undefined;
      const row = await counted().where('collections.id', '=', id).executeTakeFirst();
      return row && toCollection(row);
    },

    async ofAccount(accountId) {
      const rows = await lastChangedFirst().where('account_id', '=', accountId).execute();
      return rows.map(toCollection);
    },

    async publicOf(accountId) {
      const rows = await lastChangedFirst()
        .where('account_id', '=', accountId)
        .where('visibility', '=', 'public')
        .where('hidden_at_ms', 'is', null)
        .where('banned_at_ms', 'is', null)
        .execute();
      return rows.map(toCollection);
    },

    async publicOnes({ offset, limit }) {
      const { total } = await publicAndFilled()
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      const page = publicAndFilled()
        .select('collections.id')
        .orderBy('changed_at_ms', 'desc')
        .orderBy('collections.id')
        .offset(offset)
        .limit(limit);
      const rows = await lastChangedFirst().where('collections.id', 'in', page).execute();
      return { collections: rows.map(toCollection), total: Number(total) };
    },

    async papersOf(id, { offset, limit }) {
      const rows = await tables
        .selectFrom('collection_papers')
        .selectAll()
        .where('collection_id', '=', id)
        .orderBy('position')
        .orderBy('paper_id')
        .offset(offset)
        .limit(limit)
        .execute();
      return rows.map(({ paper_id, note, added_at_ms }) => ({
        paperId: paper_id as PaperId,
        note,
        addedAtMs: added_at_ms,
      }));
    },

    async holding(accountId, paperId) {
      const rows = await tables
        .selectFrom('collection_papers')
        .innerJoin('collections', 'collections.id', 'collection_papers.collection_id')
        .select('collections.id')
        .where('account_id', '=', accountId)
        .where('paper_id', '=', paperId)
        .execute();
      return new Set(rows.map(({ id }) => id as CollectionId));
    },
  };
}

function toCollection(
  row: Selectable<CollectionTables['collections']> & {
    readonly papers: number | null;
    readonly banned_at_ms: number | null;
  },
): Collection {
  return {
    id: row.id as CollectionId,
    ownerId: row.account_id as AccountId,
    title: row.title,
    description: row.description,
    visibility: row.visibility,
    createdAtMs: row.created_at_ms,
    changedAtMs: row.changed_at_ms,
    isHidden: row.hidden_at_ms !== null || row.banned_at_ms !== null,
    papers: Number(row.papers),
  };
}
