/**
 * The databases that every store must work on alike: SQLite, PGlite (PostgreSQL itself, in
 * WebAssembly, so always there), and a PostgreSQL server when TEST_DATABASE_URL names one.
 */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { type Database, openDatabase, prepareDatabase } from '../../src/database/database.js';

type Opened = { readonly database: Database; readonly remove: () => Promise<void> };

/** The tables of ours, in an order in which they can be emptied. */
const TABLES = [
  'digest_posts',
  'mail_returns',
  'mail_pace',
  'sent_papers',
  'delivery_events',
  'deliveries',
  'suppressions',
  'subscribers',
  'votes',
  'picks',
  'frozen_editions',
  'comments',
  'locked_discussions',
  'notifications',
  'collection_papers',
  'collections',
  'follows',
  'dismissals',
  'authorship_claims',
  'paper_authors',
  'reports',
  'audit_log',
  'blocklist',
  'evidence',
  'standings',
  'field_activity',
  'one_time_secrets',
  'api_tokens',
  'sessions',
  'passkeys',
  'account_identities',
  'accounts',
  'paper_identifiers',
  'papers',
  'removed_papers',
  'catalogue_commits',
  'gather_runs',
  'http_validators',
  'request_turns',
  'embedded_texts',
  'model_choices',
];

type Kind = readonly [string, () => Promise<Opened>];

const SQLITE: Kind = ['SQLite', openSqlite];
const PGLITE: Kind = ['PGlite', openPGlite];
const SERVER: Kind = ['a PostgreSQL server', openServer];

/**
 * Runs the same tests on every database. Each test finds it empty.
 *
 * @param suite - defines tests; call the function it is given inside them
 */
export function describeOnEveryDatabase(
  name: string,
  suite: (database: () => Database) => void,
): void {
  describeOn([SQLITE, PGLITE, SERVER], name, suite);
}

/**
 * The same on SQLite and on one PostgreSQL, the server where there is one: for long suites of
 * what works with the stores, which have their own tests on all three.
 */
export function describeOnBothDialects(
  name: string,
  suite: (database: () => Database) => void,
): void {
  describeOn([SQLITE, process.env.TEST_DATABASE_URL ? SERVER : PGLITE], name, suite);
}

function describeOn(
  kinds: readonly Kind[],
  name: string,
  suite: (database: () => Database) => void,
): void {
  for (const [kind, open] of kinds) {
    const isSkipped = open === openServer && !process.env.TEST_DATABASE_URL;
    if (isSkipped) {
      console.log(`${name}, on a PostgreSQL server: skipped, TEST_DATABASE_URL is not set.`);
    }
    describe.skipIf(isSkipped)(`${name}, on ${kind}`, () => {
      let opened: Opened;
      beforeAll(async () => {
        opened = await open();
      });
      beforeEach(() => empty(opened.database));
      afterAll(async () => {
        await opened.database[Symbol.asyncDispose]();
        await opened.remove();
      });
      suite(() => opened.database);
    });
  }
}

async function openSqlite(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'broadsheet-'));
  const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'broadsheet.db') });
  return { database, remove: () => rm(folder, { recursive: true }) };
}

async function openPGlite(): Promise<Opened> {
  const connection = new Kysely<Record<never, never>>({
    dialect: new PGliteDialect({ pglite: await PGlite.create() }),
  });
  return { database: await prepareDatabase(connection), remove: async () => {} };
}

/** A database of its own on the server, so that suites may run side by side. */
async function openServer(): Promise<Opened> {
  const server = process.env.TEST_DATABASE_URL ?? '';
  const name = `broadsheet_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `create database ${name}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  return {
    database: await openDatabase({ kind: 'postgres', url: address.href }),
    remove: () => onServer(server, `drop database ${name} with (force)`),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function empty({ connection }: Database): Promise<void> {
  for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(connection);
  await sql`update catalogue set revision = 0`.execute(connection);
  await sql`update digest_control set paused_by = null, pause_reason = null, paused_at_ms = null, released_on = null, sending_until_ms = 0`.execute(
    connection,
  );
}
