import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCatalogue, record } from '../../test/support/catalogue.js';
import { type FollowKind, type KeptFollow, toFollow } from '../community/follows.js';
import type { Day } from '../papers/dates.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { createPlainEngine } from '../search/plain-engine.js';
import { followedPapers, followedQuery, MOST_SEARCHED } from './followed-papers.js';

const SINCE = '2026-09-15' as Day;
const AUTHORS = ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether'];
const CATEGORIES = ['cs.CL', 'cs.LG', 'math'];

const NOTHING: ReadonlySet<PaperId> = new Set();

function follow(kind: FollowKind, text: string): KeptFollow {
  return { ...toFollow(kind, text), followedAtMs: 0 };
}

/** Sixty papers over three months, some of a day, each with its authors and categories. */
async function openSources() {
  const { papers } = await openCatalogue();
  await papers.add(
    Array.from({ length: 60 }, (_, at) =>
      record({
        title: `Paper ${at} on ${at % 2 ? 'norms' : 'masks'}`,
        abstract: at % 3 ? 'We bound norms of the masks.' : 'We draw pictures.',
        names: [`2610.${String(10_000 + ((at * 37) % 60))}`],
        authors: [AUTHORS[at % 3] as string],
        categories: [CATEGORIES[at % 2] as string, ...(at % 7 ? [] : ['math'])],
        published: new Date(Date.UTC(2026, 8, 1 + at)).toISOString().slice(0, 10),
        withdrawn: at % 11 === 0,
      }),
    ),
  );
  const search = createPlainEngine();
  await search.update(await papers.changesSince(0, 1_000));
  return { search, papers };
}

/** What is followed, and which papers that means. */
type Match = readonly [KeptFollow, (paper: Paper) => boolean];

const MATCHES: readonly Match[] = [
  ...AUTHORS.map(
    (name): Match => [follow('author', name), (paper) => paper.authors.includes(name)],
  ),
  ...CATEGORIES.map(
    (one): Match => [follow('category', one), (paper) => paper.categories.includes(one)],
  ),
  [follow('topic', 'norms of the masks'), ({ abstract }) => abstract.includes('norms')],
  [follow('search', 'pictures'), ({ abstract }) => abstract.includes('pictures')],
];

describe('followed papers', () => {
  it('are those that a reader of all papers would pick, on any page', async () => {
    const sources = await openSources();
    const { papers: all } = await sources.papers.changesSince(0, 1_000);
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...MATCHES]),
        fc.subarray(all.map(({ id }) => id)),
        fc.nat({ max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        async (chosen, dismissed, offset, limit) => {
          const without = new Set(dismissed);
          const expected = all
            .filter((paper) => !paper.withdrawn && (paper.publishedOn ?? '') >= SINCE)
            .filter((paper) => !without.has(paper.id))
            .filter((paper) => chosen.some(([, isMatch]) => isMatch(paper)))
            .sort((a, b) => ((a.publishedOn ?? '') < (b.publishedOn ?? '') ? 1 : -1));
          const found = await followedPapers(
            sources,
            chosen.map(([one]) => one),
            { since: SINCE, offset, limit, without },
          );
          expect(found.papers.map(({ paper }) => paper.id)).toEqual(
            expected.slice(offset, offset + limit).map(({ id }) => id),
          );
          expect(found.hasMore).toBe(expected.length > offset + limit);
          for (const { paper, because } of found.papers) {
            expect(because).toEqual(
              chosen.filter(([, isMatch]) => isMatch(paper)).map(([one]) => one),
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('have all the words of a search, little ones aside', async () => {
    const sources = await openSources();
    const options = { since: SINCE, offset: 0, limit: 50, without: NOTHING };
    const both = await followedPapers(sources, [follow('search', 'the pictures norms')], options);
    expect(both.papers.length).toBeGreaterThan(0);
    for (const { paper } of both.papers) {
      expect(`${paper.title} ${paper.abstract}`).toMatch(/norms/);
      expect(paper.abstract).toMatch(/pictures/);
    }
  });

  it('are searched for what was followed last, when much is followed', async () => {
    const sources = await openSources();
    const follows = [
      ...Array.from({ length: MOST_SEARCHED }, (_, at) => follow('topic', `nothing ${at}`)),
      follow('category', 'cs.CL'),
    ];
    const found = await followedPapers(sources, follows, {
      since: SINCE,
      offset: 0,
      limit: 5,
      without: NOTHING,
    });
    expect(found).toEqual({ papers: [], hasMore: false, searched: MOST_SEARCHED });
  });

  it.each(['!!!', '-norms', '"', '*'])('are not all papers, for the search %s', (text) => {
    expect(followedQuery(follow('search', text), SINCE)).toBeUndefined();
  });

  it.each([
    ['norms after:2026-11-05', '2026-11-05'],
    ['norms after:2020', SINCE],
    ['norms', SINCE],
  ])('of the search %s begin on %s', (text, after) => {
    expect(followedQuery(follow('search', text), SINCE)?.filters.after).toBe(after);
  });
});
