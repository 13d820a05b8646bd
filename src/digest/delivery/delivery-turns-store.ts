/**
 * Waiting for each other at deliveries, so that what a transaction has read is still true when it
 * writes. Who changes many rows takes the turn at all of them first; then comes the subscriber's
 * (`lockSubscriber`), then a row's. Each may be left out, and in this order nobody can wait in a
 * circle.
 */

import { sql } from 'kysely';
import type { DeliveryKey, Pause } from './delivery.js';
import { CONTROL_ROW, type DeliveryRow, type Tables, toPause } from './delivery-rows.js';

/** Waits for the others who change many rows, until the transaction ends. */
export async function takeTurnAtAll(tables: Tables): Promise<{ readonly pause?: Pause }> {
  const row = await tables
    .updateTable('digest_control')
    .set(({ ref }) => ({ id: ref('id') }))
    .where('id', '=', CONTROL_ROW)
    .returning(['paused_by', 'pause_reason', 'paused_at_ms'])
    .executeTakeFirstOrThrow();
  const pause = toPause(row);
  return pause ? { pause } : {};
}

/** Waits for whoever changes a row, and reads it. */
export function takeTurnAtRow(
  tables: Tables,
  { editionOn, subscriberId }: DeliveryKey,
): Promise<DeliveryRow | undefined> {
  return tables
    .updateTable('deliveries')
    .set(({ ref }) => ({ fence: ref('fence') }))
    .where('edition_on', '=', editionOn)
    .where('subscriber_id', '=', subscriberId)
    .returningAll()
    .executeTakeFirst();
}

/** The keys of rows, as the database has them. */
export type RowKey = Pick<DeliveryRow, 'edition_on' | 'subscriber_id'>;

/** Rows of one edition at a time, so that a list of ids names them. */
export function byEdition(keys: readonly RowKey[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const { edition_on, subscriber_id } of keys) {
    const known = ids.get(edition_on);
    if (known) known.push(subscriber_id);
    else ids.set(edition_on, [subscriber_id]);
  }
  return ids;
}

/** Puts down the state that rows of ours are in now, as the next line of their histories. */
export async function putDown(
  tables: Tables,
  keys: readonly RowKey[],
  atMs: number,
): Promise<void> {
  for (const [editionOn, ids] of byEdition(keys)) {
    await tables
      .insertInto('delivery_events')
      .columns(['edition_on', 'subscriber_id', 'number', 'at_ms', 'state', 'detail'])
      .expression(
        tables
          .selectFrom('deliveries as row')
          .select([
            'row.edition_on',
            'row.subscriber_id',
            sql<number>`(select coalesce(max(number), 0) + 1 from delivery_events as event
              where event.edition_on = ${sql.ref('row.edition_on')}
              and event.subscriber_id = ${sql.ref('row.subscriber_id')})`.as('number'),
            sql<number>`cast(${atMs} as bigint)`.as('at_ms'),
            'row.state',
            'row.detail',
          ])
          .where('row.edition_on', '=', editionOn)
          .where('row.subscriber_id', 'in', ids),
      )
      .execute();
  }
}
