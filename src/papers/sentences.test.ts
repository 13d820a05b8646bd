import { expect, it } from 'vitest';
import { firstSentences } from './sentences.js';

it.each([
  ['One. Two. Three. Four.', 2, 'One. Two.'],
  ['Only this.', 3, 'Only this.'],
  ['As A. B. Smith et al. say, e.g. here. Then more.', 1, 'As A. B. Smith et al. say, e.g. here.'],
  ['It reaches 3.5 points. Then more.', 1, 'It reaches 3.5 points.'],
  ['Does it? “Yes!” We say so.', 2, 'Does it? “Yes!”'],
  ['We set $x = 1. Y$ here. Then more.', 1, 'We set $x = 1. Y$ here.'],
  ['An <i>e. Coli</i> strain. Then more.', 1, 'An <i>e. Coli</i> strain.'],
  ['', 3, ''],
])('of %j, the first %i are %j', (text, sentences, expected) => {
  expect(firstSentences(text, sentences, 100)).toBe(expected);
});

it('cuts between words when the first sentence is too long', () => {
  expect(firstSentences('one two three four five', 1, 12)).toBe('one two …');
});

it('takes fewer sentences when more would be too long', () => {
  expect(firstSentences('One. Two. Three. Four.', 3, 12)).toBe('One. Two.');
});

it('never cuts a formula', () => {
  expect(firstSentences('so $a + b + c + d$ holds for all', 1, 10)).toBe('so …');
});
