/** Forgetting what is only of use for a while: that a letter was sent stays known for ever. */

import type { Day } from '../../papers/dates.js';
import type { Tables } from './delivery-rows.js';
import { takeTurnAtAll } from './delivery-turns-store.js';

/** Letters that one transaction forgets; the others get their turn between two. */
const BATCH = 500;

/** Removes the histories and contents of all editions before a day. */
export async function forgetContentsBefore(tables: Tables, day: Day): Promise<void> {
  for (;;) {
    // Every row has a history until it is forgotten, so these are all that are left to do.
    const { edition } = await tables
      .selectFrom('delivery_events')
      .select(({ fn }) => fn.min<string | null>('edition_on').as('edition'))
      .where('edition_on', '<', day)
      .executeTakeFirstOrThrow();
    if (edition === null) return;
    await forgetSome(tables, edition);
  }
}

function forgetSome(tables: Tables, editionOn: string): Promise<void> {
  return tables.transaction().execute(async (transaction) => {
    await takeTurnAtAll(transaction);
    const rows = await transaction
      .selectFrom('delivery_events')
      .select('subscriber_id')
      .where('edition_on', '=', editionOn)
      .orderBy('subscriber_id')
      .distinct()
      .limit(BATCH)
      .execute();
    const ids = rows.map(({ subscriber_id }) => subscriber_id);
    if (ids.length === 0) return;
    await transaction
      .updateTable('deliveries')
      .set({ contents: null })
      .where('edition_on', '=', editionOn)
      .where('subscriber_id', 'in', ids)
      .execute();
    await transaction
      .deleteFrom('delivery_events')
      .where('edition_on', '=', editionOn)
      .where('subscriber_id', 'in', ids)
      .execute();
  });
}
