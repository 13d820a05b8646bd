/**
 * The pieces of a word by WordPiece: the longest that fits, again and again. The words are not
 * remembered: to walk through the vocabulary by their letters is faster than to find them by name.
 */

import type { WordPieceTokeniser } from './piece-tokeniser.js';
import { childOf, NO_NODE, NO_PIECE, nodeOf, rootOf } from './piece-trie.js';

/** Shows the rows of the word that stands there, or that of the unknown one. */
export type CutWord = (
  text: string,
  start: number,
  end: number,
  show: (row: number) => void,
) => void;

export function wordPieceCutter(tokeniser: WordPieceTokeniser): CutWord {
  const { trie, unknownRow, mostCharacters } = tokeniser;
  // Pieces that go on with a word are those below their prefix.
  const continuing = nodeOf(trie, tokeniser.continuingPrefix);
  // Shown only when the word has come to its end: if a part of it has no piece, all is unknown.
  const rows = new Int32Array(2 * mostCharacters);

  /** How many pieces there are; 0 if that is none that cover the word. */
  const cut = (text: string, start: number, end: number): number => {
    if (isLonger(text, start, end, mostCharacters)) return 0;
    let count = 0;
    for (let from = start; from < end; count += 1) {
      let node = from === start ? rootOf(trie) : continuing;
      let row = NO_PIECE;
      let next = from;
      for (let at = from; at < end && node !== NO_NODE; at += 1) {
        node = childOf(trie, node, text.charCodeAt(at));
        if (node === NO_NODE || trie.pieces[node] === NO_PIECE) continue;
        row = trie.pieces[node] as number;
        next = at + 1;
      }
      if (row === NO_PIECE) return 0;
      rows[count] = row;
      from = next;
    }
    return count;
  };

  return (text, start, end, show) => {
    const count = cut(text, start, end);
    if (count === 0 && unknownRow >= 0) show(unknownRow);
    for (let at = 0; at < count; at += 1) show(rows[at] as number);
  };
}

/** Whether a word has more characters than so many; surrogate pairs are one. */
function isLonger(text: string, start: number, end: number, most: number): boolean {
  const units = end - start;
  return units > most && (units > 2 * most || [...text.slice(start, end)].length > most);
}
