/**
 * Posting lists as bytes. The papers of a term stand in ascending order, {@link BLOCK_SIZE} to
 * a block, so that readers can skip what cannot matter (Ding and Suel, "Faster top-k document
 * retrieval using block-max indexes", 2011).
 *
 * A block of `postings`:
 *
 *     papers − 1 · width · gaps, `width` bits each, low bits first · a byte of counts for each
 *
 * A gap is the number of papers skipped since the one before, which for the first paper of a
 * block is the last of the block before it. The byte of counts says how often the term stands in
 * title (2 bits), abstract (4 bits) and authors (2 bits); {@link MANY} says that the counts stand
 * with the places.
 *
 * A block of `places`, for each paper in turn: three counts, if they are many; then, field by
 * field, the first place within the field and the gaps to the next, all as LEB128.
 */

import { FIELDS } from '../bm25f.js';
import { fieldOf, PLACE_IN_FIELD_MASK, placeOf } from '../places.js';
import { type ByteSink, LONGEST_VARINT, reserve, writeVarint } from './byte-sink.js';
import type { NumberSink } from './number-sink.js';
import type { SegmentTerms } from './segment.js';

/** Papers in a full block. */
export const BLOCK_SIZE = 128;

/** A gap of more bits could straddle five bytes, and is never met: segments hold fewer papers. */
export const MOST_PAPERS_IN_SEGMENT: number = 2 ** 23;

/** Readers of the last gaps look this many bytes ahead. */
export const PADDING_BYTES = 4;

/** A byte of counts that says that they stand with the places. */
export const MANY = 0xff;
const MOST_TITLE = 3;
const MOST_ABSTRACT = 15;
const MOST_AUTHOR = 3;
const FIELD_COUNT: number = FIELDS.length;

/**
 * Writes which papers a block has, and leaves room for their bytes of counts, as
 * {@link writePlaces} returns them.
 *
 * @param from - where the block begins among the papers, which ascend
 * @returns where the first byte of counts belongs
 */
export function writePapers(
  postings: ByteSink,
  papers: ArrayLike<number>,
  from: number,
  count: number,
  lastPaper: number,
): number {
  let widest = 0;
  for (let at = from, last = lastPaper; at < from + count; at += 1) {
    const paper = papers[at] as number;
    widest |= paper - last - 1;
    last = paper;
  }
  const width = 32 - Math.clz32(widest);
  const gapBytes = (count * width + 7) >>> 3;
  reserve(postings, 2 + gapBytes + count + PADDING_BYTES);
  const { bytes } = postings;
  bytes[postings.length] = count - 1;
  bytes[postings.length + 1] = width;
  let byteAt = postings.length + 2;
  const countsAt = byteAt + gapBytes;
  let waiting = 0;
  let waitingBits = 0;
  for (let at = from, last = lastPaper; at < from + count; at += 1) {
    const paper = papers[at] as number;
    waiting |= (paper - last - 1) << waitingBits;
    last = paper;
    // Fewer than 8 bits ever wait, so 31 are enough for them and the widest gap.
    for (waitingBits += width; waitingBits >= 8; waitingBits -= 8) {
      bytes[byteAt] = waiting;
      byteAt += 1;
      waiting >>>= 8;
    }
  }
  if (waitingBits > 0) bytes[byteAt] = waiting;
  postings.length = countsAt + count;
  return countsAt;
}

/**
 * Writes the places in one paper.
 *
 * @param row - holds them from `from` until before `until`, ascending, at least one
 * @returns its byte of counts
 */
export function writePlaces(
  sink: ByteSink,
  row: ArrayLike<number>,
  from: number,
  until: number,
): number {
  let title = 0;
  let abstract = 0;
  let author = 0;
  for (let at = from; at < until; at += 1) {
    const field = fieldOf(row[at] as number);
    if (field === 0) title += 1;
    else if (field === 1) abstract += 1;
    else author += 1;
  }
  const fits = title <= MOST_TITLE && abstract <= MOST_ABSTRACT && author <= MOST_AUTHOR;
  const byte = fits ? title | (abstract << 2) | (author << 6) : MANY;
  reserve(sink, (FIELD_COUNT + until - from) * LONGEST_VARINT);
  const { bytes } = sink;
  let end = sink.length;
  if (byte === MANY) {
    end = writeVarint(bytes, end, title);
    end = writeVarint(bytes, end, abstract);
    end = writeVarint(bytes, end, author);
  }
  let field = -1;
  let last = 0;
  for (let at = from; at < until; at += 1) {
    const place = row[at] as number;
    if (fieldOf(place) !== field) {
      field = fieldOf(place);
      last = 0;
    }
    const inField = place & PLACE_IN_FIELD_MASK;
    end = writeVarint(bytes, end, inField - last);
    last = inField;
  }
  sink.length = end;
  return byte;
}

/**
 * Reads the papers of a block.
 *
 * @param lastPaper - the last of the term's block before; -1 before the first
 * @param into - room for {@link BLOCK_SIZE}
 * @returns how many there are
 */
export function readPapers(
  { postings, blockOffsets }: Pick<SegmentTerms, 'postings' | 'blockOffsets'>,
  block: number,
  lastPaper: number,
  into: Uint32Array,
): number {
  const offset = blockOffsets[block] as number;
  const count = (postings[offset] as number) + 1;
  const width = postings[offset + 1] as number;
  const mask = (1 << width) - 1;
  let paper = lastPaper;
  for (let at = 0, bit = 0; at < count; at += 1, bit += width) {
    const byte = offset + 2 + (bit >>> 3);
    const window =
      (postings[byte] as number) |
      ((postings[byte + 1] as number) << 8) |
      ((postings[byte + 2] as number) << 16) |
      ((postings[byte + 3] as number) << 24);
    paper += ((window >>> (bit & 7)) & mask) + 1;
    into[at] = paper;
  }
  return count;
}

/** Where the byte of counts of a block's first paper stands. */
export function countsOffset(
  { postings, blockOffsets }: Pick<SegmentTerms, 'postings' | 'blockOffsets'>,
  block: number,
): number {
  const offset = blockOffsets[block] as number;
  const count = (postings[offset] as number) + 1;
  return offset + 2 + ((count * (postings[offset + 1] as number) + 7) >>> 3);
}

/** How often a term stands in each of `FIELDS`, in one paper. */
export type FieldCounts = [number, number, number];

/**
 * What a byte of counts says.
 *
 * @param from - where the paper's places begin
 */
export function countsIn(byte: number, places: Uint8Array, from: number, into: FieldCounts): void {
  if (byte === MANY) {
    readVarints(places, from, FIELD_COUNT, into);
    return;
  }
  into[0] = titleCount(byte);
  into[1] = abstractCount(byte);
  into[2] = authorCount(byte);
}

/** How often a term stands in the title, by a byte of counts that is not {@link MANY}. */
export function titleCount(byte: number): number {
  return byte & MOST_TITLE;
}

/** The same of the abstract. */
export function abstractCount(byte: number): number {
  return (byte >> 2) & MOST_ABSTRACT;
}

/** The same of the authors. */
export function authorCount(byte: number): number {
  return byte >> 6;
}

/** The bits of all fields. */
export const ALL_FIELDS: number = 2 ** FIELD_COUNT - 1;

/** In which fields the term stands, by a byte of counts: a bit for each, all for {@link MANY}. */
export function fieldsIn(byte: number): number {
  return FIELDS_BY_BYTE[byte] as number;
}

const FIELDS_BY_BYTE: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const counts = [titleCount(byte), abstractCount(byte), authorCount(byte)];
  return counts.reduce((bits, count, field) => (count > 0 ? bits | (1 << field) : bits), 0);
});

/** Where the places of a paper end that begin at `from`, by its byte of counts. */
export function placesEnd(byte: number, places: Uint8Array, from: number): number {
  if (byte !== MANY) return skipVarints(places, from, sumIn(byte));
  const counts: FieldCounts = [0, 0, 0];
  readVarints(places, from, FIELD_COUNT, counts);
  return skipVarints(places, from, FIELD_COUNT + counts[0] + counts[1] + counts[2]);
}

/**
 * Where the places of a paper begin, given where those of one before it in the block do.
 *
 * @param countsAt - where the byte of counts of the one before stands
 * @param papers - how many papers behind it the paper stands
 */
export function placesBehind(
  { postings, places }: Pick<SegmentTerms, 'postings' | 'places'>,
  countsAt: number,
  papers: number,
  from: number,
): number {
  let at = from;
  let numbers = 0;
  for (let paper = countsAt; paper < countsAt + papers; paper += 1) {
    const byte = postings[paper] as number;
    if (byte === MANY) {
      at = placesEnd(byte, places, skipVarints(places, at, numbers));
      numbers = 0;
    } else {
      numbers += sumIn(byte);
    }
  }
  return skipVarints(places, at, numbers);
}

/**
 * Reads the places in one paper, ascending; they replace what `into` held.
 *
 * @param byte - the paper's byte of counts
 * @param from - where its places begin
 * @returns where they end
 */
export function readRow(byte: number, places: Uint8Array, from: number, into: NumberSink): number {
  countsIn(byte, places, from, rowCounts);
  const [title, abstract, author] = rowCounts;
  const length = title + abstract + author;
  if (length > into.values.length) into.values = new Uint32Array(length * 2);
  into.length = length;
  let at = byte === MANY ? skipVarints(places, from, FIELD_COUNT) : from;
  let written = 0;
  for (let field = 0; field < FIELD_COUNT; field += 1) {
    let place = placeOf(field, 0, 0);
    for (const end = written + (rowCounts[field] as number); written < end; written += 1) {
      let shift = 0;
      let next = places[at] as number;
      at += 1;
      while (next >= 0x80) {
        place += (next & 0x7f) << shift;
        shift += 7;
        next = places[at] as number;
        at += 1;
      }
      place += next << shift;
      into.values[written] = place;
    }
  }
  return at;
}

/** The counts of the row being read. */
const rowCounts: FieldCounts = [0, 0, 0];

/** How many places a byte of counts stands for that is not {@link MANY}. */
function sumIn(byte: number): number {
  return titleCount(byte) + abstractCount(byte) + authorCount(byte);
}

function readVarints(
  bytes: Uint8Array,
  offset: number,
  count: number,
  into: { [at: number]: number },
): void {
  let from = offset;
  for (let at = 0; at < count; at += 1) {
    let value = 0;
    let shift = 0;
    let byte = bytes[from] as number;
    from += 1;
    while (byte >= 0x80) {
      value += (byte & 0x7f) << shift;
      shift += 7;
      byte = bytes[from] as number;
      from += 1;
    }
    into[at] = value + (byte << shift);
  }
}

function skipVarints(bytes: Uint8Array, offset: number, count: number): number {
  let from = offset;
  let left = count;
  if (left >= FEWEST_BY_WORDS) {
    for (; (from & 3) !== 0; from += 1) if ((bytes[from] as number) < 0x80) left -= 1;
    const words = wordsOf(bytes);
    let word = from >>> 2;
    for (; left >= 4 && word < words.length; word += 1) {
      left -= Math.imul((~(words[word] as number) & HIGHEST_BITS) >>> 7, 0x0101_0101) >>> 24;
    }
    from = word * 4;
  }
  for (; left > 0; from += 1) if ((bytes[from] as number) < 0x80) left -= 1;
  return from;
}

/** From so many numbers on, their ends are counted four bytes at a time. */
const FEWEST_BY_WORDS = 8;

/** The highest bit of each byte of a word: it is clear where a number ends. */
const HIGHEST_BITS = 0x8080_8080;

/** The bytes that were looked at last, as words; none where they do not begin with one. */
let lastBytes: Uint8Array = new Uint8Array();
let lastWords: Int32Array = new Int32Array();

function wordsOf(bytes: Uint8Array): Int32Array {
  if (lastBytes !== bytes) {
    const count = (bytes.byteOffset & 3) === 0 ? bytes.length >>> 2 : 0;
    lastBytes = bytes;
    lastWords = new Int32Array(bytes.buffer, count === 0 ? 0 : bytes.byteOffset, count);
  }
  return lastWords;
}
