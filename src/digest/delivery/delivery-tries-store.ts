/** The steps of one letter by the sender that has its lease. */

import type { Database } from '../../database/database.js';
import { titleKey } from '../../papers/title-key.js';
import type { Contents } from '../contents/contents.js';
import type { Subscriber } from '../subscriptions/subscription.js';
import { lockSubscriber } from '../subscriptions/subscription-rows-store.js';
import type { HandOver, Lease, Outcome } from './delivery.js';
import {
  CONTROL_ROW,
  contentsFrom,
  type DeliveryRow,
  type DeliveryTables,
  type Tables,
  tidyDetail,
  toPause,
} from './delivery-rows.js';
import { ended, type Verdict, verdictOf } from './delivery-rules.js';
import { putDown, takeTurnAtRow } from './delivery-turns-store.js';

export type DeliveryTries = {
  readonly keepContents: (lease: Lease, contents: Contents) => Promise<boolean>;
  readonly handOver: (lease: Lease, leaseMs: number) => Promise<HandOver>;
  readonly settle: (lease: Lease, outcome: Outcome) => Promise<boolean>;
  readonly giveBack: (leases: readonly Lease[], tryAtMs?: number) => Promise<void>;
};

export function createDeliveryTries(
  { connection }: Database,
  { now, maxRepeats }: { readonly now: () => Date; readonly maxRepeats: 0 | 1 },
): DeliveryTries {
  const tables = connection.$extendTables<DeliveryTables>();
  const inTransaction = <Result>(work: (tables: Tables) => Promise<Result>): Promise<Result> =>
    tables.transaction().execute(work);

  return {
    keepContents: (lease, contents) =>
      connection.transaction().execute(async (transaction) => {
        const subscriber = await lockSubscriber(transaction, 'id', lease.subscriberId);
        const tables = transaction.$extendTables<DeliveryTables>();
        const row = subscriber && (await takeTurnAtRow(tables, lease));
        if (row?.state !== 'leased' || row.fence !== lease.fence) return false;
        // Nothing new is written down of somebody who was forgotten meanwhile.
        if (subscriber?.address === undefined) return true;
        await tables
          .updateTable('deliveries')
          .set({ contents: JSON.stringify(contents) })
          .where('edition_on', '=', row.edition_on)
          .where('subscriber_id', '=', row.subscriber_id)
          .execute();
        return true;
      }),

    handOver: (lease, leaseMs) =>
      connection.transaction().execute(async (transaction) => {
        const subscriber = await lockSubscriber(transaction, 'id', lease.subscriberId);
        const tables = transaction.$extendTables<DeliveryTables>();
        const row = subscriber && (await takeTurnAtRow(tables, lease));
        const nowMs = now().getTime();
        if (!row || !mayGoOn(row, lease, nowMs)) return { may: false, because: 'lease-lost' };
        const unwanted = await whyNotWanted(tables, subscriber);
        if (unwanted) {
          await become(tables, row, ended(row, 'skipped', unwanted), nowMs);
          return { may: false, because: 'not-wanted' };
        }
        const stopped = await whyStopped(tables);
        if (stopped) {
          await backToQueue(tables, row, { nowMs, detail: stopped });
          return { may: false, because: 'paused' };
        }
        await rememberPapers(tables, row);
        await tables
          .updateTable('deliveries')
          .set({
            state: 'handing_over',
            detail: 'the server waits for it',
            lease_until_ms: nowMs + leaseMs,
            sent_at_ms: nowMs,
          })
          .where('edition_on', '=', row.edition_on)
          .where('subscriber_id', '=', row.subscriber_id)
          .execute();
        await putDown(tables, [row], nowMs);
        return { may: true };
      }),

    settle: (lease, outcome) =>
      inTransaction(async (tables) => {
        const row = await takeTurnAtRow(tables, lease);
        if (!row || row.fence !== lease.fence) return false;
        // Queued for another copy, which nobody has taken up: now it is known what became of the
        // one before.
        const isForRepeat = row.state === 'queued' && row.repeats > 0;
        if (!isForRepeat && !SETTLED_FROM.has(row.state)) return false;
        const repeats = isForRepeat ? row.repeats - 1 : row.repeats;
        const isKnownAlready = isForRepeat || row.state === 'ambiguous';
        if (outcome.state === 'ambiguous' && isKnownAlready) return true;
        const nowMs = now().getTime();
        const tried = { repeats, giveUpAtMs: row.give_up_at_ms };
        await become(tables, row, verdictOf(tried, outcome, { nowMs, maxRepeats }), nowMs);
        return true;
      }),

    async giveBack(leases, tryAtMs) {
      for (const lease of leases) {
        await inTransaction(async (tables) => {
          const row = await takeTurnAtRow(tables, lease);
          if (row?.state !== 'leased' || row.fence !== lease.fence) return;
          const nowMs = now().getTime();
          await backToQueue(tables, row, { nowMs, detail: 'not begun', tryAtMs });
        });
      }
    },
  };
}

const SETTLED_FROM: ReadonlySet<string> = new Set(['leased', 'handing_over', 'ambiguous']);

function mayGoOn(row: DeliveryRow, lease: Lease, nowMs: number): boolean {
  return (
    row.state === 'leased' &&
    row.fence === lease.fence &&
    row.holder === lease.holder &&
    (row.lease_until_ms ?? 0) > nowMs
  );
}

async function whyNotWanted(
  tables: Tables,
  { state, address, addressHash }: Subscriber,
): Promise<string | undefined> {
  if (state !== 'confirmed' || address === undefined) return 'left before it was sent';
  const suppression = await tables
    .selectFrom('suppressions')
    .select(['reason', 'detail'])
    .where('address_hash', '=', addressHash)
    .executeTakeFirst();
  if (!suppression) return undefined;
  const { reason, detail } = suppression;
  return `the address is suppressed: ${reason}${detail && ` (${detail})`}`;
}

async function whyStopped(tables: Tables): Promise<string | undefined> {
  const row = await tables
    .selectFrom('digest_control')
    .select(['paused_by', 'pause_reason', 'paused_at_ms'])
    .where('id', '=', CONTROL_ROW)
    .executeTakeFirstOrThrow();
  const pause = toPause(row);
  return pause && `the mail is stopped: ${pause.reason}`;
}

/** Puts the papers down as read, by their titles too; those that are gone are in no letter. */
async function rememberPapers(tables: Tables, row: DeliveryRow): Promise<void> {
  const ids = contentsFrom(row.contents)?.papers.map(({ paperId }) => paperId) ?? [];
  if (ids.length === 0) return;
  const papers = await tables
    .selectFrom('papers')
    .select(['id', 'title'])
    .where('id', 'in', ids)
    .execute();
  if (papers.length === 0) return;
  const { subscriber_id, edition_on } = row;
  await tables
    .insertInto('sent_papers')
    .values(
      papers.map(({ id, title }) => ({
        subscriber_id,
        paper_id: id,
        title_key: titleKey(title),
        edition_on,
      })),
    )
    // A second copy, or one that came in another edition meanwhile.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function become(
  tables: Tables,
  row: DeliveryRow,
  { state, detail, repeats, tryAtMs }: Verdict,
  nowMs: number,
): Promise<void> {
  const mayBeRead = state === 'sent' || state === 'ambiguous' || repeats > 0;
  await tables
    .updateTable('deliveries')
    .set({
      state,
      detail: tidyDetail(detail),
      repeats,
      holder: null,
      lease_until_ms: null,
      ...(tryAtMs !== undefined && { try_at_ms: tryAtMs }),
      ...(state === 'sent' && { sent_at_ms: nowMs }),
      ...(!mayBeRead && { sent_at_ms: null }),
    })
    .where('edition_on', '=', row.edition_on)
    .where('subscriber_id', '=', row.subscriber_id)
    .execute();
  if (!mayBeRead) await forgetPapers(tables, row);
  await putDown(tables, [row], nowMs);
}

/** What was not delivered was not read: another letter may have it. */
async function forgetPapers(tables: Tables, row: DeliveryRow): Promise<void> {
  await tables
    .deleteFrom('sent_papers')
    .where('subscriber_id', '=', row.subscriber_id)
    .where('edition_on', '=', row.edition_on)
    .execute();
}

/** Lets a row wait again; taking it up was no try. */
async function backToQueue(
  tables: Tables,
  row: DeliveryRow,
  {
    nowMs,
    detail,
    tryAtMs = row.try_at_ms,
  }: { readonly nowMs: number; readonly detail: string; readonly tryAtMs?: number | undefined },
): Promise<void> {
  await tables
    .updateTable('deliveries')
    .set({
      state: 'queued',
      detail: tidyDetail(detail),
      attempt: Math.max(0, row.attempt - 1),
      holder: null,
      lease_until_ms: null,
      try_at_ms: tryAtMs,
    })
    .where('edition_on', '=', row.edition_on)
    .where('subscriber_id', '=', row.subscriber_id)
    .execute();
  await putDown(tables, [row], nowMs);
}
