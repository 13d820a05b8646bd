/**
 * What of a query is looked for in a text. A *unit* is one thing to find, such as a word or a
 * phrase; it has several *ways* to stand in a text where writing is not settled: `dataset` is
 * also `data set`, and `few shot` is also `fewshot`. Engines and highlights share the units, so
 * what is marked is what was found.
 */

import { analyse, isStopWord, type Token, termOf } from '../text/analysis.js';
import type { QueryTerm, SearchField } from './query.js';

/** Terms at successive positions, or together in one author's name. */
export type Way = {
  readonly terms: readonly string[];
  /** Whether the terms may stand in any order, but all in one name; otherwise they follow. */
  readonly isOneName?: boolean;
  /** How far before its unit's own place it begins: `fewshot` begins one before its `shot`. */
  readonly shift: number;
};

/** A word of the query and where it stands in the query's text. */
export type TypedWord = {
  readonly word: string;
  readonly term: string;
  readonly start: number;
  readonly end: number;
};

export type Unit = {
  /** As typed. */
  readonly label: string;
  /** Found when any of them is; each place counts once. */
  readonly ways: readonly Way[];
  /** The only field in which it counts. */
  readonly field?: SearchField;
  /** Whether a paper without it is no result. */
  readonly isRequired: boolean;
  /** The words whose spelling it answers for; one that was typed twice is there twice. */
  readonly words: readonly TypedWord[];
  /** The last word of a query, which may not be complete. */
  readonly prefix?: string;
  /** How often the query asks for it, from 1. */
  readonly times: number;
};

/** Shorter halves make words of chance: `together` is no `to gether`. */
const SHORTEST_HALF = 3;

/** A shorter beginning fits too many words to mean one. */
const SHORTEST_PREFIX = 3;

/**
 * The units of what a query asks for, each once. Stop words are left out where other words or
 * phrases speak.
 */
export function unitsOf(terms: readonly QueryTerm[]): Unit[] {
  const analysed = terms
    .map((term) => ({ term, tokens: analyse(term.text) }))
    .filter(({ tokens }) => tokens.length > 0);
  const units = analysed.flatMap(({ term, tokens }, at) => {
    if (isRequired(term)) return [requiredUnit(term, tokens)];
    if (term.isVerbatim) return [{ ...requiredUnit(term, tokens), isRequired: false }];
    return bareUnits(
      term,
      tokens,
      joinable(analysed[at - 1]),
      joinable(analysed[at + 1]),
      at === analysed.length - 1,
    );
  });
  const telling = units.filter(
    (unit) => unit.isRequired || !unit.words.some(({ word }) => isStopWord(word)),
  );
  return unique(telling.length > 0 ? telling : units);
}

/** The units that rule a paper out, each taken by the letter. */
export function excludedUnitsOf(terms: readonly QueryTerm[]): Unit[] {
  return terms
    .map((term) => ({ term, tokens: analyse(term.text) }))
    .filter(({ tokens }) => tokens.length > 0)
    .map(({ term, tokens }) => requiredUnit({ ...term, isPhrase: true }, tokens));
}

/**
 * How many papers have a unit at most: as many as have the rarest term of its commonest way. It
 * is known from the terms alone, before any paper is read.
 *
 * @param papersWith - how many papers have a term, in any field
 */
export function papersOfUnit({ ways }: Unit, papersWith: (term: string) => number): number {
  let most = 0;
  for (const { terms } of ways) {
    let fewest = Number.POSITIVE_INFINITY;
    for (const term of terms) fewest = Math.min(fewest, papersWith(term));
    most = Math.max(most, fewest);
  }
  return most;
}

/** A query of more units is a text, whose most telling words speak for it. */
export const MOST_UNITS = 96;

/**
 * The units that tell most of a long text, in their order. All units of a short query, and all
 * that are required, are kept.
 *
 * @param weightOfUnit - how much it says that a paper has the unit
 */
export function mostTelling(
  units: readonly Unit[],
  weightOfUnit: (unit: Unit) => number,
): readonly Unit[] {
  if (units.length <= MOST_UNITS) return units;
  const weights = new Map(
    units.map((unit) => [unit, unit.isRequired ? Number.POSITIVE_INFINITY : weightOfUnit(unit)]),
  );
  const weightOf = (unit: Unit) => weights.get(unit) ?? 0;
  const kept = new Set(units.toSorted((a, b) => weightOf(b) - weightOf(a)).slice(0, MOST_UNITS));
  return units.filter((unit) => kept.has(unit));
}

/** A place of a unit in a text: from one token to another, which may be the same. */
export type UnitPlace = { readonly unit: Unit; readonly first: Token; readonly last: Token };

/**
 * Where units stand in a text, in whatever way; a place that stands in two ways is there twice.
 *
 * @param tokens - of one text, as {@link analyse} gives them
 */
export function placesIn(tokens: readonly Token[], units: readonly Unit[]): UnitPlace[] {
  const byTerm = Map.groupBy(tokens.keys(), (at) => tokens[at]?.term);
  const found: UnitPlace[] = [];
  for (const unit of units) {
    for (const { terms, isOneName } of unit.ways) {
      if (!terms.every((term) => byTerm.has(term))) continue;
      for (const term of isOneName ? new Set(terms) : terms.slice(0, 1)) {
        for (const at of byTerm.get(term) ?? []) {
          const first = tokens[at];
          const last = isOneName ? first : lastOf(tokens, at, terms);
          if (first && last) found.push({ unit, first, last });
        }
      }
    }
  }
  return found;
}

/** The last token of terms at successive positions, the first of which stands at an index. */
function lastOf(tokens: readonly Token[], at: number, terms: readonly string[]): Token | undefined {
  const first = tokens[at];
  if (!first) return undefined;
  let last: Token | undefined = first;
  for (let offset = 1; offset < terms.length && last; offset += 1) {
    last = undefined;
    // A position has a token or two, so what we look for is near.
    for (let next = at + offset; next < tokens.length && !last; next += 1) {
      const token = tokens[next];
      if (!token || token.position > first.position + offset) break;
      const isIt = token.position === first.position + offset && token.term === terms[offset];
      if (isIt) last = token;
    }
  }
  return last;
}

function isRequired({ isPhrase, field }: QueryTerm): boolean {
  return isPhrase || field !== undefined;
}

function requiredUnit(term: QueryTerm, tokens: readonly Token[]): Unit {
  const parts = tokens.filter(({ isJoined }) => !isJoined);
  return {
    label: term.text,
    ways: term.field === 'author' && parts.length > 1 ? waysOfName(tokens) : waysOf(term, tokens),
    ...(term.field && { field: term.field }),
    isRequired: true,
    words: term.isVerbatim ? [] : parts.map((token) => typed(term, token)),
    times: 1,
  };
}

/** A phrase or a single word as it may be written. */
function waysOf(term: QueryTerm, tokens: readonly Token[]): Way[] {
  const parts = tokens.filter(({ isJoined }) => !isJoined);
  const [whole] = tokens.filter(({ isJoined }) => isJoined);
  const [only] = parts;
  const isOneCompound = whole?.start === only?.start && whole?.end === parts.at(-1)?.end;
  const mayBeHalved = only && parts.length === 1 && !term.isPhrase && !term.isVerbatim;
  return [
    way(parts.map((token) => token.term)),
    ...(whole && isOneCompound ? [way([whole.term])] : []),
    ...(mayBeHalved ? halves(only.word) : []),
  ];
}

/** A name: `Manning, Christopher` is also `Christopher D. Manning`, `Xiao-Ming` is `Xiaoming`. */
function waysOfName(tokens: readonly Token[]): Way[] {
  const wholes = tokens.filter(({ isJoined }) => isJoined);
  const parts = tokens.filter(({ isJoined }) => !isJoined);
  const apart = parts.filter((part) => !wholes.some((whole) => isWithin(part, whole)));
  return [parts, ...(wholes.length > 0 ? [[...wholes, ...apart]] : [])].map((words) => ({
    ...way(words.map(({ term }) => term)),
    isOneName: true,
  }));
}

/** The units of a word without quotes and field: its parts, and its whole where it is joined. */
function bareUnits(
  term: QueryTerm,
  tokens: readonly Token[],
  before: Token | undefined,
  after: Token | undefined,
  isLast: boolean,
): Unit[] {
  const [single] = tokens.length === 1 ? tokens : [];
  if (single) {
    const mayGoOn = isLast && single.word.length >= SHORTEST_PREFIX;
    return [
      {
        label: term.text.slice(single.start, single.end),
        ways: [
          way([single.term]),
          ...(after ? [joined(single, after)] : []),
          ...(before ? [{ ...joined(before, single), shift: 1 }] : []),
          ...halves(single.word),
        ],
        isRequired: false,
        words: [typed(term, single)],
        times: 1,
        ...(mayGoOn && { prefix: single.word }),
      },
    ];
  }
  return tokens.map((token): Unit => {
    const label = term.text.slice(token.start, token.end);
    if (token.isJoined) {
      const parts = tokens.filter((part) => !part.isJoined && isWithin(part, token));
      const ways = [way([token.term]), way(parts.map((part) => part.term))];
      return { label, ways, isRequired: false, words: [], times: 1 };
    }
    const whole = tokens.find((other) => other.isJoined && isWithin(token, other));
    return {
      label,
      ways: [
        way([token.term]),
        ...(whole ? [way([whole.term], token.position - whole.position)] : []),
      ],
      isRequired: false,
      words: [typed(term, token)],
      times: 1,
    };
  });
}

/** A word as two: `dataset` as `data set`. */
function halves(word: string): Way[] {
  const ways: Way[] = [];
  for (let at = SHORTEST_HALF; at <= word.length - SHORTEST_HALF; at += 1) {
    const parts = [word.slice(0, at), word.slice(at)];
    const terms = parts.map(termOf);
    // Nor may a half become one by stemming: `answering` is no `ans were`.
    if (![...parts, ...terms].some(isStopWord)) ways.push(way(terms));
  }
  return ways;
}

function way(terms: readonly string[], shift = 0): Way {
  return { terms, shift };
}

/** Two words as one: `few shot` as `fewshot`. */
function joined(first: Token, second: Token): Way {
  return way([termOf(first.word + second.word)]);
}

/** The token of a word that may be half of another: no phrase, address, compound, stop word. */
function joinable(
  analysed: { readonly term: QueryTerm; readonly tokens: readonly Token[] } | undefined,
): Token | undefined {
  const { term, tokens } = analysed ?? {};
  if (!term || !tokens || isRequired(term) || term.isVerbatim || tokens.length > 1) {
    return undefined;
  }
  return tokens.find(({ word }) => !isStopWord(word));
}

function isWithin(part: Token, whole: Token): boolean {
  return part.start >= whole.start && part.end <= whole.end;
}

function typed({ start }: QueryTerm, token: Token): TypedWord {
  return {
    word: token.word,
    term: token.term,
    start: start + token.start,
    end: start + token.end,
  };
}

/** A word typed twice is one thing to find. */
function unique(units: readonly Unit[]): Unit[] {
  const byMeaning = new Map<string, Unit>();
  for (const unit of units) {
    const key = JSON.stringify([unit.field, unit.isRequired, unit.ways[0]?.terms]);
    const known = byMeaning.get(key);
    const again = known && {
      ...known,
      ...prefixOf(unit),
      words: [...known.words, ...unit.words],
      times: known.times + unit.times,
    };
    byMeaning.set(key, again ?? unit);
  }
  return [...byMeaning.values()];
}

function prefixOf({ prefix }: Unit): { readonly prefix?: string } {
  return prefix === undefined ? {} : { prefix };
}
