/**
 * What happens to a text before it is cut into pieces. Classes of characters are Unicode's of
 * today; the tokenizers whose files are read here know an older one, so a few characters of recent
 * years differ.
 */

import { replacerOf } from './charsmap.js';
import type { Normaliser } from './piece-tokeniser.js';

/** What the cleaning and the marks of BERT may change. */
const NOT_PLAIN = /[^\x20-\x7e]+/g;

/** Control characters and the like, which are no blanks. */
const UNPRINTABLE = /[\ufffd\p{C}]/gu;
const BLANK = /\p{White_Space}/gu;

/**
 * Chinese characters, each of which is a word. The fifth span begins 256 characters late, as it
 * does in the tokenizers of those models.
 */
const CHINESE =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

const LEADING_BLANKS = /^\p{White_Space}+/u;
const IS_BLANK = /^\p{White_Space}$/u;

/**
 * Behind so many UTF-16 units a text is cut between two steps, which could otherwise swell it
 * without bounds: eight times what is read of one.
 */
const MOST_UNITS = 262_144;

/** The steps one after the other, as one function. */
export function normaliserOf(normalisers: readonly Normaliser[]): (text: string) => string {
  const steps = normalisers.map(stepOf);
  return (text) => steps.reduce((changed, step) => bounded(step(changed)), text);
}

function bounded(text: string): string {
  return text.length <= MOST_UNITS ? text : text.slice(0, MOST_UNITS).toWellFormed();
}

/** Without blanks at its end. No pattern, which would try anew at every blank of the text. */
export function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && IS_BLANK.test(text[end - 1] as string)) end -= 1;
  return text.slice(0, end);
}

function stepOf(normaliser: Normaliser): (text: string) => string {
  switch (normaliser.kind) {
    case 'bert':
      return bertStep(normaliser);
    case 'lowercase':
      return lowered;
    case 'strip-accents':
      return (text) => text.replace(/\p{M}/gu, '');
    case 'unicode':
      return (text) => text.normalize(normaliser.form);
    case 'strip':
      return (text) => {
        const rest = normaliser.left ? text.replace(LEADING_BLANKS, '') : text;
        return normaliser.right ? withoutTrailingBlanks(rest) : rest;
      };
    case 'replace':
      return (text) => text.replaceAll(normaliser.pattern, () => normaliser.by);
    case 'prepend':
      return (text) => (text === '' ? '' : normaliser.text + text);
    case 'charsmap':
      return replacerOf(normaliser.map);
  }
}

function bertStep({
  cleans,
  partsChinese,
  stripsAccents,
  lowers,
}: Extract<Normaliser, { kind: 'bert' }>): (text: string) => string {
  // None of these steps looks beyond a run of what is not plain; and such runs are short and few.
  const changeRun = (run: string): string => {
    let changed = run;
    if (cleans) changed = changed.replace(UNPRINTABLE, keepLineEnds).replace(BLANK, ' ');
    if (partsChinese) changed = changed.replace(CHINESE, ' $& ');
    return stripsAccents ? changed.normalize('NFD').replace(/\p{Mn}/gu, '') : changed;
  };
  return (text) => {
    const changed = text.replace(NOT_PLAIN, changeRun);
    return lowers ? lowered(changed) : changed;
  };
}

/** These are control characters, but count as blanks. */
function keepLineEnds(character: string): string {
  return character === '\n' || character === '\r' || character === '\t' ? character : '';
}

/** Letter by letter: no sigma knows that it ends its word. */
function lowered(text: string): string {
  return (text.includes('Σ') ? text.replaceAll('Σ', 'σ') : text).toLowerCase();
}
