/** The catalogue in the database. */

import type { Database } from '../database/database.js';
import type { PaperStore } from './catalogue.js';
import { createPaperReader } from './paper-reader-store.js';
import type { PaperTables } from './paper-rows.js';
import { createPaperWriter } from './paper-writer-store.js';

export function createPaperStore(
  database: Database,
  settings: { readonly now: () => Date; readonly timeZone: string },
): PaperStore {
  const tables = database.connection.$extendTables<PaperTables>();
  return { ...createPaperReader(tables), ...createPaperWriter(tables, settings) };
}
