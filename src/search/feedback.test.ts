import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changes } from '../../test/support/catalogue-changes.js';
import { paper } from '../../test/support/papers.js';
import { createHashedEmbedder } from '../embedding/hashed-embedder.js';
import { termOf } from '../text/analysis.js';
import { K1, rarityOf, scoreOf } from './bm25f.js';
import { FEEDBACK, feedbackTerms, takesFeedback, termsOfUnits } from './feedback.js';
import { parseQuery } from './parse-query.js';
import type { SearchOptions } from './search-engine.js';
import { createSegmentEngine } from './segments/segment-engine.js';
import { unitsOf } from './units.js';

const PAPERS = 1_000;

const HYBRID: SearchOptions = { mode: 'hybrid', offset: 0, limit: 10, explain: true };

type Result = { readonly text: string; readonly score?: number };

/**
 * What results of these texts share, each word of which stands once in each and is as rare.
 *
 * @param author - a word that stands in no text
 */
function sharedBy(results: readonly Result[], asked: readonly string[] = [], author = '') {
  const first = results.map(({ text, score = 1 }) => ({
    score,
    words: text.split(' ').map((word) => ({ word, term: termOf(word) })),
  }));
  return feedbackTerms(first, {
    asked: new Set(asked),
    most: 10,
    papers: PAPERS,
    papersWithTerm: () => 5,
    fewestPapersWith: () => 0,
    placesIn: (term, rank) =>
      term !== author && first[rank]?.words.some((it) => it.term === term) ? 1 : 0,
  });
}

const wordsSharedBy = (...texts: readonly string[]) =>
  sharedBy(texts.map((text) => ({ text }))).map(({ word }) => word);

describe('a query has feedback', () => {
  const takes = (text: string) => takesFeedback(unitsOf(parseQuery(text).terms));

  it('if it is a few words', () => {
    expect(takes('deafness')).toBe(true);
    expect(takes('stopping heart disease in childhood')).toBe(true);
  });

  it('and not if it says more, or means what it says', () => {
    expect(takes('a claim of far more words than anybody would type')).toBe(false);
    expect(takes('"heart disease"')).toBe(false);
    expect(takes('title:heart')).toBe(false);
    expect(takes('heart https://example.org')).toBe(false);
  });
});

describe('the first results share', () => {
  it('words that two of them have, whatever their ending', () => {
    expect(wordsSharedBy('cochlea nerve', 'nerves implant')).toEqual(['nerve']);
  });

  it('no stop words, and none that the query has already or rules out', () => {
    expect(wordsSharedBy('of the nerve', 'of the nerve')).toEqual(['nerve']);
    const texts = ['deaf nerve speech', 'deaf nerve speech'].map((text) => ({ text }));
    const asked = termsOfUnits(unitsOf(parseQuery('deaf speech').terms));
    expect(sharedBy(texts, [...asked]).map(({ term }) => term)).toEqual(['nerv']);
  });

  it('no names of authors, which stand in no text', () => {
    const texts = ['nerve miller', 'nerve miller'].map((text) => ({ text }));
    expect(sharedBy(texts, [], 'miller').map(({ word }) => word)).toEqual(['nerve']);
  });

  it('nothing where there is one alone', () => expect(wordsSharedBy('nerve')).toEqual([]));

  it('a word as most of them write it', () => {
    expect(wordsSharedBy('nerves', 'nerve', 'nerves')).toEqual(['nerves']);
    expect(wordsSharedBy('nerves', 'nerve')).toEqual(['nerve']);
  });

  it('most of all what the best of them have', () => {
    const texts = ['cochlea', 'cochlea', 'surgery', 'surgery'];
    const [first, second] = sharedBy(texts.map((text, at) => ({ text, score: 4 - at })));
    expect([first?.word, second?.word]).toEqual(['cochlea', 'surgery']);
    expect(first?.weight).toBeGreaterThan(10 * (second?.weight ?? 0));
  });

  it('nothing where they answer nothing', () => {
    const none = { text: 'nerve', score: 0 };
    expect(sharedBy([none, none])).toEqual([]);
  });
});

it('all words of feedback together score a set share of what the query can, without end', () => {
  const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{6}$/), { minLength: 1, maxLength: 30 });
  const texts = fc.array(words, { minLength: 2, maxLength: FEEDBACK.firstResults });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: PAPERS }), (all, papersWith) => {
      const terms = feedbackTerms(
        all.map((text, rank) => ({
          score: 1 / (rank + 1),
          words: text.map((word) => ({ word, term: word })),
        })),
        {
          asked: new Set(),
          most: 10,
          papers: PAPERS,
          papersWithTerm: () => papersWith,
          fewestPapersWith: () => papersWith - 1,
          placesIn: (term, rank) => (all[rank]?.includes(term) ? 1 : 0),
        },
      );
      const isShared = (word: string) => all.filter((text) => text.includes(word)).length > 1;
      const shared = new Set(all.flat().filter(isShared));
      expect(terms).toHaveLength(Math.min(shared.size, FEEDBACK.mostTerms));
      for (const { term } of terms) expect(shared).toContain(term);
      const most = terms.reduce((sum, { weight }) => sum + weight * (K1 + 1), 0);
      expect(most).toBeCloseTo(terms.length === 0 ? 0 : FEEDBACK.weight * 10);
    }),
  );
});

it('a number of papers known sooner changes nothing but the time it takes', () => {
  const anyTerm = fc.record({
    ranks: fc.subarray([0, 1, 2, 3], { minLength: 2 }),
    papersWith: fc.integer({ min: 4, max: PAPERS }),
    known: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const anyTerms = fc.array(anyTerm, { minLength: 3 * FEEDBACK.mostTerms, maxLength: 100 });
  fc.assert(
    fc.property(anyTerms, (terms) => {
      const first = [4, 3, 2, 1].map((score, rank) => ({
        score,
        words: terms
          .map((_, at) => ({ word: `w${at}`, term: `w${at}` }))
          .filter((_, at) => terms[at]?.ranks.includes(rank)),
      }));
      const of = (term: string) => terms[Number(term.slice(1))];
      const context = {
        asked: new Set<string>(),
        most: 10,
        papers: PAPERS,
        papersWithTerm: (term: string) => of(term)?.papersWith ?? 0,
        placesIn: (term: string, rank: number) => (of(term)?.ranks.includes(rank) ? 1 : 0),
      };
      const fewestPapersWith = (term: string) => {
        const { papersWith = 0, known = 0 } = of(term) ?? {};
        return Math.floor(papersWith * known);
      };
      expect(feedbackTerms(first, { ...context, fewestPapersWith })).toEqual(
        feedbackTerms(first, { ...context, fewestPapersWith: () => 0 }),
      );
    }),
  );
});

it('a rare word says more than one that most papers have', () => {
  const [rare, common] = feedbackTerms(
    [1, 1].map((score) => ({
      score,
      words: ['results', 'cochlea'].map((word) => ({ word, term: word })),
    })),
    {
      asked: new Set(),
      most: 10,
      papers: PAPERS,
      papersWithTerm: (term) => (term === 'results' ? 600 : 6),
      fewestPapersWith: () => 1,
      placesIn: () => 1,
    },
  );
  expect(rare?.word).toBe('cochlea');
  const ratio = rarityOf(6, PAPERS) / rarityOf(600, PAPERS);
  expect((rare?.weight ?? 0) / (common?.weight ?? 1)).toBeCloseTo(ratio ** 2);
  expect(scoreOf(1, 1)).toBeGreaterThan(0);
});

describe('a search of a few words', () => {
  // All have the word of the query alike, so that only feedback can tell the last two apart.
  const PAPERS_ON_DEAFNESS = [
    ...Array.from({ length: 40 }, (_, at) => paper(`other-${at}`, { title: 'Graphs' })),
    ...Array.from({ length: 8 }, (_, at) =>
      paper(`on-${at}`, { title: 'Deafness', abstract: `Cochlea and nerve. ${at}` }),
    ),
    paper('a-policy', { title: 'Deafness', abstract: 'Budget, policy, and so on. 8' }),
    paper('z-nerve', { title: 'Deafness', abstract: 'Cochlea, budget, and so on. 9' }),
  ];

  async function search(text: string, options: Partial<SearchOptions> = {}) {
    const engine = createSegmentEngine({ embedder: createHashedEmbedder() });
    await engine.update(changes(...PAPERS_ON_DEAFNESS));
    return engine.search(parseQuery(text), { ...HYBRID, ...options });
  }

  it('raises a paper that has the words of the others, and says which', async () => {
    const { hits } = await search('deafness');
    const ids = hits.map(({ id }) => id as string);
    expect(ids.indexOf('z-nerve')).toBeLessThan(ids.indexOf('a-policy'));
    const { explanation = [] } = hits.find(({ id }) => id === 'z-nerve') ?? {};
    const labels = explanation.map(({ label }) => label).join('; ');
    expect(labels).toMatch(/words that the first results share: .*cochlea/);
  });

  it('finds nothing that it would not have found, and nothing that is ruled out', async () => {
    const answer = await search('deafness -budget');
    expect(answer.total).toBe(8);
    expect(answer.hits.map(({ id }) => id)).not.toContain('z-nerve');
  });

  it('is by its own words alone where only words are asked for', async () => {
    const { hits } = await search('deafness', { mode: 'lexical' });
    const labels = hits.flatMap(({ explanation = [] }) => explanation.map(({ label }) => label));
    expect(labels.some((label) => label.includes('share'))).toBe(false);
  });

  it('gives a paper the same score on every page', async () => {
    const { hits } = await search('deafness');
    const pages = await Promise.all(
      [0, 3, 6, 9].map((offset) => search('deafness', { offset, limit: 3 })),
    );
    expect(pages.flatMap((page) => page.hits)).toEqual(hits);
    const long = await search('deafness', { limit: 200 });
    expect(long.hits.slice(0, 10)).toEqual(hits);
  });
});
