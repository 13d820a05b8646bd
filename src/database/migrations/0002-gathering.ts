/** What gathering remembers: its runs, the validators of conditional requests, whose turn it is. */

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { orderedText } from './column-types.js';

export const gathering: Migration = {
  async up(database: Kysely<unknown>) {
    const ordered = orderedText(database);

    await database.schema
      .createTable('gather_runs')
      .addColumn('id', ordered, (column) => column.primaryKey())
      .addColumn('source', ordered, (column) => column.notNull())
      .addColumn('started_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('finished_at_ms', 'bigint')
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('added', 'integer', (column) => column.notNull())
      .addColumn('updated', 'integer', (column) => column.notNull())
      .addColumn('unchanged', 'integer', (column) => column.notNull())
      .addColumn('problems', 'text', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('gather_runs_by_start')
      .on('gather_runs')
      .columns(['source', 'started_at_ms'])
      .execute();

    await database.schema
      .createTable('http_validators')
      .addColumn('url', ordered, (column) => column.primaryKey())
      .addColumn('etag', 'text')
      .addColumn('last_modified', 'text')
      .execute();

    // One row per polite host: who is asking it now, and when it may be asked again. A lease,
    // so that a process that dies while it asks does not keep the others waiting for ever.
    await database.schema
      .createTable('request_turns')
      .addColumn('host', ordered, (column) => column.primaryKey())
      .addColumn('holder', 'text')
      .addColumn('held_until_ms', 'bigint', (column) => column.notNull())
      .addColumn('free_at_ms', 'bigint', (column) => column.notNull())
      .execute();
  },
};
