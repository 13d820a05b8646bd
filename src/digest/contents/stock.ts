/** Gathers what all letters of a date are made from. */

import type { EditionReader, Entry } from '../../editions/edition.js';
import { addDays, type Day } from '../../papers/dates.js';
import { dayPeriod, type Period } from '../../papers/edition.js';
import type { PaperId } from '../../papers/identifiers.js';
import { NO_STANDING, type StandingReader } from '../../trending/evidence.js';
import type { Candidate, Span, Stock } from './candidate.js';
import type { CandidateReader } from './candidate-store.js';
import { editionReasons } from './edition-reasons.js';

export type StockSources = {
  readonly editions: Pick<EditionReader, 'list' | 'latestDay'>;
  readonly candidates: CandidateReader;
  readonly standings: StandingReader;
};

/** New papers that are looked at, the best of them; arXiv's computer science has 1,500 in a day. */
const MOST_NEW = 2_000;

export async function loadStock(sources: StockSources, span: Span): Promise<Stock> {
  const day = await sources.editions.latestDay(addDays(span.until, -1));
  if (day === undefined || day < span.from) {
    return { span, day: undefined, dayTotal: 0, candidates: [] };
  }
  const ofDay = await sources.editions.list(dayPeriod(day), { offset: 0, limit: MOST_NEW });
  const entries = span.isOneList
    ? await listSpan(sources, span.from, span.until, MOST_NEW)
    : [
        ...ofDay.entries,
        ...(await listSpan(sources, span.from, day, MOST_NEW - ofDay.entries.length)),
      ];
  const candidates = await toCandidates(sources, entries, ofDay.entries);
  return { span, day, dayTotal: ofDay.total, candidates };
}

async function listSpan(
  { editions }: StockSources,
  from: Day,
  until: Day,
  limit: number,
): Promise<readonly Entry[]> {
  if (from >= until || limit <= 0) return [];
  // Some days in a row are listed as a week is: of papers that are dated to the day.
  const period: Period = { kind: 'week', key: `${from}/${until}`, from, until };
  return (await editions.list(period, { offset: 0, limit })).entries;
}

/** Each paper once, where it stands first: one may have been picked on several days. */
async function toCandidates(
  { candidates, standings }: StockSources,
  entries: readonly Entry[],
  ofDay: readonly Entry[],
): Promise<Candidate[]> {
  const entryOf = new Map<PaperId, Entry>();
  for (const entry of entries) if (!entryOf.has(entry.id)) entryOf.set(entry.id, entry);
  const ids = [...entryOf.keys()];
  const [facts, standingOf] = await Promise.all([candidates.facts(ids), standings.standings(ids)]);
  const hasReal = [...facts.values()].some(({ isSample }) => !isSample);
  const present = [...entryOf.values()].flatMap((entry) => {
    const known = facts.get(entry.id);
    const standing = standingOf.get(entry.id) ?? NO_STANDING;
    // Withdrawn between the two statements.
    if (!known || known.withdrawn) return [];
    // A list that was fixed while there was only the sample still has it.
    return hasReal && known.isSample ? [] : [{ ...entry, ...known, standing }];
  });
  const reasonsOf = editionReasons(present);
  const idsOfDay = new Set(ofDay.map(({ id }) => id));
  return present.map(({ id, titleKey, revision, standing }, rank) => ({
    id,
    titleKey,
    revision,
    votes: standing.votes,
    rank,
    reasons: reasonsOf.get(id) ?? [],
    isOfDay: idsOfDay.has(id),
  }));
}
