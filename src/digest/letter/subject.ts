/** What a mail program shows of a letter before it is opened. */

import type { Day } from '../../papers/dates.js';
import type { DigestPreferences } from '../subscriptions/subscription.js';
import { cutLine } from './foreign-text.js';
import { shortDay } from './letter-words.js';

/** As much as programs on a desk show; telephones show the first half. */
const LONGEST_SUBJECT = 90;

/** Longer ones are cut anyway; beside shorter ones programs show the letter's beginning. */
const LONGEST_PREHEADER = 130;
const SHORTEST_PREHEADER = 40;

/** Two of them and the words around fit into a preheader. */
const LONGEST_IN_PREHEADER = 61;

type Shown = {
  readonly siteTitle: string;
  readonly editionOn: Day;
  readonly dateLanguage: DigestPreferences['dateLanguage'];
  /** Of the papers, in the order of the letter. */
  readonly titles: readonly string[];
};

/** The first paper's title and how many come with it. */
export function subjectOf({ siteTitle, editionOn, dateLanguage, titles }: Shown): string {
  const [first, ...others] = titles;
  if (first === undefined) {
    const when = `: nothing new on ${shortDay(editionOn, dateLanguage)}`;
    return `${cutLine(siteTitle, LONGEST_SUBJECT - when.length)}${when}`;
  }
  const rest = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${cutLine(first, LONGEST_SUBJECT - rest.length)}${rest}`;
}

/** The next two papers; in full sentences when there are not so many. */
export function preheaderOf({ siteTitle, editionOn, dateLanguage, titles }: Shown): string {
  if (titles.length === 0) {
    return cutLine(
      `No paper came in that you have not been sent. ${siteTitle} goes on looking.`,
      LONGEST_PREHEADER,
    );
  }
  const next = titles.slice(1, 3).map((title) => cutLine(title, LONGEST_IN_PREHEADER));
  const named = next.length === 0 ? '' : `Also: ${next.join('; ')}`;
  if (named.length >= SHORTEST_PREHEADER) return named;
  const filling = `The new papers that were chosen for you on ${shortDay(editionOn, dateLanguage)}`;
  return named ? `${named}. ${filling}` : filling;
}
