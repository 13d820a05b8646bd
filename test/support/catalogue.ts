/** A real catalogue in a real file for one test, and short ways to fill it. */

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.js';
import type { PaperStore } from '../../src/papers/catalogue.js';
import type { PaperRecord } from '../../src/papers/paper.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { type RawRecord, toRecord } from '../../src/papers/record.js';
import { temporaryFolder } from './temporary-folder.js';

export const NOON = new Date('2026-11-20T12:00:00Z');

export type TestCatalogue = { readonly database: Database; readonly papers: PaperStore };

/** An empty catalogue on SQLite, closed when the test is over. */
export async function openCatalogue(now: () => Date = () => NOON): Promise<TestCatalogue> {
  const folder = await temporaryFolder();
  const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'broadsheet.db') });
  onTestFinished(() => database[Symbol.asyncDispose]());
  return { database, papers: createPaperStore(database, { now, timeZone: 'UTC' }) };
}

/** A record as a JSONL file would give it; only what the test is about need be said. */
export function record(raw: Partial<RawRecord> & { readonly title: string }): PaperRecord {
  const result = toRecord({
    source: 'jsonl',
    names: [],
    abstract: `An abstract about ${raw.title}.`,
    ...raw,
  });
  if ('reason' in result) throw new RangeError(result.reason);
  return result.record;
}
