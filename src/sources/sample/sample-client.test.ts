import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../../test/support/shared-data.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { titleKey } from '../../papers/title-key.js';
import { readPapers } from '../files/read-papers.js';
import { readSample } from './sample-client.js';

const SAMPLE = fileURLToPath(new URL('../../../sample/papers.jsonl', import.meta.url));

/** Runs of words longer than set phrases of the field are copied sentences. */
const COPIED_RUN_WORDS = 8;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function runsOf(text: string): string[] {
  const words = wordsOf(text);
  return words
    .slice(0, Math.max(0, words.length - COPIED_RUN_WORDS + 1))
    .map((_, at) => words.slice(at, at + COPIED_RUN_WORDS).join(' '));
}

describe('the sample', () => {
  it('has at least 240 papers, each once, with a summary of 40 to 90 words', async () => {
    const { papers, problems } = await readSample(SAMPLE);
    expect(problems).toEqual([]);
    expect(papers.length).toBeGreaterThanOrEqual(240);
    expect(new Set(papers.map(({ title }) => titleKey(title))).size).toBe(papers.length);
    expect(new Set(papers.flatMap(({ identifiers }) => identifiers)).size).toBe(
      papers.flatMap(({ identifiers }) => identifiers).length,
    );
    const lengths = papers.map(({ abstract }) => abstract.split(/\s+/).length);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(40);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(90);
    expect(new Set(papers.map(({ source }) => source))).toEqual(new Set(['sample']));
  });

  it('names the line that is no entry, and keeps the others', async () => {
    const path = join(await temporaryFolder(), 'sample.jsonl');
    const good = { id: 'arxiv:2408.08793', title: 'Letters', summary: 'Ours.', date: '2024-08' };
    await writeFile(path, `${JSON.stringify(good)}\n{"title": "No summary"}\noops\n`);
    const reason = 'The line is not an entry of the sample.';
    expect(await readSample(path)).toEqual({
      papers: [
        {
          source: 'sample',
          identifiers: ['arxiv:2408.08793'],
          title: 'Letters',
          abstract: 'Ours.',
          authors: [],
          categories: [],
          links: [],
          publishedOn: '2024-08',
        },
      ],
      problems: [
        { where: `${path}:2`, reason },
        { where: `${path}:3`, reason },
      ],
    });
  });

  it('that is not there is refused', async () => {
    const path = join(await temporaryFolder(), 'sample.jsonl');
    await expect(readSample(path)).rejects.toMatchObject({ code: 'unreadable_input' });
  });
});

describeWithSharedData('the sample and the pages that it is of', 'seed-pages', (folder) => {
  async function abstractsByPage(): Promise<Map<string, string>[]> {
    const pages: Map<string, string>[] = [];
    for (const name of readdirSync(folder).sort()) {
      const page = new Map<string, string>();
      for await (const { papers } of readPapers({ path: join(folder, name) }, { format: 'auto' })) {
        for (const { title, abstract } of papers) page.set(titleKey(title), abstract);
      }
      pages.push(page);
    }
    return pages;
  }

  it('agree on the titles, and every page is in it', async () => {
    const pages = await abstractsByPage();
    const { papers } = await readSample(SAMPLE);
    const keys = papers.map(({ title }) => titleKey(title));
    expect(keys.filter((key) => !pages.some((page) => page.has(key)))).toEqual([]);
    for (const page of pages) {
      expect(keys.filter((key) => page.has(key)).length).toBeGreaterThan(0);
    }
  });

  it('share no sentence, nor eight words in a row', async () => {
    const pages = await abstractsByPage();
    const { papers } = await readSample(SAMPLE);
    const copied = papers.flatMap(({ title, abstract }) => {
      const originals = pages.flatMap((page) => page.get(titleKey(title)) ?? []);
      const runs = new Set(originals.flatMap(runsOf));
      return runsOf(abstract).filter((run) => runs.has(run));
    });
    expect(copied).toEqual([]);
  });
});
