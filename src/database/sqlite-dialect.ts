/**
 * Kysely on `node:sqlite`, with the file owned by a worker thread. Kysely's own SQLite driver
 * expects another library's statements and answers every select with nothing when it is given
 * these, so the driver is ours; the SQL is Kysely's.
 *
 * There is one connection. Whoever holds it, holds the database of this process: statements and
 * transactions wait for each other in order of arrival.
 */

import { Worker } from 'node:worker_threads';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { BroadsheetError, type ErrorCode } from '../errors.js';
import type { WorkerAnswer } from './sqlite-worker.js';

/** Source and compiled code keep the worker beside this file, under their own ending. */
const WORKER_FILE = import.meta.url.endsWith('.ts') ? './sqlite-worker.ts' : './sqlite-worker.js';

/** SQLite's primary result codes that a person can do something about. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  5: 'database_busy',
  8: 'data_not_writable',
  10: 'disk_failed',
  11: 'database_damaged',
  13: 'disk_full',
  14: 'data_not_writable',
  26: 'database_damaged',
};

export class SqliteDialect implements Dialect {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  createDriver(): Driver {
    return new SqliteWorkerDriver(this.#path);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }

  createIntrospector(database: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(database);
  }
}

/** SQLite does roll back DDL, so all pending migrations run in one `begin immediate`. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): true {
    return true;
  }
}

class SqliteWorkerDriver implements Driver {
  readonly #path: string;
  #connection: WorkerConnection | undefined;
  /** Settles when the connection is free; each taker chains itself behind it. */
  #free: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async init(): Promise<void> {
    this.#connection = new WorkerConnection(this.#path);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#free;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#free = promise;
    await before;
    this.#release = resolve;
    if (!this.#connection) throw new RangeError('the database has not been opened');
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release?.();
  }

  /** Immediate, since a transaction that begins by reading could not always write later. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async destroy(): Promise<void> {
    await this.#connection?.close();
  }
}

class WorkerConnection implements DatabaseConnection {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<WorkerAnswer>>();
  #nextId = 0;
  #failure: Error | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#worker = new Worker(new URL(WORKER_FILE, import.meta.url), { workerData: { path } });
    this.#worker.on('message', (answer: WorkerAnswer) => {
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) this.#worker.unref();
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the database thread has ended')));
    // An idle database does not keep a finished command from ending.
    this.#worker.unref();
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    for (const value of parameters) assertBindable(value);
    const answer = await this.#ask({ sql, parameters });
    return {
      rows: answer.rows as R[],
      numAffectedRows: BigInt(answer.changes),
      insertId: BigInt(answer.insertId),
    };
  }

  // biome-ignore lint/correctness/useYield: Kysely's interface asks for a generator.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new RangeError('streaming is not used here: page through the rows instead');
  }

  /** Ends the thread; its end is the answer, since its last message may come after it. */
  async close(): Promise<void> {
    if (this.#failure) return;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.ref();
    this.#worker.postMessage({ close: true });
    await ended;
  }

  async #ask(statement: { readonly sql: string; readonly parameters: readonly unknown[] }) {
    if (this.#failure) throw this.#failure;
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<WorkerAnswer>();
    this.#waiting.set(id, waiting);
    this.#worker.ref();
    this.#worker.postMessage({ id, ...statement });
    const answer = await waiting.promise;
    if ('error' in answer) throw toError(answer.error, this.#path);
    return answer;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/** `node:sqlite` binds a `Date` as NULL without a word, so only what it stores passes. */
function assertBindable(value: unknown): void {
  const bindable =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Uint8Array;
  if (!bindable) throw new RangeError(`not a value that SQLite stores: ${typeof value}`);
}

function toError({ message, errcode }: { message: string; errcode: number }, path: string): Error {
  // The low byte is the primary code; the rest refines it.
  const code = CODES[errcode & 0xff];
  return code
    ? new BroadsheetError(code, `The database ${path} answers: ${message}.`)
    : new Error(`SQLite: ${message} (${errcode})`);
}
