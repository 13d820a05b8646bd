/**
 * What papers are about, in their own words: the words and phrases of a text that tell most.
 *
 * A word's worth is how much it tells ({@link TermInformation}) times how often it stands there, more
 * if it stands in the title. A phrase is up to three words without anything but a blank or a
 * hyphen between them; its worth is that of its words together, divided by the root of their
 * number. The figures behind every choice are in `docs/relevance.md`, under *Keywords*.
 *
 * Of many papers the keywords are those that most of them have among theirs: each paper gives its
 * first thirty, by their worth, and the worths add up.
 */

import { texToText } from '../papers/tex.js';
import { analyse, isStopWord, type Token } from '../text/analysis.js';
import type { TermInformation } from './information.js';

export type Keyword = {
  /** As the text has it most often: `language model`, `Bayesian`, `BERT`. */
  readonly text: string;
  /** Its words as they are compared, in order. */
  readonly terms: readonly string[];
  /** Comparable within one answer; greater tells more. */
  readonly worth: number;
};

type Text = { readonly title: string; readonly abstract: string };

/** A word or phrase, and where it was met. */
type Candidate = {
  readonly key: string;
  readonly terms: readonly string[];
  readonly places: Place[];
  isInTitle: boolean;
};

type Place = {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether any word has a capital there. */
  readonly isTitleCase: boolean;
};

type Ranked = { readonly candidate: Candidate; readonly worth: number };

/** Keywords of a paper, on its page: two lines. */
export const MOST_KEYWORDS = 8;

/** Of a list of papers. */
export const MOST_KEYWORDS_OF_PAPERS = 12;

/** Five long abstracts; what is behind them costs time and tells nothing new. */
const LONGEST_READ = 10_000;

/** `natural language processing`. Longer ones are rare among the keywords that authors give. */
const LONGEST_PHRASE = 3;

/** So long a phrase is a term when it is used again, and chance when it is not. */
const FEWEST_OF_LONGEST = 2;

/** The weight below which a word is none: `propose`, `result`, `paper`. */
const LEAST_WEIGHT = 0.35;

/** What a place in the title is worth. */
const TITLE_FACTOR = 1.5;

/** How many of each paper have a voice in what a list is about. */
const VOICES = 30;

/** What one paper has alone is not what the others are about. */
const FEWEST_PAPERS = 2;

/** The share of words with a capital above which a title is written in title case. */
const TITLE_CASE = 0.6;

/** Formulas, addresses and tags: whatever words they hold are none of the text's. */
const NOT_PROSE =
  /\$\$?[^$]{1,500}\$\$?|\\\([\s\S]{1,500}?\\\)|\\\[[\s\S]{1,500}?\\\]|https?:\/\/\S+|<\/?[a-z][^<>]{0,200}>/gi;

/** What may stand between the words of a phrase. */
const BETWEEN_WORDS = /^(?:\s{1,2}|[-\u2010\u2011])$/;
const MOST_BETWEEN = 2;

/** What stands before the first word of a sentence. */
const SENTENCE_END = /(?:^|[.!?:]["”’)]?\s+)["“‘(]?$/;
const LONGEST_SENTENCE_END = 5;

/** A sign of TeX or of markup within a word. */
const MARKUP = /[\\${}^_<>&]/;

/** The words and phrases that tell most of a paper, the most telling first. */
export function keywordsOf(
  text: Text,
  informationOf: TermInformation,
  most: number = MOST_KEYWORDS,
): readonly Keyword[] {
  return withoutParts(candidatesOf(text, informationOf), most).map(toKeyword);
}

/**
 * What several papers are about, the most telling first; what only one has is left out.
 *
 * @param known - terms that tell nothing new, such as those of the query that found the papers
 */
export function keywordsOfPapers(
  papers: readonly Text[],
  informationOf: TermInformation,
  {
    known = new Set(),
    most = MOST_KEYWORDS_OF_PAPERS,
  }: { readonly known?: ReadonlySet<string>; readonly most?: number } = {},
): readonly Keyword[] {
  const sums = new Map<string, { candidate: Candidate; papers: number; worth: number }>();
  for (const paper of papers) {
    for (const { candidate, worth } of withoutParts(candidatesOf(paper, informationOf), VOICES)) {
      const sum = sums.get(candidate.key);
      if (!sum) sums.set(candidate.key, { candidate, papers: 1, worth });
      else {
        sum.papers += 1;
        sum.worth += worth;
        sum.candidate.places.push(...candidate.places);
      }
    }
  }
  const isNew = ({ terms }: Candidate): boolean => !terms.every((term) => known.has(term));
  const shared = [...sums.values()].filter(
    (sum) => sum.papers >= FEWEST_PAPERS && isNew(sum.candidate),
  );
  return withoutParts(shared.sort(byWorth), most).map(toKeyword);
}

function toKeyword({ candidate: { terms, places }, worth }: Ranked): Keyword {
  return { text: spellingAt(places), terms, worth };
}

/** All words and phrases of a text that tell something, the most telling first. */
function candidatesOf({ title, abstract }: Text, informationOf: TermInformation): Ranked[] {
  const candidates = new Map<string, Candidate>();
  addCandidates(prose(title), true, candidates);
  addCandidates(prose(abstract), false, candidates);
  return ranked(candidates.values(), informationOf);
}

function ranked(candidates: Iterable<Candidate>, informationOf: TermInformation): Ranked[] {
  const found: Ranked[] = [];
  for (const candidate of candidates) {
    const { terms, places, isInTitle } = candidate;
    if (terms.length === LONGEST_PHRASE && places.length < FEWEST_OF_LONGEST) continue;
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const term of terms) {
      const weight = informationOf(term);
      sum += weight;
      least = Math.min(least, weight);
    }
    if (least < LEAST_WEIGHT) continue;
    const often = (1 + Math.log(places.length)) * (isInTitle ? TITLE_FACTOR : 1);
    found.push({ candidate, worth: (often * sum) / Math.sqrt(terms.length) });
  }
  return found.sort(byWorth);
}

function byWorth(a: Ranked, b: Ranked): number {
  return b.worth - a.worth || (a.candidate.key < b.candidate.key ? -1 : 1);
}

/** The first ones, without those that stand within one that was taken before. */
function withoutParts(candidates: readonly Ranked[], most: number): Ranked[] {
  const taken: Ranked[] = [];
  for (const each of candidates) {
    if (taken.length >= most) break;
    const within = ` ${each.candidate.key} `;
    if (!taken.some(({ candidate }) => ` ${candidate.key} `.includes(within))) taken.push(each);
  }
  return taken;
}

/** A sign in place of what is no prose, so that no phrase goes across it. */
function prose(text: string): string {
  return text.slice(0, LONGEST_READ).replace(NOT_PROSE, ' · ');
}

function addCandidates(text: string, isTitle: boolean, candidates: Map<string, Candidate>): void {
  const runs = runsOf(text);
  const isTitleCase = isTitle && isInTitleCase(text, runs.flat());
  for (const run of runs) {
    for (const [from, first] of run.entries()) {
      let key = '';
      for (const { term, end } of run.slice(from, from + LONGEST_PHRASE)) {
        key = key ? `${key} ${term}` : term;
        const candidate = candidates.get(key) ?? begin(key, candidates);
        candidate.places.push({ text, start: first.start, end, isTitleCase });
        candidate.isInTitle ||= isTitle;
      }
    }
  }
}

/** Words that tell something, as many together as may be in one phrase. */
function runsOf(text: string): Token[][] {
  const runs: Token[][] = [];
  let run: Token[] = [];
  for (const token of analyse(text)) {
    if (token.isJoined) continue;
    const before = run.at(-1);
    const tells = mayTell(text, token);
    if (before && !(tells && isNextTo(text, before, token))) {
      runs.push(run);
      run = [];
    }
    if (tells) run.push(token);
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

function begin(key: string, candidates: Map<string, Candidate>): Candidate {
  const candidate: Candidate = { key, terms: key.split(' '), places: [], isInTitle: false };
  candidates.set(key, candidate);
  return candidate;
}

/** Whether a word can be, or be a part of, a keyword: not of one letter, and no TeX. */
function mayTell(text: string, { word, start, end }: Token): boolean {
  if (word.length < 2 || isStopWord(word) || !/\p{L}/u.test(word)) return false;
  const spelling = text.slice(start, end);
  return !MARKUP.test(spelling) || !MARKUP.test(texToText(spelling));
}

function isNextTo(text: string, { end }: Token, { start }: Token): boolean {
  return start - end <= MOST_BETWEEN && BETWEEN_WORDS.test(text.slice(end, start));
}

function isInTitleCase(title: string, words: readonly Token[]): boolean {
  const capitals = words.filter(({ start }) => /^\p{Lu}/u.test(title.slice(start, start + 2)));
  return capitals.length > words.length * TITLE_CASE;
}

/**
 * The way of writing met most often. Where a capital may be due to the place alone, at the
 * beginning of a sentence or in a title, it counts only if the words stand nowhere else.
 */
function spellingAt(places: readonly Place[]): string {
  const telling = places.filter((place) => !isCapitalised(place));
  const spelling = mostFrequent((telling.length > 0 ? telling : places).map(written));
  return telling.length > 0 ? spelling : withoutCapitals(spelling);
}

function written({ text, start, end }: Place): string {
  return texToText(text.slice(start, end)).replace(/\s+/g, ' ');
}

function isCapitalised({ text, start, isTitleCase }: Place): boolean {
  if (isTitleCase) return true;
  return SENTENCE_END.test(text.slice(Math.max(0, start - LONGEST_SENTENCE_END), start));
}

/** The first of several that are met as often. */
function mostFrequent(strings: readonly string[]): string {
  const times = new Map<string, number>();
  for (const string of strings) times.set(string, (times.get(string) ?? 0) + 1);
  const most = Math.max(...times.values());
  return strings.find((string) => times.get(string) === most) ?? '';
}

/** `Language Model` → `language model`, and `BERT`, `GPT-4` and `WordNet` as they are. */
function withoutCapitals(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}])\p{Lu}\p{Ll}+(?![\p{L}\p{N}])/gu, (word) =>
    word.toLowerCase(),
  );
}
