/** Whether a record means a paper that the catalogue already has. */

import { type Identifier, schemeOf } from './identifiers.js';
import type { PaperFacts } from './paper.js';
import { familyNameKey, titleKey } from './title-key.js';

/** Shorter titles, such as "Introduction", name too many papers to stand for one. */
const SHORTEST_TELLING_TITLE = 20;

/** Shorter ones, such as "No abstract available.", stand under many papers. */
const SHORTEST_TELLING_ABSTRACT = 100;

/** Of the words of two titles together, the share that both have, when one corrects the other. */
const CORRECTED_TITLE_OVERLAP = 0.5;

/** The same, where an author in common speaks for it too. */
const CORRECTED_TITLE_OVERLAP_BY_AUTHOR = 0.25;

type Named = PaperFacts & { readonly identifiers: readonly Identifier[] };

/**
 * Whether a name that both have is enough. Two papers of arXiv may name one journal article as
 * theirs, and stay two. A name that somebody's file gave (`17`, `doc1`) may be another paper's
 * in the next file, so there the rest must agree too, or the later would erase the earlier.
 */
export function meansSameByName(paper: Named, record: Named, shared: Identifier): boolean {
  if (schemeOf(shared) !== 'arxiv' && haveDifferentArxivNumbers(paper, record)) return false;
  if (schemeOf(shared) !== 'local') return true;
  if (titleKey(paper.title) === titleKey(record.title) || haveSameAbstract(paper, record)) {
    return true;
  }
  const overlap = titleOverlap(paper.title, record.title);
  return (
    overlap >= CORRECTED_TITLE_OVERLAP ||
    (overlap >= CORRECTED_TITLE_OVERLAP_BY_AUTHOR && shareAuthor(paper, record))
  );
}

/**
 * Whether a record without a shared name means this paper, whose title is the same. Two names
 * of one scheme speak against it: a collection does not list a paper twice. Names from files
 * are of no collection that we know; of two such papers more than the title must agree.
 */
export function meansSameByTitle(paper: Named, record: Named): boolean {
  const schemes = new Set(paper.identifiers.map(schemeOf));
  schemes.delete('title');
  const shared = record.identifiers.map(schemeOf).filter((scheme) => schemes.has(scheme));
  if (shared.some((scheme) => scheme !== 'local')) return false;
  if (haveSameAbstract(paper, record)) return true;
  if (paper.authors.length === 0 || record.authors.length === 0) {
    return shared.length === 0 && titleKey(paper.title).length >= SHORTEST_TELLING_TITLE;
  }
  return shareAuthor(paper, record);
}

function haveSameAbstract(paper: PaperFacts, record: PaperFacts): boolean {
  return paper.abstract.length >= SHORTEST_TELLING_ABSTRACT && paper.abstract === record.abstract;
}

function haveDifferentArxivNumbers(paper: Named, record: Named): boolean {
  const [numbers, others] = [paper, record].map(({ identifiers }) =>
    identifiers.filter((identifier) => schemeOf(identifier) === 'arxiv'),
  );
  const areNumbered = numbers?.length && others?.length;
  return Boolean(areNumbered) && !numbers?.some((number) => others?.includes(number));
}

/** Any author in common, not the first: some collections shuffle or cut the list. */
function shareAuthor(paper: PaperFacts, record: PaperFacts): boolean {
  const known = new Set(paper.authors.map(familyNameKey));
  return record.authors.some((name) => known.has(familyNameKey(name)));
}

function titleOverlap(one: string, other: string): number {
  const [words, otherWords] = [wordsOf(one), wordsOf(other)];
  const union = words.union(otherWords).size;
  return union === 0 ? 0 : words.intersection(otherWords).size / union;
}

function wordsOf(title: string): Set<string> {
  return new Set(title.split(/\s+/).map(titleKey));
}
