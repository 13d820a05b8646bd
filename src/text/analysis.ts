/**
 * From text to the terms that search compares, the same for papers and for queries.
 *
 * A *word* is what a reader would call one, without case and accents; a *term* is its stem.
 * Words that are joined by a hyphen and the like count both apart and together, so that
 * `few-shot` meets `few shot` and `fewshot`. TeX is read past in place, never rewritten, so that
 * every token knows where it stands in the text as given.
 *
 * What is read how is said by one regular expression ({@link ELEMENT}). Most words of most texts
 * are plain letters between blanks, though, and a scanner reads those, several times as fast; at
 * whatever is not plain, it leaves the word to the expression from the word's beginning.
 *
 * Stems are those of Porter's second English stemmer (M. F. Porter, "The English (Porter2)
 * stemming algorithm", 2002).
 */

import { stem } from 'porter2';
import {
  BEHIND_WORD,
  createWordCache,
  detached,
  type Letters,
  type WordCache,
  type WordEntry,
} from './word-cache.js';

export type Token = {
  /** What is compared. */
  readonly term: string;
  /** The word before stemming: lower case, no accents. */
  readonly word: string;
  /** Counts the words of the text from 0; a joined word has the position of its first part. */
  readonly position: number;
  /** Offsets into the text as given, in UTF-16 units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Whether it is the whole of a joined word, whose parts are tokens too. */
  readonly isJoined: boolean;
};

/** Is shown each token as {@link Token} describes it; see {@link WordEntry} for numbering them. */
export type TokenVisitor = (
  entry: WordEntry,
  position: number,
  isJoined: boolean,
  start: number,
  end: number,
) => void;

/** Letters that stand together in a text. */
type Surface = { letters: string; readonly start: number; end: number };

/** A word that may be one of several joined ones. */
type Part = { readonly entry: WordEntry; readonly start: number; readonly end: number };

/** How far a text has been read. */
type Reading = {
  readonly text: string;
  /**
   * The sign of each of its UTF-16 units, and some that say nothing. The last
   * {@link ROOM_FOR_WHOLE} are room for the whole of a joined word.
   */
  readonly signs: Letters;
  readonly visit: TokenVisitor;
  /** Where what is unread begins. */
  at: number;
  /** Of the next word. */
  position: number;
};

/** Longer runs of letters are not words of any language but sequences and addresses. */
const LONGEST_WORD = 64;

/** Longer chains (`1-2-3-4-5-6-7`) are lists: their parts are words, the whole is not. */
const MOST_PARTS = 6;

/** Ways of writing that are not plain letters; emptied when it is full. */
const MOST_SURFACES_CACHED = 50_000;

/** Words so common that they say nothing about a paper. Phrases still heed them. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above after again all also am an and any are as at be because been before being ' +
    'between both but by can could did do does doing during each for from further had has have ' +
    'having he her here hers him his how however i if in into is it its itself may me might more ' +
    'most must my nor of on only or other our ours out over own she should so some such than ' +
    'that the their theirs them then there these they this those through thus to too under until ' +
    'up upon us very via was we were what when where which while who whom why will with within ' +
    'would you your'
  ).split(' '),
);

/** Where Porter's rules part words of our field that belong together. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['analyses', 'analysis'],
  ['corpora', 'corpus'],
  ['criteria', 'criterion'],
  ['hypotheses', 'hypothesis'],
  ['indices', 'index'],
  ['matrices', 'matrix'],
  ['phenomena', 'phenomenon'],
  ['vertices', 'vertex'],
]);

/** Words whose ending only looks like one. */
const UNSTEMMED: ReadonlyMap<string, string> = new Map([
  ['embed', 'embed'],
  ['embeds', 'embed'],
]);

/** Letters that Unicode does not take apart into a plain letter and a mark. */
const PLAIN_LETTERS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ı', 'i'],
  ['ŋ', 'ng'],
  ['ς', 'σ'],
]);

/** A lone Greek letter is its name: `β-VAE`, `$\beta$-VAE` and `beta-VAE` are one. */
const GREEK: ReadonlyMap<string, string> = new Map([
  ['α', 'alpha'],
  ['β', 'beta'],
  ['γ', 'gamma'],
  ['δ', 'delta'],
  ['ε', 'epsilon'],
  ['ζ', 'zeta'],
  ['η', 'eta'],
  ['θ', 'theta'],
  ['ι', 'iota'],
  ['κ', 'kappa'],
  ['λ', 'lambda'],
  ['μ', 'mu'],
  ['ν', 'nu'],
  ['ξ', 'xi'],
  ['π', 'pi'],
  ['ρ', 'rho'],
  ['σ', 'sigma'],
  ['τ', 'tau'],
  ['φ', 'phi'],
  ['χ', 'chi'],
  ['ψ', 'psi'],
  ['ω', 'omega'],
]);

const GREEK_NAMES: ReadonlySet<string> = new Set(GREEK.values());

/** TeX's commands that are letters within a word. */
const LETTER_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['aa', 'a'],
  ['ae', 'ae'],
  ['dh', 'd'],
  ['i', 'i'],
  ['j', 'j'],
  ['l', 'l'],
  ['ng', 'ng'],
  ['o', 'o'],
  ['oe', 'oe'],
  ['ss', 'ss'],
  ['th', 'th'],
]);

/** Scripts written without blanks, in which every character is taken for a word. */
const UNSPACED = String.raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]`;
const LETTER = String.raw`[[\p{L}\p{N}]--${UNSPACED}]`;
const LETTER_OR_MARK = String.raw`[[\p{L}\p{N}\p{M}]--${UNSPACED}]`;

/** What words are made of. Whatever no alternative takes stands between words. */
const ELEMENT = new RegExp(
  [
    // 1: letters and digits, the point of a number and the comma of its thousands.
    String.raw`(${LETTER}${LETTER_OR_MARK}*(?:(?<=\d)(?:\.(?=\d)|,(?=\d{3}(?!\d)))${LETTER_OR_MARK}+)*)`,
    // 2: a character of a script without blanks.
    `(${UNSPACED})`,
    // 3: an accent of TeX, before its letter.
    String.raw`(\\(?:[\`'^~=."]|[uvHdckr](?=\s*\{))\s*(?=\{?\\?\p{L}))`,
    // 4: a command of TeX, with the blank that it swallows.
    String.raw`\\([A-Za-z]+)\*?(?:\{\}|[ \t]+(?=\p{L}))?`,
    // 5: what ends a word and is none itself: a possessive, an entity of HTML.
    String.raw`(['’ʼ][sS](?!${LETTER})|&(?:[a-z]{2,8}|#\d{1,6});)`,
    // 6: what joins two words, and the bracket of E(n).
    String.raw`([\-‐‑'’ʼ^_]|(?<=${LETTER})\((?=${LETTER}{1,2}\)))`,
    // Read past within a word: braces, signs of mathematics, soft hyphens, tags of HTML.
    String.raw`[\{$\u00ad]|\}(?!\s*\{)|<\/?(?:b|em|i|span|strong|sub|sup|tt)>`,
  ].join('|'),
  'gv',
);

/**
 * What a character is to the scanner. A letter or digit is the character that it is folded to:
 * `é` is an `e`. Such signs are not below {@link DIGIT_ZERO}, all others are.
 */
type Sign = number;

const DIGIT_ZERO: Sign = 0x30;
const DIGIT_NINE: Sign = 0x39;

/** Stands between words. */
const BETWEEN: Sign = 0;
/** Joins two words. */
const JOINING: Sign = 1;
const APOSTROPHE: Sign = 2;
const COMMA: Sign = 3;
const OPENING: Sign = 4;
const CLOSING: Sign = 5;
/** Means something next to a letter only. */
const SPECIAL_WITHIN: Sign = 6;
/** Means something anywhere, or is nothing that the scanner knows. */
const SPECIAL: Sign = 7;
/** The only one that can be part of a word; so its sign is its character. */
const POINT: Sign = 0x2e;
const LETTER_S: Sign = 0x73;

/** Characters that stand for themselves, with what they are to the scanner. */
const SIGNS_OF: ReadonlyMap<string, Sign> = new Map([
  ['-^_', JOINING],
  ["'’", APOSTROPHE],
  [',', COMMA],
  ['(', OPENING],
  [')', CLOSING],
  ['.', POINT],
  ['{}$', SPECIAL_WITHIN],
  ['\\&<', SPECIAL],
]);

/** The scanner knows the signs and the letters of Europe, and dashes, quotes and the like. */
const KNOWN_BLOCKS = [
  [0x0000, 0x024f],
  [0x2000, 0x206f],
] as const;

/** By UTF-16 unit. */
const SIGNS: Uint8Array = signs();

/** Behind two letters of two UTF-16 units each. */
const FARTHEST_CLOSING = 5;

/** For signs of all abstracts but a few. */
const LEAST_ROOM = 8_192;
const MOST_ROOM_KEPT = 1_048_576;
const SIGNS_BEHIND_TEXT: number = FARTHEST_CLOSING;

/** The whole has no more letters than the word has with what joins them. */
const ROOM_FOR_WHOLE: number = LONGEST_WORD + BEHIND_WORD;

/** Unless a text is being read. */
let room: Letters | undefined;

const words: WordCache = createWordCache(termOf);
const surfaces = new Map<string, WordEntry>();

/** The words of a text in their order; the whole of a joined word follows its first part. */
export function analyse(text: string): Token[] {
  const tokens: Token[] = [];
  visitTokens(text, intoTokens(tokens));
  return tokens;
}

/** What {@link analyse} gives, without the scanner: slower, and what the scanner must agree with. */
export function analyseByExpression(text: string): Token[] {
  const tokens: Token[] = [];
  const signs = takeRoom(text.length + 1);
  const reading: Reading = { text, signs, visit: intoTokens(tokens), at: 0, position: 0 };
  while (reading.at < text.length) readByExpression(reading);
  return tokens;
}

/** Shows the tokens that {@link analyse} gives, in the same order, without making them. */
export function visitTokens(text: string, visit: TokenVisitor): void {
  const signs = takeRoom(text.length + SIGNS_BEHIND_TEXT + ROOM_FOR_WHOLE);
  const { codes } = signs;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    codes[at] = code < SIGNS.length ? (SIGNS[code] as number) : SPECIAL;
  }
  for (let at = 0; at < SIGNS_BEHIND_TEXT; at += 1) codes[text.length + at] = BETWEEN;

  const reading: Reading = { text, signs, visit, at: 0, position: 0 };
  while (reading.at < text.length) {
    const sign = codes[reading.at] as number;
    if (sign >= DIGIT_ZERO) readPlainWord(reading);
    else if (sign === SPECIAL || sign === APOSTROPHE) readByExpression(reading);
    else reading.at += 1;
  }
  room = signs;
}

/** Whether a word (not a term) is left out of ranking. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}

/** The term of a word that is lower case and without accents already. */
export function termOf(word: string): string {
  return UNSTEMMED.get(word) ?? stem(IRREGULAR.get(word) ?? word);
}

function intoTokens(tokens: Token[]): TokenVisitor {
  return ({ word, term }, position, isJoined, start, end) => {
    tokens.push({ term, word, position, start, end, isJoined });
  };
}

/** Reads a word of letters and digits that the scanner knows, or several that are joined. */
function readPlainWord(reading: Reading): void {
  const { signs, visit, at: start } = reading;
  const { codes } = signs;
  const firstEnd = endOfLetters(codes, start);
  if (codes[firstEnd] === BETWEEN && firstEnd - start <= LONGEST_WORD) {
    visit(words.entryAt(signs, start, firstEnd), reading.position, false, start, firstEnd);
    reading.position += 1;
    reading.at = firstEnd + 1;
    return;
  }
  let end = firstEnd;
  let parts = 1;
  while (joinsAt(codes, end)) {
    end = endOfLetters(codes, end + 1);
    parts += 1;
  }
  if (end - start > LONGEST_WORD || mayGoOnAt(codes, end)) {
    readByExpression(reading);
    return;
  }

  visit(words.entryAt(signs, start, firstEnd), reading.position, false, start, firstEnd);
  if (parts > 1 && parts <= MOST_PARTS) {
    visit(wholeAt(signs, start, end), reading.position, true, start, end);
  }
  for (let partEnd = firstEnd; partEnd < end; ) {
    const partStart = partEnd + 1;
    partEnd = endOfLetters(codes, partStart);
    reading.position += 1;
    visit(words.entryAt(signs, partStart, partEnd), reading.position, false, partStart, partEnd);
  }
  reading.position += 1;
  // The letter of a possessive is no word.
  reading.at = codes[end] === APOSTROPHE && codes[end + 1] === LETTER_S ? end + 2 : end;
}

/** @param start - of a letter or digit */
function endOfLetters(signs: Uint8Array, start: number): number {
  let end = start;
  let sign: Sign;
  do {
    end += 1;
    sign = signs[end] as number;
  } while (sign >= DIGIT_ZERO || (sign === POINT && isWithinNumber(signs, end)));
  return end;
}

/** Whether the sign behind a plain word joins it to another. */
function joinsAt(signs: Uint8Array, at: number): boolean {
  const sign = signs[at] as number;
  if (sign !== JOINING && sign !== APOSTROPHE) return false;
  const next = signs[at + 1] as number;
  const mayBePossessive = sign === APOSTROPHE && next === LETTER_S;
  return next >= DIGIT_ZERO && (!mayBePossessive || (signs[at + 2] as number) >= DIGIT_ZERO);
}

/**
 * Whether a plain word may go on at the sign behind it, which does not join it to another plain
 * word, or whether that sign may mean something else to it.
 */
function mayGoOnAt(signs: Uint8Array, at: number): boolean {
  switch (signs[at]) {
    case SPECIAL:
    case SPECIAL_WITHIN:
      return true;
    case JOINING:
    case APOSTROPHE: {
      const next = signs[at + 1] === LETTER_S ? signs[at + 2] : signs[at + 1];
      return next === SPECIAL || next === SPECIAL_WITHIN;
    }
    case COMMA:
      return isWithinNumber(signs, at);
    case OPENING:
      return closesSoon(signs, at);
    default:
      return false;
  }
}

/** Whether a bracket may hold two letters at most. */
function closesSoon(signs: Uint8Array, opening: number): boolean {
  for (let at = opening + 2; at <= opening + FARTHEST_CLOSING; at += 1) {
    if (signs[at] === CLOSING) return true;
  }
  return false;
}

function isWithinNumber(signs: Uint8Array, at: number): boolean {
  return isDigit(signs[at - 1] as number) && isDigit(signs[at + 1] as number);
}

function isDigit(sign: Sign): boolean {
  return sign >= DIGIT_ZERO && sign <= DIGIT_NINE;
}

/** The word without what joins its parts. */
function wholeAt(signs: Letters, start: number, end: number): WordEntry {
  const { codes } = signs;
  const wholeStart = codes.length - ROOM_FOR_WHOLE;
  let wholeEnd = wholeStart;
  for (let at = start; at < end; at += 1) {
    const sign = codes[at] as number;
    if (sign < POINT) continue;
    codes[wholeEnd] = sign;
    wholeEnd += 1;
  }
  return words.entryAt(signs, wholeStart, wholeEnd);
}

/** Reads whatever is there, to the end of the word if it is one, and what is special behind it. */
function readByExpression(reading: Reading): void {
  const { text, signs } = reading;
  let parts: Surface[] = [];
  let isGrowing = false;
  let isJoining = false;
  let readUntil = reading.at;

  const endWord = (): void => {
    if (parts.length > 0) visitParts(reading, parts.flatMap(partOf));
    parts = [];
    isGrowing = false;
    isJoining = false;
  };
  const addLetters = (letters: string, start: number, end: number): void => {
    const last = parts.at(-1);
    if (last && isGrowing && !isJoining) {
      last.letters += letters;
      last.end = end;
    } else {
      if (!isJoining) endWord();
      parts.push({ letters, start, end });
    }
    isGrowing = true;
    isJoining = false;
  };

  do {
    ELEMENT.lastIndex = readUntil;
    const match = ELEMENT.exec(text);
    const start = match?.index ?? text.length;
    if (!match || start !== readUntil) {
      readUntil = start;
      break;
    }
    const [, letters, character, accent, command, ending, joiner] = match;
    const end = ELEMENT.lastIndex;
    readUntil = end;

    if (letters) {
      addLetters(letters, start, end);
    } else if (character) {
      endWord();
      addLetters(character, start, end);
      endWord();
    } else if (command) {
      const letter = LETTER_COMMANDS.get(command.toLowerCase());
      const name = greekName(command);
      if (letter) {
        addLetters(letter, start, end);
      } else if (name) {
        isGrowing = false;
        addLetters(name, start, start + command.length + 1);
        isGrowing = false;
      } else if (text[end] !== '{') {
        endWord();
      }
    } else if (ending) {
      endWord();
    } else if (joiner) {
      if (parts.length > 0 && !isJoining) isJoining = true;
      else endWord();
    } else if (accent && parts.length === 0) {
      // The word begins with its accent, or a highlight would tear the two apart.
      addLetters('', start, end);
    }
  } while (parts.length > 0 || signs.codes[readUntil] === SPECIAL);
  endWord();
  reading.at = readUntil;
}

/** Shows one word: its parts and, behind the first, its whole. */
function visitParts(reading: Reading, parts: readonly Part[]): void {
  const { visit } = reading;
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last) return;
  visit(first.entry, reading.position, false, first.start, first.end);
  if (parts.length > 1 && parts.length <= MOST_PARTS) {
    let whole = '';
    for (const { entry } of parts) whole += entry.word;
    visit(words.entryOf(shortened(whole)), reading.position, true, first.start, last.end);
  }
  for (let at = 1; at < parts.length; at += 1) {
    const { entry, start, end } = parts[at] as Part;
    visit(entry, reading.position + at, false, start, end);
  }
  reading.position += parts.length;
}

/** The word that is written so, if anything of it is part of a word. */
function partOf({ letters, start, end }: Surface): Part[] {
  const entry = entryOf(letters);
  return entry.word === '' ? [] : [{ entry, start, end }];
}

function entryOf(surface: string): WordEntry {
  const known = surfaces.get(surface);
  if (known) return known;
  const key = detached(surface);
  const entry = words.entryOf(shortened(fold(key)));
  if (surfaces.size >= MOST_SURFACES_CACHED) surfaces.clear();
  surfaces.set(key, entry);
  return entry;
}

/** Case and accents off; compatible characters (`²`, `ﬁ`, `𝐱`) as the plain ones. */
function fold(surface: string): string {
  const plain = surface
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]/gu, '')
    .replace(/[ßæœøłđðþıŋς]/g, (letter) => PLAIN_LETTERS.get(letter) ?? letter);
  return GREEK.get(plain) ?? plain;
}

/** The beginning of a word that is over-long; characters of two units stay whole. */
function shortened(word: string): string {
  return word.slice(0, LONGEST_WORD).replace(/[\ud800-\udbff]$/, '');
}

/** `alpha` of `alpha`, `Alpha` and `varalpha`; `undefined` for what is no Greek letter. */
function greekName(command: string): string | undefined {
  const name = command.toLowerCase().replace(/^var/, '');
  return GREEK_NAMES.has(name) ? name : undefined;
}

function signs(): Uint8Array {
  const lastBlock = KNOWN_BLOCKS.at(-1);
  const result = new Uint8Array((lastBlock?.[1] ?? 0) + 1).fill(SPECIAL);
  for (const [first, last] of KNOWN_BLOCKS) {
    for (let code = first; code <= last; code += 1)
      result[code] = signOf(String.fromCharCode(code));
  }
  for (const [characters, sign] of SIGNS_OF) {
    for (const character of characters) result[character.charCodeAt(0)] = sign;
  }
  return result;
}

function signOf(character: string): Sign {
  // Numbers like `²` are folded to digits, but no points or commas stand between those.
  const isLetter = /[\p{L}0-9]/u.test(character);
  const folded = fold(character);
  if (isLetter && /^[a-z0-9]$/.test(folded)) return folded.charCodeAt(0);
  const isIgnored = !/[\p{L}\p{N}\p{M}\-‐‑'’ʼ^_\u00ad]/u.test(character);
  return isIgnored ? BETWEEN : SPECIAL;
}

/** Room for so many signs; mostly the same again, since one text is read after the other. */
function takeRoom(length: number): Letters {
  const kept = room;
  room = undefined;
  if (kept && kept.codes.length >= length && kept.codes.length <= MOST_ROOM_KEPT) return kept;
  const codes = new Uint8Array(Math.max(length, LEAST_ROOM));
  return { codes, view: new DataView(codes.buffer) };
}
