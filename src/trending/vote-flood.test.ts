/** What many accounts of one hand can do to the first twenty papers. */

import { describe, expect, it } from 'vitest';
import { NOON, openCatalogue, record } from '../../test/support/catalogue.js';
import type { PaperId } from '../papers/identifiers.js';
import { createTrendingStore } from './trending-store.js';

const HOUR = 3_600_000;

/** Made up: two days of lists as they are where some ninety people vote for the best. */
const TODAY = [74, 51, 37, 30, 26, 23, 19, 17, 15, 12, 11, 9];
const YESTERDAY = [94, 70, 45, 39, 31, 27, 20, 16, 13, 10, 8, 6];

describe('two hundred new accounts from three networks', () => {
  it('move no paper of the first twenty by more than one place', async () => {
    const { trending, together, ranking } = await openBusyDay();
    const before = await ranking();
    for (const target of [0, 4, 9, 14, 18, 19, 21]) {
      const paper = before[target] as PaperId;
      await together(async (say) => {
        for (let number = 0; number < 200; number += 1) {
          const network = `network-${number % 3}`;
          const kind = number % 4 === 0 ? 'save' : 'vote';
          await say(paper, `flood-${target}-${number}`, 0, { isNew: true, network, kind });
        }
      });
      const after = await ranking();
      const moved = before.indexOf(paper) - after.indexOf(paper);
      expect(moved).toBeGreaterThanOrEqual(0);
      expect(moved).toBeLessThanOrEqual(1);
      const { terms } = await trending.explain(paper, NOON);
      const counted = terms.find(({ remark }) => remark === 'new-account');
      expect(counted?.worth).toBeLessThan(1);
    }
  });
});

type Say = (
  paper: PaperId,
  actor: string,
  hoursAgo: number,
  more?: { readonly isNew?: boolean; readonly network?: string; readonly kind?: 'vote' | 'save' },
) => Promise<void>;

async function openBusyDay() {
  const { database, papers } = await openCatalogue();
  const trending = createTrendingStore(database, { now: () => NOON });
  const days = [TODAY, YESTERDAY];
  const records = days.flatMap((lists, day) =>
    lists.map((_, at) => record({ title: `Day ${day}, ${at}`, names: [`local:${day}-${at}`] })),
  );
  const ids = (await papers.add(records)).map(({ id }) => id);

  /** Says many things in one transaction, which is quicker. */
  const together = (work: (say: Say) => Promise<void>): Promise<void> =>
    database.connection.transaction().execute((transaction) =>
      work((paperId, actor, hoursAgo, { kind = 'vote', ...more } = {}) =>
        trending.put(transaction, {
          paperId,
          actor,
          kind,
          atMs: NOON.getTime() - hoursAgo * HOUR,
          ...more,
        }),
      ),
    );

  await together(async (say) => {
    let paper = 0;
    for (const [day, lists] of days.entries()) {
      for (const votes of lists) {
        for (let number = 0; number < votes; number += 1) {
          // Spread over the hours in which a list is read.
          await say(ids[paper] as PaperId, `reader-${number}`, day * 24 + (number % 10));
        }
        paper += 1;
      }
    }
  });
  const ranking = async () => (await trending.trendingIds({ offset: 0, limit: 30 })).ids;
  return { trending, together, ranking };
}
