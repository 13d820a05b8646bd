/**
 * Titles and abstracts as markup: mathematics typeset, the few known tags as elements, addresses
 * as links, everything else as literal text. JSX escapes all of it but the formulas, which come
 * escaped from KaTeX.
 */

import { raw } from 'hono/html';
import {
  LONGEST_TAKEN_APART,
  type Paragraph,
  type Piece,
  parsePieces,
  type StyledTag,
} from '../papers/text-pieces.js';
import type { Segment } from '../search/highlight.js';
import type { Markup } from './markup.js';
import { mathMarkup } from './math.js';

/** Divides a text into what a search found in it and what not; joined they are the text. */
export type Highlighter = (text: string) => readonly Segment[];

/** Several hundred papers, the front page and what is read around it. */
const MOST_TEXTS_REMEMBERED = 500;

/** Real abstracts hold a few dozen formulas; typesetting costs about 0.1 ms each. */
const MOST_FORMULAS = 100;

/** Typesetting 1,000 characters of TeX may cost some 5 ms; a page must not wait for more. */
const MOST_FORMULA_CHARACTERS = 5_000;

/** A formula with more TeX than this may be wider than a phone and scrolls in its own box. */
const LONGEST_SURE_TO_FIT = 40;

/** A piece with its formulas typeset; without `markup` a formula is shown as source. */
type Typeset =
  | Exclude<Piece, { kind: 'math' | 'styled' }>
  | {
      readonly kind: 'math';
      readonly tex: string;
      readonly isDisplay: boolean;
      readonly markup: string | undefined;
    }
  | { readonly kind: 'styled'; readonly tag: StyledTag; readonly pieces: readonly Typeset[] };

/** Paragraphs, for the place where a text is read: formulas on their own lines, links. */
export function RichText({
  text,
  highlight,
}: {
  readonly text: string;
  readonly highlight?: Highlighter | undefined;
}): Markup {
  return (
    <>
      {typeset('text', text).map((paragraph) => (
        <p dir="auto">{paragraph.map((piece) => render(piece, highlight, false))}</p>
      ))}
    </>
  );
}

/** One line without paragraphs; as the text of a link it holds nothing to follow or focus. */
export function RichLine({
  text,
  highlight,
  isLinkText = false,
}: {
  readonly text: string;
  readonly highlight?: Highlighter | undefined;
  readonly isLinkText?: boolean;
}): Markup {
  const paragraphs = typeset('line', text);
  return (
    <>
      {paragraphs.map((paragraph, at) => [
        at > 0 ? ' ' : '',
        ...paragraph.map((piece) => render(piece, highlight, isLinkText)),
      ])}
    </>
  );
}

function render(
  piece: Typeset,
  highlight: Highlighter | undefined,
  isLinkText: boolean,
): Markup | string {
  switch (piece.kind) {
    case 'text':
      return <Marked text={piece.text} highlight={highlight} />;
    case 'math':
      return <Formula formula={piece} isFocusable={!isLinkText} />;
    case 'link':
      if (isLinkText) return <Marked text={piece.url} highlight={highlight} />;
      return (
        <a href={piece.url} rel="nofollow noopener">
          {piece.url}
        </a>
      );
    case 'styled': {
      const inner = piece.pieces.map((part) => render(part, highlight, isLinkText));
      if (piece.tag === 'sub') return <sub>{inner}</sub>;
      if (piece.tag === 'sup') return <sup>{inner}</sup>;
      if (piece.tag === 'i') return <i>{inner}</i>;
      return <b>{inner}</b>;
    }
  }
}

function Marked({
  text,
  highlight,
}: {
  readonly text: string;
  readonly highlight: Highlighter | undefined;
}): Markup {
  if (!highlight) return <>{text}</>;
  return (
    <>
      {highlight(text).map((segment) =>
        segment.isMatch ? <mark>{segment.text}</mark> : segment.text,
      )}
    </>
  );
}

function Formula({
  formula: { tex, isDisplay, markup },
  isFocusable,
}: {
  readonly formula: Extract<Typeset, { kind: 'math' }>;
  readonly isFocusable: boolean;
}): Markup {
  if (markup === undefined) return <code class="tex">{tex}</code>;
  if (!isDisplay && tex.length <= LONGEST_SURE_TO_FIT) return <>{raw(markup)}</>;
  const kind = isDisplay ? 'formula formula-display' : 'formula';
  // What scrolls must be reachable by keyboard, except in a link, which is so itself.
  if (!isFocusable) return <span class={kind}>{raw(markup)}</span>;
  return (
    <span class={kind} tabindex={0}>
      {raw(markup)}
    </span>
  );
}

const remembered = new Map<string, readonly (readonly Typeset[])[]>();

/** The typeset paragraphs of a text. The texts asked for last are remembered. */
function typeset(form: 'line' | 'text', text: string): readonly (readonly Typeset[])[] {
  const key = `${form}:${text}`;
  const known = remembered.get(key);
  // Taken out and put back, the oldest stands first.
  remembered.delete(key);
  const paragraphs = known ?? typesetParagraphs(parsePieces(text), form === 'text');
  // Longer ones are not taken apart, so there is nothing to save.
  if (text.length <= LONGEST_TAKEN_APART) remembered.set(key, paragraphs);
  if (remembered.size > MOST_TEXTS_REMEMBERED) {
    const [oldest] = remembered.keys();
    if (oldest !== undefined) remembered.delete(oldest);
  }
  return paragraphs;
}

function typesetParagraphs(
  paragraphs: readonly Paragraph[],
  mayDisplay: boolean,
): readonly (readonly Typeset[])[] {
  const left = { formulas: MOST_FORMULAS, characters: MOST_FORMULA_CHARACTERS };

  function typesetPiece(piece: Piece): Typeset {
    if (piece.kind === 'styled') return { ...piece, pieces: piece.pieces.map(typesetPiece) };
    if (piece.kind !== 'math') return piece;
    const isDisplay = piece.isDisplay && mayDisplay;
    left.formulas -= 1;
    left.characters -= piece.tex.length;
    const isAffordable = left.formulas >= 0 && left.characters >= 0;
    const markup = isAffordable ? mathMarkup(piece.tex, isDisplay) : undefined;
    return { kind: 'math', tex: piece.tex, isDisplay, markup };
  }

  return paragraphs.map((paragraph) => paragraph.map(typesetPiece));
}
