/**
 * The daily mail: who wants it, what was sent to whom, and what came back. An address stands in
 * one column only, which is emptied when somebody leaves for good; everything else knows it as a
 * keyed hash, so that whom we may not write to outlives the address.
 */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { orderedText } from './column-types.js';

export const digest: Migration = {
  async up(database: Kysely<unknown>) {
    const ordered = orderedText(database);
    const schema = database.schema;

    await schema
      .createTable('subscribers')
      .addColumn('id', ordered, (column) => column.primaryKey())
      // Null when it was erased.
      .addColumn('address', 'text')
      .addColumn('address_hash', ordered, (column) => column.notNull().unique())
      // Behind the @, for limits by the hour; empty when the address was erased.
      .addColumn('domain', ordered, (column) => column.notNull())
      // Whose interests and follows count.
      .addColumn('account_id', ordered, (column) =>
        column.references('accounts.id').onDelete('set null'),
      )
      // `pending`, `confirmed`, `unsubscribed`.
      .addColumn('status', ordered, (column) => column.notNull())
      // In the links of the letters, and in the address of the private feed.
      .addColumn('link_key', ordered, (column) => column.notNull().unique())
      .addColumn('feed_key', ordered, (column) => column.notNull().unique())
      // JSON: how often, when, what, how much.
      .addColumn('preferences', 'text', (column) => column.notNull())
      // The next edition (a local date) and the moment when it is due; null unless confirmed.
      .addColumn('next_on', ordered)
      .addColumn('next_at_ms', 'bigint')
      // The consent: when, from where, by which form.
      .addColumn('requested_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('requested_from', ordered, (column) => column.notNull())
      .addColumn('origin', ordered, (column) => column.notNull())
      .addColumn('form_version', 'integer', (column) => column.notNull())
      .addColumn('confirmed_at_ms', 'bigint')
      .addColumn('confirmed_from', ordered)
      .addColumn('ended_at_ms', 'bigint')
      // `reader`, `one-click`, `mail`, `complaint`, `operator`, `account-deleted`.
      .addColumn('ended_by', ordered)
      .execute();
    await schema
      .createIndex('subscribers_due')
      .on('subscribers')
      .columns(['status', 'next_at_ms'])
      .execute();
    await schema
      .createIndex('subscribers_by_request')
      .on('subscribers')
      .columns(['requested_at_ms', 'id'])
      .execute();
    await schema
      .createIndex('subscribers_by_account')
      .on('subscribers')
      .column('account_id')
      .execute();

    // Addresses that the digest may not be sent to. Sign-in letters do not ask here.
    await schema
      .createTable('suppressions')
      .addColumn('address_hash', ordered, (column) => column.primaryKey())
      // `no-such-address`, `bounces`, `complaint`, `operator`.
      .addColumn('reason', ordered, (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('since_ms', 'bigint', (column) => column.notNull())
      .execute();

    // One row for each edition and subscriber, whatever becomes of it.
    await schema
      .createTable('deliveries')
      // The subscriber's own date.
      .addColumn('edition_on', ordered, (column) => column.notNull())
      .addColumn('subscriber_id', ordered, (column) =>
        column.notNull().references('subscribers.id').onDelete('cascade'),
      )
      .addColumn('state', ordered, (column) => column.notNull())
      // Why it is in that state, in words.
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('domain', ordered, (column) => column.notNull())
      .addColumn('message_id', ordered, (column) => column.notNull().unique())
      // JSON: the papers and why they are in it; null until they are chosen.
      .addColumn('contents', 'text')
      .addColumn('attempt', 'integer', (column) => column.notNull())
      // Grows with each lease; whoever holds an older one may not go on.
      .addColumn('fence', 'bigint', (column) => column.notNull())
      .addColumn('holder', ordered)
      .addColumn('lease_until_ms', 'bigint')
      .addColumn('try_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('give_up_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('queued_at_ms', 'bigint', (column) => column.notNull())
      // When it was handed over, as far as is known.
      .addColumn('sent_at_ms', 'bigint')
      // How many more copies may have gone out (at-least-once only): 0 or 1.
      .addColumn('repeats', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('deliveries_key', ['edition_on', 'subscriber_id'])
      .execute();
    await schema
      .createIndex('deliveries_to_try')
      .on('deliveries')
      .columns(['state', 'try_at_ms'])
      .execute();
    await schema
      .createIndex('deliveries_leased')
      .on('deliveries')
      .columns(['state', 'lease_until_ms'])
      .execute();
    await schema
      .createIndex('deliveries_of_subscriber')
      .on('deliveries')
      .columns(['subscriber_id', 'edition_on'])
      .execute();

    // What happened to each, in order.
    await schema
      .createTable('delivery_events')
      .addColumn('edition_on', ordered, (column) => column.notNull())
      .addColumn('subscriber_id', ordered, (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('state', ordered, (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('delivery_events_key', ['edition_on', 'subscriber_id', 'number'])
      .addForeignKeyConstraint(
        'delivery_events_of',
        ['edition_on', 'subscriber_id'],
        'deliveries',
        ['edition_on', 'subscriber_id'],
        (constraint) => constraint.onDelete('cascade'),
      )
      .execute();

    // So that no paper comes twice. No foreign key: a paper that is removed and comes again was
    // read all the same.
    await schema
      .createTable('sent_papers')
      .addColumn('subscriber_id', ordered, (column) =>
        column.notNull().references('subscribers.id').onDelete('cascade'),
      )
      .addColumn('paper_id', ordered, (column) => column.notNull())
      // The same work under another id has the same.
      .addColumn('title_key', ordered, (column) => column.notNull())
      .addColumn('edition_on', ordered, (column) => column.notNull())
      .addPrimaryKeyConstraint('sent_papers_key', ['subscriber_id', 'paper_id'])
      .execute();
    await schema
      .createIndex('sent_papers_by_title')
      .on('sent_papers')
      .columns(['subscriber_id', 'title_key'])
      .execute();
    await schema
      .createIndex('sent_papers_by_edition')
      .on('sent_papers')
      .column('edition_on')
      .execute();

    // One row: whether mail is stopped, and how far this database knows that it went.
    await schema
      .createTable('digest_control')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      // `operator`, `brake`, `restored`.
      .addColumn('paused_by', ordered)
      .addColumn('pause_reason', 'text')
      .addColumn('paused_at_ms', 'bigint')
      // An edition whose brake the operator has released.
      .addColumn('released_on', ordered)
      .addColumn('sending_until_ms', 'bigint', (column) => column.notNull())
      .execute();
    await sql`insert into digest_control (id, sending_until_ms) values (1, 0)`.execute(database);

    // How fast mail may go, to a domain or (`*`) in all.
    await schema
      .createTable('mail_pace')
      .addColumn('scope', ordered, (column) => column.primaryKey())
      // Null: as fast as it goes.
      .addColumn('per_minute', 'double precision')
      .addColumn('tokens', 'double precision', (column) => column.notNull())
      .addColumn('counted_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('wait_until_ms', 'bigint', (column) => column.notNull())
      .addColumn('wait_ms', 'bigint', (column) => column.notNull())
      .execute();

    // What came back: bounces, complaints, requests to leave.
    await schema
      .createTable('mail_returns')
      // A hash of the report and the recipient, so that a report counts once.
      .addColumn('id', ordered, (column) => column.primaryKey())
      .addColumn('address_hash', ordered, (column) => column.notNull())
      .addColumn('subscriber_id', ordered)
      .addColumn('edition_on', ordered)
      .addColumn('kind', ordered, (column) => column.notNull())
      // `5.1.1`; empty where none was given.
      .addColumn('status', ordered, (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      // `smtp`, `receiver`, `command`, or the name of a hook.
      .addColumn('source', ordered, (column) => column.notNull())
      .addColumn('received_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('mail_returns_of_address')
      .on('mail_returns')
      .columns(['address_hash', 'received_at_ms'])
      .execute();
    await schema
      .createIndex('mail_returns_of_edition')
      .on('mail_returns')
      .columns(['edition_on', 'kind'])
      .execute();
    await schema
      .createIndex('mail_returns_by_time')
      .on('mail_returns')
      .column('received_at_ms')
      .execute();

    // The edition as it was posted to the channels of a group.
    await schema
      .createTable('digest_posts')
      .addColumn('edition_on', ordered, (column) => column.notNull())
      .addColumn('target', ordered, (column) => column.notNull())
      // `posting`, `posted`, `deferred`, `failed`, `ambiguous`, `skipped`.
      .addColumn('state', ordered, (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('try_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('lease_until_ms', 'bigint')
      .addColumn('changed_at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('digest_posts_key', ['edition_on', 'target'])
      .execute();
  },
};
