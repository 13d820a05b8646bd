/** A process of its own for tests: opens the SQLite file it is given and writes 100 rows. */

import { sql } from 'kysely';
import { openDatabase } from '../../src/database/database.js';

const [path = ''] = process.argv.slice(2);
await using database = await openDatabase({ kind: 'sqlite', path });
await sql`create table if not exists notes (name text primary key, value text)`.execute(
  database.connection,
);
for (let n = 0; n < 100; n += 1) {
  const name = `${process.pid}-${n}`;
  await sql`insert into notes values (${name}, '')`.execute(database.connection);
}
