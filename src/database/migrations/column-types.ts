/** Column types that mean the same on SQLite and on PostgreSQL. */

import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';

/**
 * Text that sorts and compares by code point, as SQLite's does. PostgreSQL would otherwise use
 * the server's language, and dates and identifiers would sort differently from host to host.
 */
export function orderedText(database: Kysely<unknown>): RawBuilder<unknown> {
  return isPostgres(database) ? sql`text collate "C"` : sql`text`;
}

/** Bytes as they are. */
export function bytes(database: Kysely<unknown>): RawBuilder<unknown> {
  return isPostgres(database) ? sql`bytea` : sql`blob`;
}

function isPostgres(database: Kysely<unknown>): boolean {
  return database.getExecutor().adapter instanceof PostgresAdapter;
}
