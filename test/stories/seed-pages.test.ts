/** The main job on real input: saved pages come in, search finds them, the site shows the same. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { broadsheet, broadsheetJson, serve } from '../support/program.js';
import { describeWithSharedData } from '../support/shared-data.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Answer = { total: number; results: { id: string; title: string }[] };

describeWithSharedData('the saved pages', 'seed-pages', (folder) => {
  it('are searched with the same order on the command line and on the site', async () => {
    const data = ['--data', join(await temporaryFolder(), 'data')];
    const files = (await readdir(folder)).map((name) => join(folder, name));
    const { answer: summary } = await broadsheetJson(['import', ...files, ...data]);
    expect(summary).toEqual({ added: 624, updated: 0, unchanged: 69, problems: [] });

    const topics = await search('topic modeling of documents', data);
    expect(topics.results.slice(0, 3).map(({ title }) => title)).toContain(
      'Top2Vec: Distributed Representations of Topics',
    );
    const nested = await search('matryoshka', data);
    expect(nested.total).toBe(await countNaming('matryoshka', files));

    const site = await serve(['--no-gather', ...data]);
    await expect.poll(async () => (await fetch(`${site.url}/readyz`)).status).toBe(200);
    for (const [query, answer] of [
      ['topic modeling of documents', topics],
      ['matryoshka', nested],
    ] as const) {
      const page = await (await fetch(`${site.url}/search?q=${encodeURIComponent(query)}`)).text();
      const shown = [...page.matchAll(/<article data-paper-id="([^"]*)"/g)].map(([, id]) => id);
      expect(shown).toEqual(answer.results.map(({ id }) => id));
    }

    // What another process stores can be found within a second or so.
    const line = '{"id": "2611.00001", "title": "On zygomorphic flowers", "abstract": "Petals."}';
    await broadsheet(['import', '-', ...data], { input: line });
    const found = async () => (await fetch(`${site.url}/search?q=zygomorphic`)).text();
    await expect.poll(found, { timeout: 2_000 }).toContain('data-paper-id="2611.00001"');
  });
});

async function search(query: string, data: readonly string[]): Promise<Answer> {
  const { answer } = await broadsheetJson<Answer>(['search', query, '--limit', '20', ...data]);
  return answer;
}

/** How many papers of the pages have the word: a title and its abstract count once. */
async function countNaming(word: string, files: readonly string[]): Promise<number> {
  const titles = new Set<string>();
  for (const file of files) {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim());
    for (const [at, line] of lines.entries()) {
      if (!line.toLowerCase().includes(word)) continue;
      const isAbstract = line.length > 250;
      const title = isAbstract ? (lines[at - 1] ?? '') : line;
      titles.add(title.replace(/^Subscribe/, '').trim());
    }
  }
  return titles.size;
}
