import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  addRange,
  and,
  andNot,
  clear,
  complement,
  copyOf,
  count,
  countWithin,
  createPaperSet,
  has,
  or,
  type PaperSet,
  papersOf,
} from './paper-set.js';

function setOf(papers: number, members: Iterable<number>): PaperSet {
  const set = createPaperSet(papers);
  for (const paper of members) add(set, paper);
  return set;
}

/** Some papers of a segment, and some others of the same. */
const TWO_SETS = fc.integer({ min: 0, max: 130 }).chain((papers) => {
  const members = fc.uniqueArray(fc.nat(Math.max(papers - 1, 0)), { maxLength: papers });
  return fc.record({ papers: fc.constant(papers), one: members, other: members });
});

describe('a set of papers', () => {
  it('is empty at first, and again when it is cleared', () => {
    const set = createPaperSet(70);
    expect(count(set)).toBe(0);
    add(set, 69);
    expect(count(set)).toBe(1);
    clear(set);
    expect(count(set)).toBe(0);
  });

  it('has what was added, and tells it in order', () => {
    const set = setOf(100, [64, 31, 32, 0, 31, 99]);
    expect(papersOf(set)).toEqual(Uint32Array.of(0, 31, 32, 64, 99));
    expect([0, 1, 31, 32, 33, 99].map((paper) => has(set, paper))).toEqual([
      true,
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('counts the papers of some of its words', () => {
    expect(countWithin(setOf(100, [0, 31, 32, 33, 64]), 1, 2)).toBe(2);
  });

  it('changes without its copy', () => {
    const set = setOf(10, [3]);
    const copy = copyOf(set);
    add(set, 4);
    expect(papersOf(copy)).toEqual(Uint32Array.of(3));
  });

  it('takes a span of papers, whatever words it touches', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), (from, until) => {
        const set = setOf(101, [50]);
        addRange(set, from, until);
        const expected = Array.from({ length: 101 }, (_, paper) => paper).filter(
          (paper) => paper === 50 || (paper >= from && paper < until),
        );
        expect([...papersOf(set)]).toEqual(expected);
      }),
    );
  });

  it('is united, intersected, reduced and turned round as sets are', () => {
    fc.assert(
      fc.property(TWO_SETS, ({ papers, one, other }) => {
        const [left, right] = [new Set(one), new Set(other)];
        const after = (change: (set: PaperSet, other: PaperSet) => void) => {
          const set = setOf(papers, one);
          change(set, setOf(papers, other));
          expect(count(set)).toBe(papersOf(set).length);
          return new Set(papersOf(set));
        };
        const all = new Set(Array.from({ length: papers }, (_, paper) => paper));
        expect(after(or)).toEqual(left.union(right));
        expect(after(and)).toEqual(left.intersection(right));
        expect(after(andNot)).toEqual(left.difference(right));
        expect(after((set) => complement(set, papers))).toEqual(all.difference(left));
      }),
    );
  });
});
