/** Whose edition is due, and moving them on to the next. */

import type { ExpressionBuilder, ExpressionWrapper, Kysely, SqlBool } from 'kysely';
import type { AnyTransaction } from '../../database/connection.js';
import { addDays, type Day } from '../../papers/dates.js';
import { isEditionDay, nextEdition } from '../schedule/schedule.js';
import type { DigestPreferences, Subscriber, SubscriberId } from './subscription.js';
import {
  lockSubscriber,
  SUBSCRIBER_COLUMNS,
  type SubscriptionTables,
  toSubscriber,
} from './subscription-rows-store.js';

export type EditionTurns = {
  /**
   * The confirmed whose edition is due, those who wait longest first.
   *
   * @param channels - whom anything can be sent to now
   */
  readonly due: (options: {
    readonly limit: number;
    readonly channels: readonly DigestPreferences['channel'][];
  }) => Promise<readonly Subscriber[]>;
  /**
   * Moves somebody on to the edition after `editionOn`, by what they prefer now; part of queueing
   * it. Never back: for a day before their next edition only its moment is worked out anew.
   */
  readonly advance: (
    transaction: AnyTransaction,
    subscriber: Pick<Subscriber, 'id'>,
    editionOn: Day,
  ) => Promise<void>;
  /** All confirmed who are to be sent the edition of a day by their cadence, page by page by id. */
  readonly confirmedFor: (
    editionOn: Day,
    after: SubscriberId | undefined,
    limit: number,
  ) => Promise<readonly Subscriber[]>;
};

export function createEditionTurns(
  tables: Kysely<SubscriptionTables>,
  now: () => Date,
): EditionTurns {
  /** Those confirmed to whose address something may be sent. */
  const reachable = () =>
    tables
      .selectFrom('subscribers')
      .select(SUBSCRIBER_COLUMNS)
      .where('status', '=', 'confirmed')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('suppressions')
              .select('suppressions.address_hash')
              .whereRef('suppressions.address_hash', '=', 'subscribers.address_hash'),
          ),
        ),
      );

  return {
    async due({ limit, channels }) {
      if (channels.length === 0) return [];
      const rows = await reachable()
        .where('next_at_ms', '<=', now().getTime())
        .where((are) => are.or(channels.map((channel) => prefers(are, 'channel', channel))))
        .orderBy('next_at_ms')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toSubscriber);
    },

    async advance(transaction, { id }, editionOn) {
      const current = await lockSubscriber(transaction, 'id', id);
      if (current?.state !== 'confirmed') return;
      const { preferences, nextOn = editionOn } = current;
      const next = nextEdition(preferences, editionOn < nextOn ? addDays(nextOn, -1) : editionOn);
      await transaction
        .$extendTables<SubscriptionTables>()
        .updateTable('subscribers')
        .set({ next_on: next.editionOn, next_at_ms: next.atMs })
        .where('id', '=', id)
        .execute();
    },

    async confirmedFor(editionOn, after, limit) {
      const found: Subscriber[] = [];
      let last: string | undefined = after;
      for (;;) {
        const before: string = last ?? '';
        const rows = await reachable()
          .where('id', '>', before)
          .orderBy('id')
          .limit(limit)
          .execute();
        for (const subscriber of rows.map(toSubscriber)) {
          if (found.length < limit && isEditionDay(subscriber.preferences, editionOn)) {
            found.push(subscriber);
          }
        }
        last = rows.at(-1)?.id;
        if (found.length >= limit || rows.length < limit) return found;
      }
    },
  };
}

/** The last edition that somebody was queued for, whatever became of it. */
export async function lastEditionOf(
  transaction: AnyTransaction,
  id: SubscriberId,
): Promise<Day | undefined> {
  const row = await transaction
    .$extendTables<SubscriptionTables>()
    .selectFrom('deliveries')
    .select('edition_on')
    .where('subscriber_id', '=', id)
    .orderBy('edition_on', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.edition_on as Day | undefined;
}

/**
 * Whether preferences have a value, in SQL that every database reads alike. They are JSON of
 * ours, and a quotation mark within a text of it is escaped, so this can stand in no search.
 */
function prefers(
  are: ExpressionBuilder<SubscriptionTables, 'subscribers'>,
  name: keyof DigestPreferences,
  value: string,
): ExpressionWrapper<SubscriptionTables, 'subscribers', SqlBool> {
  return are('preferences', 'like', `%${JSON.stringify(name)}:${JSON.stringify(value)}%`);
}
