/**
 * Opening the record: SQLite in one file by default, PostgreSQL by its address. Both speak one
 * common subset of SQL, and both are migrated to this program's schema before anything else.
 */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { BroadsheetError } from '../errors.js';
import type { Connection } from './connection.js';
import { migrateToLatest } from './migrate.js';
import { SqliteDialect } from './sqlite-dialect.js';

/** An open database at this program's schema. Dispose of it to release it. */
export type Database = AsyncDisposable & { readonly connection: Connection };

export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** PostgreSQL's 64-bit integers come as text; ours are times and counts below 2^53. */
const INT8_OID = 20;

/** Enough for the pages and jobs of one process; PostgreSQL allows about 100 in all. */
const POOL_SIZE = 10;

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * @throws BroadsheetError `data_not_writable`, `database_unreachable`, `database_newer`,
 *   `database_damaged` or `database_busy`
 */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  const connection =
    location.kind === 'sqlite' ? await sqlite(location.path) : postgres(location.url);
  try {
    return await prepareDatabase(connection);
  } catch (error) {
    throw location.kind === 'postgres' ? asUnreachable(error) : error;
  }
}

/** Brings any connection to this program's schema; closes it when that fails. */
export async function prepareDatabase(connection: Connection): Promise<Database> {
  try {
    await migrateToLatest(connection);
  } catch (error) {
    await connection.destroy().catch(() => {});
    throw error;
  }
  return { connection, [Symbol.asyncDispose]: () => connection.destroy() };
}

async function sqlite(path: string): Promise<Connection> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new BroadsheetError(
      code === 'ENOSPC' ? 'disk_full' : 'data_not_writable',
      `The data folder ${dirname(path)} cannot be made (${code}).`,
      { cause },
    );
  }
  return new Kysely({ dialect: new SqliteDialect(path) });
}

function postgres(url: string): Connection {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  });
  // A connection that breaks is replaced by the pool, and the statement that it was running
  // fails; the events beside that, when nobody hears them, would end the program.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}

function asUnreachable(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const unreachable =
    ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', '3D000', '28P01', '28000'].includes(
      code ?? '',
    ) || /timeout exceeded when trying to connect/.test(message ?? '');
  if (!unreachable) return error;
  return new BroadsheetError('database_unreachable', `PostgreSQL does not answer: ${message}.`, {
    cause: error,
  });
}
