/**
 * An import that is killed in the middle, again and again: what it had acknowledged is there,
 * the database opens, and importing once more ends in the catalogue of an undisturbed import.
 */

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { broadsheet, broadsheetJson, start } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KILLS = 20;
const PAPERS = 6_000;

it(`an import that is killed ${KILLS} times loses nothing and ends as one that was not`, async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'papers.jsonl');
  await writeFile(file, Array.from({ length: PAPERS }, (_, n) => line(n)).join('\n'));
  const killed = join(folder, 'killed');
  const undisturbed = join(folder, 'undisturbed');

  const begunAtMs = performance.now();
  await broadsheet(['import', file, '--data', undisturbed]);
  const importMs = performance.now() - begunAtMs;

  let stored = 0;
  let killsInTheMiddle = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = start(['import', file, '--data', killed]);
    const exited = once(child, 'exit');
    // At moments spread over what an import takes, from its first steps to near its end.
    await new Promise((resolve) => setTimeout(resolve, (importMs * (kill + 1)) / (KILLS + 1)));
    child.kill('SIGKILL');
    await exited;
    const now = await papersIn(killed);
    expect(now, `after kill ${kill}`).toBeGreaterThanOrEqual(stored);
    if (now > 0 && now < PAPERS) killsInTheMiddle += 1;
    stored = now;
  }
  expect(killsInTheMiddle).toBeGreaterThan(0);

  const { answer } = await broadsheetJson<{ added: number; unchanged: number }>([
    'import',
    file,
    '--data',
    killed,
  ]);
  expect(answer.added + answer.unchanged).toBe(PAPERS);
  const [one, other] = await Promise.all(
    [killed, undisturbed].map((data) => broadsheet(['export', '--data', data])),
  );
  expect(one?.stdout.split('\n').sort()).toEqual(other?.stdout.split('\n').sort());
}, 120_000);

function line(n: number): string {
  const abstract = `The abstract of paper ${n}. `.repeat(20);
  return JSON.stringify({ id: `p-${n}`, title: `Paper number ${n}`, abstract, date: '2026-11-20' });
}

/** How many papers a data folder holds; opening it also proves that it opens. */
async function papersIn(data: string): Promise<number> {
  await using database = await openDatabase({ kind: 'sqlite', path: join(data, 'broadsheet.db') });
  const papers = createPaperStore(database, { now: () => new Date(), timeZone: 'UTC' });
  return await papers.count();
}
