/**
 * What a paper shows at first sight, as numbers: a part of what the prior is reckoned from. All
 * stand in the catalogue; nothing is looked up, and no name of an author or an institution is
 * among them, so that nobody starts higher for being known.
 */

import type { PaperFacts } from '../../papers/paper.js';

/** As far as features are made of it. */
export type Featured = Pick<
  PaperFacts,
  'title' | 'abstract' | 'authors' | 'categories' | 'links' | 'comment'
>;

const CODE =
  /github\.com|gitlab\.com|huggingface\.co|\bcode\b[^.]{0,60}\b(?:available|released?)\b/i;
const OPEN = /\bopen-?sourc|\bpublicly (?:available|release)|\bwe release\b/i;
const REPORT = /\btechnical report\b|\bsystem card\b/i;
const SURVEY = /\bsurvey\b|\breview\b|\boverview\b/i;
const BENCHMARK = /\bbenchmark|\bdataset\b|bench\b/i;

/**
 * Each by its name in the file of a prior; `undefined` where what it is made of is not known. What
 * is missing must not tell anything by itself: it depends on where a record came from.
 */
export const PLAIN_FEATURES: Readonly<Record<string, (paper: Featured) => number | undefined>> = {
  'title length': ({ title }) => Math.log1p(wordsIn(title)),
  'title names a thing': ({ title }) => flag(/^[^\s:]{2,24}(?: [^\s:]{1,16})?:/.test(title)),
  'title has a number': ({ title }) => flag(/\d/.test(title)),
  'title asks': ({ title }) => flag(title.includes('?')),
  'a technical report': ({ title }) => flag(REPORT.test(title)),
  'a survey': ({ title }) => flag(SURVEY.test(title)),
  'a benchmark': ({ title }) => flag(BENCHMARK.test(title)),
  'abstract length': ({ abstract }) => known(abstract, () => Math.log1p(wordsIn(abstract))),
  'number of authors': ({ authors }) => known(authors, () => Math.log1p(authors.length)),
  'has code': ({ abstract, links, comment = '' }) =>
    known(abstract, () =>
      flag(links.some(({ kind }) => kind === 'code') || CODE.test(abstract) || CODE.test(comment)),
    ),
  'is open': ({ abstract }) => known(abstract, () => flag(OPEN.test(abstract))),
};

/** The value of a feature by its name: of the above, or `field cs.CL` for that first category. */
export function featureOf(name: string, paper: Featured): number | undefined {
  const plain = PLAIN_FEATURES[name];
  if (plain) return plain(paper);
  const [field] = paper.categories;
  return field === undefined ? undefined : flag(field === name.slice(FIELD.length));
}

/** Whether a name is that of a feature. */
export function isFeature(name: string): boolean {
  return Object.hasOwn(PLAIN_FEATURES, name) || name.startsWith(FIELD);
}

/** The name of the feature that a paper's first category is this. */
export function fieldFeature(field: string): string {
  return `${FIELD}${field}`;
}

const FIELD = 'field ';

function wordsIn(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

function known(fact: { readonly length: number }, value: () => number): number | undefined {
  return fact.length === 0 ? undefined : value();
}

function flag(is: boolean): number {
  return is ? 1 : 0;
}
