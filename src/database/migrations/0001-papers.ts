/**
 * The catalogue. JSON is text; times are milliseconds since 1970 UTC; dates are ISO text with
 * the precision that is known (`2026`, `2026-11` or `2026-11-20`), so that they sort as text.
 */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { orderedText } from './column-types.js';

export const papers: Migration = {
  async up(database: Kysely<unknown>) {
    const ordered = orderedText(database);

    await database.schema
      .createTable('papers')
      .addColumn('id', ordered, (column) => column.primaryKey())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('abstract', 'text', (column) => column.notNull())
      .addColumn('authors', 'text', (column) => column.notNull())
      .addColumn('categories', 'text', (column) => column.notNull())
      .addColumn('links', 'text', (column) => column.notNull())
      .addColumn('versions', 'text', (column) => column.notNull())
      .addColumn('provenance', 'text', (column) => column.notNull())
      .addColumn('venue', 'text')
      .addColumn('comment', 'text')
      .addColumn('published_on', ordered)
      .addColumn('updated_on', ordered)
      .addColumn('announced_on', ordered)
      .addColumn('edition_on', ordered, (column) => column.notNull())
      .addColumn('withdrawn', 'integer', (column) => column.notNull())
      .addColumn('is_sample', 'integer', (column) => column.notNull())
      .addColumn('title_key', ordered, (column) => column.notNull())
      .addColumn('added_revision', 'bigint', (column) => column.notNull())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addColumn('added_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('changed_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('papers_by_revision')
      .unique()
      .on('papers')
      .column('revision')
      .execute();
    await database.schema
      .createIndex('papers_by_addition')
      .unique()
      .on('papers')
      .column('added_revision')
      .execute();
    await database.schema
      .createIndex('papers_by_edition')
      .on('papers')
      .columns(['edition_on', 'is_sample', 'added_revision'])
      .execute();
    await database.schema
      .createIndex('papers_by_title_key')
      .on('papers')
      .column('title_key')
      .execute();

    // Every name that a paper is known by, strongest schemes included: `arxiv:2303.01234`.
    await database.schema
      .createTable('paper_identifiers')
      .addColumn('identifier', ordered, (column) => column.primaryKey())
      .addColumn('paper_id', ordered, (column) =>
        column.notNull().references('papers.id').onDelete('cascade'),
      )
      .execute();
    await database.schema
      .createIndex('paper_identifiers_by_paper')
      .on('paper_identifiers')
      .column('paper_id')
      .execute();

    // One row. Writers of papers update it first and so wait for each other: revisions are
    // committed in the order of their numbers, and who reads up to N has missed none below N.
    await database.schema
      .createTable('catalogue')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .execute();
    await sql`insert into catalogue (id, revision) values (1, 0)`.execute(database);
  },
};
