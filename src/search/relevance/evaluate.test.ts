import { describe, expect, it } from 'vitest';
import type { PaperId } from '../../papers/identifiers.js';
import type { SearchEngine, SearchMode, SearchOptions } from '../search-engine.js';
import { evaluate } from './evaluate.js';
import type { JudgedQuery } from './judged-set.js';

/** Ten places deep, the n-th is worth this much of the first. */
const worth = (rank: number) => 1 / Math.log2(rank + 1);

/** An engine that knows by heart what each query is answered with, whatever the mode. */
function engineOf(answers: Readonly<Record<string, string>>, knows: readonly SearchMode[]) {
  const asked: SearchOptions[] = [];
  const engine: Pick<SearchEngine, 'search'> = {
    search: async ({ text }, options) => {
      asked.push(options);
      const hits = [...(answers[text] ?? '')].map((id) => ({ id: id as PaperId, score: 0 }));
      const mode = knows.includes(options.mode) ? options.mode : 'lexical';
      return { mode, total: hits.length, hits, notes: [] };
    },
  };
  return { engine, asked };
}

const query = (text: string, grades: Readonly<Record<string, number>>): JudgedQuery => ({
  id: text,
  text,
  grades: new Map(Object.entries(grades).map(([id, grade]) => [id as PaperId, grade])),
});

const QUERIES = [query('first', { a: 1, b: 1 }), query('second', { c: 2, d: 0 })];

describe('an evaluation', () => {
  it('is the mean over the queries', async () => {
    const { engine } = engineOf({ first: 'axb', second: 'dxc' }, []);
    const figures = await evaluate({ engine, queries: QUERIES, modes: ['lexical'], among: 'all' });
    const [first, second] = [(worth(1) + worth(3)) / (worth(1) + worth(2)), worth(3)];
    const { ndcgAt10, recallAt100, mrrAt10, interval } = figures.get('lexical') ?? {};
    expect(ndcgAt10).toBeCloseTo((first + second) / 2);
    expect(recallAt100).toBe(1);
    expect(mrrAt10).toBeCloseTo((1 + 1 / 3) / 2);
    expect(interval).toEqual([expect.closeTo(second), expect.closeTo(first)]);
  });

  it('tells modes apart, and leaves out one that the engine lacks', async () => {
    const { engine } = engineOf({ first: 'a' }, ['hybrid']);
    const modes: SearchMode[] = ['lexical', 'dense', 'hybrid'];
    const figures = await evaluate({ engine, queries: QUERIES, modes, among: 'all' });
    expect([...figures.keys()]).toEqual(['lexical', 'hybrid']);
  });

  it('keeps a query away from its own document, and a pool to what was judged', async () => {
    const { engine, asked } = engineOf({}, []);
    const own = { ...QUERIES[1], ownDocument: 'q' } as JudgedQuery;
    const queries = [...QUERIES.slice(0, 1), own];
    await evaluate({ engine, queries, modes: ['lexical'], among: 'all' });
    await evaluate({ engine, queries, modes: ['lexical'], among: 'judged' });
    const whole = { mode: 'lexical', offset: 0, limit: 100 };
    expect(asked).toEqual([
      whole,
      { ...whole, without: 'q' },
      { ...whole, among: new Set(['a', 'b']) },
      { ...whole, without: 'q', among: new Set(['c', 'd']) },
    ]);
  });

  it('tells how far it is', async () => {
    const { engine } = engineOf({}, []);
    const steps: string[] = [];
    const onProgress = (done: number, total: number) => steps.push(`${done}/${total}`);
    const modes: SearchMode[] = ['lexical', 'dense'];
    await evaluate({ engine, queries: QUERIES, modes, among: 'all', onProgress });
    expect(steps).toEqual(['1/4', '2/4', '3/4', '4/4']);
  });
});
