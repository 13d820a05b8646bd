import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AccountId, Role } from '../accounts/account.js';
import {
  collectionNote,
  collectionWords,
  LONGEST_DESCRIPTION,
  LONGEST_NOTE,
  LONGEST_TITLE,
  mayRead,
  positionAt,
} from './collections.js';

const ANA = { id: 'ana' as AccountId, role: 'reader' as Role };
const BEN = { id: 'ben' as AccountId, role: 'reader' as Role };
const MODERATOR = { id: 'mo' as AccountId, role: 'moderator' as Role };

it('keeps words clean and on as many lines as they should have', () => {
  const words = collectionWords({
    title: '  Norms\u202e\n and\u0000 masks ',
    description: 'one\r\ntwo\u2066',
    visibility: 'link',
  });
  expect(words).toEqual({ title: 'Norms and masks', description: 'one\ntwo', visibility: 'link' });
});

it.each([
  { title: ' \u200b ', description: '' },
  { title: 'x'.repeat(LONGEST_TITLE + 1), description: '' },
  { title: 'x', description: 'x'.repeat(LONGEST_DESCRIPTION + 1) },
])('refuses words that are missing or too long, case %#', (words) => {
  expect(() => collectionWords({ ...words, visibility: 'public' })).toThrow(
    expect.objectContaining({ code: 'not_acceptable' }),
  );
});

it('refuses a note that is too long', () => {
  expect(collectionNote('x'.repeat(LONGEST_NOTE))).toHaveLength(LONGEST_NOTE);
  expect(() => collectionNote('x'.repeat(LONGEST_NOTE + 1))).toThrow('at most 1,000');
});

it.each([
  ['private', false, ANA, true],
  ['private', false, BEN, false],
  ['private', false, undefined, false],
  ['link', false, BEN, true],
  ['link', false, undefined, true],
  ['public', false, undefined, true],
  ['public', true, undefined, false],
  ['link', true, BEN, false],
  ['public', true, ANA, true],
  ['public', true, MODERATOR, true],
  ['link', true, MODERATOR, true],
  ['private', false, MODERATOR, false],
] as const)('lets read: %s, hidden %s, by %o: %s', (visibility, isHidden, reader, expected) => {
  expect(mayRead({ ownerId: ANA.id, visibility, isHidden }, reader)).toBe(expected);
});

it('finds a position between any two neighbours, until numbers have no room', () => {
  expect(positionAt([], 0)).toBe(1);
  expect(positionAt([1, 2], 0)).toBe(0);
  expect(positionAt([1, 2], 1)).toBe(1.5);
  expect(positionAt([1, 2], 2)).toBe(3);
  expect(positionAt([1, 1 + Number.EPSILON], 1)).toBeUndefined();
});

it('keeps any order that is made of it', () => {
  const anyMove = fc.record({ from: fc.nat({ max: 4 }), to: fc.nat({ max: 4 }) });
  fc.assert(
    fc.property(fc.array(anyMove, { maxLength: 200 }), (moves) => {
      let model = ['a', 'b', 'c', 'd', 'e'];
      const positions = new Map(model.map((name, at) => [name, at + 1]));
      for (const { from, to } of moves) {
        const moved = model[from] as string;
        const others = model.toSpliced(from, 1);
        const position = positionAt(
          others.map((name) => positions.get(name) as number),
          to,
        );
        model = others.toSpliced(to, 0, moved);
        if (position !== undefined) positions.set(moved, position);
        else for (const [at, name] of model.entries()) positions.set(name, at + 1);
        const order = [...positions].sort(([, one], [, other]) => one - other);
        expect(order.map(([name]) => name)).toEqual(model);
      }
    }),
  );
});
