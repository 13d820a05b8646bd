/**
 * Which words of a text a query found, and the part of a long text that shows most of them.
 * Both go by the same units as the search itself, so that what is marked is what was found.
 */

import { analyse } from '../text/analysis.js';
import type { Query } from './query.js';
import { placesIn, type Unit, unitsOf } from './units.js';

/** A piece of a text; the pieces joined give the text exactly. Never empty. */
export type Segment = { readonly text: string; readonly isMatch: boolean };

/** Offsets into a text; `end` is exclusive. */
type Range = { readonly start: number; readonly end: number };

/** A range, and which unit stands there. */
type Mark = Range & { readonly unit: Unit };

const CUT = '…';

/** Five long abstracts. What a paper is about stands at its beginning. */
const LONGEST_WEIGHED = 10_000;

/** In characters, from a place to a blank; a longer word is cut. */
const NEAR = 40;

/** With its dollars. What runs on for longer is none. */
const LONGEST_FORMULA = 1_004;

/**
 * A formula of TeX, in any of its four brackets. Escaped dollars and sums of money (`$5 to $10`)
 * begin none.
 */
const FORMULA =
  /\$\$[^$]{1,1000}\$\$|(?<!\\)\$(?=[^\s$])(?:\\[\s\S]|[^$\\]){1,1000}(?<=\S)\$(?!\d)|\\\((?:(?!\\[()])[\s\S]){1,1000}\\\)|\\\[(?:(?!\\[[\]])[\s\S]){1,1000}\\\]/g;

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The text in pieces, the words and phrases of the query marked. */
export function highlight(text: string, query: Query): Segment[] {
  const segments: Segment[] = [];
  let shown = 0;
  for (const { start, end } of merged(marksIn(text, query))) {
    if (start > shown) segments.push({ text: text.slice(shown, start), isMatch: false });
    segments.push({ text: text.slice(start, end), isMatch: true });
    shown = end;
  }
  if (shown < text.length) segments.push({ text: text.slice(shown), isMatch: false });
  return segments;
}

/**
 * The sentences in a row that show most of the query: first as many different words of it as
 * possible, then as many places. Where the text was cut stands `…`. No formula is cut, so that
 * the excerpt can be typeset; it is empty where the text is a formula too long to show.
 *
 * @param longest - in UTF-16 units, the signs of cutting included; at least 40
 */
export function excerpt(text: string, query: Query, longest: number): string {
  if (text.length <= longest) return text;
  const formulas = formulasIn(text.slice(0, LONGEST_WEIGHED + LONGEST_FORMULA));
  const marks = marksIn(text.slice(0, LONGEST_WEIGHED), query);
  // Room for a sign and a blank at either end.
  const room = longest - 2 * (CUT.length + 1);
  const best = bestOf(windowsOf(text, marks, formulas, room), marks);
  return best ? cut(text, best) : '';
}

/** Where each unit of the query stands, in the order of the text. */
function marksIn(text: string, query: Query): Mark[] {
  return placesIn(analyse(text), unitsOf(query.terms))
    .map(({ unit, first, last }) => ({ start: first.start, end: last.end, unit }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (last && range.start < last.end) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      result.push({ start: range.start, end: range.end });
    }
  }
  return result;
}

/** For each place within a formula, where a cut would break it, the formula. */
function formulasIn(text: string): ReadonlyMap<number, Range> {
  const formulas = new Map<number, Range>();
  for (const { index, 0: formula } of text.matchAll(FORMULA)) {
    const range = { start: index, end: index + formula.length };
    for (let place = range.start + 1; place < range.end; place += 1) formulas.set(place, range);
  }
  return formulas;
}

/** The sentences at the beginning of a text, without the blanks behind them. */
function sentencesIn(text: string, formulas: ReadonlyMap<number, Range>): Range[] {
  const found: Range[] = [];
  let start = 0;
  for (const { index, segment } of sentences.segment(text.slice(0, LONGEST_WEIGHED))) {
    const next = index + segment.length;
    // A full stop within a formula ends no sentence.
    if (formulas.has(next)) continue;
    const end = start + text.slice(start, next).trimEnd().length;
    if (end > start) found.push({ start, end });
    start = next;
  }
  return found;
}

/**
 * Whole sentences in a row, from each sentence on; of one too long, a part about each mark. None
 * begins or ends before the one in front of it does.
 */
function windowsOf(
  text: string,
  marks: readonly Mark[],
  formulas: ReadonlyMap<number, Range>,
  room: number,
): Range[] {
  const bounds = sentencesIn(text, formulas);
  const windows: Range[] = [];
  let last = 0;
  let markAt = 0;
  for (const [at, { start, end }] of bounds.entries()) {
    const marksBefore = markAt;
    while ((marks[markAt]?.start ?? Number.POSITIVE_INFINITY) < end) markAt += 1;
    if (end - start > room) {
      const wanted = marks
        .slice(marksBefore, markAt)
        .map((mark) => mark.start - Math.floor(room / 3))
        .filter((place) => place > start)
        .map((place) => afterBlank(text, place));
      for (const place of [start, ...wanted]) {
        const part = partFrom(text, place, end, formulas, room);
        if (part && part.end >= (windows.at(-1)?.end ?? 0)) windows.push(part);
      }
      continue;
    }
    last = Math.max(last, at);
    while ((bounds[last + 1]?.end ?? Number.POSITIVE_INFINITY) - start <= room) last += 1;
    windows.push({ start, end: bounds[last]?.end ?? end });
  }
  return windows;
}

/** The part of a long sentence from about this place on, cut between words; none if empty. */
function partFrom(
  text: string,
  wanted: number,
  sentenceEnd: number,
  formulas: ReadonlyMap<number, Range>,
  room: number,
): Range | undefined {
  const around = formulas.get(wanted);
  let start = around?.start ?? wanted;
  for (;;) {
    const furthest = start + room;
    if (furthest >= sentenceEnd)
      return start < sentenceEnd ? { start, end: sentenceEnd } : undefined;
    const end = beforeBlank(text, start, furthest);
    const cutFormula = formulas.get(end);
    const whole = start + text.slice(start, cutFormula?.start ?? end).trimEnd().length;
    if (whole > start || !cutFormula) return { start, end: whole };
    // It begins with a formula that is too long to be shown.
    start = cutFormula.end + text.slice(cutFormula.end, sentenceEnd).search(/\S|$/);
  }
}

/** Which of the windows shows most; the first of several. They ascend, and so do the marks. */
function bestOf(windows: readonly Range[], marks: readonly Mark[]): Range | undefined {
  const byEnd = marks.toSorted((a, b) => a.end - b.end);
  const inside = new Set<Mark>();
  const places = new Map<Unit, number>();
  const count = ({ unit }: Mark, change: 1 | -1) => {
    const now = (places.get(unit) ?? 0) + change;
    if (now > 0) places.set(unit, now);
    else places.delete(unit);
  };
  let [entered, left] = [0, 0];
  let best: Range | undefined;
  let bestWorth = -1;
  for (const window of windows) {
    for (; (byEnd[entered]?.end ?? Number.POSITIVE_INFINITY) <= window.end; entered += 1) {
      const mark = byEnd[entered];
      if (!mark || mark.start < window.start) continue;
      inside.add(mark);
      count(mark, 1);
    }
    for (; (marks[left]?.start ?? Number.POSITIVE_INFINITY) < window.start; left += 1) {
      const mark = marks[left];
      if (mark && inside.delete(mark)) count(mark, -1);
    }
    // Different words first, then places.
    const worth = places.size * (marks.length + 1) + inside.size;
    if (worth <= bestWorth) continue;
    best = window;
    bestWorth = worth;
  }
  return best;
}

/** The beginning of the next word; the same place if no blank is near. */
function afterBlank(text: string, at: number): number {
  const blank = text.slice(at, at + NEAR).search(/\s/);
  return blank < 0 ? wholeCharacter(text, at) : at + blank + 1;
}

/** The end of the last word that is whole; the same place if no blank is near. */
function beforeBlank(text: string, start: number, end: number): number {
  const from = Math.max(start + 1, end - NEAR);
  const blank = text.slice(from, end + 1).search(/\s\S*$/);
  return blank < 0 ? wholeCharacter(text, end) : from + blank;
}

/** Before the character at this place, should it be the second half of a pair. */
function wholeCharacter(text: string, at: number): number {
  return /^[\udc00-\udfff]/.test(text.slice(at, at + 1)) ? at - 1 : at;
}

function cut(text: string, { start, end }: Range): string {
  const isWholeBefore = text.slice(0, start).trim() === '';
  const isWholeAfter = text.slice(end).trim() === '';
  const before = isWholeBefore ? '' : `${CUT} `;
  const after = isWholeAfter ? '' : ` ${CUT}`;
  return `${before}${text.slice(start, end)}${after}`;
}
