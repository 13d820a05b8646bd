/** The search index as whoever runs the program meets it: it comes of itself, and can be made anew. */

import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { broadsheet, broadsheetJson } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PAPERS = 150;

type Found = { readonly total: number; readonly results: readonly { readonly id: string }[] };

/** A data folder with so many papers, each of a number of its own. */
async function filledFolder(): Promise<string> {
  const data = await temporaryFolder();
  const file = join(data, 'papers.jsonl');
  const lines = Array.from({ length: PAPERS }, (_, at) =>
    JSON.stringify({ id: `local-${at}`, title: `On number${at}`, abstract: 'All alike.' }),
  );
  await writeFile(file, lines.join('\n'));
  await broadsheet(['import', file, '--data', data]);
  return data;
}

/** By words, since all of them mean the same. */
function searchIn(data: string): string[] {
  return ['search', 'number77', '--mode', 'lexical', '--data', data];
}

it('a search leaves an index behind, and the next one begins with it', async () => {
  const data = await filledFolder();
  const index = join(data, 'index');
  const first = await broadsheetJson<Found>(searchIn(data));
  expect(first.answer.results).toMatchObject([{ title: 'On number77' }]);
  const [generation, ...others] = await readdir(index);
  expect(others).toEqual([]);
  const second = await broadsheetJson<Found>(searchIn(data));
  expect(second.answer.results).toEqual(first.answer.results);
  expect(await readdir(index)).toEqual([generation]);
});

it('an index that is damaged is refused with a reason, and made anew', async () => {
  const data = await filledFolder();
  const index = join(data, 'index');
  expect(await broadsheetJson(['reindex', '--data', data])).toMatchObject({
    status: 0,
    answer: { papers: PAPERS },
  });
  const [generation = ''] = await readdir(index);
  await rm(join(index, generation, '0.terms.postings'));
  const { stdout, stderr } = await broadsheet([...searchIn(data), '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ results: [{ title: 'On number77' }] });
  expect(stderr).toMatch(/stored index .* cannot be used: .*terms\.postings is missing/);
  expect(await readdir(index)).not.toContain(generation);
});

it('is made anew when asked to be, and says so to people, too', async () => {
  const data = await filledFolder();
  const { status, stdout } = await broadsheet(['reindex', '--data', data]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^150 papers indexed in [\d.]+ s\n$/);
  expect(await readdir(join(data, 'index'))).toHaveLength(1);
  expect((await broadsheet(['reindex', '--data', join(data, 'nowhere')])).status).toBe(1);
});
