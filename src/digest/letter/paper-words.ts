/**
 * What a letter tells of a paper to everybody. Most letters of an edition are about the same
 * papers, and taking TeX apart costs more than all else in a letter, so the words are kept.
 */

import type { Paper } from '../../papers/paper.js';
import { firstSentences } from '../../papers/sentences.js';
import { cutLine, sourceLine } from './foreign-text.js';
import { inNumbers } from './letter-words.js';

export type PaperWords = {
  readonly title: string;
  /** Empty when the authors are not known. */
  readonly byline: string;
  readonly summary: string;
};

/** In characters. */
export type WordLimits = {
  readonly title: number;
  readonly summary: number;
  /** Of the summary. */
  readonly sentences: number;
  /** The line of authors, and that of reasons. */
  readonly line: number;
};

export type WordsOfPapers = (paper: Paper, limits: WordLimits) => PaperWords;

/** Some five editions; together a few megabytes. */
const MOST_KEPT = 2_000;

const NAMED_AUTHORS = 3;
const LONGEST_NAME = 60;

export function createPaperWords(): WordsOfPapers {
  const kept = new Map<string, PaperWords>();
  return (paper, limits) => {
    const key = `${paper.id} ${paper.revision} ${limits.title}`;
    const known = kept.get(key);
    if (known) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const words = wordsOf(paper, limits);
    kept.set(key, words);
    return words;
  };
}

function wordsOf(paper: Paper, limits: WordLimits): PaperWords {
  return {
    title: sourceLine(paper.title, limits.title) || paper.id,
    byline: cutLine(bylineOf(paper.authors), limits.line),
    summary: limits.summary > 0 ? summaryOf(paper.abstract, limits) : '',
  };
}

/** Sentences end where they do in the source, so they are found before TeX becomes words. */
function summaryOf(abstract: string, { sentences, summary }: WordLimits): string {
  return sourceLine(firstSentences(abstract, sentences, summary), summary);
}

/** Naming three and "1 more" would take as much room as naming all four. */
function bylineOf(authors: readonly string[]): string {
  const isShort = authors.length <= NAMED_AUTHORS + 1;
  const named = authors
    .slice(0, isShort ? authors.length : NAMED_AUTHORS)
    .map((name) => sourceLine(name, LONGEST_NAME))
    .join(', ');
  return isShort ? named : `${named} and ${inNumbers(authors.length - NAMED_AUTHORS)} more`;
}
