/**
 * What stays of a title or a name when spelling is set aside: letters and digits of any script,
 * without case, accents, TeX, punctuation or blanks. Equal keys are how we notice that two
 * sources mean the same paper.
 */

import { createHash } from 'node:crypto';
import { texToText } from './tex.js';

/** Longer keys would not fit an index of PostgreSQL; the rest of them is hashed. */
const LONGEST_KEY = 200;

/** `"{\"U}ber $k$-NN, again"` → `uberknnagain`. A title of signs alone is its own key. */
export function titleKey(title: string): string {
  const key = lettersAndDigits(title) || title.trim();
  if (key.length <= LONGEST_KEY) return key;
  const rest = createHash('sha256').update(key).digest('hex');
  return `${key.slice(0, LONGEST_KEY - rest.length).toWellFormed()}${rest}`;
}

/** The family name of `Jane van Doe` and `Doe, Jane` alike: `doe`. Empty for an empty name. */
export function familyNameKey(name: string): string {
  const [beforeComma = '', afterComma] = name.split(',', 2);
  if (afterComma !== undefined) return lettersAndDigits(beforeComma.split(/\s+/).at(-1) ?? '');
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => !/^(?:jr|sr|i{2,3}|iv)\.?$/i.test(word));
  return lettersAndDigits(words.at(-1) ?? '');
}

function lettersAndDigits(text: string): string {
  return texToText(text)
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}
