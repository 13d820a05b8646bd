import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaperId } from '../papers/identifiers.js';
import { movedTo, type PickMove } from './pick.js';

const ids = (letters: string) => [...letters] as PaperId[];

describe('A paper with a place', () => {
  test.each<[string, string, PickMove, string]>([
    ['abc', 'b', 'up', 'bac'],
    ['abc', 'a', 'up', 'abc'],
    ['abc', 'b', 'down', 'acb'],
    ['abc', 'c', 'down', 'abc'],
    ['abc', 'c', 1, 'cab'],
    ['abc', 'a', 99, 'bca'],
    ['abc', 'b', 2, 'abc'],
    ['abc', 'b', 'ranked', 'ac'],
    ['abc', 'x', 'up', 'abcx'],
    ['abc', 'x', 'down', 'abc'],
    ['abc', 'x', 2, 'axbc'],
    ['abc', 'x', 'ranked', 'abc'],
    ['', 'x', 1, 'x'],
  ])('of %j: %s moved to %s gives %j', (placed, paper, to, after) => {
    expect(movedTo(ids(placed), paper as PaperId, to)).toEqual(ids(after));
  });

  test('changes its own place alone, whatever is moved where', () => {
    const to = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom('up', 'down', 'ranked'));
    fc.assert(
      fc.property(
        fc.subarray(ids('abcdef')),
        fc.constantFrom(...ids('abcdefx')),
        to,
        (placed, paper, move) => {
          const after = movedTo(placed, paper, move as PickMove);
          const others = (list: readonly PaperId[]) => list.filter((id) => id !== paper);
          expect(others(after)).toEqual(others(placed));
          expect(new Set(after).size).toBe(after.length);
        },
      ),
    );
  });
});
