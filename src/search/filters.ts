/** Which papers the filters of a query let through. */

import type { PartialDate } from '../papers/dates.js';
import { schemeOf } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import type { QueryFilters } from './query.js';

/** What filters ask of a paper; small enough to keep for every paper of an index. */
export type FilterFacts = {
  /** In lower case, without quotes. */
  readonly categories: readonly string[];
  /** The schemes of its names: `arxiv`, `acl`, `doi` and so on. */
  readonly sources: readonly string[];
  /** Absent where nobody knows it: the day on which we met the paper says nothing of its age. */
  readonly date?: PartialDate;
  /** When readers found it in an edition; orders papers without a date among themselves. */
  readonly editionOn: PartialDate;
  readonly isWithdrawn: boolean;
  readonly hasCode: boolean;
};

/** An address, in words of the authors, of a place that holds code. */
const CODE_ADDRESS =
  /(?:^|[^\w-])(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|git\.sr\.ht|sourceforge\.net\/projects|anonymous\.4open\.science)\/[\w~]/i;

export function filterFactsOf(paper: Paper): FilterFacts {
  const date = paper.announcedOn ?? paper.publishedOn;
  const texts = [paper.abstract, paper.comment ?? '', ...paper.links.map(({ url }) => url)];
  return {
    categories: paper.categories.map(categoryKey),
    sources: [...new Set(paper.identifiers.map(schemeOf))],
    ...(date && { date }),
    editionOn: paper.editionOn,
    isWithdrawn: paper.withdrawn,
    hasCode:
      paper.links.some(({ kind }) => kind === 'code') ||
      texts.some((text) => CODE_ADDRESS.test(text)),
  };
}

/** Whether the query restricts papers at all, beyond leaving out the withdrawn ones. */
export function hasFilters(filters: QueryFilters): boolean {
  const { categories, sources, after, before, isWithdrawn, hasCode } = filters;
  const named = categories.length + sources.length;
  return named > 0 || Boolean(after || before || isWithdrawn || hasCode);
}

/** What papers are asked, put together once for all of them. A date not known passes no bound. */
export function filterBy(filters: QueryFilters): (facts: FilterFacts) => boolean {
  const { after, before, isWithdrawn, hasCode } = filters;
  const wanted = new Set(filters.categories.map(categoryKey));
  const sources = new Set(filters.sources);
  return (facts) =>
    facts.isWithdrawn === Boolean(isWithdrawn) &&
    (!hasCode || facts.hasCode) &&
    (!after || (facts.date !== undefined && isOnOrAfter(facts.date, after))) &&
    (!before || (facts.date !== undefined && !isOnOrAfter(facts.date, before))) &&
    (sources.size === 0 || facts.sources.some((source) => sources.has(source))) &&
    (wanted.size === 0 || facts.categories.some((category) => isIn(wanted, category)));
}

/**
 * What a paper of these facts can be filtered by, other than dates and flags, as one key each:
 * its categories with all that hold them (`cs.CL` and `cs`), and its sources.
 */
export function labelsOf({ categories, sources }: FilterFacts): string[] {
  const labels = new Set(sources.map(sourceLabel));
  for (const category of categories) {
    labels.add(`cat:${category}`);
    for (let dot = category.indexOf('.'); dot >= 0; dot = category.indexOf('.', dot + 1)) {
      labels.add(`cat:${category.slice(0, dot)}`);
    }
  }
  return [...labels];
}

/** The key of a category as a query names it. */
export function categoryLabel(category: string): string {
  return `cat:${categoryKey(category)}`;
}

/** The key of a source, which is the scheme of a name. */
export function sourceLabel(source: string): string {
  return `source:${source}`;
}

/** What two ways to write a category have in common: no case and no quotes. */
function categoryKey(category: string): string {
  return category
    .replace(/["“”„«»]/g, '')
    .trim()
    .toLowerCase();
}

/**
 * Compares as far as both dates are known: a paper of `2024-03` is on or after `2024-03-15`,
 * since it may be. Every date is either on or after another, or before it.
 */
function isOnOrAfter(date: PartialDate, bound: PartialDate): boolean {
  return date.slice(0, bound.length) >= bound.slice(0, date.length);
}

/** `cs` holds all of `cs.CL`, `cs.AI` and so on. */
function isIn(wanted: ReadonlySet<string>, category: string): boolean {
  if (wanted.has(category)) return true;
  for (let dot = category.indexOf('.'); dot >= 0; dot = category.indexOf('.', dot + 1)) {
    if (wanted.has(category.slice(0, dot))) return true;
  }
  return false;
}
