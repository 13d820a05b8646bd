/** The models that were chosen to be in use, the latest of which is. */

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { orderedText } from './column-types.js';

export const models: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('model_choices')
      .addColumn('place', orderedText(database), (column) => column.primaryKey())
      .addColumn('model_id', 'text', (column) => column.notNull())
      // Counts choices: clocks of several machines could put a later one first.
      .addColumn('number', 'bigint', (column) => column.notNull())
      .execute();
  },
};
