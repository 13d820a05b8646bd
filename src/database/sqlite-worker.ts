/**
 * The thread that owns the SQLite file. `node:sqlite` runs every statement on the thread that
 * asks, and a commit waits for the disk, so it runs here and never on the event loop.
 *
 * This file imports nothing of ours: Node starts it as it is, compiled or not.
 */

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** How long a statement waits for another process that is writing. */
const BUSY_TIMEOUT_MS = 15_000;

/** Prepared statements kept; the program has a few hundred distinct ones at most. */
const STATEMENTS_KEPT = 256;

type Request =
  | { readonly id: number; readonly sql: string; readonly parameters: readonly SqlValue[] }
  | { readonly close: true };

type SqlValue = string | number | bigint | null | Uint8Array;

export type WorkerAnswer =
  | {
      readonly id: number;
      readonly rows: readonly unknown[];
      readonly changes: number | bigint;
      readonly insertId: number | bigint;
    }
  | { readonly id: number; readonly error: { message: string; errcode: number } };

const NOTHING = { rows: [], changes: 0, insertId: 0 };

const port = parentPort;
if (!port) throw new Error('sqlite-worker runs as a worker thread only');

const statements = new Map<string, StatementSync>();
let database: DatabaseSync | undefined;

port.on('message', (request: Request) => {
  if ('close' in request) {
    database?.close();
    port.close();
    return;
  }
  const { id, sql, parameters } = request;
  try {
    database ??= open((workerData as { path: string }).path);
    port.postMessage({ id, ...run(database, sql, parameters) });
  } catch (error) {
    const { message, errcode = 0 } = error as Error & { errcode?: number };
    port.postMessage({ id, error: { message, errcode } });
  }
});

function open(path: string): DatabaseSync {
  const opened = new DatabaseSync(path, {
    timeout: BUSY_TIMEOUT_MS,
    enableForeignKeyConstraints: true,
  });
  opened.exec('pragma journal_mode = wal');
  opened.exec('pragma synchronous = full');
  const setting = opened.prepare('pragma synchronous').get() as { synchronous: number };
  if (setting.synchronous !== 2) throw new Error('SQLite refused synchronous = full');
  return opened;
}

function run(database: DatabaseSync, sql: string, parameters: readonly SqlValue[]) {
  // SQLite itself undoes a transaction for which the disk is full; an error here would hide why.
  if (sql === 'rollback' && !database.isTransaction) return NOTHING;
  const statement = prepare(database, sql);
  if (statement.columns().length > 0) {
    return { rows: statement.all(...parameters), changes: 0, insertId: 0 };
  }
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], changes, insertId: lastInsertRowid };
}

function prepare(database: DatabaseSync, sql: string): StatementSync {
  const kept = statements.get(sql);
  if (kept) return kept;
  const statement = database.prepare(sql);
  if (statements.size >= STATEMENTS_KEPT) {
    const [oldest] = statements.keys();
    if (oldest !== undefined) statements.delete(oldest);
  }
  statements.set(sql, statement);
  return statement;
}
