/**
 * Collections and what they hold. What is changed is always named together with its owner, so
 * that no address made up by somebody else reaches it. That an account keeps a paper in any of
 * its collections speaks for the paper, once.
 */

import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
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
import {
  type CollectionReader,
  type CollectionTables,
  createCollectionReader,
  ID_FORM,
} from './collection-reader-store.js';
import {
  type CollectionId,
  type CollectionWords,
  collectionNote,
  collectionWords,
  MOST_COLLECTED_PAPERS,
  MOST_COLLECTIONS,
  noSuchCollection,
  notInCollection,
  positionAt,
  tooManyCollections,
  tooManyPapers,
} from './collections.js';
import type { ActOrigin, Actor, EvidenceKeeper } from './evidence-keeper.js';

export type CollectionChange = { readonly changed: boolean };

/** Each act of an account throws `not_found` for a collection that the account does not own. */
export type CollectionStore = CollectionReader & {
  /** @throws BroadsheetError `not_acceptable`, or `conflict` for one too many */
  readonly create: (accountId: AccountId, words: CollectionWords) => Promise<CollectionId>;
  /** @throws BroadsheetError `not_acceptable` */
  readonly describe: (accountId: AccountId, id: string, words: CollectionWords) => Promise<void>;
  readonly remove: (accountId: AccountId, id: string) => Promise<void>;
  /**
   * Puts a paper at the end of a collection; one that is in it stays where it is.
   *
   * @throws BroadsheetError `not_found` for an unknown paper, `conflict` for one too many
   */
  readonly add: (
    account: Actor,
    id: string,
    paperId: PaperId,
    origin?: ActOrigin,
  ) => Promise<CollectionChange>;
  readonly takeOut: (
    accountId: AccountId,
    id: string,
    paperId: PaperId,
  ) => Promise<CollectionChange>;
  /** @throws BroadsheetError `not_acceptable`, or `not_found` for a paper that it does not hold */
  readonly annotate: (
    accountId: AccountId,
    id: string,
    paperId: PaperId,
    note: string,
  ) => Promise<void>;
  /**
   * Moves a paper so many places towards the end, or towards the beginning when negative; no
   * further than there is.
   *
   * @throws BroadsheetError `not_found` for a paper that it does not hold
   */
  readonly move: (
    accountId: AccountId,
    id: string,
    paperId: PaperId,
    places: number,
  ) => Promise<void>;
  /**
   * Hides a collection from all but its owner, or no longer; for moderators.
   *
   * @throws BroadsheetError `not_found`
   */
  readonly setHidden: (transaction: AnyTransaction, id: string, isHidden: boolean) => Promise<void>;
  /** Removes all collections of an account that goes, and what they said for papers. */
  readonly removeAll: (transaction: AnyTransaction, accountId: AccountId) => Promise<void>;
};

/** A collection in a transaction in which nothing else of its owner happens. */
type Own = { readonly id: CollectionId; readonly tables: Transaction<CollectionTables> };

const ID_BYTES = 16;

export function createCollectionStore(
  { connection }: Database,
  { now, evidence }: { readonly now: () => Date; readonly evidence: EvidenceKeeper },
): CollectionStore {
  const onOwn = <Result>(
    accountId: AccountId,
    id: string,
    act: (own: Own, transaction: AnyTransaction) => Promise<Result>,
  ): Promise<Result> =>
    connection.transaction().execute(async (transaction) => {
      await takeTurnOf(transaction, accountId);
      const tables = transaction.$extendTables<CollectionTables>();
      return act({ id: await ownedId(tables, accountId, id), tables }, transaction);
    });

  const touch = async ({ id, tables }: Own): Promise<void> => {
    await tables
      .updateTable('collections')
      .set({ changed_at_ms: now().getTime() })
      .where('id', '=', id)
      .execute();
  };

  /** Takes back what collections said for papers. In one order, so that no two wait in a circle. */
  const withdraw = async (
    transaction: AnyTransaction,
    accountId: AccountId,
    ids: readonly PaperId[],
  ): Promise<void> => {
    for (const paperId of ids.toSorted()) {
      await evidence.withdraw(transaction, { paperId, kind: 'save', actor: accountId });
    }
  };

  return {
    ...createCollectionReader(connection.$extendTables<CollectionTables>()),

    async create(accountId, given) {
      const words = collectionWords(given);
      const id = randomBytes(ID_BYTES).toString('base64url') as CollectionId;
      const atMs = now().getTime();
      await connection.transaction().execute(async (transaction) => {
        await takeTurnOf(transaction, accountId);
        const tables = transaction.$extendTables<CollectionTables>();
        const { collections } = await tables
          .selectFrom('collections')
          .select(({ fn }) => fn.countAll<number>().as('collections'))
          .where('account_id', '=', accountId)
          .executeTakeFirstOrThrow();
        if (Number(collections) >= MOST_COLLECTIONS) throw tooManyCollections();
        await tables
          .insertInto('collections')
          .values({
            id,
            account_id: accountId,
            ...words,
            created_at_ms: atMs,
            changed_at_ms: atMs,
            hidden_at_ms: null,
          })
          .execute();
      });
      return id;
    },

    async describe(accountId, id, given) {
      const words = collectionWords(given);
      await onOwn(accountId, id, async (own) => {
        await own.tables
          .updateTable('collections')
          .set({ ...words, changed_at_ms: now().getTime() })
          .where('id', '=', own.id)
          .execute();
      });
    },

    remove: (accountId, id) =>
      onOwn(accountId, id, async (own, transaction) => {
        const held = await own.tables
          .deleteFrom('collection_papers')
          .where('collection_id', '=', own.id)
          .returning('paper_id')
          .execute();
        await own.tables.deleteFrom('collections').where('id', '=', own.id).execute();
        const ids = held.map(({ paper_id }) => paper_id as PaperId);
        const kept = await keptBy(transaction, accountId, ids);
        await withdraw(
          transaction,
          accountId,
          ids.filter((each) => !kept.has(each)),
        );
      }),

    add: (account, id, paperId, origin) =>
      refusingMissingPapers(
        onOwn(account.id, id, async (own, transaction) => {
          await assertPaperExists(transaction, paperId);
          const held = await positionsOf(own);
          if (held.some((each) => each.paperId === paperId)) return { changed: false };
          if (held.length >= MOST_COLLECTED_PAPERS) throw tooManyPapers();
          const isKept = (await keptBy(transaction, account.id, [paperId])).has(paperId);
          const moment = now();
          const atMs = moment.getTime();
          await own.tables
            .insertInto('collection_papers')
            .values({
              collection_id: own.id,
              paper_id: paperId,
              position: (held.at(-1)?.position ?? 0) + 1,
              note: '',
              added_at_ms: atMs,
            })
            .execute();
          await touch(own);
          if (!isKept) {
            await evidence.put(transaction, {
              paperId,
              kind: 'save',
              actor: account.id,
              atMs,
              isOwn: await isAuthor(transaction, account.id, paperId),
              isNew: isNewAccount(account, moment),
              network: origin?.network,
            });
          }
          return { changed: true };
        }),
      ),

    takeOut: (accountId, id, paperId) =>
      onOwn(accountId, id, async (own, transaction) => {
        const { numDeletedRows } = await own.tables
          .deleteFrom('collection_papers')
          .where('collection_id', '=', own.id)
          .where('paper_id', '=', paperId)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return { changed: false };
        await touch(own);
        const kept = await keptBy(transaction, accountId, [paperId]);
        if (!kept.has(paperId)) await withdraw(transaction, accountId, [paperId]);
        return { changed: true };
      }),

    async annotate(accountId, id, paperId, text) {
      const note = collectionNote(text);
      await onOwn(accountId, id, async (own) => {
        const { numUpdatedRows } = await own.tables
          .updateTable('collection_papers')
          .set({ note })
          .where('collection_id', '=', own.id)
          .where('paper_id', '=', paperId)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) throw notInCollection();
        await touch(own);
      });
    },

    move: (accountId, id, paperId, places) =>
      onOwn(accountId, id, async (own) => {
        const held = await positionsOf(own);
        const from = held.findIndex((each) => each.paperId === paperId);
        if (from < 0) throw notInCollection();
        const others = held.toSpliced(from, 1);
        const to = Math.min(Math.max(from + places, 0), others.length);
        if (to === from) return;
        const position = positionAt(
          others.map((each) => each.position),
          to,
        );
        if (position === undefined) {
          await renumber(own, others.map((each) => each.paperId).toSpliced(to, 0, paperId));
        } else {
          await setPosition(own, paperId, position);
        }
        await touch(own);
      }),

    async setHidden(transaction, id, isHidden) {
      const { numUpdatedRows } = await transaction
        .$extendTables<CollectionTables>()
        .updateTable('collections')
        .set({ hidden_at_ms: isHidden ? now().getTime() : null })
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) throw noSuchCollection();
    },

    async removeAll(transaction, accountId) {
      await takeTurn(transaction, accountId);
      const tables = transaction.$extendTables<CollectionTables>();
      const own = tables.selectFrom('collections').select('id').where('account_id', '=', accountId);
      const held = await tables
        .deleteFrom('collection_papers')
        .where('collection_id', 'in', own)
        .returning('paper_id')
        .execute();
      await tables.deleteFrom('collections').where('account_id', '=', accountId).execute();
      const ids = new Set(held.map(({ paper_id }) => paper_id as PaperId));
      await withdraw(transaction, accountId, [...ids]);
    },
  };
}

/** The id if it is that of a collection of this account, and the same refusal if it is not. */
async function ownedId(
  tables: Transaction<CollectionTables>,
  accountId: AccountId,
  id: string,
): Promise<CollectionId> {
  if (!ID_FORM.test(id)) throw noSuchCollection();
  const row = await tables
    .selectFrom('collections')
    .select('id')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  if (!row) throw noSuchCollection();
  return row.id as CollectionId;
}

/** Which of these papers some collection of the account holds. */
async function keptBy(
  transaction: AnyTransaction,
  accountId: AccountId,
  ids: readonly PaperId[],
): Promise<ReadonlySet<PaperId>> {
  if (ids.length === 0) return new Set();
  const rows = await transaction
    .$extendTables<CollectionTables>()
    .selectFrom('collection_papers')
    .innerJoin('collections', 'collections.id', 'collection_papers.collection_id')
    .select('paper_id')
    .where('account_id', '=', accountId)
    .where('paper_id', 'in', ids)
    .distinct()
    .execute();
  return new Set(rows.map(({ paper_id }) => paper_id as PaperId));
}

/** What a collection holds, in its order. */
async function positionsOf({ id, tables }: Own) {
  const rows = await tables
    .selectFrom('collection_papers')
    .select(['paper_id', 'position'])
    .where('collection_id', '=', id)
    .orderBy('position')
    .orderBy('paper_id')
    .execute();
  return rows.map(({ paper_id, position }) => ({ paperId: paper_id as PaperId, position }));
}

async function renumber(own: Own, inOrder: readonly PaperId[]): Promise<void> {
  for (const [at, paperId] of inOrder.entries()) await setPosition(own, paperId, at + 1);
}

async function setPosition({ id, tables }: Own, paperId: PaperId, position: number): Promise<void> {
  await tables
    .updateTable('collection_papers')
    .set({ position })
    .where('collection_id', '=', id)
    .where('paper_id', '=', paperId)
    .execute();
}
