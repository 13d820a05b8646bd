/**
 * All papers by their words, in memory: where each term stands, how long the fields are, what
 * filters ask, and the dictionary. It finds; ranking is the engine's.
 */

import { type PaperId, parseIdentifier } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { analyse, termOf } from '../text/analysis.js';
import { FIELDS, lengthOf } from './bm25f.js';
import { createDictionary, type DictionaryWord } from './dictionary.js';
import { type FilterFacts, filterFactsOf } from './filters.js';
import { placeOf } from './places.js';
import { createPostingLists, type Occurrences } from './postings.js';
import type { SearchField } from './query.js';
import { papersOfUnit, type Unit } from './units.js';

/** What is kept of a paper beside its places. */
export type IndexedPaper = {
  readonly id: PaperId;
  readonly facts: FilterFacts;
};

/** A unit, and the papers that have it. */
export type Match = {
  readonly unit: Unit;
  readonly found: Occurrences;
  /** How many papers have it at most, which is what its rarity is taken from. */
  readonly papers: number;
};

export type WordIndex = {
  readonly size: () => number;
  /** Takes a paper in, in place of what was known under its id. */
  readonly put: (paper: Paper) => void;
  /** Lets a paper go, if it is there. */
  readonly remove: (id: PaperId) => void;
  /** By the number of a paper; `undefined` when it went. */
  readonly at: (number: number) => IndexedPaper | undefined;
  /** The distinct words of a paper as they are written, by its number; none when it went. */
  readonly wordsOf: (number: number) => readonly string[];
  /** The numbers of all papers. */
  readonly numbers: () => readonly number[];
  /** Greater than the number of any paper. */
  readonly numbersEnd: () => number;
  /** The paper of this id or of any other name it has. */
  readonly named: (name: string) => PaperId | undefined;
  /** Words in each field, in the order of `FIELDS`, of one number after the other. */
  readonly lengths: () => readonly number[];
  /** Words in each field of the average paper, in the order of `FIELDS`. */
  readonly averageLengths: () => readonly number[];
  /** Who has the unit; its last word is completed if no paper has it as it is. */
  readonly match: (unit: Unit) => Match;
  /**
   * The word that was likely meant; see `Dictionary`.
   *
   * @param field - where the better word must stand; anywhere if absent
   */
  readonly mended: (word: string, papers: number, field?: SearchField) => string | undefined;
  /** How many papers have a term, in any field, counted up to `most`. */
  readonly papersWith: (term: string, most: number) => number;
  /** The share of what walks meet that belongs to papers that went. */
  readonly staleShare: () => number;
  /** Drops what is stale, one term at each step. Put no paper in before the last step. */
  readonly sweep: () => Generator<void>;
};

type Entry = IndexedPaper & {
  readonly identifiers: readonly string[];
  readonly words: readonly DictionaryWord[];
};

export function createWordIndex(): WordIndex {
  /** By number; the number of a paper that went stays empty for ever. */
  const entries: (Entry | undefined)[] = [];
  const numbers = new Map<PaperId, number>();
  const ids = new Map<string, PaperId>();
  const postings = createPostingLists((number) => entries[number] !== undefined);
  const dictionary = createDictionary();
  /** In one row for all, since ranking reads them for every place that it weighs. */
  const lengths: number[] = [];
  /** Words of all papers in each field, in the order of `FIELDS`. */
  const totalLengths: number[] = FIELDS.map(() => 0);
  let stale = 0;

  const matchOf = (unit: Unit, found: Occurrences): Match => {
    const papersWith = (term: string) => postings.papersWith(term, Number.POSITIVE_INFINITY);
    return { unit, found, papers: papersOfUnit(unit, papersWith) };
  };

  const find = ({ ways, field }: Unit): Occurrences => postings.find(ways, fieldPlace(field));

  const remove = (id: PaperId): void => {
    const number = numbers.get(id);
    const entry = number === undefined ? undefined : entries[number];
    if (number === undefined || !entry) return;
    entries[number] = undefined;
    numbers.delete(id);
    for (const name of entry.identifiers) if (ids.get(name) === id) ids.delete(name);
    for (const at of FIELDS.keys()) {
      addTo(totalLengths, at, -(lengths[number * FIELDS.length + at] ?? 0));
    }
    dictionary.forget(entry.words);
    stale += 1;
  };

  return {
    size: () => numbers.size,
    remove,

    put(paper) {
      remove(paper.id);
      const number = entries.length;
      const { places, words, lengths: itsLengths } = readPaper(paper);
      postings.add(number, places);
      numbers.set(paper.id, number);
      for (const name of paper.identifiers) ids.set(name, paper.id);
      for (const [at, length] of itsLengths.entries()) addTo(totalLengths, at, length);
      lengths.push(...itsLengths);
      entries.push({
        id: paper.id,
        identifiers: paper.identifiers,
        facts: filterFactsOf(paper),
        words: dictionary.learn(words),
      });
    },

    at: (number) => entries[number],
    wordsOf: (number) => (entries[number]?.words ?? []).map(({ word }) => word),
    numbers: () => [...numbers.values()],
    numbersEnd: () => entries.length,

    named(name) {
      if (numbers.has(name as PaperId)) return name as PaperId;
      const identifier = parseIdentifier(name);
      return identifier && ids.get(identifier);
    },

    lengths: () => lengths,
    averageLengths: () => totalLengths.map((length) => length / numbers.size),

    match(unit) {
      const found = find(unit);
      if (found.numbers.length > 0 || unit.prefix === undefined) return matchOf(unit, found);
      const terms = new Set(dictionary.completions(unit.prefix).map(termOf));
      const ways = Array.from(terms, (term) => ({ terms: [term], shift: 0 }));
      const completed = { ...unit, label: `${unit.label}…`, ways };
      return matchOf(completed, find(completed));
    },

    mended: (word, papers, field) =>
      dictionary.mended(
        word,
        papers,
        field && ((other) => postings.papersWith(termOf(other), 1, fieldPlace(field)) > 0),
      ),
    papersWith: postings.papersWith,
    staleShare: () => (stale === 0 ? 0 : stale / (stale + numbers.size)),

    *sweep() {
      yield* postings.sweep();
      stale = 0;
    },
  };
}

/** What a paper brings into the index. */
function readPaper(paper: Paper): {
  readonly places: ReadonlyMap<string, readonly number[]>;
  readonly words: ReadonlySet<string>;
  readonly lengths: readonly number[];
} {
  const places = new Map<string, number[]>();
  const words = new Set<string>();
  const lengths = FIELDS.map(({ field }, fieldAt) => {
    let length = 0;
    for (const [nameAt, text] of textsOf(paper, field).entries()) {
      for (const { term, word, position, isJoined } of analyse(text)) {
        const place = placeOf(fieldAt, nameAt, position);
        const known = places.get(term);
        if (!known) places.set(term, [place]);
        // The whole of `model(s)` is the same term, in the same place, as its first part.
        else if (known.at(-1) !== place) known.push(place);
        words.add(word);
        if (!isJoined) length += 1;
      }
    }
    return lengthOf(length);
  });
  return { places, words, lengths };
}

/** Where a field stands in `FIELDS`. */
function fieldPlace(field: SearchField | undefined): number | undefined {
  return field && FIELDS.findIndex((settings) => settings.field === field);
}

function textsOf(paper: Paper, field: SearchField): readonly string[] {
  if (field === 'author') return paper.authors;
  return [field === 'title' ? paper.title : paper.abstract];
}

function addTo(sums: number[], at: number, value: number): void {
  sums[at] = (sums[at] ?? 0) + value;
}
