/**
 * Titles and abstracts taken apart. Sources send plain text with TeX mathematics, TeX commands,
 * a few HTML tags, entities and addresses mixed in; here each becomes a piece of its own kind,
 * and everything that is none of these stays text. Nothing is escaped here and nothing trusted.
 *
 * Every step is linear in the length of the text, whatever it holds.
 */

import { isWebAddress } from './record.js';
import { texToText } from './tex.js';

export type StyledTag = 'sub' | 'sup' | 'i' | 'b';

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** TeX without its dollars; `isDisplay` if it stood on a line of its own. */
  | { readonly kind: 'math'; readonly tex: string; readonly isDisplay: boolean }
  | { readonly kind: 'link'; readonly url: string }
  | { readonly kind: 'styled'; readonly tag: StyledTag; readonly pieces: readonly Piece[] };

export type Paragraph = readonly Piece[];

/** Some eight long abstracts. A longer text is no prose, and is shown as it was sent. */
export const LONGEST_TAKEN_APART = 20_000;

/** Deeper nesting than any source's is a fault or an attack, and stays literal. */
const DEEPEST_NESTING = 6;

/** What HTML and JATS call the same thing. */
const STYLED_TAGS: Readonly<Record<string, StyledTag>> = {
  sub: 'sub',
  sup: 'sup',
  i: 'i',
  em: 'i',
  b: 'b',
  strong: 'b',
  'jats:sub': 'sub',
  'jats:sup': 'sup',
  'jats:italic': 'i',
  'jats:bold': 'b',
};

const PARAGRAPH_TAGS = new Set(['p', 'jats:p', 'jats:title', 'jats:sec']);

/** The named entities that sources leave in text; numbers stand for the rest. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  times: '×',
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  lambda: 'λ',
  mu: 'μ',
};

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi;

/** Where something other than text may begin. */
const BEGINNING = /\\[$([]|\$\$?|<|https?:\/\/|\n[^\S\n]*\n/gi;

const TAG = /<(\/?)([a-z][a-z0-9:]*)\s*\/?>/iy;

/** An address up to a blank or a sign that is not part of one; TeX escapes `_%&#~` in them. */
const ADDRESS = /https?:\/\/(?:[^\s<>"'{}|\\^`$]|\\[_%&#~])+/iy;

/** What may stand behind an address without being part of it. */
const END_OF_SENTENCE: readonly string[] = ['.', ',', ';', ':', '!', '?', ')', ']'];

/** Stands for whatever is beside a stretch of text, so that TeX is read as in its midst. */
const NEIGHBOUR = '■';

/** The paragraphs of a text; none for an empty one. */
export function parsePieces(source: string): readonly Paragraph[] {
  if (source.length > LONGEST_TAKEN_APART) return plainParagraphs(source);
  const writer = createWriter();
  const closers = createFinder(source);
  let at = 0;

  for (;;) {
    BEGINNING.lastIndex = at;
    const beginning = BEGINNING.exec(source);
    if (!beginning) break;
    const { index } = beginning;
    writer.addSource(source.slice(at, index));
    at = index + takeBeginning(source, index, beginning[0], writer, closers);
  }
  writer.addSource(source.slice(at));
  return writer.end();
}

/** A text on one line, for places that know no markup: mathematics and commands as words. */
export function plainLine(source: string): string {
  const words = parsePieces(source).map((paragraph) => paragraph.map(plainPiece).join(''));
  return words.join(' ').replace(/\s+/g, ' ').trim();
}

function plainPiece(piece: Piece): string {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'math':
      return texToText(piece.tex);
    case 'link':
      return piece.url;
    case 'styled':
      return piece.pieces.map(plainPiece).join('');
  }
}

function plainParagraphs(source: string): readonly Paragraph[] {
  return source
    .split(/\n{2,}/)
    .filter((text) => text.trim())
    .map((text) => [{ kind: 'text', text }]);
}

/** Hands what begins at `index` to the writer, and returns how many characters it took. */
function takeBeginning(
  source: string,
  index: number,
  beginning: string,
  writer: Writer,
  closers: Finder,
): number {
  if (beginning === '\\$') {
    writer.addText('$');
    return beginning.length;
  }
  if (beginning.startsWith('\n')) {
    writer.endParagraph();
    return beginning.length;
  }
  if (beginning === '<') return takeTag(source, index, writer);
  if (/^http/i.test(beginning)) return takeAddress(source, index, writer);
  return takeMath(source, index, beginning, writer, closers);
}

function takeTag(source: string, index: number, writer: Writer): number {
  TAG.lastIndex = index;
  const [whole = '<', slash, name = ''] = TAG.exec(source) ?? [];
  const lowerName = name.toLowerCase();
  const tag = STYLED_TAGS[lowerName];
  if (PARAGRAPH_TAGS.has(lowerName)) writer.endParagraph();
  else if (!tag) writer.addSource(whole);
  else if (slash) writer.closeTag(tag, whole);
  else writer.openTag(tag, whole);
  return whole.length;
}

function takeAddress(source: string, index: number, writer: Writer): number {
  ADDRESS.lastIndex = index;
  const found = withoutPunctuation(ADDRESS.exec(source)?.[0] ?? '');
  const url = decodeEntities(found.replace(/\\([_%&#~])/g, '$1'));
  if (!isWebAddress(url)) {
    // At least one character, or the same beginning would be found again.
    const literal = found || source.charAt(index);
    writer.addSource(literal);
    return literal.length;
  }
  writer.add({ kind: 'link', url });
  // `\href{address}{words}`: two arguments without a blank between them.
  if (source.startsWith('}{', index + found.length)) writer.addSource(' ');
  return found.length;
}

/** A full stop or bracket behind an address belongs to the sentence, unless it was opened in it. */
function withoutPunctuation(address: string): string {
  let end = address.length;
  while (END_OF_SENTENCE.includes(address.charAt(end - 1))) end -= 1;
  const bare = address.slice(0, end);
  const closesOwn = address.charAt(bare.length) === ')' && bare.includes('(');
  return closesOwn ? `${bare})` : bare;
}

function takeMath(
  source: string,
  index: number,
  opener: string,
  writer: Writer,
  closers: Finder,
): number {
  const closer = { $$: '$$', $: '$', '\\(': '\\)', '\\[': '\\]' }[opener] ?? opener;
  const start = index + opener.length;
  const end = closers.next(closer, start);
  const tex = end === undefined ? '' : source.slice(start, end);
  const isBroken = end === undefined || closers.hasParagraphBreak(start, end);
  const isMoney = opener === '$' && end !== undefined && !isInlineMath(source, start, end);
  if (isBroken || isMoney || !tex.trim()) {
    if (opener.startsWith('$')) writer.addText(opener);
    else writer.addSource(opener);
    return opener.length;
  }
  const isDisplay = opener === '$$' || opener === '\\[';
  writer.add({ kind: 'math', tex: decodeEntities(tex).trim(), isDisplay });
  return end - index + closer.length;
}

/**
 * Whether a single dollar opens mathematics and does not name a price: no blank stands inside
 * of either dollar and no digit behind the second (the rule of Pandoc's Markdown).
 */
function isInlineMath(source: string, start: number, end: number): boolean {
  return (
    !/\s/.test(source.charAt(start)) &&
    !/\s/.test(source.charAt(end - 1)) &&
    !/\d/.test(source.charAt(end + 1))
  );
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16);
    if (code > 0x10ffff) return whole;
    const character = String.fromCodePoint(code);
    // Control characters, surrogates and signs of direction are no text.
    return /\p{C}/u.test(character) ? whole : character;
  });
}

/** TeX outside of mathematics as words. Blanks at its ends part it from its neighbours. */
function wordsOf(source: string): string {
  const words = texToText(`${NEIGHBOUR}${source}${NEIGHBOUR}`);
  return decodeEntities(words.slice(NEIGHBOUR.length, -NEIGHBOUR.length));
}

type Finder = {
  /** Where the closer next stands, at or behind `from`. */
  readonly next: (closer: string, from: number) => number | undefined;
  readonly hasParagraphBreak: (from: number, until: number) => boolean;
};

/** Remembers what it found last: questions come in rising order, so the text is read once. */
function createFinder(source: string): Finder {
  const found = new Map<string, number>();

  function find(key: string, pattern: RegExp, from: number): number {
    const known = found.get(key);
    if (known !== undefined && known >= from) return known;
    pattern.lastIndex = from;
    const index = pattern.exec(source)?.index ?? Number.POSITIVE_INFINITY;
    found.set(key, index);
    return index;
  }

  return {
    next(closer, from) {
      const index = find(closer, CLOSERS[closer] ?? /$^/g, from);
      return Number.isFinite(index) ? index : undefined;
    },
    hasParagraphBreak: (from, until) => find('paragraph', /\n[^\S\n]*\n/g, from) < until,
  };
}

const CLOSERS: Readonly<Record<string, RegExp>> = {
  $: /(?<!\\)\$/g,
  $$: /(?<!\\)\$\$/g,
  '\\)': /\\\)/g,
  '\\]': /\\\]/g,
};

type Writer = {
  /** Text of the source: TeX commands and entities in it are still to be read. */
  readonly addSource: (source: string) => void;
  /** Text as it shall be shown. */
  readonly addText: (text: string) => void;
  readonly add: (piece: Piece) => void;
  readonly openTag: (tag: StyledTag, literal: string) => void;
  readonly closeTag: (tag: StyledTag, literal: string) => void;
  readonly endParagraph: () => void;
  readonly end: () => readonly Paragraph[];
};

type Frame = { readonly tag: StyledTag; readonly literal: string; readonly pieces: Piece[] };

function createWriter(): Writer {
  const paragraphs: Paragraph[] = [];
  let pieces: Piece[] = [];
  let frames: Frame[] = [];
  let pending = '';

  const place = (): Piece[] => frames.at(-1)?.pieces ?? pieces;

  function addText(text: string): void {
    flush();
    append(place(), { kind: 'text', text });
  }

  function flush(): void {
    if (!pending) return;
    const text = wordsOf(pending);
    pending = '';
    append(place(), { kind: 'text', text });
  }

  function add(piece: Piece): void {
    flush();
    place().push(piece);
  }

  function endParagraph(): void {
    flush();
    // A tag that nobody closed was no tag.
    for (const { literal, pieces: inner } of frames) {
      append(pieces, { kind: 'text', text: literal });
      for (const piece of inner) append(pieces, piece);
    }
    frames = [];
    if (pieces.some((piece) => piece.kind !== 'text' || piece.text.trim())) paragraphs.push(pieces);
    pieces = [];
  }

  return {
    addSource(source) {
      pending += source;
    },
    addText,
    add,
    openTag(tag, literal) {
      if (frames.length >= DEEPEST_NESTING) {
        addText(literal);
        return;
      }
      flush();
      frames.push({ tag, literal, pieces: [] });
    },
    closeTag(tag, literal) {
      if (frames.at(-1)?.tag !== tag) {
        addText(literal);
        return;
      }
      flush();
      const frame = frames.pop();
      if (frame) place().push({ kind: 'styled', tag, pieces: frame.pieces });
    },
    endParagraph,
    end() {
      endParagraph();
      return paragraphs;
    },
  };
}

/** Neighbouring texts are one, so that words are found across what was no markup after all. */
function append(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  if (piece.kind === 'text' && last?.kind === 'text') {
    pieces[pieces.length - 1] = { kind: 'text', text: last.text + piece.text };
  } else if (piece.kind !== 'text' || piece.text) {
    pieces.push(piece);
  }
}
