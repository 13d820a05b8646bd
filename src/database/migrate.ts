/**
 * Brings a database to the schema of this program: numbered steps, forward only, all pending
 * ones in one transaction, under a lock that a second process waits for.
 */

import { Migrator } from 'kysely/migration';
import { BroadsheetError } from '../errors.js';
import type { Connection } from './connection.js';
import { MIGRATIONS } from './migrations/index.js';

/** @throws BroadsheetError `database_newer` when a newer program has changed the schema */
export async function migrateToLatest(connection: Connection): Promise<void> {
  const migrator = new Migrator({
    db: connection,
    provider: { getMigrations: async () => MIGRATIONS },
  });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  const unknown = await unknownMigrations(connection).catch(() => []);
  if (unknown.length === 0) throw error;
  throw new BroadsheetError(
    'database_newer',
    `This database was changed by a newer Broadsheet (it has ${unknown.join(', ')}), ` +
      `and this program knows only up to ${Object.keys(MIGRATIONS).at(-1)}.`,
  );
}

async function unknownMigrations(connection: Connection): Promise<string[]> {
  const applied = await connection
    .$extendTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  return applied.map(({ name }) => name).filter((name) => !(name in MIGRATIONS));
}
