import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaperId } from '../../papers/identifiers.js';
import type { Candidate, Offer } from './candidate.js';
import { choosePapers, type Hidden, type Offers } from './choose-papers.js';
import type { Reason } from './contents.js';

const NEW: Reason = { kind: 'new', category: 'cs.CL' };
const TRENDING: Reason = { kind: 'trending', category: 'cs.CL' };
const PICKED: Reason = { kind: 'picked', note: '' };
const FOLLOW: Reason = { kind: 'follow', what: 'author', label: 'Ada' };
const SEARCH: Reason = { kind: 'search', query: 'norms' };
const LIKE: Reason = { kind: 'like', papers: 3, title: 'On norms' };

const NOTHING: Hidden = { ids: new Set(), titleKeys: new Set() };

function candidate(name: string, more: Partial<Candidate> = {}): Candidate {
  return {
    id: name as PaperId,
    titleKey: `title ${name}`,
    revision: 1,
    votes: 0,
    rank: 0,
    reasons: [NEW],
    isOfDay: true,
    ...more,
  };
}

function offer(of: Candidate, ...reasons: readonly Reason[]): Offer {
  return { candidate: of, reasons };
}

/** Papers `f0`, `f1` and so on. */
function several(prefix: string, count: number, ...reasons: readonly Reason[]): Offer[] {
  return Array.from({ length: count }, (_, at) => offer(candidate(`${prefix}${at}`), ...reasons));
}

function namesBySection(offers: Offers, hidden: Hidden, most: number): Record<string, string[]> {
  const names: Record<string, string[]> = { follows: [], interests: [], edition: [] };
  for (const { paper } of choosePapers(offers, hidden, { most, hasEdition: true })) {
    names[paper.section]?.push(paper.paperId);
  }
  return names;
}

describe('the papers of a letter', () => {
  it('are four from follows, three from interests and three of the edition in ten', () => {
    const offers = {
      follows: several('f', 9, FOLLOW),
      interests: several('i', 9, LIKE),
      edition: several('e', 9),
    };
    expect(namesBySection(offers, NOTHING, 10)).toEqual({
      follows: ['f0', 'f1', 'f2', 'f3'],
      interests: ['i0', 'i1', 'i2'],
      edition: ['e0', 'e1', 'e2'],
    });
  });

  it('are of the others where one part has too few', () => {
    const many = { follows: several('f', 9), interests: [], edition: several('e', 2) };
    expect(namesBySection(many, NOTHING, 10)).toMatchObject({
      follows: ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'],
      edition: ['e0', 'e1'],
    });
    const few = { follows: several('f', 1), interests: several('i', 1), edition: several('e', 9) };
    expect(namesBySection(few, NOTHING, 5)).toEqual({
      follows: ['f0'],
      interests: ['i0'],
      edition: ['e0', 'e1', 'e2'],
    });
  });

  it('stand once, with all that speaks for them, the most telling first', () => {
    const shared = candidate('shared', { reasons: [PICKED, TRENDING] });
    const offers = {
      follows: [offer(shared, FOLLOW)],
      interests: [offer(shared, LIKE)],
      edition: [offer(shared), offer(candidate('other'))],
    };
    const chosen = choosePapers(offers, NOTHING, { most: 3, hasEdition: true });
    expect(chosen.map(({ paper }) => [paper.paperId, paper.section, paper.reasons])).toEqual([
      ['shared', 'follows', [FOLLOW, LIKE, PICKED, TRENDING]],
      ['other', 'edition', [NEW]],
    ]);
  });

  it('are not said to be new where there is more to say', () => {
    const found = candidate('found');
    const offers = { follows: [offer(found, SEARCH)], interests: [], edition: [offer(found)] };
    const [chosen] = choosePapers(offers, NOTHING, { most: 3, hasEdition: true });
    expect(chosen?.paper.reasons).toEqual([SEARCH]);
  });

  it('have no reasons of an edition that the reader does without', () => {
    const hot = candidate('hot', { reasons: [TRENDING] });
    const offers = { follows: [offer(hot, FOLLOW)], interests: [], edition: [] };
    const [chosen] = choosePapers(offers, NOTHING, { most: 3, hasEdition: false });
    expect(chosen?.paper.reasons).toEqual([FOLLOW]);
  });

  it('are never hidden, double or too many, and never too few', () => {
    const pool = Array.from({ length: 14 }, (_, at) =>
      // Some are the same work under two names.
      candidate(`p${at}`, { titleKey: `title ${at % 11}` }),
    );
    const part = (...reasons: Reason[]) =>
      fc.shuffledSubarray(pool).map((all) => all.map((each) => offer(each, ...reasons)));
    fc.assert(
      fc.property(
        fc.record({ follows: part(FOLLOW), interests: part(LIKE), edition: part() }),
        fc.record({
          ids: fc.subarray(pool).map((all) => new Set(all.map(({ id }) => id))),
          titleKeys: fc.subarray(pool).map((all) => new Set(all.map((each) => each.titleKey))),
        }),
        fc.integer({ min: 3, max: 12 }),
        (offers, hidden, most) => {
          const chosen = choosePapers(offers, hidden, { most, hasEdition: true });
          const titles = chosen.map(({ candidate: { titleKey } }) => titleKey);
          const offered = Object.values(offers).flat();
          const visible = new Set(
            offered
              .map((each) => each.candidate)
              .filter(({ id, titleKey }) => !hidden.ids.has(id) && !hidden.titleKeys.has(titleKey))
              .map(({ titleKey }) => titleKey),
          );
          expect(new Set(titles).size).toBe(titles.length);
          expect(titles.every((title) => visible.has(title))).toBe(true);
          expect(chosen.some(({ candidate: { id } }) => hidden.ids.has(id))).toBe(false);
          expect(titles.length).toBe(Math.min(most, visible.size));
          for (const { candidate: each, paper } of chosen) {
            expect(offers[paper.section].some((one) => one.candidate === each)).toBe(true);
            const reasons = paper.reasons.map(({ kind }) => kind);
            const follows = offers.follows.some((one) => one.candidate === each);
            const interests = offers.interests.some((one) => one.candidate === each);
            const expected = [follows && 'follow', interests && 'like'].filter(Boolean);
            expect(reasons).toEqual(expected.length > 0 ? expected : ['new']);
          }
        },
      ),
    );
  });
});
