import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountId } from '../../accounts/account.js';
import type { PaperId } from '../../papers/identifiers.js';
import { atOnce } from './slices.js';
import { type CastVote, findArrangedVotes, type VoteFinding } from './vote-rings.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 1);
const YEARS_AGO = START - 700 * DAY;

function vote(
  accountId: string,
  paperId: string,
  atMs: number,
  network: string | undefined,
  accountMadeAtMs = YEARS_AGO,
): CastVote {
  return {
    paperId: paperId as PaperId,
    accountId: accountId as AccountId,
    atMs: START + atMs,
    network,
    accountMadeAtMs,
    isNeutralised: false,
  };
}

function arrangedVotes(votes: readonly CastVote[]): readonly VoteFinding[] {
  return atOnce(findArrangedVotes(votes));
}

/** Eighty readers on eight campuses; most days each likes two of the day's papers. */
function ordinaryVotes(random: () => number): CastVote[] {
  return Array.from({ length: 80 }, (_, reader) =>
    Array.from({ length: 20 }, (_, day) => {
      // The first papers of a list are read most, over the morning.
      const liked = [...Array(2)].map(() => Math.floor(random() ** 2 * 30));
      return [...new Set(liked)].map((paper) =>
        vote(
          `reader-${reader}`,
          `${day}-${paper}`,
          day * DAY + (7 + random() * 6) * HOUR,
          `campus-${reader % 8}`,
        ),
      );
    }),
  ).flat(2);
}

function ringVotes(): CastVote[] {
  return ['0-25', '3-28', '6-29', '9-27'].flatMap((paper, each) =>
    Array.from({ length: 6 }, (_, member) =>
      vote(`ring-${member}`, paper, each * 3 * DAY + 9 * HOUR + member * 4 * MINUTE, 'house'),
    ),
  );
}

/** The same numbers each time (Mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('votes that look arranged', () => {
  it('are not found among ordinary readers', () => {
    expect(arrangedVotes(ordinaryVotes(seeded(1)))).toEqual([]);
  });

  it('are those of a planted ring, and nobody else is named', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const findings = arrangedVotes([...ordinaryVotes(seeded(seed)), ...ringVotes()]);
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({
        kind: 'ring',
        accounts: [0, 1, 2, 3, 4, 5].map((member) => `ring-${member}`),
        networks: 1,
        isNeutralised: false,
      });
      expect(findings[0]?.papers.map(({ paperId }) => paperId).sort()).toEqual(
        ['0-25', '3-28', '6-29', '9-27'].sort(),
      );
    }
  });

  it('are found when a ring hides among other votes of its own', () => {
    const disguise = [0, 1, 2, 3, 4, 5].flatMap((member) =>
      [1, 2, 3].map((paper) =>
        vote(`ring-${member}`, `${member}-${paper}`, (12 + member) * HOUR + paper, 'house'),
      ),
    );
    const findings = arrangedVotes([...ordinaryVotes(seeded(3)), ...ringVotes(), ...disguise]);
    expect(findings[0]).toMatchObject({ kind: 'ring' });
    expect(findings[0]?.accounts).toHaveLength(6);
  });

  it('are a burst of new accounts for one paper, from several networks', () => {
    const burst = Array.from({ length: 60 }, (_, each) =>
      vote(`new-${each}`, '5-29', 5 * DAY + each * MINUTE * 0.5, `net-${each % 3}`, START),
    );
    const [first, ...others] = arrangedVotes([...ordinaryVotes(seeded(2)), ...burst]);
    expect(first).toMatchObject({ kind: 'burst', networks: 3 });
    expect(first?.accounts).toHaveLength(60);
    expect(others).toEqual([]);
  });

  it('are listed with the ones that decide most first', () => {
    const pair = ['1-29', '2-29', '4-29'].flatMap((paper, each) =>
      ['duo-1', 'duo-2'].map((account) => vote(account, paper, each * DAY, 'flat')),
    );
    const kinds = arrangedVotes([...pair, ...ringVotes(), ...ordinaryVotes(seeded(4))]);
    expect(kinds.map(({ accounts }) => accounts.length)).toEqual([6, 2]);
  });

  it('are not those that come from nowhere known, or hours apart', () => {
    const unknown = ringVotes().map((each) => ({ ...each, network: undefined }));
    const slow = ringVotes().map((each, at) => ({ ...each, atMs: each.atMs + at * 2 * HOUR }));
    expect(arrangedVotes(unknown)).toEqual([]);
    expect(arrangedVotes(slow)).toEqual([]);
  });

  it('are told apart from those that count nothing already', () => {
    const done = ringVotes().map((each) => ({ ...each, isNeutralised: true }));
    expect(arrangedVotes(done)[0]?.isNeutralised).toBe(true);
  });

  it('do not depend on the order in which votes are read', () => {
    const all = [...ordinaryVotes(seeded(5)).slice(0, 300), ...ringVotes()];
    const expected = arrangedVotes(all);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(arrangedVotes(shuffled)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('never count more votes than there are, and name no account that did not vote', () => {
    const anyVote = fc.record({
      accountId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      paperId: fc.constantFrom('p', 'q', 'r', 's', 't'),
      minute: fc.nat(200),
      network: fc.option(fc.constantFrom('n', 'm'), { nil: undefined }),
    });
    const each = fc.uniqueArray(anyVote, {
      selector: ({ accountId, paperId }) => accountId + paperId,
      maxLength: 30,
    });
    fc.assert(
      fc.property(each, (plain) => {
        const votes = plain.map(({ accountId, paperId, minute, network }) =>
          vote(accountId, paperId, minute * MINUTE, network),
        );
        for (const { papers, accounts } of arrangedVotes(votes)) {
          expect(votes.map(({ accountId }) => accountId)).toEqual(
            expect.arrayContaining([...accounts]),
          );
          for (const { paperId, votesOfThese, votesInAll } of papers) {
            const inAll = votes.filter((each) => each.paperId === paperId);
            expect(votesInAll).toBe(inAll.length);
            expect(votesOfThese).toBeLessThanOrEqual(
              inAll.filter(({ accountId }) => accounts.includes(accountId)).length,
            );
          }
        }
      }),
    );
  });
});
