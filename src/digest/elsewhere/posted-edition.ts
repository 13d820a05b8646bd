/**
 * An edition as it is posted to the channels of a group: plain text only, so that nothing in a
 * title calls people, leads anywhere or changes its own look.
 */

import type { Entry } from '../../editions/edition.js';
import type { Day } from '../../papers/dates.js';
import { dateInWords } from '../../papers/dates.js';
import { dayPeriod, periodPath } from '../../papers/edition.js';
import { type PaperId, paperPath } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { firstSentences } from '../../papers/sentences.js';
import { plainLine } from '../../papers/text-pieces.js';

export type PostedPaper = {
  readonly title: string;
  readonly url: string;
  /** `Jane Doe, John Roe and 3 more`; empty where nobody is named. */
  readonly authors: string;
  /** `Picked: Read this`, `12 votes`; may be empty. */
  readonly why: string;
  /** The first sentence; may be empty. */
  readonly summary: string;
};

export type PostedEdition = {
  /** `Broadsheet, 20 November 2026`. */
  readonly heading: string;
  /** Of the whole list. */
  readonly url: string;
  readonly papers: readonly PostedPaper[];
  /** How many further papers that day has. */
  readonly more: number;
};

/** As many as a message of each kind has room for. */
export const MOST_POSTED = 10;

const LONGEST_HEADING = 120;
const LONGEST_TITLE = 200;
const LONGEST_WHY = 120;
const LONGEST_SUMMARY = 240;
const LONGEST_NAME = 60;
const NAMED_AUTHORS = 3;

/** @param given.entries - the best first; papers that are not there any more are left out */
export function postedEdition(given: {
  readonly day: Day;
  readonly site: { readonly title: string; readonly origin: string };
  readonly entries: readonly Entry[];
  /** How many papers the whole day has. */
  readonly total: number;
  readonly papers: ReadonlyMap<PaperId, Paper>;
  readonly votes: ReadonlyMap<PaperId, number>;
}): PostedEdition {
  const { day, site, entries, papers, votes, total } = given;
  const listed = entries.flatMap((entry) => {
    const paper = papers.get(entry.id);
    return paper ? [postedPaper(site.origin, entry, paper, votes.get(entry.id) ?? 0)] : [];
  });
  const shown = listed.slice(0, MOST_POSTED);
  return {
    heading: `${cut(quiet(site.title), LONGEST_HEADING)}, ${dateInWords(day)}`,
    url: site.origin + periodPath(dayPeriod(day)),
    papers: shown,
    more: Math.max(0, total - shown.length),
  };
}

function postedPaper(origin: string, entry: Entry, paper: Paper, votes: number): PostedPaper {
  const note = quiet(plainLine(entry.note));
  const picked = entry.isPicked ? [note ? `Picked: ${note}` : 'Picked'] : [];
  const voted = votes > 0 ? [`${votes} ${votes === 1 ? 'vote' : 'votes'}`] : [];
  return {
    title: cut(quiet(plainLine(paper.title)), LONGEST_TITLE),
    url: origin + paperPath(paper.id),
    authors: authorsOf(paper.authors),
    why: [cut(picked.join(''), LONGEST_WHY), ...voted].filter(Boolean).join(' · '),
    summary: cut(
      quiet(plainLine(firstSentences(paper.abstract, 1, LONGEST_SUMMARY))),
      LONGEST_SUMMARY,
    ),
  };
}

function authorsOf(names: readonly string[]): string {
  const named = names.slice(0, NAMED_AUTHORS).map((name) => cut(quiet(name), LONGEST_NAME));
  const more = names.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Stands within what programs would take for a call or an address, and is not seen. */
const SEAM = '\u200b';

/** Signs that nobody sees, among them those that turn the direction of a line. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]+/gu;

/**
 * A text on one line that calls nobody (`@everyone`, `@room`, a name) and is no address that a
 * program would make a link of.
 */
export function quiet(text: string): string {
  return text
    .replace(UNSEEN, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replaceAll('@', `@${SEAM}`)
    .replaceAll('://', `:${SEAM}//`)
    .replace(/\b(www|mailto|matrix)([.:])/gi, `$1${SEAM}$2`);
}

/** Cut between characters as readers see them. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const near = text.slice(0, longest - 1);
  const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const last = [...segments.segment(text.slice(0, longest + 20))].find(
    ({ index, segment }) => index + segment.length > near.length,
  );
  return `${text.slice(0, last?.index ?? near.length).trimEnd()}…`;
}
