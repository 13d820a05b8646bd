import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.js';
import { type Database, type DatabaseLocation, openDatabase } from './database.js';

async function sqliteFile(): Promise<{ kind: 'sqlite'; path: string }> {
  return { kind: 'sqlite', path: join(await temporaryFolder(), 'data', 'broadsheet.db') };
}

type Note = { name: string; value: string };

/** A database with a small table of the test's own. */
async function openWithNotes(location?: DatabaseLocation): Promise<Database> {
  const database = await openDatabase(location ?? (await sqliteFile()));
  await sql`create table if not exists notes (name text primary key, value text)`.execute(
    database.connection,
  );
  return database;
}

describe('an embedded database', () => {
  it('answers with the row that was just written', async () => {
    await using database = await openWithNotes();
    const notes = database.connection.$extendTables<{ notes: Note }>();
    await notes.insertInto('notes').values({ name: 'a', value: 'b' }).execute();
    expect(await notes.selectFrom('notes').selectAll().execute()).toEqual([
      { name: 'a', value: 'b' },
    ]);
  });

  it('commits to the disk and keeps its references', async () => {
    await using database = await openDatabase(await sqliteFile());
    const read = async (name: string) =>
      (await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(database.connection))
        .rows[0];
    expect(await read('journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(await read('synchronous')).toEqual({ synchronous: 2 });
    expect(await read('foreign_keys')).toEqual({ foreign_keys: 1 });
  });

  it('refuses a value that SQLite would silently store as nothing', async () => {
    await using database = await openDatabase(await sqliteFile());
    await expect(sql`select ${new Date()}`.execute(database.connection)).rejects.toThrow(
      RangeError,
    );
  });

  it('undoes a transaction that fails, and goes on', async () => {
    await using database = await openWithNotes();
    const notes = database.connection.$extendTables<{ notes: Note }>();
    const failing = notes.transaction().execute(async (transaction) => {
      await transaction.insertInto('notes').values({ name: 'a', value: 'b' }).execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await notes.selectFrom('notes').selectAll().execute()).toEqual([]);
  });

  it('lets transactions of one process wait for each other', async () => {
    await using database = await openWithNotes();
    const { connection } = database;
    await sql`insert into notes values ('n', '0')`.execute(connection);
    const increment = () =>
      connection.transaction().execute(async (transaction) => {
        const { rows } = await sql<Note>`select * from notes`.execute(transaction);
        const next = String(Number(rows[0]?.value) + 1);
        await sql`update notes set value = ${next}`.execute(transaction);
      });
    await Promise.all(Array.from({ length: 50 }, increment));
    expect((await sql<Note>`select * from notes`.execute(connection)).rows[0]?.value).toBe('50');
  });

  it('lets two processes open, migrate and write one file at once', async () => {
    const { path } = await sqliteFile();
    const writers = await Promise.all([
      writeFromAnotherProcess(path),
      writeFromAnotherProcess(path),
    ]);
    expect(writers).toEqual([0, 0]);
    await using database = await openWithNotes({ kind: 'sqlite', path });
    const { rows } = await sql<{ n: number }>`select count(*) as n from notes`.execute(
      database.connection,
    );
    expect(rows[0]?.n).toBe(200);
  });

  it('says that the disk is full, keeps what was stored, and goes on when there is room', async () => {
    await using database = await openWithNotes();
    const { connection } = database;
    await sql`insert into notes values ('before', 'kept')`.execute(connection);
    const { rows: sizes } = await sql<{ page_count: number }>`pragma page_count`.execute(
      connection,
    );
    await sql`pragma max_page_count = ${sql.raw(String(sizes[0]?.page_count))}`.execute(connection);
    const fill = () =>
      connection.transaction().execute(async (transaction) => {
        await sql`insert into notes values ('small', 'x')`.execute(transaction);
        await sql`insert into notes values ('big', ${'x'.repeat(1_000_000)})`.execute(transaction);
      });
    await expect(fill()).rejects.toMatchObject({ code: 'disk_full' });
    const names = async () =>
      (await sql<Note>`select name from notes order by name`.execute(connection)).rows.map(
        ({ name }) => name,
      );
    expect(await names()).toEqual(['before']);
    await sql`pragma max_page_count = 1000000`.execute(connection);
    await fill();
    expect(await names()).toEqual(['before', 'big', 'small']);
  });
});

describe.skipIf(!process.env.TEST_DATABASE_URL)('a PostgreSQL server', () => {
  it('that ends a connection in the middle of a transaction fails that transaction alone', async () => {
    const url = process.env.TEST_DATABASE_URL ?? '';
    await using database = await openDatabase({ kind: 'postgres', url });
    const { connection } = database;
    const cut = connection.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(
        transaction,
      );
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(connection);
      // Between two statements: nobody waits for this connection while it ends.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await sql`select 1`.execute(transaction);
    });
    await expect(cut).rejects.toThrow();
    expect((await sql<{ one: number }>`select 1 as one`.execute(connection)).rows).toEqual([
      { one: 1 },
    ]);
  });
});

describe('a database is refused', () => {
  it('that a newer program has changed', async () => {
    const location = await sqliteFile();
    const database = await openDatabase(location);
    await sql`insert into kysely_migration values ('9999-from-the-future', 'today')`.execute(
      database.connection,
    );
    await database[Symbol.asyncDispose]();
    await expect(openDatabase(location)).rejects.toMatchObject({
      code: 'database_newer',
      message: expect.stringContaining('9999-from-the-future'),
    });
  });

  it('that is not a database', async () => {
    const path = join(await temporaryFolder(), 'broadsheet.db');
    await writeFile(path, 'This is a letter, not a database. '.repeat(100));
    await expect(openDatabase({ kind: 'sqlite', path })).rejects.toMatchObject({
      code: 'database_damaged',
    });
  });

  it('in a folder that cannot be made', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'broadsheet.db');
    await expect(openDatabase({ kind: 'sqlite', path })).rejects.toMatchObject({
      code: 'data_not_writable',
    });
  });

  it.skipIf(process.getuid?.() === 0)('in a folder that may not be written', async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o500);
    const path = join(folder, 'broadsheet.db');
    await expect(openDatabase({ kind: 'sqlite', path })).rejects.toMatchObject({
      code: 'data_not_writable',
    });
  });

  it('when no server answers at its address', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/none';
    await expect(openDatabase({ kind: 'postgres', url })).rejects.toMatchObject({
      code: 'database_unreachable',
    });
  });
});

/** Another process opens the file and writes 100 rows; resolves with its exit status. */
function writeFromAnotherProcess(path: string): Promise<number | null> {
  const script = fileURLToPath(new URL('../../test/support/write-notes.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, path], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.on('exit', resolve));
}
