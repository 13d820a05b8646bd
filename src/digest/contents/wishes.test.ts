import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FollowKind, type KeptFollow, toFollow } from '../../community/follows.js';
import type { Day } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Candidate } from './candidate.js';
import { spanFor } from './span.js';
import { offersFor, queryFor, type Wish, wishesOf } from './wishes.js';

const FRIDAY = '2026-11-20' as Day;

function follow(kind: FollowKind, text: string): KeptFollow {
  return { ...toFollow(kind, text), followedAtMs: 0 };
}

function candidate(at: number): Candidate {
  return {
    id: `p${at}` as PaperId,
    titleKey: `p${at}`,
    revision: 1,
    votes: 0,
    rank: at,
    reasons: [],
    isOfDay: true,
  };
}

const CANDIDATES = Array.from({ length: 12 }, (_, at) => candidate(at));

function wish(name: string): Wish {
  return wishesOf([name], [])[0] as Wish;
}

describe('wishes', () => {
  it('are their own searches, and what was followed last, each once and forty at most', () => {
    const follows = Array.from({ length: 60 }, (_, at) => follow('topic', `topic ${at}`));
    const wishes = wishesOf(['norms', 'masks', 'norms'], [follow('search', 'masks'), ...follows]);
    expect(wishes).toHaveLength(40);
    expect(wishes.slice(0, 3).map(({ reason }) => reason)).toEqual([
      { kind: 'search', query: 'norms' },
      { kind: 'search', query: 'masks' },
      { kind: 'follow', what: 'topic', label: 'topic 0' },
    ]);
  });

  it('are searched among papers of the days that are new', () => {
    const span = spanFor('daily', FRIDAY);
    const filtersOf = (text: string) => queryFor(wish(text), span)?.filters;
    expect(filtersOf('norms')).toMatchObject({ after: '2026-11-17', before: '2026-11-21' });
    expect(filtersOf('norms after:2026-11-19 before:2026-11-20')).toMatchObject({
      after: '2026-11-19',
      before: '2026-11-20',
    });
    expect(filtersOf('norms before:2027')).toMatchObject({ before: '2026-11-21' });
    expect(filtersOf('!!!')).toBeUndefined();
  });

  it('have their turns, so that a busy category leaves a place for a quiet author', () => {
    const busy = { wish: wish('busy'), total: 400, candidates: CANDIDATES };
    const quiet = { wish: wish('quiet'), total: 2, candidates: CANDIDATES.slice(9, 11) };
    const offers = offersFor([busy, quiet], 5);
    expect(offers.map((offer) => offer.candidate.id)).toEqual(['p9', 'p0', 'p10', 'p1', 'p2']);
    expect(offers[0]?.reasons).toEqual([quiet.wish.reason, busy.wish.reason]);
  });

  it('do not lose a turn to a paper that another wish has found', () => {
    const quiet = { wish: wish('quiet'), total: 2, candidates: [candidate(0), candidate(9)] };
    const [shared] = quiet.candidates;
    const busy = { wish: wish('busy'), total: 9, candidates: [shared as Candidate, candidate(1)] };
    const offers = offersFor([quiet, busy]);
    expect(offers.map((offer) => offer.candidate.id)).toEqual(['p0', 'p1', 'p9']);
  });

  it('have each paper once with all that find it, and lack none that there is room for', () => {
    const found = fc
      .array(fc.tuple(fc.shuffledSubarray(CANDIDATES), fc.nat(3)), { maxLength: 5 })
      .map((all) =>
        all.map(([candidates, more], at) => ({
          wish: wish(`wish ${at}`),
          total: candidates.length + more,
          candidates,
        })),
      );
    fc.assert(
      fc.property(found, fc.integer({ min: 1, max: 15 }), (all, most) => {
        const offers = offersFor(all, most);
        const ids = offers.map((offer) => offer.candidate.id);
        const there = new Set(all.flatMap(({ candidates }) => candidates));
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBe(Math.min(most, there.size));
        for (const offer of offers) {
          expect(new Set(offer.reasons)).toEqual(
            new Set(
              all
                .filter(({ candidates }) => candidates.includes(offer.candidate))
                .map((one) => one.wish.reason),
            ),
          );
        }
        // Nobody's best is left out while somebody else's second stands there.
        const filled = all.filter(({ candidates }) => candidates.length > 0);
        if (most < filled.length) return;
        for (const { candidates } of filled) expect(ids).toContain(candidates[0]?.id);
      }),
    );
  });
});

describe('the days that are new', () => {
  it('are today and three before, or those since the same day of the last week', () => {
    expect(spanFor('weekdays', FRIDAY)).toMatchObject({ from: '2026-11-17', until: '2026-11-21' });
    expect(spanFor('weekly', FRIDAY)).toMatchObject({ from: '2026-11-13', until: '2026-11-21' });
  });
});
