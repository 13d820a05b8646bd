/**
 * Choosing the papers of one letter from what its parts offer. What somebody follows has up to two
 * fifths of the places, what is like their own papers up to three tenths, and the edition the
 * rest; what one part does not fill, the others do.
 */

import type { PaperId } from '../../papers/identifiers.js';
import type { Candidate, Offer } from './candidate.js';
import { type ChosenPaper, type Reason, SECTIONS, type Section } from './contents.js';

/** What each part has, the best first. */
export type Offers = Readonly<Record<Section, readonly Offer[]>>;

/** What the reader is not to see: what they were sent, or do not want. */
export type Hidden = {
  readonly ids: ReadonlySet<PaperId>;
  readonly titleKeys: ReadonlySet<string>;
};

export type Chosen = {
  readonly candidate: Candidate;
  readonly paper: ChosenPaper;
};

/** Of all places. */
const SHARES: Readonly<Record<Section, number>> = { follows: 0.4, interests: 0.3, edition: 1 };

/** More reasons than these tell nothing more. */
const MOST_REASONS = 4;

/** The most telling first. */
const TELLING: readonly Reason['kind'][] = [
  'follow',
  'search',
  'like',
  'picked',
  'trending',
  'new',
];

/**
 * @param hasEdition - whether what the edition says of a paper is among its reasons
 * @param most - papers in all
 */
export function choosePapers(
  offers: Offers,
  hidden: Hidden,
  { most, hasEdition }: { readonly most: number; readonly hasEdition: boolean },
): Chosen[] {
  const sectionOf = new Map<Candidate, Section>();
  const titles = new Set<string>();

  const take = (section: Section, places: number): void => {
    let left = Math.min(places, most - sectionOf.size);
    for (const { candidate } of offers[section]) {
      if (left <= 0) return;
      const { id, titleKey } = candidate;
      if (hidden.ids.has(id) || hidden.titleKeys.has(titleKey) || titles.has(titleKey)) continue;
      titles.add(titleKey);
      sectionOf.set(candidate, section);
      left -= 1;
    }
  };

  for (const section of SECTIONS) take(section, Math.round(SHARES[section] * most));
  // Places that are left when every part has had its own.
  for (const section of SECTIONS) take(section, most);

  return SECTIONS.flatMap((section) =>
    offers[section].flatMap(({ candidate }) => {
      if (sectionOf.get(candidate) !== section) return [];
      const reasons = reasonsFor(candidate, offers, hasEdition);
      const { id, votes } = candidate;
      return [{ candidate, paper: { paperId: id, section, reasons, votes } }];
    }),
  );
}

/** All that speaks for a paper, whichever part has it. */
function reasonsFor(candidate: Candidate, offers: Offers, hasEdition: boolean): readonly Reason[] {
  const own = [...offers.follows, ...offers.interests]
    .filter((offer) => offer.candidate === candidate)
    .flatMap(({ reasons }) => reasons);
  const all = hasEdition ? [...own, ...candidate.reasons] : own;
  // That a paper is new goes without saying where there is more to say.
  const telling = all.filter(({ kind }) => kind !== 'new');
  return (telling.length > 0 ? telling : candidate.reasons)
    .toSorted((one, other) => TELLING.indexOf(one.kind) - TELLING.indexOf(other.kind))
    .slice(0, MOST_REASONS);
}
