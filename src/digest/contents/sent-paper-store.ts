/** What somebody was sent before. It is put down when a letter is handed over (`delivery/`). */

import type { Database } from '../../database/database.js';
import type { Day } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { SubscriberId } from '../subscriptions/subscription.js';

export type SentPapers = {
  readonly ids: ReadonlySet<PaperId>;
  readonly titleKeys: ReadonlySet<string>;
};

export type SentPaperReader = {
  /** Which of these papers, and of these titles, somebody was sent in any letter. */
  readonly sentTo: (
    subscriberId: SubscriberId,
    ids: readonly PaperId[],
    titleKeys: readonly string[],
  ) => Promise<SentPapers>;
};

type Tables = {
  sent_papers: { subscriber_id: string; paper_id: string; title_key: string; edition_on: string };
};

/** Values of one question; SQLite takes 32,766 parameters. */
const VALUES_PER_STATEMENT = 5_000;

export function createSentPaperReader({ connection }: Database): SentPaperReader {
  const tables = connection.$extendTables<Tables>();

  /** Asked one column at a time, each by its own index. */
  const sentAmong = async <Value extends string>(
    subscriberId: SubscriberId,
    column: 'paper_id' | 'title_key',
    values: readonly Value[],
  ): Promise<ReadonlySet<Value>> => {
    const sent = new Set<Value>();
    for (let at = 0; at < values.length; at += VALUES_PER_STATEMENT) {
      const rows = await tables
        .selectFrom('sent_papers')
        .select(`${column} as value`)
        .where('subscriber_id', '=', subscriberId)
        .where(column, 'in', values.slice(at, at + VALUES_PER_STATEMENT))
        .execute();
      for (const { value } of rows) sent.add(value as Value);
    }
    return sent;
  };

  return {
    async sentTo(subscriberId, ids, titleKeys) {
      const [sentIds, sentTitles] = await Promise.all([
        sentAmong(subscriberId, 'paper_id', ids),
        sentAmong(subscriberId, 'title_key', titleKeys),
      ]);
      return { ids: sentIds, titleKeys: sentTitles };
    },
  };
}

/** Rows that one statement removes; the others get their turn between two. */
const BATCH = 1_000;

/**
 * Forgets what editions before a day brought: so long after, no letter would have it again unless
 * somebody picks it anew.
 *
 * @returns how many entries
 */
export async function forgetSentPapers({ connection }: Database, before: Day): Promise<number> {
  const tables = connection.$extendTables<Tables>();
  for (let count = 0; ; ) {
    const found = await tables
      .selectFrom('sent_papers')
      .select(['subscriber_id', 'paper_id'])
      .where('edition_on', '<', before)
      .orderBy('edition_on')
      .limit(BATCH)
      .execute();
    if (found.length === 0) return count;
    for (const [subscriberId, rows] of Map.groupBy(found, (row) => row.subscriber_id)) {
      const { numDeletedRows } = await tables
        .deleteFrom('sent_papers')
        .where('subscriber_id', '=', subscriberId)
        .where(
          'paper_id',
          'in',
          rows.map(({ paper_id: paperId }) => paperId),
        )
        .where('edition_on', '<', before)
        .executeTakeFirst();
      count += Number(numDeletedRows);
    }
  }
}
