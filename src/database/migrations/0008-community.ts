/**
 * What people do with papers. A column that names an account has no foreign key where the row
 * outlives the account: of a deleted one, votes stay as nobody's, and comments as places in
 * their threads.
 */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { orderedText } from './column-types.js';

export const community: Migration = {
  async up(database: Kysely<unknown>) {
    const ordered = orderedText(database);
    const schema = database.schema;

    await schema
      .createTable('votes')
      .addColumn('paper_id', ordered, (column) =>
        column.notNull().references('papers.id').onDelete('cascade'),
      )
      .addColumn('account_id', ordered, (column) => column.notNull())
      .addColumn('voted_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('is_own', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('votes_key', ['paper_id', 'account_id'])
      .execute();
    await schema
      .createIndex('votes_by_account')
      .on('votes')
      .columns(['account_id', 'voted_at_ms'])
      .execute();

    // The papers that people put into the list of a day.
    await schema
      .createTable('picks')
      .addColumn('day', ordered, (column) => column.notNull())
      .addColumn('paper_id', ordered, (column) =>
        column.notNull().references('papers.id').onDelete('cascade'),
      )
      // `submitted` by a reader, or `curated`.
      .addColumn('kind', ordered, (column) => column.notNull())
      .addColumn('account_id', ordered)
      .addColumn('picked_at_ms', 'bigint', (column) => column.notNull())
      // Where a curator put it, from 1; null is ranked.
      .addColumn('position', 'integer')
      .addColumn('note', 'text', (column) => column.notNull())
      // A curator took it out again.
      .addColumn('removed_at_ms', 'bigint')
      .addPrimaryKeyConstraint('picks_key', ['day', 'paper_id'])
      .execute();
    await schema.createIndex('picks_by_paper').on('picks').column('paper_id').execute();
    await schema
      .createIndex('picks_by_account')
      .on('picks')
      .columns(['account_id', 'picked_at_ms'])
      .execute();

    // One row. Who changes a list updates it first and so waits for the others: places stay a
    // row without gaps, and nobody submits more than the rules allow by asking twice at once.
    await schema
      .createTable('pick_lists')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('changes', 'bigint', (column) => column.notNull())
      .execute();
    await sql`insert into pick_lists (id, changes) values (1, 0)`.execute(database);

    // The list of a day as it was mailed.
    await schema
      .createTable('frozen_editions')
      .addColumn('day', ordered, (column) => column.primaryKey())
      .addColumn('frozen_at_ms', 'bigint', (column) => column.notNull())
      // JSON: paper ids in their order, with notes.
      .addColumn('list', 'text', (column) => column.notNull())
      .execute();

    await schema
      .createTable('comments')
      .addColumn('id', ordered, (column) => column.primaryKey())
      .addColumn('paper_id', ordered, (column) =>
        column.notNull().references('papers.id').onDelete('cascade'),
      )
      .addColumn('parent_id', ordered)
      // Null when the author's account is gone.
      .addColumn('account_id', ordered)
      // Markdown as it was written; empty when deleted.
      .addColumn('text', 'text', (column) => column.notNull())
      // `shown`, `held` for a moderator, `hidden` by one, `deleted` by its author.
      .addColumn('status', ordered, (column) => column.notNull())
      .addColumn('status_reason', 'text', (column) => column.notNull())
      .addColumn('written_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('edited_at_ms', 'bigint')
      .execute();
    await schema
      .createIndex('comments_by_paper')
      .on('comments')
      .columns(['paper_id', 'written_at_ms', 'id'])
      .execute();
    await schema
      .createIndex('comments_by_account')
      .on('comments')
      .columns(['account_id', 'written_at_ms'])
      .execute();
    await schema
      .createIndex('comments_by_status')
      .on('comments')
      .columns(['status', 'written_at_ms'])
      .execute();

    await schema
      .createTable('locked_discussions')
      .addColumn('paper_id', ordered, (column) =>
        column.primaryKey().references('papers.id').onDelete('cascade'),
      )
      .addColumn('locked_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .execute();

    await schema
      .createTable('notifications')
      .addColumn('id', ordered, (column) => column.primaryKey())
      .addColumn('account_id', ordered, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      // `reply`, `mention`, `comment` (on a paper of one's own), `claim`, `moderation`.
      .addColumn('kind', ordered, (column) => column.notNull())
      .addColumn('paper_id', ordered, (column) =>
        column.references('papers.id').onDelete('cascade'),
      )
      .addColumn('comment_id', ordered)
      .addColumn('actor_id', ordered)
      .addColumn('text', 'text', (column) => column.notNull())
      .addColumn('made_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('read_at_ms', 'bigint')
      .addColumn('mailed_at_ms', 'bigint')
      .execute();
    await schema
      .createIndex('notifications_by_account')
      .on('notifications')
      .columns(['account_id', 'made_at_ms'])
      .execute();
    await schema
      .createIndex('notifications_to_mail')
      .on('notifications')
      .columns(['mailed_at_ms', 'read_at_ms', 'made_at_ms'])
      .execute();

    await schema
      .createTable('collections')
      .addColumn('id', ordered, (column) => column.primaryKey())
      .addColumn('account_id', ordered, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('description', 'text', (column) => column.notNull())
      // `private`, `link` for whoever knows the address, `public`.
      .addColumn('visibility', ordered, (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('changed_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('hidden_at_ms', 'bigint')
      .execute();
    await schema
      .createIndex('collections_by_account')
      .on('collections')
      .columns(['account_id', 'changed_at_ms'])
      .execute();
    await schema
      .createIndex('collections_by_visibility')
      .on('collections')
      .columns(['visibility', 'changed_at_ms'])
      .execute();
    await schema
      .createTable('collection_papers')
      .addColumn('collection_id', ordered, (column) =>
        column.notNull().references('collections.id').onDelete('cascade'),
      )
      .addColumn('paper_id', ordered, (column) =>
        column.notNull().references('papers.id').onDelete('cascade'),
      )
      .addColumn('position', 'double precision', (column) => column.notNull())
      .addColumn('note', 'text', (column) => column.notNull())
      .addColumn('added_at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('collection_papers_key', ['collection_id', 'paper_id'])
      .execute();
    await schema
      .createIndex('collection_papers_by_paper')
      .on('collection_papers')
      .column('paper_id')
      .execute();

    await schema
      .createTable('follows')
      .addColumn('account_id', ordered, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      // `author`, `category`, `topic`, `search`.
      .addColumn('kind', ordered, (column) => column.notNull())
      // What is compared, and what was typed.
      .addColumn('value', ordered, (column) => column.notNull())
      .addColumn('label', 'text', (column) => column.notNull())
      .addColumn('followed_at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('follows_key', ['account_id', 'kind', 'value'])
      .execute();

    // Papers that somebody does not want to see again.
    await schema
      .createTable('dismissals')
      .addColumn('account_id', ordered, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      .addColumn('paper_id', ordered, (column) =>
        column.notNull().references('papers.id').onDelete('cascade'),
      )
      .addColumn('dismissed_at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('dismissals_key', ['account_id', 'paper_id'])
      .execute();

    await schema
      .createTable('authorship_claims')
      .addColumn('id', ordered, (column) => column.primaryKey())
      .addColumn('account_id', ordered, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      .addColumn('paper_id', ordered, (column) =>
        column.notNull().references('papers.id').onDelete('cascade'),
      )
      .addColumn('author_name', 'text', (column) => column.notNull())
      .addColumn('statement', 'text', (column) => column.notNull())
      // `pending`, `accepted`, `refused`.
      .addColumn('status', ordered, (column) => column.notNull())
      // `orcid`, `email` or `moderator`; null while pending.
      .addColumn('verified_by', ordered)
      .addColumn('claimed_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('decided_at_ms', 'bigint')
      .addUniqueConstraint('authorship_claims_once', ['account_id', 'paper_id'])
      .execute();
    await schema
      .createIndex('authorship_claims_by_paper')
      .on('authorship_claims')
      .columns(['paper_id', 'status'])
      .execute();
    await schema
      .createIndex('authorship_claims_by_status')
      .on('authorship_claims')
      .columns(['status', 'claimed_at_ms'])
      .execute();

    // Who wrote a paper, as far as sources name more than names: ORCID iDs, hashes of addresses.
    await schema
      .createTable('paper_authors')
      .addColumn('paper_id', ordered, (column) =>
        column.notNull().references('papers.id').onDelete('cascade'),
      )
      // `orcid`, or `email` as a keyed hash.
      .addColumn('kind', ordered, (column) => column.notNull())
      .addColumn('value', ordered, (column) => column.notNull())
      .addColumn('author_name', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('paper_authors_key', ['paper_id', 'kind', 'value'])
      .execute();

    await schema
      .createTable('reports')
      .addColumn('id', ordered, (column) => column.primaryKey())
      // `comment`, `collection`, `submission` or `account`.
      .addColumn('target_kind', ordered, (column) => column.notNull())
      .addColumn('target_id', ordered, (column) => column.notNull())
      .addColumn('reporter_id', ordered)
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('reported_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('resolved_at_ms', 'bigint')
      .addColumn('outcome', ordered)
      .addUniqueConstraint('reports_once', ['target_kind', 'target_id', 'reporter_id'])
      .execute();
    await schema
      .createIndex('reports_open')
      .on('reports')
      .columns(['resolved_at_ms', 'reported_at_ms'])
      .execute();

    // Every act of a moderator. Each row holds the hash of the one before, so that none can be
    // taken out or changed unseen.
    await schema
      .createTable('audit_log')
      .addColumn('number', 'bigint', (column) => column.primaryKey())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('actor', ordered, (column) => column.notNull())
      .addColumn('action', ordered, (column) => column.notNull())
      .addColumn('target_kind', ordered, (column) => column.notNull())
      .addColumn('target_id', ordered, (column) => column.notNull())
      .addColumn('details', 'text', (column) => column.notNull())
      .addColumn('hash_before', ordered, (column) => column.notNull())
      .addColumn('hash', ordered, (column) => column.notNull())
      .execute();
    await schema
      .createIndex('audit_log_by_target')
      .on('audit_log')
      .columns(['target_kind', 'target_id'])
      .execute();

    await schema
      .createTable('blocklist')
      // `word`, `domain` or `address`.
      .addColumn('kind', ordered, (column) => column.notNull())
      .addColumn('pattern', ordered, (column) => column.notNull())
      .addColumn('note', 'text', (column) => column.notNull())
      .addColumn('added_at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('blocklist_key', ['kind', 'pattern'])
      .execute();
  },
};
