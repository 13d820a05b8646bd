import { expect, it } from 'vitest';
import { LONGEST_FOLLOWED } from '../community/follows.js';
import { followOfSearch } from './follow-button.js';

it.each([
  ['author:"Ana Ruiz"', 'author', 'Ana Ruiz'],
  ['author:ruiz', 'author', 'ruiz'],
  ['cat:cs.CL', 'category', 'cs.CL'],
  ['author:ruiz norms', 'search', 'author:ruiz norms'],
  ['author:ruiz after:2025', 'search', 'author:ruiz after:2025'],
  ['author:ruiz -masks', 'search', 'author:ruiz -masks'],
  ['cat:cs.CL,cs.AI', 'search', 'cat:cs.CL,cs.AI'],
  ['cat:cs.CL has:code', 'search', 'cat:cs.CL has:code'],
  ['few-shot learning', 'search', 'few-shot learning'],
])('takes the search %s for the %s %s', (text, kind, label) => {
  expect(followOfSearch(text)).toMatchObject({ kind, label });
});

it.each(['', '  ', 'arXiv:2303.01234', `${'x'.repeat(LONGEST_FOLLOWED)} y`])(
  'offers nothing to follow in %j',
  (text) => {
    expect(followOfSearch(text)).toBeUndefined();
  },
);
