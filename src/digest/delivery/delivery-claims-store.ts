/** Taking letters up, and what becomes of those whose sender or whose day is over. */

import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely';
import type { Database } from '../../database/database.js';
import type { Day } from '../../papers/dates.js';
import { type DeliveryState, GIVE_UP_MS, type Lease } from './delivery.js';
import { type DeliveryTables, type Tables, toLease } from './delivery-rows.js';
import { GIVEN_UP, MAY_HAVE_ARRIVED, SENDER_VANISHED, SENT_ONCE_MORE } from './delivery-rules.js';
import { byEdition, putDown, type RowKey, takeTurnAtAll } from './delivery-turns-store.js';

export type ClaimOptions = {
  readonly limit: number;
  readonly leaseMs: number;
  /** Domains that are not to be written to now. */
  readonly withoutDomains: readonly string[];
  /** Only of this edition. */
  readonly editionOn?: Day | undefined;
};

export type DeliveryClaims = {
  readonly claim: (holder: string, options: ClaimOptions) => Promise<readonly Lease[]>;
  readonly renew: (holder: string, leaseMs: number) => Promise<void>;
  readonly expire: () => Promise<number>;
  readonly giveUp: () => Promise<number>;
  readonly skipWaiting: (detail: string) => Promise<number>;
};

/** A lease that ends later than this was made by a clock that has been set back since. */
export const LONGEST_LEASE_MS: number = 15 * 60_000;

/** Rows that one transaction ends; the others get their turn between two. */
const BATCH = 500;

type Where = ExpressionBuilder<DeliveryTables, 'deliveries'>;
type Condition = ExpressionWrapper<DeliveryTables, 'deliveries', SqlBool>;

export function createDeliveryClaims(
  { connection }: Database,
  { now, maxRepeats }: { readonly now: () => Date; readonly maxRepeats: 0 | 1 },
): DeliveryClaims {
  const tables = connection.$extendTables<DeliveryTables>();
  const nowMs = () => now().getTime();
  const inTurn = <Result>(
    work: (tables: Tables, isStopped: boolean) => Promise<Result>,
  ): Promise<Result> =>
    tables.transaction().execute(async (transaction) => {
      const { pause } = await takeTurnAtAll(transaction);
      return work(transaction, pause !== undefined);
    });

  /** Ends all rows of a kind, batch by batch, and gives how many. */
  const endAll = async (
    isMeant: (where: Where, atMs: number) => Condition,
    toBecome: Become,
  ): Promise<number> => {
    let count = 0;
    for (;;) {
      const atMs = nowMs();
      // Looked at before, so that a quiet minute writes nothing.
      const keys = await keysOf(tables, (where) => isMeant(where, atMs), BATCH);
      if (keys.length === 0) return count;
      const ended = await inTurn((tables) =>
        change(tables, keys, (where) => isMeant(where, atMs), toBecome, atMs),
      );
      count += ended;
      if (keys.length < BATCH) return count;
    }
  };

  return {
    async claim(holder, options) {
      assertLease(options.leaseMs);
      if ((await candidates(tables, nowMs(), { ...options, limit: 1 })).length === 0) return [];
      return inTurn(async (tables, isStopped) => {
        if (isStopped) return [];
        const atMs = nowMs();
        const keys = await candidates(tables, atMs, options);
        return takeUp(tables, keys, { holder, atMs, leaseMs: options.leaseMs });
      });
    },

    async renew(holder, leaseMs) {
      assertLease(leaseMs);
      await inTurn((tables) =>
        tables
          .updateTable('deliveries')
          .set({ lease_until_ms: nowMs() + leaseMs })
          .where('state', 'in', ['leased', 'handing_over'])
          .where('holder', '=', holder)
          .execute(),
      );
    },

    async expire() {
      const isOver = (where: Where, atMs: number) =>
        where.and([where('state', '=', 'handing_over'), isLeaseOver(where, atMs)]);
      const mayBeRepeated = (where: Where, atMs: number) =>
        where.and([
          isOver(where, atMs),
          where('repeats', '<', maxRepeats),
          where('give_up_at_ms', '>', atMs),
        ]);
      return (await endAll(mayBeRepeated, queuedAgain)) + (await endAll(isOver, ambiguous));
    },

    giveUp: () =>
      endAll(
        (where, atMs) => where.and([isWaiting(where, atMs), where('give_up_at_ms', '<=', atMs)]),
        unsent(
          'failed',
          sql`case when detail = '' then ${GIVEN_UP} || ': it was not tried'
          else ${GIVEN_UP} || ': ' || detail end`,
        ),
      ),

    async skipWaiting(detail) {
      const isDue = (where: Where, atMs: number) => where('give_up_at_ms', '<=', atMs + GIVE_UP_MS);
      const waits = (where: Where, atMs: number) =>
        where.and([where('state', 'in', ['queued', 'leased', 'deferred']), isDue(where, atMs)]);
      const handed = (where: Where, atMs: number) =>
        where.and([where('state', '=', 'handing_over'), isDue(where, atMs)]);
      return (
        (await endAll(waits, unsent('skipped', sql`cast(${detail} as text)`))) +
        (await endAll(handed, ambiguous))
      );
    },
  };
}

function assertLease(leaseMs: number): void {
  if (leaseMs > 0 && leaseMs <= LONGEST_LEASE_MS) return;
  throw new RangeError(`a lease lasts up to ${LONGEST_LEASE_MS} ms, not ${leaseMs}`);
}

function isLeaseOver(where: Where, atMs: number): Condition {
  return where.or([
    where('lease_until_ms', '<=', atMs),
    where('lease_until_ms', '>', atMs + LONGEST_LEASE_MS),
  ]);
}

/** Nobody works on it. */
function isWaiting(where: Where, atMs: number): Condition {
  return where.or([
    where('state', 'in', ['queued', 'deferred']),
    where.and([where('state', '=', 'leased'), isLeaseOver(where, atMs)]),
  ]);
}

async function keysOf(
  tables: Tables,
  isMeant: (where: Where) => Condition,
  limit: number,
): Promise<RowKey[]> {
  return tables
    .selectFrom('deliveries')
    .select(['edition_on', 'subscriber_id'])
    .where(isMeant)
    .limit(limit)
    .execute();
}

/** What can be taken up, due longest first; each kind of row by its own index. */
async function candidates(
  tables: Tables,
  atMs: number,
  { limit, withoutDomains, editionOn }: Omit<ClaimOptions, 'leaseMs'>,
): Promise<RowKey[]> {
  const found = async (isMeant: (where: Where) => Condition) =>
    tables
      .selectFrom('deliveries')
      .select(['edition_on', 'subscriber_id', 'try_at_ms'])
      .where(isMeant)
      .where('give_up_at_ms', '>', atMs)
      .$if(withoutDomains.length > 0, (query) => query.where('domain', 'not in', withoutDomains))
      .$if(editionOn !== undefined, (query) => query.where('edition_on', '=', editionOn ?? ''))
      .orderBy('try_at_ms')
      .limit(limit)
      .execute();
  const due = (state: DeliveryState) =>
    found((where) => where.and([where('state', '=', state), where('try_at_ms', '<=', atMs)]));
  const abandoned = await found((where) =>
    where.and([where('state', '=', 'leased'), isLeaseOver(where, atMs)]),
  );
  return [...abandoned, ...(await due('deferred')), ...(await due('queued'))]
    .sort((one, other) => one.try_at_ms - other.try_at_ms)
    .slice(0, limit);
}

async function takeUp(
  tables: Tables,
  keys: readonly RowKey[],
  {
    holder,
    atMs,
    leaseMs,
  }: { readonly holder: string; readonly atMs: number; readonly leaseMs: number },
): Promise<Lease[]> {
  const taken = [];
  for (const [editionOn, ids] of byEdition(keys)) {
    const rows = await tables
      .updateTable('deliveries')
      .set(({ eb }) => ({
        state: 'leased',
        detail: `taken up by ${holder}`,
        fence: eb('fence', '+', 1),
        attempt: eb('attempt', '+', 1),
        holder,
        lease_until_ms: atMs + leaseMs,
      }))
      .where('edition_on', '=', editionOn)
      .where('subscriber_id', 'in', ids)
      // Its sender may have gone on with it since it was found.
      .where((where) => isWaiting(where, atMs))
      .returningAll()
      .execute();
    taken.push(...rows);
  }
  await putDown(tables, taken, atMs);
  return taken.sort((one, other) => one.try_at_ms - other.try_at_ms).map(toLease);
}

type Become = (where: Where) => {
  readonly state: DeliveryState | ReturnType<typeof sql<DeliveryState>>;
  readonly detail: string | ReturnType<typeof sql<string>>;
  readonly repeats?: ReturnType<typeof sql<number>>;
};

const ambiguous: Become = () => ({ state: 'ambiguous', detail: SENDER_VANISHED });

const queuedAgain: Become = () => ({
  state: 'queued',
  detail: `${SENDER_VANISHED}; ${SENT_ONCE_MORE}`,
  repeats: sql<number>`repeats + 1`,
});

/** The same as `ended` in `delivery-rules.ts`, for many rows at once. */
function unsent(state: 'failed' | 'skipped', detail: ReturnType<typeof sql>): Become {
  return () => ({
    state: sql<DeliveryState>`case when repeats = 0 then ${state} else 'ambiguous' end`,
    detail: sql<string>`case when repeats = 0 then ${detail}
      else ${detail} || ${`; ${MAY_HAVE_ARRIVED}`} end`,
  });
}

async function change(
  tables: Tables,
  keys: readonly RowKey[],
  isMeant: (where: Where) => Condition,
  toBecome: Become,
  atMs: number,
): Promise<number> {
  const changed: RowKey[] = [];
  for (const [editionOn, ids] of byEdition(keys)) {
    const rows = await tables
      .updateTable('deliveries')
      .set((where) => ({ ...toBecome(where as Where), holder: null, lease_until_ms: null }))
      .where('edition_on', '=', editionOn)
      .where('subscriber_id', 'in', ids)
      .where(isMeant)
      .returning(['edition_on', 'subscriber_id'])
      .execute();
    changed.push(...rows);
  }
  await putDown(tables, changed, atMs);
  return changed.length;
}
