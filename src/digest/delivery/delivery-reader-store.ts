/** Reading what became of deliveries. */

import { sql } from 'kysely';
import type { Day } from '../../papers/dates.js';
import type { Contents } from '../contents/contents.js';
import type { SubscriberId } from '../subscriptions/subscription.js';
import {
  DELIVERY_STATES,
  type Delivery,
  type DeliveryCounts,
  type DeliveryEvent,
  type DeliveryKey,
  type DeliveryState,
} from './delivery.js';
import { contentsFrom, type Tables, toDelivery } from './delivery-rows.js';

export type DeliveryReader = {
  readonly counts: (editionOn: Day) => Promise<DeliveryCounts>;
  /** The editions that have rows, the latest first. */
  readonly editions: (limit: number) => Promise<readonly Day[]>;
  readonly list: (
    editionOn: Day,
    page: {
      readonly state?: DeliveryState | undefined;
      readonly offset: number;
      readonly limit: number;
    },
  ) => Promise<{ readonly deliveries: readonly Delivery[]; readonly total: number }>;
  readonly find: (key: DeliveryKey) => Promise<Delivery | undefined>;
  readonly byMessageId: (messageId: string) => Promise<Delivery | undefined>;
  /** What happened to a row, in order. */
  readonly history: (key: DeliveryKey) => Promise<readonly DeliveryEvent[]>;
  /** What somebody was sent lately, the latest first: for their feed. */
  readonly contentsOf: (
    subscriberId: SubscriberId,
    limit: number,
  ) => Promise<
    readonly {
      readonly editionOn: Day;
      readonly contents: Contents;
      readonly atMs: number;
    }[]
  >;
  /**
   * When the next row may be taken up that waits, or whose sender is dead by then; absent when
   * there is none. The time may have passed: while the mail is stopped, say.
   */
  readonly nextTryAtMs: () => Promise<number | undefined>;
};

const NOTHING_COUNTED = Object.fromEntries(
  DELIVERY_STATES.map((state) => [state, 0]),
) as DeliveryCounts;

export function createDeliveryReader(tables: Tables): DeliveryReader {
  const withAddress = () =>
    tables
      .selectFrom('deliveries')
      .innerJoin('subscribers', 'subscribers.id', 'deliveries.subscriber_id')
      .selectAll('deliveries')
      .select('subscribers.address');

  return {
    async counts(editionOn) {
      const rows = await tables
        .selectFrom('deliveries')
        .select(({ fn }) => ['state', fn.countAll().as('count')])
        .where('edition_on', '=', editionOn)
        .groupBy('state')
        .execute();
      const counted = Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
      return { ...NOTHING_COUNTED, ...counted };
    },

    async editions(limit) {
      const days: Day[] = [];
      // Each is one step down the index; all rows of an edition would be many.
      while (days.length < limit) {
        const before = days.at(-1);
        const { day } = await tables
          .selectFrom('deliveries')
          .select(({ fn }) => fn.max<string | null>('edition_on').as('day'))
          .$if(before !== undefined, (query) => query.where('edition_on', '<', before ?? ''))
          .executeTakeFirstOrThrow();
        if (day === null) break;
        days.push(day as Day);
      }
      return days;
    },

    async list(editionOn, { state, offset, limit }) {
      const rows = await withAddress()
        .where('edition_on', '=', editionOn)
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'queued'))
        .orderBy('subscriber_id')
        .offset(offset)
        .limit(limit)
        .execute();
      const { total } = await tables
        .selectFrom('deliveries')
        .select(({ fn }) => fn.countAll().as('total'))
        .where('edition_on', '=', editionOn)
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'queued'))
        .executeTakeFirstOrThrow();
      return { deliveries: rows.map(toDelivery), total: Number(total) };
    },

    async find({ editionOn, subscriberId }) {
      const row = await withAddress()
        .where('edition_on', '=', editionOn)
        .where('subscriber_id', '=', subscriberId)
        .executeTakeFirst();
      return row && toDelivery(row);
    },

    async byMessageId(messageId) {
      const row = await withAddress().where('message_id', '=', messageId).executeTakeFirst();
      return row && toDelivery(row);
    },

    async history({ editionOn, subscriberId }) {
      const rows = await tables
        .selectFrom('delivery_events')
        .select(['at_ms', 'state', 'detail'])
        .where('edition_on', '=', editionOn)
        .where('subscriber_id', '=', subscriberId)
        .orderBy('number')
        .execute();
      return rows.map(({ at_ms, state, detail }) => ({ atMs: at_ms, state, detail }));
    },

    async contentsOf(subscriberId, limit) {
      const rows = await tables
        .selectFrom('deliveries')
        .select(['edition_on', 'contents', 'sent_at_ms', 'queued_at_ms'])
        .where('subscriber_id', '=', subscriberId)
        .where('contents', 'is not', null)
        // What is sent once more may have arrived.
        .where(({ eb, or }) =>
          or([eb('state', 'in', ['handing_over', 'sent', 'ambiguous']), eb('repeats', '>', 0)]),
        )
        .orderBy('edition_on', 'desc')
        .limit(limit)
        .execute();
      return rows.flatMap((row) => {
        const contents = contentsFrom(row.contents);
        if (!contents) return [];
        const atMs = row.sent_at_ms ?? row.queued_at_ms;
        return [{ editionOn: row.edition_on as Day, contents, atMs }];
      });
    },

    async nextTryAtMs() {
      const { rows } = await sql<{ next: number | null }>`
        select min(next) as next from (
          select min(try_at_ms) as next from deliveries where state = 'queued'
          union all select min(try_at_ms) from deliveries where state = 'deferred'
          union all select min(lease_until_ms) from deliveries where state = 'leased'
          union all select min(lease_until_ms) from deliveries where state = 'handing_over'
        ) as each`.execute(tables);
      return rows[0]?.next ?? undefined;
    },
  };
}
