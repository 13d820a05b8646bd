/**
 * People: their accounts, and every way in. No password is kept anywhere; whatever lets somebody
 * in (a link, a code, a session, a token) is kept as a hash only.
 */

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { orderedText } from './column-types.js';

export const accounts: Migration = {
  async up(database: Kysely<unknown>) {
    const ordered = orderedText(database);

    await database.schema
      .createTable('accounts')
      .addColumn('id', ordered, (column) => column.primaryKey())
      // The name in addresses and mentions, and the same as it looks: `paul` and `pau1` are one.
      .addColumn('name', ordered, (column) => column.notNull().unique())
      .addColumn('name_shape', ordered, (column) => column.notNull().unique())
      .addColumn('display_name', 'text', (column) => column.notNull())
      .addColumn('biography', 'text', (column) => column.notNull())
      .addColumn('email', 'text')
      // What two spellings of one address have in common.
      .addColumn('email_key', ordered, (column) => column.unique())
      .addColumn('role', ordered, (column) => column.notNull())
      // JSON: what the person has chosen for themselves.
      .addColumn('preferences', 'text', (column) => column.notNull())
      // In the address of the feed of notifications, which programs read without signing in.
      .addColumn('feed_key', ordered, (column) => column.notNull().unique())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('banned_at_ms', 'bigint')
      .addColumn('ban_reason', 'text')
      // A moderator has looked at what this new account writes, and it may go on by itself.
      .addColumn('trusted_at_ms', 'bigint')
      // Where it was made, as a keyed hash of the network, for a while.
      .addColumn('network', ordered)
      .execute();
    await database.schema
      .createIndex('accounts_by_creation')
      .on('accounts')
      .columns(['created_at_ms', 'id'])
      .execute();

    // Who somebody is elsewhere: issuer and subject, never the address.
    await database.schema
      .createTable('account_identities')
      .addColumn('issuer', ordered, (column) => column.notNull())
      .addColumn('subject', ordered, (column) => column.notNull())
      .addColumn('account_id', ordered, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      .addColumn('label', 'text', (column) => column.notNull())
      .addColumn('linked_at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('account_identities_key', ['issuer', 'subject'])
      .execute();
    await database.schema
      .createIndex('account_identities_by_account')
      .on('account_identities')
      .column('account_id')
      .execute();

    await database.schema
      .createTable('passkeys')
      .addColumn('credential_id', ordered, (column) => column.primaryKey())
      .addColumn('account_id', ordered, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      .addColumn('public_key', 'text', (column) => column.notNull())
      .addColumn('counter', 'bigint', (column) => column.notNull())
      .addColumn('transports', 'text', (column) => column.notNull())
      .addColumn('label', 'text', (column) => column.notNull())
      .addColumn('is_synced', 'integer', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('used_at_ms', 'bigint')
      .execute();
    await database.schema
      .createIndex('passkeys_by_account')
      .on('passkeys')
      .column('account_id')
      .execute();

    await database.schema
      .createTable('sessions')
      // Of the token in the cookie.
      .addColumn('token_hash', ordered, (column) => column.primaryKey())
      // Names it in lists, since the hash is nobody's to see.
      .addColumn('id', ordered, (column) => column.notNull().unique())
      .addColumn('account_id', ordered, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('seen_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('user_agent', 'text', (column) => column.notNull())
      .addColumn('method', ordered, (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('sessions_by_account')
      .on('sessions')
      .columns(['account_id', 'created_at_ms'])
      .execute();
    await database.schema
      .createIndex('sessions_by_age')
      .on('sessions')
      .column('seen_at_ms')
      .execute();

    await database.schema
      .createTable('api_tokens')
      .addColumn('id', ordered, (column) => column.primaryKey())
      .addColumn('token_hash', ordered, (column) => column.notNull().unique())
      .addColumn('account_id', ordered, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      .addColumn('label', 'text', (column) => column.notNull())
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('expires_at_ms', 'bigint')
      .addColumn('used_at_ms', 'bigint')
      .execute();
    await database.schema
      .createIndex('api_tokens_by_account')
      .on('api_tokens')
      .columns(['account_id', 'created_at_ms'])
      .execute();

    // What may be used once: links and codes of mails, challenges of passkeys, states of OpenID.
    await database.schema
      .createTable('one_time_secrets')
      .addColumn('secret_hash', ordered, (column) => column.primaryKey())
      .addColumn('purpose', ordered, (column) => column.notNull())
      // Whom it is for: a hash of an address, or an account.
      .addColumn('subject', ordered, (column) => column.notNull())
      // Of the cookie of the browser that asked; null where any may use it.
      .addColumn('browser_hash', ordered)
      .addColumn('code_hash', ordered)
      .addColumn('tries', 'integer', (column) => column.notNull())
      // JSON: what is needed when it is used.
      .addColumn('details', 'text', (column) => column.notNull())
      .addColumn('made_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('used_at_ms', 'bigint')
      .execute();
    await database.schema
      .createIndex('one_time_secrets_by_subject')
      .on('one_time_secrets')
      .columns(['purpose', 'subject', 'made_at_ms'])
      .execute();
    await database.schema
      .createIndex('one_time_secrets_by_browser')
      .on('one_time_secrets')
      .columns(['purpose', 'browser_hash', 'made_at_ms'])
      .execute();
    await database.schema
      .createIndex('one_time_secrets_by_expiry')
      .on('one_time_secrets')
      .column('expires_at_ms')
      .execute();
  },
};
