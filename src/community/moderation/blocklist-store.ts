/** The blocklist as it is stored, and a copy that is fresh enough for every comment to ask. */

import type { Kysely } from 'kysely';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import type { BlocklistEntry, BlocklistKind } from './blocklist.js';
import type { ModerationTables } from './tables.js';

export type StoredBlocklistEntry = BlocklistEntry & {
  readonly note: string;
  readonly addedAtMs: number;
};

export type BlocklistReader = {
  /** All entries, at most some seconds old. */
  readonly entries: () => Promise<readonly BlocklistEntry[]>;
};

export type BlocklistStore = BlocklistReader & {
  /** All entries as they are now, by kind and pattern. */
  readonly all: () => Promise<readonly StoredBlocklistEntry[]>;
  /** @returns whether it was not there before */
  readonly add: (
    transaction: AnyTransaction,
    entry: BlocklistEntry,
    note: string,
  ) => Promise<boolean>;
  /** @returns whether it was there */
  readonly remove: (transaction: AnyTransaction, entry: BlocklistEntry) => Promise<boolean>;
  /** Lets the next question see what a transaction has changed. Call when it has ended. */
  readonly refresh: () => void;
};

/** Another process may change the list; so long a word may still pass. */
const FRESH_FOR_MS = 10_000;

/** Every comment is compared with all of them. */
const MOST_ENTRIES = 5_000;

export function createBlocklistStore(
  database: Database,
  { now }: { readonly now: () => Date },
): BlocklistStore {
  const tables: Kysely<ModerationTables> = database.connection.$extendTables<ModerationTables>();
  let copy: { readonly readAtMs: number; readonly entries: Promise<readonly BlocklistEntry[]> };
  let isFresh = false;

  const all = async (): Promise<readonly StoredBlocklistEntry[]> => {
    const rows = await tables
      .selectFrom('blocklist')
      .selectAll()
      .orderBy('kind')
      .orderBy('pattern')
      .execute();
    return rows.map(({ kind, pattern, note, added_at_ms: addedAtMs }) => ({
      kind: kind as BlocklistKind,
      pattern,
      note,
      addedAtMs,
    }));
  };

  return {
    all,

    entries() {
      const nowMs = now().getTime();
      if (!isFresh || nowMs - copy.readAtMs > FRESH_FOR_MS) {
        const entries = all();
        // What could not be read is asked for again.
        entries.catch(() => {
          isFresh = false;
        });
        copy = { readAtMs: nowMs, entries };
        isFresh = true;
      }
      return copy.entries;
    },

    async add(transaction, { kind, pattern }, note) {
      const list = transaction.$extendTables<ModerationTables>();
      const { count } = await list
        .selectFrom('blocklist')
        .select((build) => build.fn.countAll().as('count'))
        .executeTakeFirstOrThrow();
      if (Number(count) >= MOST_ENTRIES) {
        throw new BroadsheetError(
          'not_acceptable',
          `The blocklist holds ${MOST_ENTRIES} entries.`,
          {
            fix: 'Remove some that nobody needs any more.',
          },
        );
      }
      const added = await list
        .insertInto('blocklist')
        .values({ kind, pattern, note, added_at_ms: now().getTime() })
        .onConflict((conflict) => conflict.columns(['kind', 'pattern']).doNothing())
        .returning('pattern')
        .executeTakeFirst();
      return added !== undefined;
    },

    async remove(transaction, { kind, pattern }) {
      const removed = await transaction
        .$extendTables<ModerationTables>()
        .deleteFrom('blocklist')
        .where('kind', '=', kind)
        .where('pattern', '=', pattern)
        .returning('pattern')
        .executeTakeFirst();
      return removed !== undefined;
    },

    refresh() {
      isFresh = false;
    },
  };
}
