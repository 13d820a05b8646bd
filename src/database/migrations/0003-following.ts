/**
 * What a copy of the catalogue, such as a search index, needs to stay true to it: which papers
 * are gone, which catalogue it is, and whether its past is still the one that was copied.
 */

import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { orderedText } from './column-types.js';

export const following: Migration = {
  async up(database: Kysely<unknown>) {
    const ordered = orderedText(database);

    await database.schema
      .createTable('removed_papers')
      .addColumn('id', ordered, (column) => column.primaryKey())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('removed_papers_by_revision')
      .unique()
      .on('removed_papers')
      .column('revision')
      .execute();

    await database.schema
      .alterTable('catalogue')
      .addColumn('identity', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
    await sql`update catalogue set identity = ${randomUUID()}`.execute(database);

    // The last revision of each commit, and a random name for the commit. A database that was
    // restored from a backup soon has the same revisions again, and they mean other papers.
    await database.schema
      .createTable('catalogue_commits')
      .addColumn('revision', 'bigint', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .execute();
    await sql`
      insert into catalogue_commits (revision, name)
      select revision, ${randomUUID()} from catalogue
    `.execute(database);
  },
};
