/**
 * Whose turn it is to ask a polite host. arXiv allows an operator one request at a time and a
 * pause after it, over all processes and machines together, so the queue is a row in the
 * database that they share: who holds the turn, and from when on the next may be taken.
 *
 * A turn is a lease. When its holder dies, the turn is free again as the lease ends. Times are
 * those of each process's own clock: on several machines a pause is as exact as their clocks.
 */

import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../database/database.js';
import { BroadsheetError } from '../errors.js';

export type TurnOptions = {
  /** How long the host is left alone after the work, in milliseconds. */
  readonly pauseMs: number;
  /** After so long the holder counts as dead; the work must be over by then. */
  readonly leaseMs: number;
  /** A host that is postponed for longer is refused at once instead of waited for. */
  readonly longestWaitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type TurnStore = {
  /**
   * Waits for the host's turn, does the work, and begins the pause when the work has ended,
   * however it ended.
   *
   * @throws BroadsheetError `source_failed` when the host is postponed beyond `longestWaitMs`
   * @throws the signal's reason, when it aborts while waiting
   */
  readonly takeTurn: <Result>(
    host: string,
    options: TurnOptions,
    work: () => Promise<Result>,
  ) => Promise<Result>;
  /** Nobody takes a turn before this time; an earlier one than is already set changes nothing. */
  readonly postpone: (host: string, untilMs: number) => Promise<void>;
  /** When the next turn may begin, in milliseconds since 1970 UTC; 0 for a host never asked. */
  readonly freeAtMs: (host: string) => Promise<number>;
};

/** Waits so many milliseconds; rejects when the signal aborts. */
export type Sleep = (durationMs: number, signal?: AbortSignal) => Promise<unknown>;

type TurnTables = {
  request_turns: {
    host: string;
    holder: string | null;
    held_until_ms: number;
    free_at_ms: number;
  };
};

/** How often a held turn is looked at again: far below any pause, and a light question. */
const POLL_MS = 100;

/** A long wait is checked this often, since clocks are set and computers sleep. */
const LONGEST_NAP_MS = 10_000;

export function createTurnStore(
  database: Database,
  { now, sleep }: { readonly now: () => Date; readonly sleep: Sleep },
): TurnStore {
  const tables: Kysely<TurnTables> = database.connection.$extendTables<TurnTables>();
  const nowMs = () => now().getTime();

  const rowOf = (host: string) =>
    tables.selectFrom('request_turns').selectAll().where('host', '=', host).executeTakeFirst();

  const claim = (host: string, holder: string, leaseMs: number) =>
    tables
      .updateTable('request_turns')
      .set({ holder, held_until_ms: nowMs() + leaseMs })
      .where('host', '=', host)
      .where('free_at_ms', '<=', nowMs())
      .where(({ eb, or }) => or([eb('holder', 'is', null), eb('held_until_ms', '<=', nowMs())]))
      .returning('host')
      .executeTakeFirst();

  const enter = (host: string) =>
    tables
      .insertInto('request_turns')
      .values({ host, holder: null, held_until_ms: 0, free_at_ms: 0 })
      .onConflict((conflict) => conflict.column('host').doNothing())
      .execute();

  async function postpone(host: string, untilMs: number): Promise<void> {
    await enter(host);
    await tables
      .updateTable('request_turns')
      .set({ free_at_ms: untilMs })
      .where('host', '=', host)
      .where('free_at_ms', '<', untilMs)
      .execute();
  }

  async function waitForTurn(host: string, holder: string, options: TurnOptions): Promise<void> {
    const { leaseMs, longestWaitMs = Number.POSITIVE_INFINITY, signal } = options;
    for (;;) {
      signal?.throwIfAborted();
      const row = await rowOf(host);
      if (!row) {
        await enter(host);
        continue;
      }
      const pausedMs = row.free_at_ms - nowMs();
      if (pausedMs > longestWaitMs) throw postponed(host, row.free_at_ms);
      const isHeld = row.holder !== null && row.held_until_ms > nowMs();
      if (pausedMs > 0) await sleep(Math.min(pausedMs, LONGEST_NAP_MS), signal);
      else if (isHeld) await sleep(POLL_MS, signal);
      else if (await claim(host, holder, leaseMs)) return;
    }
  }

  return {
    async takeTurn(host, options, work) {
      const holder = randomUUID();
      await waitForTurn(host, holder, options);
      try {
        return await work();
      } finally {
        // The pause stands before the turn is given back, so that nobody slips in between.
        await postpone(host, nowMs() + options.pauseMs);
        await tables
          .updateTable('request_turns')
          .set({ holder: null, held_until_ms: 0 })
          .where('host', '=', host)
          .where('holder', '=', holder)
          .execute();
      }
    },

    postpone,

    async freeAtMs(host) {
      return (await rowOf(host))?.free_at_ms ?? 0;
    },
  };
}

function postponed(host: string, untilMs: number): BroadsheetError {
  return new BroadsheetError(
    'source_failed',
    `${host} has told us to wait and is not asked before ${minuteOf(untilMs)}.`,
  );
}

/** `2026-11-20 12:10 UTC`, rounded up so that the named minute is not too early. */
export function minuteOf(timeMs: number): string {
  const minute = new Date(Math.ceil(timeMs / 60_000) * 60_000).toISOString();
  return `${minute.slice(0, 10)} ${minute.slice(11, 16)} UTC`;
}
