import { expect, it } from 'vitest';
import { changes } from '../../test/support/catalogue-changes.js';
import { paper } from '../../test/support/papers.js';
import type { Paper } from '../papers/paper.js';
import { createPlainEngine } from './plain-engine.js';
import { papersLike } from './similar-papers.js';

const DOLLS = paper('2611.00001', {
  title: 'Nested dolls',
  abstract: 'title:vectors -inside "other vectors", the small ones first.',
});

/** The ids of the papers that are like a paper, the likest first. */
async function like(wanted: Paper, ...others: readonly Paper[]): Promise<string[]> {
  const engine = createPlainEngine();
  await engine.update(changes(wanted, ...others));
  const known = new Map([wanted, ...others].map((each) => [each.id, each]));
  const papers = { byIds: () => Promise.resolve(known) };
  const { results } = await papersLike(engine, papers, wanted, { limit: 3 });
  return results.map((result) => result.paper.id);
}

it('finds what speaks of the same, the likest first, and not the paper itself', async () => {
  const near = paper('2611.00002', { title: 'Nested dolls of vectors' });
  const far = paper('2611.00003', { title: 'Dolls' });
  const other = paper('2611.00004', { title: 'Parsing' });
  expect(await like(DOLLS, far, other, near)).toEqual([near.id, far.id]);
});

it('takes nothing in a title or an abstract for the query language', async () => {
  // Its minus would rule out this one, and its quotes would ask for the phrase.
  const inside = paper('2611.00002', { title: 'Inside vectors' });
  expect(await like(DOLLS, inside)).toEqual([inside.id]);
});

it('gives as many as are wanted, and none that was withdrawn', async () => {
  const more = ['2', '3', '4', '5'].map((digit) => paper(`2611.0000${digit}`, DOLLS));
  const gone = paper('2611.00009', { ...DOLLS, withdrawn: true });
  expect(await like(DOLLS, gone, ...more)).toHaveLength(3);
  expect(await like(DOLLS, gone)).toEqual([]);
});
