/** A text to the rows of its pieces: parted at added tokens, normalised, split and cut. */

import { likeliestCutter } from './likeliest-pieces.js';
import { normaliserOf, withoutTrailingBlanks } from './normalise.js';
import type { AddedToken, PieceTokeniser } from './piece-tokeniser.js';
import { wordSplitterOf } from './split-words.js';
import { wordPieceCutter } from './word-pieces.js';

/** Shows the rows of a text in order; one that occurs twice is shown twice, each time once. */
export type ReadRows = (text: string, visit: (row: number, times: number) => void) => void;

/**
 * What is behind is not read. Model2Vec stops at 512 pieces by default; the meaning of a paper
 * should not end within a long abstract.
 */
const MOST_PIECES = 2_048;

/** A text of more UTF-16 units is cut before anything else: sixteen for each piece. */
const MOST_UNITS = 16 * MOST_PIECES;

/** A part of a text: an added token, or what is between two of them. */
type Section = { readonly row: number } | { readonly text: string };

/** For one thread: what it reads with has room for one text. */
export function piecesOf(tokeniser: PieceTokeniser): ReadRows {
  const normalise = normaliserOf(tokeniser.normalisers);
  const splitWords = wordSplitterOf(tokeniser.splitters);
  const cut =
    tokeniser.kind === 'word-piece' ? wordPieceCutter(tokeniser) : likeliestCutter(tokeniser);
  const partRaw = sectionsAt(tokeniser.addedTokens.filter(({ isNormalised }) => !isNormalised));
  const partNormalised = sectionsAt(
    tokeniser.addedTokens
      .filter(({ isNormalised }) => isNormalised)
      .map((token) => ({ ...token, text: normalise(token.text) })),
  );
  const leftOut = tokeniser.keepsUnknown ? -1 : tokeniser.unknownRow;

  return (text, visit) => {
    let left = MOST_PIECES;
    const show = (row: number): void => {
      if (row === leftOut || left === 0) return;
      left -= 1;
      visit(row, 1);
    };
    let isFirst = true;
    for (const raw of partRaw(text.slice(0, MOST_UNITS).toWellFormed())) {
      const sections = 'row' in raw ? [raw] : partNormalised(normalise(raw.text));
      for (const section of sections) {
        if ('row' in section) {
          show(section.row);
        } else if (section.text !== '') {
          splitWords(section.text, isFirst, (words, start, end) => cut(words, start, end, show));
        }
        isFirst = false;
      }
    }
  };
}

/** A function that parts texts at tokens, of two that begin at one place at the longer. */
function sectionsAt(tokens: readonly AddedToken[]): (text: string) => readonly Section[] {
  const named = new Map(
    tokens.filter(({ text }) => text !== '').map((token) => [token.text, token]),
  );
  if (named.size === 0) return (text) => [{ text }];
  const longestFirst = [...named.keys()].sort((one, other) => other.length - one.length);
  const pattern = new RegExp(longestFirst.map(escaped).join('|'), 'gu');

  return (text) => {
    const sections: Section[] = [];
    let from = 0;
    for (const match of text.matchAll(pattern)) {
      const token = named.get(match[0]) as AddedToken;
      const before = text.slice(from, match.index);
      const kept = token.takesBlanksBefore ? withoutTrailingBlanks(before) : before;
      if (kept !== '') sections.push({ text: kept });
      sections.push({ row: token.row });
      from = match.index + match[0].length;
      if (token.takesBlanksBehind) {
        from = text.length - text.slice(from).replace(/^\p{White_Space}+/u, '').length;
      }
    }
    if (from < text.length) sections.push({ text: text.slice(from) });
    return sections;
  };
}

/** A text as a pattern that only it fits. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
