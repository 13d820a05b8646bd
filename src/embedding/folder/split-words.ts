/** How a normalised text is split into the words that are cut into pieces one by one. */

import type { Splitter } from './piece-tokeniser.js';

/** Is shown where each word stands in a text: that which was split, or one made for it. */
export type VisitWord = (text: string, start: number, end: number) => void;

/** @param isFirst - whether the section begins where the text begins */
export type SplitWords = (section: string, isFirst: boolean, visit: VisitWord) => void;

/** What the words of BERT are made of. */
const BLANK = 1;
const PUNCTUATION = 2;
const LETTER = 3;

/** By UTF-16 unit; 0 where nobody has asked yet. */
const CLASSES = new Uint8Array(0x1_0000);

const LAST_UNIT = 0xffff;

/** Punctuation, and what looks like it on a keyboard. */
const IS_PUNCTUATION = /[\p{P}$+<=>^`|~]/u;
const IS_BLANK = /\p{White_Space}/u;

const PUNCTUATED_WORDS = /[\p{P}$+<=>^`|~]|[^\p{P}$+<=>^`|~]+/gu;
const BLANKLESS_WORDS = /\P{White_Space}+/gu;
const WORDS_OR_SIGNS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
const DIGITS_ONE_BY_ONE = /\p{N}|\P{N}+/gu;
const DIGITS_TOGETHER = /\p{N}+|\P{N}+/gu;

/** The steps one after the other; without any, a section is one word. */
export function wordSplitterOf(splitters: readonly Splitter[]): SplitWords {
  return splitters
    .map(stepOf)
    .reduceRight<SplitWords>(before, (section, _, visit) => visit(section, 0, section.length));
}

/** Splits by one step, and the words that come of it by the rest. */
function before(
  rest: SplitWords,
  step: SplitWords,
  at: number,
  steps: readonly SplitWords[],
): SplitWords {
  if (at === steps.length - 1) return step;
  return (section, isFirst, visit) => {
    let isFirstWord = isFirst;
    step(section, isFirst, (text, start, end) => {
      const word = text.slice(start, end);
      rest(word, isFirstWord && section.startsWith(word), visit);
      isFirstWord = false;
    });
  };
}

function stepOf(splitter: Splitter): SplitWords {
  switch (splitter.kind) {
    case 'bert':
      return visitBertWords;
    case 'whitespace':
      return matchesOf(WORDS_OR_SIGNS);
    case 'whitespace-split':
      return matchesOf(BLANKLESS_WORDS);
    case 'punctuation':
      return matchesOf(PUNCTUATED_WORDS);
    case 'digits':
      return matchesOf(splitter.oneByOne ? DIGITS_ONE_BY_ONE : DIGITS_TOGETHER);
    case 'metaspace':
      return metaspaceStep(splitter);
  }
}

/** By far the most frequent: a look into a table for each letter, and no string for each word. */
function visitBertWords(text: string, _isFirst: boolean, visit: VisitWord): void {
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    const known = CLASSES[unit] as number;
    const kind = known === 0 ? classAt(text, at) : known;
    const next = at + (kind === known || (text.codePointAt(at) as number) <= LAST_UNIT ? 1 : 2);
    if (kind !== LETTER) {
      if (start < at) visit(text, start, at);
      if (kind === PUNCTUATION) visit(text, at, next);
      start = next;
    }
    at = next;
  }
  if (start < text.length) visit(text, start, text.length);
}

/** The class of a character; remembered by its unit, unless it has two. */
function classAt(text: string, at: number): number {
  const code = text.codePointAt(at) as number;
  const character = String.fromCodePoint(code);
  const kind = IS_BLANK.test(character)
    ? BLANK
    : IS_PUNCTUATION.test(character)
      ? PUNCTUATION
      : LETTER;
  if (code <= LAST_UNIT) CLASSES[code] = kind;
  return kind;
}

function metaspaceStep({
  mark,
  prepends,
  splits,
}: Extract<Splitter, { kind: 'metaspace' }>): SplitWords {
  return (text, isFirst, visit) => {
    let marked = text.replaceAll(' ', () => mark);
    const isAsked = prepends === 'always' || (prepends === 'first' && isFirst);
    if (isAsked && !marked.startsWith(mark)) marked = mark + marked;
    let start = 0;
    let from = marked.startsWith(mark) ? mark.length : 0;
    for (
      let next = marked.indexOf(mark, from);
      splits && next >= 0;
      next = marked.indexOf(mark, from)
    ) {
      visit(marked, start, next);
      start = next;
      from = next + mark.length;
    }
    visit(marked, start, marked.length);
  };
}

function matchesOf(words: RegExp): SplitWords {
  return (text, _isFirst, visit) => {
    for (const word of text.match(words) ?? []) visit(word, 0, word.length);
  };
}
