/** Segments of chosen places, for code that reads segments and needs no papers. */

import { placeOf } from '../../src/search/places.js';
import { writePlaces } from '../../src/search/segments/posting-blocks.js';
import type { Segment } from '../../src/search/segments/segment.js';
import { sortForTable, tableOf } from '../../src/search/segments/string-table.js';
import { createTermWriter } from '../../src/search/segments/term-writer.js';

/** By term and paper: where the term stands, ascending. */
export type PlacesByTerm = ReadonlyMap<string, ReadonlyMap<number, readonly number[]>>;

export type SegmentFacts = {
  /** As many as there are papers. */
  readonly ids: readonly string[];
  /** Words in title and abstract, two for each paper. */
  readonly lengths: readonly number[];
  readonly places: PlacesByTerm;
};

/** A segment whose papers have these ids, in this order, and nothing but words. */
export function segmentOf({ ids, lengths, places }: SegmentFacts): Segment {
  const terms = sortForTable([...places.keys()]);
  const columns = Uint16Array.from(lengths);
  const averageLengths = Float64Array.of(averageOf(lengths, 0), averageOf(lengths, 1));
  const writer = createTermWriter({ lengths: columns, averageLengths });
  for (const term of terms) {
    const rows = [...(places.get(term) ?? [])].sort(([one], [other]) => one - other);
    const papers = rows.map(([paper]) => paper);
    writer.write(papers, rows.length, (at) => {
      const row = rows[at]?.[1] ?? [];
      return writePlaces(writer.places, row, 0, row.length);
    });
  }
  const none = tableOf([]);
  return {
    papers: {
      names: tableOf(ids),
      nameHashes: new Uint32Array(),
      dates: new Uint32Array(ids.length),
      editions: new Uint32Array(ids.length),
      flags: new Uint8Array(ids.length),
      lengths: columns,
      revisions: new Uint32Array(ids.length),
    },
    terms: { names: tableOf(terms), ...writer.finish() },
    words: { names: none, papers: new Uint32Array(), terms: new Uint32Array() },
    labels: { names: none, papers: { values: new Uint32Array(), ends: new Uint32Array() } },
    averageLengths,
    vectors: {
      count: 0,
      memory: { buffer: new SharedArrayBuffer(0) },
      codes: new Uint8Array(),
      values: new Int8Array(),
      scales: new Float32Array(),
    },
    modelId: 'none',
    wordsOf: () => new Uint32Array(),
  };
}

function averageOf(lengths: readonly number[], field: 0 | 1): number {
  const own = lengths.filter((_, at) => at % 2 === field);
  return own.reduce((sum, length) => sum + length, 0) / Math.max(own.length, 1);
}

/** What makes a segment of chance: the same for the same seed. */
export type SegmentOfChance = {
  readonly seed: number;
  readonly papers: number;
  /** Each with the share of the papers that have it at most. */
  readonly terms: Readonly<Record<string, number>>;
  /** What ids begin with, so that those of two segments are different papers. */
  readonly idPrefix?: string;
};

/** Few positions, so that words are often neighbours, or in one place. */
const POSITIONS = 6;

/** Few lengths, so that scores are often equal. */
const LENGTHS = [POSITIONS, 2 * POSITIONS, 10 * POSITIONS];

/** Names of two or three words. */
const AUTHORS = 3;
const WORDS_PER_AUTHOR = 3;

/** So many papers in a row are alike in how often they have a term, and how long they are. */
const STRETCH = 600;

export function factsOfChance({
  seed,
  papers,
  terms,
  idPrefix = '',
}: SegmentOfChance): SegmentFacts {
  const below = numbersOfChance(seed);
  const places = new Map<string, Map<number, readonly number[]>>();
  for (const [term, share] of Object.entries(terms)) {
    const rows = new Map<number, readonly number[]>();
    let [chance, mostPlaces] = [0, 0];
    for (let paper = 0; paper < papers; paper += 1) {
      if (paper % STRETCH === 0) [chance, mostPlaces] = [share * (5 + below(6)), 1 + below(4)];
      if (below(1_000) < chance * 100) rows.set(paper, placesOfChance(below, mostPlaces));
    }
    if (rows.size > 0) places.set(term, rows);
  }
  const lengths: number[] = [];
  let kinds = 0;
  for (let paper = 0; paper < papers; paper += 1) {
    if (paper % STRETCH === 0) kinds = 1 + below(LENGTHS.length);
    for (let field = 0; field < 2; field += 1) {
      lengths.push(LENGTHS[LENGTHS.length - 1 - below(kinds)] ?? 0);
    }
  }
  const ids = Array.from(
    { length: papers },
    (_, paper) => `${idPrefix}${(paper * 7_919) % 10_007}`,
  );
  return { ids, lengths, places };
}

/** At least one place, now and then more in a field than a byte of counts can say. */
function placesOfChance(below: (end: number) => number, most: number): readonly number[] {
  const places = new Set<number>();
  const count = below(100) === 0 ? 40 : 1 + below(most);
  for (let left = count; left > 0; left -= 1) {
    const field = below(3);
    const name = field === 2 ? below(AUTHORS) : 0;
    const positions = [POSITIONS, 10 * POSITIONS, WORDS_PER_AUTHOR][field] ?? 0;
    places.add(placeOf(field, name, below(left > 4 ? positions : Math.min(positions, POSITIONS))));
  }
  return [...places].sort((one, other) => one - other);
}

/** Whole numbers from 0 to below an end; Marsaglia, "Xorshift RNGs" (2003). */
function numbersOfChance(seed: number): (end: number) => number {
  let state = (seed ^ 0x9e37_79b9) | 1;
  return (end) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % end;
  };
}
