/** Which editions were posted where, as the database has it. */

import type { Database } from '../../database/database.js';
import type { Day } from '../../papers/dates.js';
import type { Post, PostKey, PostState } from './post.js';

export type PostStore = {
  readonly find: (key: PostKey) => Promise<Post | undefined>;
  /** The latest first. */
  readonly list: (limit: number) => Promise<readonly Post[]>;
  /** Of one edition, by the ids of the channels. */
  readonly of: (editionOn: Day) => Promise<readonly Post[]>;
  /** When a channel last got something, or nearly did; absent when never. */
  readonly lastChangeMs: (target: string, before: Day) => Promise<number | undefined>;
  /**
   * Puts down that a post is about to be made, if it may be: none was, or it is to be tried again.
   * Of several who ask at once, one gets it.
   *
   * @returns which try it is; `undefined` when it may not be made
   */
  readonly begin: (
    key: PostKey,
    options: {
      readonly leaseMs: number;
      /** Whether one of which nobody knows how it ended may be made again. */
      readonly isRepeatable: boolean;
    },
  ) => Promise<number | undefined>;
  /** Puts down how a try ended; nothing when another one has begun since. */
  readonly end: (
    key: PostKey,
    attempt: number,
    outcome: { readonly state: PostState; readonly detail: string; readonly tryAtMs?: number },
  ) => Promise<void>;
  /** Puts down that an edition is not posted, unless it was or is being posted. */
  readonly skip: (key: PostKey, detail: string) => Promise<void>;
  /** Gives up earlier editions that wait to be tried again: they are no news any more. */
  readonly leaveBehind: (key: PostKey) => Promise<void>;
  /** Makes `ambiguous` what somebody began who is dead; gives how many. */
  readonly expire: () => Promise<number>;
};

type PostTables = {
  digest_posts: {
    edition_on: string;
    target: string;
    state: string;
    detail: string;
    attempt: number;
    try_at_ms: number;
    lease_until_ms: number | null;
    changed_at_ms: number;
  };
};

const LONGEST_DETAIL = 500;

export function createPostStore(
  database: Database,
  { now }: { readonly now: () => Date },
): PostStore {
  const tables = database.connection.$extendTables<PostTables>();
  const nowMs = () => now().getTime();

  const row = ({ editionOn, target }: PostKey) =>
    tables
      .selectFrom('digest_posts')
      .selectAll()
      .where('edition_on', '=', editionOn)
      .where('target', '=', target);

  /** A first try; `false` when there was one. */
  const enter = async ({ editionOn, target }: PostKey, leaseMs: number): Promise<boolean> => {
    const entered = await tables
      .insertInto('digest_posts')
      .values({
        edition_on: editionOn,
        target,
        state: 'posting',
        detail: '',
        attempt: 1,
        try_at_ms: nowMs(),
        lease_until_ms: nowMs() + leaseMs,
        changed_at_ms: nowMs(),
      })
      .onConflict((conflict) => conflict.columns(['edition_on', 'target']).doNothing())
      .returning('attempt')
      .executeTakeFirst();
    return entered !== undefined;
  };

  return {
    async find(key) {
      const found = await row(key).executeTakeFirst();
      return found && fromRow(found);
    },

    async list(limit) {
      const rows = await tables
        .selectFrom('digest_posts')
        .selectAll()
        .orderBy('edition_on', 'desc')
        .orderBy('target')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },

    async of(editionOn) {
      const rows = await tables
        .selectFrom('digest_posts')
        .selectAll()
        .where('edition_on', '=', editionOn)
        .orderBy('target')
        .execute();
      return rows.map(fromRow);
    },

    async lastChangeMs(target, before) {
      const found = await tables
        .selectFrom('digest_posts')
        .select(({ fn }) => fn.max('changed_at_ms').as('changed_at_ms'))
        .where('target', '=', target)
        .where('edition_on', '<', before)
        .executeTakeFirst();
      const last = found?.changed_at_ms;
      return last === null || last === undefined ? undefined : Number(last);
    },

    async begin(key, { leaseMs, isRepeatable }) {
      if (await enter(key, leaseMs)) return 1;
      const begun = await tables
        .updateTable('digest_posts')
        .set(({ eb }) => ({
          state: 'posting',
          attempt: eb('attempt', '+', 1),
          lease_until_ms: nowMs() + leaseMs,
          changed_at_ms: nowMs(),
        }))
        .where('edition_on', '=', key.editionOn)
        .where('target', '=', key.target)
        .where('try_at_ms', '<=', nowMs())
        .where('state', 'in', isRepeatable ? ['deferred', 'ambiguous'] : ['deferred'])
        .returning('attempt')
        .executeTakeFirst();
      return begun && Number(begun.attempt);
    },

    async end({ editionOn, target }, attempt, { state, detail, tryAtMs = nowMs() }) {
      await tables
        .updateTable('digest_posts')
        .set({
          state,
          detail: detail.slice(0, LONGEST_DETAIL),
          try_at_ms: tryAtMs,
          lease_until_ms: null,
          changed_at_ms: nowMs(),
        })
        .where('edition_on', '=', editionOn)
        .where('target', '=', target)
        .where('attempt', '=', attempt)
        // Somebody who was taken for dead knows better how it ended.
        .where('state', 'in', ['posting', 'ambiguous'])
        .execute();
    },

    async skip({ editionOn, target }, detail) {
      const skipped = { state: 'skipped', detail, changed_at_ms: nowMs() };
      await tables
        .insertInto('digest_posts')
        .values({
          ...{ edition_on: editionOn, target, attempt: 0, try_at_ms: nowMs() },
          ...{ lease_until_ms: null, ...skipped },
        })
        .onConflict((conflict) =>
          conflict
            .columns(['edition_on', 'target'])
            .doUpdateSet(skipped)
            .where('digest_posts.state', '=', 'deferred'),
        )
        .execute();
    },

    async leaveBehind({ editionOn, target }) {
      await tables
        .updateTable('digest_posts')
        .set({
          state: 'skipped',
          detail: `the edition of ${editionOn} came`,
          changed_at_ms: nowMs(),
        })
        .where('target', '=', target)
        .where('edition_on', '<', editionOn)
        .where('state', '=', 'deferred')
        .execute();
    },

    async expire() {
      const expired = await tables
        .updateTable('digest_posts')
        .set({
          state: 'ambiguous',
          detail: 'the program stopped while it was posted',
          lease_until_ms: null,
          changed_at_ms: nowMs(),
        })
        .where('state', '=', 'posting')
        .where('lease_until_ms', '<=', nowMs())
        .returning('target')
        .execute();
      return expired.length;
    },
  };
}

function fromRow(row: PostTables['digest_posts']): Post {
  return {
    editionOn: row.edition_on as Day,
    target: row.target,
    state: row.state as PostState,
    detail: row.detail,
    attempt: Number(row.attempt),
    tryAtMs: Number(row.try_at_ms),
    changedAtMs: Number(row.changed_at_ms),
  };
}
