/**
 * Where each term stands in each paper: the inverted index, in its plainest form. Papers are
 * numbered in the order in which they come.
 *
 * A paper that goes only leaves its number; what still stands under it is skipped by readers
 * and swept away from time to time.
 */

import { FIELDS } from './bm25f.js';
import { fieldOf, nameStart } from './places.js';
import type { Way } from './units.js';

/** For each paper that has a term, in order: number, how many places, the places ascending. */
type Postings = number[];

/** The papers that have something, each once, and how often. */
export type Occurrences = {
  readonly numbers: readonly number[];
  /** Places in each field, in the order of `FIELDS`, of one paper after the other. */
  readonly counts: readonly number[];
  /** The places themselves, ascending, of one paper after the other. */
  readonly places: readonly (readonly number[])[];
};

export type PostingLists = {
  /** @param number - greater than all before */
  readonly add: (number: number, placesByTerm: ReadonlyMap<string, readonly number[]>) => void;
  /**
   * The papers that have any of the ways. A place counts once, in however many ways it is taken.
   *
   * @param fieldAt - the only field that counts, by its place in `FIELDS`
   */
  readonly find: (ways: readonly Way[], fieldAt?: number) => Occurrences;
  /** How many papers have a term, counted up to `most`. */
  readonly papersWith: (term: string, most: number, fieldAt?: number) => number;
  /** Drops what dead papers left, one term at each step; the index is sound between steps. */
  readonly sweep: () => Generator<void>;
};

/** @param isAlive - whether a number still stands for a paper */
export function createPostingLists(isAlive: (number: number) => boolean): PostingLists {
  const byTerm = new Map<string, Postings>();

  return {
    add(number, placesByTerm) {
      for (const [term, places] of placesByTerm) {
        let postings = byTerm.get(term);
        if (!postings) {
          postings = [];
          byTerm.set(term, postings);
        }
        postings.push(number, places.length);
        for (const place of places) postings.push(place);
      }
    },

    find(ways, fieldAt) {
      const numbers: number[] = [];
      const counts: number[] = [];
      const allPlaces: (readonly number[])[] = [];
      const count = (number: number, places: readonly number[], from: number, until: number) => {
        const before = counts.length;
        for (let field = 0; field < FIELDS.length; field += 1) counts.push(0);
        const asked: number[] = [];
        for (let at = from; at < until; at += 1) {
          const field = fieldOf(places[at] as number);
          if (fieldAt !== undefined && field !== fieldAt) continue;
          counts[before + field] = (counts[before + field] as number) + 1;
          asked.push(places[at] as number);
        }
        if (asked.length > 0) {
          numbers.push(number);
          allPlaces.push(asked.sort((a, b) => a - b));
        } else {
          counts.length = before;
        }
      };

      // Most words stand in one way only; their many places are counted where they are.
      const plain = ways.find(
        ({ terms, shift, isOneName }) => terms.length === 1 && shift === 0 && !isOneName,
      );
      const others = new Map<number, readonly number[]>();
      for (const way of ways) {
        if (way === plain) continue;
        for (const [number, places] of placesOf(byTerm, way, isAlive)) {
          others.set(number, together(others.get(number) ?? [], places));
        }
      }
      const postings = byTerm.get(plain?.terms[0] ?? '') ?? [];
      for (let at = 0; at < postings.length; at = nextEntry(postings, at)) {
        const number = postings[at] as number;
        if (!isAlive(number)) continue;
        const more = others.size > 0 && others.get(number);
        if (!more) {
          count(number, postings, at + 2, nextEntry(postings, at));
          continue;
        }
        others.set(number, together(placesAt(postings, at), more));
      }
      for (const [number, places] of others) count(number, places, 0, places.length);
      return { numbers, counts, places: allPlaces };
    },

    papersWith(term, most, fieldAt) {
      const postings = byTerm.get(term) ?? [];
      const isAsked = (place: number) => fieldAt === undefined || fieldOf(place) === fieldAt;
      let papers = 0;
      for (let at = 0; at < postings.length && papers < most; at = nextEntry(postings, at)) {
        const isOne = isAlive(postings[at] as number) && placesAt(postings, at).some(isAsked);
        if (isOne) papers += 1;
      }
      return papers;
    },

    *sweep() {
      for (const [term, postings] of byTerm) {
        const kept: Postings = [];
        for (let at = 0; at < postings.length; at = nextEntry(postings, at)) {
          if (!isAlive(postings[at] as number)) continue;
          for (let from = at; from < nextEntry(postings, at); from += 1) {
            kept.push(postings[from] as number);
          }
        }
        if (kept.length === 0) byTerm.delete(term);
        else if (kept.length < postings.length) byTerm.set(term, kept);
        yield;
      }
    },
  };
}

/** In each living paper, where the unit of a way stands. */
function* placesOf(
  byTerm: ReadonlyMap<string, Postings>,
  way: Way,
  isAlive: (number: number) => boolean,
): Generator<readonly [number, readonly number[]]> {
  const lists: { postings: Postings; offset: number; at: number }[] = [];
  for (const [offset, term] of way.terms.entries()) {
    const postings = byTerm.get(term);
    if (!postings) return;
    lists.push({ postings, offset, at: 0 });
  }
  // The rarest first: the others only need to be read on to its papers.
  lists.sort((a, b) => a.postings.length - b.postings.length);
  const [rarest] = lists;
  if (!rarest) return;
  const { postings } = rarest;
  for (; rarest.at < postings.length; rarest.at = nextEntry(postings, rarest.at)) {
    const number = postings[rarest.at] as number;
    if (!isAlive(number)) continue;
    const places = way.isOneName ? namesWithAll(lists, number) : placesInARow(lists, number);
    if (places.length > 0) yield [number, places.map((place) => place + way.shift)];
  }
}

type List = { readonly postings: Postings; readonly offset: number; at: number };

/** Moves a list on to a paper; whether the list has it. */
function readOnTo(list: List, number: number): boolean {
  const { postings } = list;
  while (list.at < postings.length && (postings[list.at] as number) < number) {
    list.at = nextEntry(postings, list.at);
  }
  return postings[list.at] === number;
}

/** Where the terms follow each other in a paper: the place of the first of them, each time. */
function placesInARow(lists: readonly List[], number: number): number[] {
  let starts: number[] = [];
  for (const list of lists) {
    if (!readOnTo(list, number)) return [];
    const { postings, offset, at } = list;
    const end = nextEntry(postings, at);
    let from = at + 2;
    if (list === lists[0]) {
      for (; from < end; from += 1) starts.push((postings[from] as number) - offset);
      continue;
    }
    const kept: number[] = [];
    // Both ascend, so each is read once.
    for (const start of starts) {
      while (from < end && (postings[from] as number) < start + offset) from += 1;
      if (from < end && postings[from] === start + offset) kept.push(start);
    }
    if (kept.length === 0) return kept;
    starts = kept;
  }
  return starts;
}

/** The beginnings of the names that have all terms, one asked for twice at two places. */
function namesWithAll(lists: readonly List[], number: number): number[] {
  let names: number[] | undefined;
  for (const list of lists) {
    if (!readOnTo(list, number)) return [];
    const { postings, at } = list;
    const times = lists.filter((other) => other.postings === postings).length;
    const starts = placesAt(postings, at).map((place) => nameStart(place));
    const here = starts.filter(
      (start, index) => start !== starts[index - 1] && start === starts[index + times - 1],
    );
    names = names ? shared(names, here) : here;
    if (names.length === 0) return names;
  }
  return names ?? [];
}

/** What two ascending rows have in common. */
function shared(one: readonly number[], other: readonly number[]): number[] {
  const both: number[] = [];
  let at = 0;
  for (const value of one) {
    while (at < other.length && (other[at] as number) < value) at += 1;
    if (other[at] === value) both.push(value);
  }
  return both;
}

function together(one: readonly number[], other: readonly number[]): readonly number[] {
  return one.length === 0 ? other : [...new Set([...one, ...other])];
}

function placesAt(postings: Postings, at: number): number[] {
  return postings.slice(at + 2, nextEntry(postings, at));
}

/** Where the entry of the next paper begins. */
function nextEntry(postings: Postings, at: number): number {
  return at + 2 + (postings[at + 1] as number);
}
