/** What speaks for a paper, each piece with its time and weight, and the sums of it. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { orderedText } from './column-types.js';

export const trending: Migration = {
  async up(database: Kysely<unknown>) {
    const ordered = orderedText(database);

    await database.schema
      .createTable('evidence')
      .addColumn('paper_id', ordered, (column) =>
        column.notNull().references('papers.id').onDelete('cascade'),
      )
      .addColumn('kind', ordered, (column) => column.notNull())
      // Whose: an account, or the origin and day of an imported signal.
      .addColumn('actor', ordered, (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      // How many of its kind, as stars gained that day; 1 for what a person does, and 0 once that
      // was taken back, where it has to be remembered.
      .addColumn('amount', 'double precision', (column) => column.notNull())
      // What one of its kind counts, from this actor; 0 is recorded and counts nothing. The sum
      // of a paper is that of amount × weight × field_factor.
      .addColumn('weight', 'double precision', (column) => column.notNull())
      // Why the weight is not that of its kind; see `EvidenceRemark`.
      .addColumn('remark', ordered)
      // What evidence counted in the paper's field when this came.
      .addColumn('field_factor', 'double precision', (column) => column.notNull())
      // A keyed hash of the network it came from, for a while.
      .addColumn('network', ordered)
      .addPrimaryKeyConstraint('evidence_key', ['paper_id', 'kind', 'actor'])
      .execute();
    await database.schema
      .createIndex('evidence_by_actor')
      .on('evidence')
      .columns(['actor', 'at_ms'])
      .execute();
    await database.schema.createIndex('evidence_by_time').on('evidence').column('at_ms').execute();

    await database.schema
      .createTable('standings')
      .addColumn('paper_id', ordered, (column) =>
        column.primaryKey().references('papers.id').onDelete('cascade'),
      )
      // How many accounts vote for it, its own authors left out.
      .addColumn('votes', 'integer', (column) => column.notNull())
      // Comments that all may read.
      .addColumn('comments', 'integer', (column) => column.notNull())
      // log2 of the decayed sum; null without anything that speaks for it.
      .addColumn('hotness', 'double precision')
      // The same sum without decay, by which the papers of one day are ranked; 0 without any.
      .addColumn('merit', 'double precision', (column) => column.notNull())
      // The parts of both sums that come from evidence alone, and how much of that has counted,
      // in votes before its field is looked at.
      .addColumn('evidence_hotness', 'double precision')
      .addColumn('evidence_merit', 'double precision', (column) => column.notNull().defaultTo(0))
      .addColumn('evidence_votes', 'double precision', (column) => column.notNull().defaultTo(0))
      // What its content lets expect, in votes; null until it was reckoned.
      .addColumn('prior', 'double precision')
      .addColumn('prior_at_ms', 'bigint')
      // By what it was reckoned, and from which revision of the paper.
      .addColumn('prior_model', ordered)
      .addColumn('prior_revision', 'bigint')
      // The number of the hotness's last change; null until one was given. See
      // `hotness-changes-store.ts`.
      .addColumn('hotness_change', 'bigint')
      .execute();
    await database.schema
      .createIndex('standings_by_hotness')
      .on('standings')
      .columns(['hotness', 'paper_id'])
      .execute();
    await database.schema
      .createIndex('standings_by_hotness_change')
      .on('standings')
      .column('hotness_change')
      .execute();

    // One row: the last number that was given to a change of hotness.
    await database.schema
      .createTable('hotness_changes')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('latest', 'bigint', (column) => column.notNull())
      .execute();
    await sql`insert into hotness_changes (id, latest) values (1, 0)`.execute(database);

    // Papers are listed by these two alone: a row of them holds an abstract, and a month of such
    // rows would be read to list fifty papers.
    await database.schema.dropIndex('papers_by_edition').execute();
    await database.schema
      .createIndex('papers_listed')
      .on('papers')
      .columns(['edition_on', 'withdrawn', 'is_sample', 'added_revision', 'id'])
      .execute();
    await database.schema
      .createIndex('papers_by_field')
      .on('papers')
      .columns(['id', 'categories', 'withdrawn', 'is_sample'])
      .execute();

    // How much happens in a field: log2 of its decayed evidence. Made anew from time to time.
    await database.schema
      .createTable('field_activity')
      .addColumn('field', ordered, (column) => column.primaryKey())
      .addColumn('activity', 'double precision', (column) => column.notNull())
      .execute();
  },
};
