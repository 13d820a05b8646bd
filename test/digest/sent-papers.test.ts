import { expect, test } from 'vitest';
import {
  createSentPaperReader,
  forgetSentPapers,
} from '../../src/digest/contents/sent-paper-store.js';
import type { SubscriberId } from '../../src/digest/subscriptions/subscription.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { describeOnEveryDatabase } from '../support/databases.js';
import { FRIDAY, SATURDAY, THURSDAY } from '../support/deliveries.js';
import { addSubscriber } from '../support/subscribers.js';

type SentTables = {
  sent_papers: { subscriber_id: string; paper_id: string; title_key: string; edition_on: string };
};

describeOnEveryDatabase('What somebody was sent', (database) => {
  const put = async (id: SubscriberId, editionOn: string, count: number): Promise<void> => {
    const rows = Array.from({ length: count }, (_, at) => ({
      subscriber_id: id,
      paper_id: `${editionOn}-${at}`,
      title_key: `title ${editionOn}-${at}`,
      edition_on: editionOn,
    }));
    await database()
      .connection.$extendTables<SentTables>()
      .insertInto('sent_papers')
      .values(rows)
      .execute();
  };

  test('is forgotten after its time, and nothing else', async () => {
    const ana = await addSubscriber(database(), { email: 'ana@example.org' });
    const ben = await addSubscriber(database(), { email: 'ben@example.org' });
    await put(ana.id, THURSDAY, 1_200);
    await put(ana.id, FRIDAY, 2);
    await put(ben.id, THURSDAY, 3);
    const { sentTo } = createSentPaperReader(database());
    const known = async (id: SubscriberId) => [
      ...(await sentTo(id, [`${THURSDAY}-0`, `${FRIDAY}-0`] as PaperId[], [`title ${THURSDAY}-1`]))
        .ids,
    ];
    expect(await forgetSentPapers(database(), THURSDAY)).toBe(0);
    expect(await forgetSentPapers(database(), FRIDAY)).toBe(1_203);
    expect(await known(ana.id)).toEqual([`${FRIDAY}-0`]);
    expect(await known(ben.id)).toEqual([]);
    expect(await forgetSentPapers(database(), SATURDAY)).toBe(2);
  });
});
