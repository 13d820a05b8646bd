/**
 * Dated records of what people liked elsewhere, as lists of a day: what the prior learns from.
 * A record says how many upvotes a paper of a day's list had when somebody looked.
 */

import { z } from 'zod';

export type EngagementRecord = {
  /** The arXiv number. */
  readonly arxiv: string;
  readonly title: string;
  /** The day of the list. */
  readonly dailyDate: string;
  /** A day, or a moment in ISO 8601. */
  readonly observedAt: string;
  readonly upvotes: number | null;
};

export const engagementRecord: z.ZodType<EngagementRecord> = z.object({
  arxiv: z.string().min(1),
  title: z.string().min(1),
  dailyDate: z.iso.date(),
  observedAt: z.string().min(10),
  upvotes: z.number().min(0).nullable(),
});

/** A paper on the list of a day. */
export type ListedPaper = {
  readonly arxiv: string;
  /** Upvotes when the list was first looked at; the same as `last` where that was once. */
  readonly first: number;
  readonly last: number;
  /** Whether it was looked at on more than one day. */
  readonly isSeenTwice: boolean;
};

export type DailyList = { readonly day: string; readonly papers: readonly ListedPaper[] };

/**
 * What was seen later is left out: some papers were looked at again after two years, and their
 * number cannot be compared with that of others on the day.
 */
const LATEST_DAYS_AFTER = 14;

const MS_PER_DAY = 86_400_000;

/** Lists in the order of their days; a paper is on the first that named it. */
export function dailyLists(records: Iterable<EngagementRecord>): DailyList[] {
  const byPaper = Map.groupBy(records, ({ arxiv }) => arxiv);
  const byDay = new Map<string, ListedPaper[]>();
  for (const [arxiv, all] of byPaper) {
    const day = all.map(({ dailyDate }) => dailyDate).sort()[0] as string;
    const seen = all
      .filter((record) => record.upvotes !== null && daysAfter(day, record) <= LATEST_DAYS_AFTER)
      .sort((a, b) => (a.observedAt < b.observedAt ? -1 : 1));
    const first = seen[0];
    const last = seen.at(-1);
    if (!first || !last) continue;
    const papers = byDay.get(day) ?? [];
    papers.push({
      arxiv,
      first: first.upvotes ?? 0,
      last: last.upvotes ?? 0,
      isSeenTwice: first.observedAt.slice(0, 10) !== last.observedAt.slice(0, 10),
    });
    byDay.set(day, papers);
  }
  return [...byDay]
    .map(([day, papers]) => ({ day, papers: papers.sort((a, b) => (a.arxiv < b.arxiv ? -1 : 1)) }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

function daysAfter(day: string, { observedAt }: EngagementRecord): number {
  return (Date.parse(observedAt.slice(0, 10)) - Date.parse(day)) / MS_PER_DAY;
}
