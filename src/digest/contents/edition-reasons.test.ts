import { expect, it } from 'vitest';
import type { PaperId } from '../../papers/identifiers.js';
import { editionReasons, type JudgedEntry } from './edition-reasons.js';

function entry(name: string, heat: number | undefined, more: Partial<JudgedEntry> = {}) {
  return {
    id: name as PaperId,
    isPicked: false,
    note: '',
    category: 'cs.CL',
    standing: { votes: 1, comments: 0, hotness: heat },
    ...more,
  };
}

function kindsOf(...entries: readonly JudgedEntry[]): Record<string, string[]> {
  const reasons = [...editionReasons(entries)];
  return Object.fromEntries(reasons.map(([id, all]) => [id, all.map(({ kind }) => kind)]));
}

it('the three hottest of each category trend, and the others are new', () => {
  const here = ['a', 'b', 'c', 'd'].map((name, at) => entry(name, at));
  const there = entry('e', -5, { category: 'cs.LG' });
  expect(kindsOf(...here, there, entry('f', -7, { category: undefined }))).toEqual({
    a: ['new'],
    b: ['trending'],
    c: ['trending'],
    d: ['trending'],
    e: ['trending'],
    f: ['trending'],
  });
});

it('what nobody has voted for or discussed does not trend, however hot it is expected to be', () => {
  const expected = entry('a', 9, { standing: { votes: 0, comments: 0, hotness: 9 } });
  const discussed = entry('b', 1, { standing: { votes: 0, comments: 1, hotness: 1 } });
  expect(kindsOf(expected, discussed)).toEqual({ a: ['new'], b: ['trending'] });
});

it('what was picked keeps what is said of it, and may trend, too', () => {
  const picked = entry('a', 1, { isPicked: true, note: 'Read this.' });
  expect(editionReasons([picked]).get(picked.id)).toEqual([
    { kind: 'picked', note: 'Read this.' },
    { kind: 'trending', category: 'cs.CL' },
  ]);
});
