import { expect, it } from 'vitest';
import type { Reason } from '../contents/contents.js';
import { reasonInWords } from './reason-words.js';

const SAID: readonly (readonly [Reason, string])[] = [
  [{ kind: 'picked', note: '' }, 'Picked'],
  [{ kind: 'picked', note: 'Plain and\ngood: $\\alpha$.' }, 'Picked: Plain and good: α.'],
  [{ kind: 'trending', category: 'cs.CL' }, 'Trending in cs.CL'],
  [{ kind: 'trending', category: undefined }, 'Trending'],
  [{ kind: 'new', category: 'cs.CL' }, 'New in cs.CL'],
  [{ kind: 'new', category: undefined }, 'New'],
  [{ kind: 'like', papers: 1, title: 'The “Why”' }, 'Like “The ‘Why’” that you saved or voted for'],
  [
    { kind: 'like', papers: 3, title: 'The $k$' },
    'Like 3 papers that you saved or voted for, above all “The k”',
  ],
  [{ kind: 'search', query: 'low resource' }, 'Matches your search “low resource”'],
  [{ kind: 'search', query: '"low resource" asr' }, 'Matches your search "low resource" asr'],
  [{ kind: 'follow', what: 'author', label: 'Jane Doe' }, 'You follow Jane Doe'],
];

it.each(SAID)('says of %j: %s', (reason, words) => {
  expect(reasonInWords(reason)).toBe(words);
});
