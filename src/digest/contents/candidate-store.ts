/** What has to be known of many papers to choose some of them: all but what they say. */

import type { Database } from '../../database/database.js';
import type { PartialDate } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';

export type CandidateFacts = {
  readonly titleKey: string;
  /** The first of its categories. */
  readonly category: string | undefined;
  readonly editionOn: PartialDate;
  readonly revision: number;
  readonly withdrawn: boolean;
  readonly isSample: boolean;
};

export type CandidateReader = {
  /** Of those of these papers that are there. */
  readonly facts: (ids: readonly PaperId[]) => Promise<ReadonlyMap<PaperId, CandidateFacts>>;
};

type Tables = {
  papers: {
    id: string;
    title_key: string;
    categories: string;
    edition_on: string;
    revision: number;
    withdrawn: number;
    is_sample: number;
  };
};

/** Rows of one answer; to copy more would hold up the event loop. */
const BATCH = 500;

export function createCandidateReader({ connection }: Database): CandidateReader {
  const tables = connection.$extendTables<Tables>();

  return {
    async facts(ids) {
      const facts = new Map<PaperId, CandidateFacts>();
      for (let at = 0; at < ids.length; at += BATCH) {
        const rows = await tables
          .selectFrom('papers')
          .select([
            'id',
            'title_key',
            'categories',
            'edition_on',
            'revision',
            'withdrawn',
            'is_sample',
          ])
          .where('id', 'in', ids.slice(at, at + BATCH))
          .execute();
        for (const row of rows) {
          facts.set(row.id as PaperId, {
            titleKey: row.title_key,
            category: (JSON.parse(row.categories) as string[])[0],
            editionOn: row.edition_on as PartialDate,
            revision: row.revision,
            withdrawn: row.withdrawn === 1,
            isSample: row.is_sample === 1,
          });
        }
      }
      return facts;
    },
  };
}
