import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { changes } from '../../test/support/catalogue-changes.js';
import { paperOf } from '../../test/support/papers.js';
import { describeWithSharedData } from '../../test/support/shared-data.js';
import type { Paper } from '../papers/paper.js';
import { readPapers } from '../sources/files/read-papers.js';
import { parseQuery } from './parse-query.js';
import { createPlainEngine } from './plain-engine.js';
import type { SearchAnswer } from './search-engine.js';

describeWithSharedData('a search among the papers of saved pages', 'seed-pages', (folder) => {
  const engine = createPlainEngine();
  const papers = new Map<string, Paper>();

  beforeAll(async () => {
    for (const name of readdirSync(folder)) {
      const input = { path: join(folder, name) };
      for await (const batch of readPapers(input, { format: 'listing' })) {
        for (const record of batch.papers) papers.set(paperOf(record).id, paperOf(record));
      }
    }
    await engine.update(changes(...papers.values()));
  });

  const search = (query: string): Promise<SearchAnswer> =>
    engine.search(parseQuery(query), { mode: 'lexical', offset: 0, limit: 1_000 });
  const titles = async (query: string) =>
    (await search(query)).hits.map(({ id }) => papers.get(id)?.title ?? '');
  const textsOf = async (query: string) =>
    (await search(query)).hits.map(({ id }) => {
      const { title, abstract } = papers.get(id) as Paper;
      return `${title}\n${abstract}`.toLowerCase();
    });

  it('has 624 papers', () => expect(engine.size()).toBe(624));

  it('finds Top2Vec among the first three for the modelling of topics', async () => {
    const first = (await titles('topic modeling of documents')).slice(0, 3);
    expect(first.some((title) => title.startsWith('Top2Vec'))).toBe(true);
  });

  it('finds exactly the papers that name a rare word', async () => {
    const naming = [...papers.values()]
      .filter(({ title, abstract }) => /matryoshka/i.test(`${title} ${abstract}`))
      .map(({ title }) => title);
    expect(naming.length).toBeGreaterThan(2);
    expect((await titles('matryoshka')).toSorted()).toEqual(naming.toSorted());
  });

  it('mends a misspelt word', async () => {
    expect((await search('matroyshka')).didYouMean).toBe('matryoshka');
  });

  it('finds a phrase only where it stands', async () => {
    const texts = await textsOf('"representation learning"');
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.every((text) => /represent\w+[\s-]learn/.test(text))).toBe(true);
  });

  it('leaves out what is excluded', async () => {
    const all = (await search('diffusion')).total;
    const others = await textsOf('diffusion -image -images');
    expect(others.length).toBeGreaterThan(0);
    expect(others.length).toBeLessThan(all);
    expect(others.some((text) => /\bimages?\b/.test(text))).toBe(false);
  });
});
