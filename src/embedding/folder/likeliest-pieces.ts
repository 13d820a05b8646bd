/**
 * The pieces of a word by Unigram: of all ways to cut it, that whose pieces' scores add up to the
 * most. From the front to the back, the best way to every place is one piece more than the best
 * way to where the piece begins (A. Viterbi, 1967); of ways that are equally good, that counts
 * whose last piece is the longest.
 */

import { detached } from '../../text/word-cache.js';
import type { UnigramTokeniser } from './piece-tokeniser.js';
import { childOf, NO_NODE, NO_PIECE, rootOf } from './piece-trie.js';
import type { CutWord } from './word-pieces.js';

/**
 * Words are cut once while they are remembered: to find one by name takes a fraction of the time.
 * Longer ones are whole texts of models that do not split, and do not come again.
 */
const LONGEST_KEPT = 32;

/** Some 10 MB; all are forgotten when there are more. */
const MOST_KEPT = 50_000;

/** Where no way ends yet. */
const NOWHERE = -1;

/** Which units begin a pair. */
const FIRST_OF_PAIR = 0xd800;
const LAST_OF_PAIR = 0xdbff;

/** Encoded, a UTF-16 unit takes so many bytes at most, which may be a row each. */
const MOST_ROWS_PER_UNIT = 3;

const encoder = new TextEncoder();

export function likeliestCutter(tokeniser: UnigramTokeniser): CutWord {
  const { trie, scores, unknownScore } = tokeniser;
  /** Of the best way to each place: its score, where its last piece begins, and which it is. */
  let best = new Float64Array(0);
  let starts = new Int32Array(0);
  let lasts = new Int32Array(0);
  let rows = new Int32Array(0);

  const improve = (start: number, end: number, piece: number, score: number): void => {
    const total = score + (best[start] as number);
    if (starts[end] !== NOWHERE && total <= (best[end] as number)) return;
    best[end] = total;
    starts[end] = start;
    lasts[end] = piece;
  };

  /** The rows of a word, last first: the way is known from its end. */
  const cut = (text: string, from: number, until: number): Int32Array => {
    const length = until - from;
    if (length >= best.length) {
      best = new Float64Array(2 * length + 1);
      starts = new Int32Array(2 * length + 1);
      lasts = new Int32Array(2 * length + 1);
      rows = new Int32Array(MOST_ROWS_PER_UNIT * 2 * length);
    }
    starts.fill(NOWHERE, 0, length + 1);
    best[0] = 0;
    let next = 0;
    for (let start = 0; start < length; start = next) {
      next = start + (isPair(text.charCodeAt(from + start)) ? 2 : 1);
      let isPiece = false;
      let node = rootOf(trie);
      for (let end = start + 1; end <= length; end += 1) {
        node = childOf(trie, node, text.charCodeAt(from + end - 1));
        if (node === NO_NODE) break;
        const piece = trie.pieces[node] as number;
        if (piece === NO_PIECE) continue;
        improve(start, end, piece, scores[piece] as number);
        if (end === next) isPiece = true;
      }
      if (!isPiece) improve(start, next, NO_PIECE, unknownScore);
    }

    let count = 0;
    for (let end = length; end > 0; ) {
      let start = starts[end] as number;
      if (isUnknown(lasts[end] as number, tokeniser)) {
        // Neighbours that are unknown are one.
        while (start > 0 && isUnknown(lasts[start] as number, tokeniser)) {
          start = starts[start] as number;
        }
        for (const row of unknownRows(text.slice(from + start, from + end), tokeniser).reverse()) {
          rows[count] = row;
          count += 1;
        }
      } else {
        rows[count] = lasts[end] as number;
        count += 1;
      }
      end = start;
    }
    return rows.subarray(0, count);
  };

  const known = new Map<string, Int32Array>();
  const cutOnce = (text: string, from: number, until: number): Int32Array => {
    if (until - from > LONGEST_KEPT) return cut(text, from, until);
    const word = text.slice(from, until);
    const before = known.get(word);
    if (before) return before;
    const found = cut(text, from, until).slice();
    if (known.size === MOST_KEPT) known.clear();
    known.set(detached(word), found);
    return found;
  };

  return (text, from, until, show) => {
    const found = cutOnce(text, from, until);
    for (let at = found.length - 1; at >= 0; at -= 1) show(found[at] as number);
  };
}

/** Whether a UTF-16 unit is the first of two; texts are well-formed. */
function isPair(unit: number): boolean {
  return unit >= FIRST_OF_PAIR && unit <= LAST_OF_PAIR;
}

function isUnknown(piece: number, { unknownRow }: UnigramTokeniser): boolean {
  return piece === NO_PIECE || piece === unknownRow;
}

/** A row for each byte, if the model has all of them; else that of the unknown. */
function unknownRows(text: string, { byteRows, unknownRow }: UnigramTokeniser): number[] {
  if (byteRows) {
    const rows = Array.from(encoder.encode(text), (byte) => byteRows[byte] as number);
    if (rows.every((row) => row >= 0)) return rows;
  }
  return unknownRow < 0 ? [] : [unknownRow];
}
