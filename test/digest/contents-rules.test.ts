/** What holds of every letter, whatever people did and whatever was announced. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFollow } from '../../src/community/follows.js';
import { addDays, type Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { titleKey } from '../../src/papers/title-key.js';
import { openCatalogue } from '../support/catalogue.js';
import { openContentsRoom, paper } from './contents-room.js';

const MONDAY = '2026-11-16' as Day;
const AUTHORS = ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether'] as const;
const WORDS = ['norms', 'masks', 'tides', 'graphs'] as const;

const announced = fc.record({
  /** After Monday. */
  day: fc.nat(5),
  word: fc.constantFrom(...WORDS),
  author: fc.constantFrom(...AUTHORS),
  category: fc.constantFrom('cs.CL', 'cs.LG'),
  withdrawn: fc.nat(9).map((number) => number === 0),
  /** Some are the same work under two names. */
  work: fc.nat(30),
  isVoted: fc.boolean(),
  isDismissed: fc.nat(5).map((number) => number === 0),
});

const wishes = fc.record({
  papers: fc.integer({ min: 3, max: 12 }),
  cadence: fc.constantFrom('daily' as const, 'weekly' as const),
  searches: fc.subarray(['norms', 'masks']),
  trending: fc.boolean(),
  follows: fc.subarray([...AUTHORS]),
  hasAccount: fc.boolean(),
});

describe('letters of a week', () => {
  it('never have what was sent, dismissed or withdrawn, nothing twice, and enough', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(announced, { minLength: 1, maxLength: 40 }),
        wishes,
        async (all, { hasAccount, follows, ...preferences }) => {
          const { database } = await openCatalogue();
          const room = await openContentsRoom(database);
          await room.fill(
            ...all.map(({ day, word, author, category, withdrawn, work }, at) =>
              paper(`p${at}`, addDays(MONDAY, day), {
                title: `On the ${word} of work ${work}`,
                // By others, or the catalogue would take them for one.
                authors: [author, `Author ${at}`],
                categories: [category],
                withdrawn,
              }),
            ),
          );
          const ana = await room.account();
          for (const [at, { isVoted, isDismissed }] of all.entries()) {
            const id = `p${at}` as PaperId;
            if (isVoted) await room.votes.cast(ana, id);
            if (isDismissed) await room.dismissals.dismiss(ana.id, id);
          }
          for (const name of follows) await room.follows.follow(ana.id, toFollow('author', name));
          const account = hasAccount ? ana : undefined;
          const subscriber = await room.subscriber(preferences, account);

          const seen = new Set<string>();
          for (let day = 0; day <= 6; day += 1) {
            const editionOn = addDays(MONDAY, day);
            const contents = await room.send(subscriber, editionOn);
            const daysBack = preferences.cadence === 'weekly' ? 7 : 3;
            const mayStandThere = all.flatMap((each, at) => {
              const isNew = each.day <= day && each.day >= day - daysBack;
              const isHidden = each.withdrawn || (hasAccount && each.isDismissed);
              const title = titleKey(`On the ${each.word} of work ${each.work}`);
              return isNew && !isHidden && !seen.has(title) ? [{ id: `p${at}`, title }] : [];
            });
            const titleOf = new Map(mayStandThere.map(({ id, title }) => [id, title]));
            const titles = contents.papers.map(({ paperId }) => titleOf.get(paperId));
            expect(titles).not.toContain(undefined);
            expect(new Set(titles).size).toBe(titles.length);
            expect(contents.papers.every(({ reasons }) => reasons.length > 0)).toBe(true);
            const most = Math.min(preferences.papers, new Set(titleOf.values()).size);
            if (preferences.trending) expect(titles.length).toBe(most);
            else expect(titles.length).toBeLessThanOrEqual(most);
            const ofDay = all.filter(
              (each) => !each.withdrawn && addDays(MONDAY, each.day) === contents.day,
            ).length;
            expect(contents.more).toBeLessThanOrEqual(ofDay);
            for (const title of titles) seen.add(title ?? '');
            room.pass(86_400_000);
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});
