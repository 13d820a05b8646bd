import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changes, removals } from '../../../test/support/catalogue-changes.js';
import { paper } from '../../../test/support/papers.js';
import { anyId, anyQuery, anyUpdates } from '../../../test/support/searches.js';
import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import type { PartialDate } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { parseQuery } from '../parse-query.js';
import { createPlainEngine } from '../plain-engine.js';
import type { SearchAnswer, SearchEngine, SearchOptions } from '../search-engine.js';
import { loadKernels } from '../vectors/kernels-client.js';
import { createSegmentEngine, type SegmentEngine } from './segment-engine.js';

const embedder = createHashedEmbedder();

/** One thing done to an index. */
type Step =
  | { readonly kind: 'update'; readonly papers: readonly Paper[] }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'unite' };

const anySteps = anyUpdates.chain((batches) =>
  fc
    .array(
      fc.oneof(
        anyId.map((id) => ({ kind: 'remove' as const, id })),
        fc.constant({ kind: 'unite' as const }),
      ),
      {
        maxLength: batches.length,
      },
    )
    .map((others): Step[] =>
      batches.flatMap((papers, at) => {
        const other = others[at];
        return [{ kind: 'update' as const, papers }, ...(other ? [other] : [])];
      }),
    ),
);

const anyOptions: fc.Arbitrary<SearchOptions> = fc.record(
  {
    mode: fc.constantFrom('lexical', 'dense', 'hybrid'),
    offset: fc.nat({ max: 3 }),
    limit: fc.integer({ min: 1, max: 8 }),
    sort: fc.constantFrom('relevance', 'newest', 'trending'),
    explain: fc.boolean(),
    among: fc.uniqueArray(anyId as fc.Arbitrary<PaperId>).map((ids) => new Set(ids)),
    without: anyId as fc.Arbitrary<PaperId>,
  },
  { requiredKeys: ['mode', 'offset', 'limit'] },
);

async function take(engine: SearchEngine, step: Step): Promise<void> {
  if (step.kind === 'update') await engine.update(changes(...step.papers));
  if (step.kind === 'remove') await engine.update(removals(step.id));
}

/** The same answer, but for what rounding leaves of scores. */
function expectSame(answer: SearchAnswer, expected: SearchAnswer): void {
  const { hits, ...others } = answer;
  const { hits: expectedHits, ...expectedOthers } = expected;
  expect(others).toEqual(expectedOthers);
  expect(hits.map(({ id }) => id)).toEqual(expectedHits.map(({ id }) => id));
  for (const [at, hit] of hits.entries()) {
    const like = expectedHits[at];
    expect(hit.score).toBeCloseTo(like?.score ?? Number.NaN, 9);
    expect(hit.explanation?.map(({ label }) => label)).toEqual(
      like?.explanation?.map(({ label }) => label),
    );
    for (const [partAt, { value }] of (hit.explanation ?? []).entries()) {
      expect(value).toBeCloseTo(like?.explanation?.[partAt]?.value ?? Number.NaN, 9);
    }
  }
}

describe('the engine of segments', () => {
  it('answers as the plain engine does, whatever happened and whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        anySteps,
        fc.array(fc.tuple(anyQuery, anyOptions), { maxLength: 5 }),
        fc.dictionary(anyId, fc.double({ noNaN: true })),
        async (steps, searches, heat) => {
          const plain = createPlainEngine(embedder);
          const engine: SegmentEngine = createSegmentEngine({ embedder });
          const hotness = new Map(Object.entries(heat)) as Map<PaperId, number>;
          for (const [at, step] of steps.entries()) {
            await take(plain, step);
            await take(engine, step);
            if (step.kind === 'unite') engine.unite();
            if (at !== 1) continue;
            await plain.setHotness(hotness);
            await engine.setHotness(hotness);
          }
          expect(engine.size()).toBe(plain.size());
          for (const [text, options] of searches) {
            const query = parseQuery(text);
            expectSame(await engine.search(query, options), await plain.search(query, options));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('does so among thousands of papers, with compiled kernels and skipped blocks', async () => {
    const { module } = await loadKernels();
    const random = fc.sample(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
      seed: 7,
      numRuns: 250_000,
    });
    let taken = 0;
    const next = () => random[taken++ % random.length] ?? 0;
    // As in real texts, few words are in most papers and most words in few.
    const word = () => `w${Math.floor(800 ** next()) - 1}`;
    const words = (count: number) => Array.from({ length: count }, word).join(' ');
    const papers = Array.from({ length: 6_000 }, (_, at) =>
      paper(`p${(at * 7_919) % 6_000}`, {
        title: words(3),
        abstract: words(5 + Math.floor(20 * next())),
        publishedOn:
          `20${10 + Math.floor(16 * next())}-0${1 + Math.floor(9 * next())}` as PartialDate,
        categories: next() < 0.2 ? ['cs.CL'] : ['math'],
      }),
    );
    const renamed = papers.slice(0, 300).map((old) => ({ ...old, title: words(2) }));
    const plain = createPlainEngine(embedder);
    const engine = createSegmentEngine({ embedder, kernels: module });
    for (const it of [plain, engine]) {
      await it.update(changes(...papers.slice(0, 4_000)));
      await it.update(changes(...papers.slice(4_000)));
      await it.update(changes(...renamed));
      await it.update(removals(...papers.slice(300, 500).map(({ id }) => id)));
    }
    engine.unite();
    await plain.update(changes(paper('new', { title: 'w1 w2' })));
    await engine.update(changes(paper('new', { title: 'w1 w2' })));
    for (let query = 0; query < 60; query += 1) {
      const text = [
        words(1 + (query % 5)),
        query % 3 === 0 ? 'after:2019' : '',
        query % 7 === 0 ? 'cat:cs' : '',
        query % 4 === 0 ? `-${word()}` : '',
        query % 11 === 0 ? `"${words(2)}"` : '',
      ].join(' ');
      const mode = (['lexical', 'hybrid', 'dense'] as const)[query % 3] ?? 'hybrid';
      const options = { mode, offset: query % 13, limit: 10 + query, explain: query % 5 === 0 };
      const asked = parseQuery(text);
      expectSame(await engine.search(asked, options), await plain.search(asked, options));
    }
  });
});
