/** Letters' contents made by the real parts on a real database, and short ways to live with them. */

import type { Account } from '../../src/accounts/account.js';
import { createCollectionStore } from '../../src/community/collection-store.js';
import { createDismissalStore } from '../../src/community/dismissal-store.js';
import { createFollowStore } from '../../src/community/follow-store.js';
import { createVoteStore } from '../../src/community/vote-store.js';
import type { Database } from '../../src/database/database.js';
import { createCandidateReader } from '../../src/digest/contents/candidate-store.js';
import type { Contents } from '../../src/digest/contents/contents.js';
import {
  type ContentsParts,
  createContentsMaker,
} from '../../src/digest/contents/contents-maker.js';
import { createSentPaperReader } from '../../src/digest/contents/sent-paper-store.js';
import type { DigestPreferences, Subscriber } from '../../src/digest/subscriptions/subscription.js';
import { createEditionStore } from '../../src/editions/edition-store.js';
import { createHashedEmbedder } from '../../src/embedding/hashed-embedder.js';
import type { Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import type { PaperRecord } from '../../src/papers/paper.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { titleKey } from '../../src/papers/title-key.js';
import { createLikedPaperReader } from '../../src/recommend/like-yours-store.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { addSubscriber } from '../support/subscribers.js';

/** @param replaced - parts that are not to be the real ones */
export async function openContentsRoom(database: Database, replaced: Partial<ContentsParts> = {}) {
  let atMs = NOON.getTime();
  const now = () => new Date(atMs);
  const failures: unknown[] = [];
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  const search = createPlainEngine();
  const trending = createTrendingStore(database, { now });
  const votes = createVoteStore(database, { now, evidence: trending });
  const collections = createCollectionStore(database, { now, evidence: trending });
  const follows = createFollowStore(database, { now });
  const dismissals = createDismissalStore(database, { now });
  const editions = createEditionStore(database, { now });
  const parts: ContentsParts = {
    editions,
    papers,
    candidates: createCandidateReader(database),
    sentPapers: createSentPaperReader(database),
    standings: trending,
    follows,
    dismissals,
    likedPapers: createLikedPaperReader(database),
    search,
    embedder: async () => createHashedEmbedder(),
    now,
    onFailure: (_, error) => failures.push(error),
    ...replaced,
  };
  const maker = createContentsMaker(parts);
  let people = 0;

  return {
    papers,
    votes,
    collections,
    follows,
    dismissals,
    editions,
    parts,
    failures,
    pass(durationMs: number): void {
      atMs += durationMs;
    },
    async fill(...records: readonly PaperRecord[]): Promise<void> {
      await papers.add(records);
      await search.update(await papers.changesSince(0, 100_000));
    },
    /** Somebody with an account who gets letters, and others who only vote. */
    account: (): Promise<Account> => {
      people += 1;
      return addAccount(database, { name: `person${people}` });
    },
    async subscriber(
      preferences: Partial<DigestPreferences> = {},
      account?: Account,
    ): Promise<Subscriber> {
      people += 1;
      return addSubscriber(database, {
        email: `reader${people}@example.org`,
        preferences,
        accountId: account?.id,
      });
    },
    make: maker.make,
    /** Makes a letter and puts it down as sent. */
    async send(subscriber: Subscriber, editionOn: Day): Promise<Contents> {
      const contents = await maker.make(subscriber, editionOn);
      await putSent(database, subscriber, editionOn, contents);
      return contents;
    },
    async pick(paperId: string, day: Day, note = ''): Promise<void> {
      await database.connection
        .$extendTables<{ picks: Record<string, string | number | null> }>()
        .insertInto('picks')
        .values({
          day,
          paper_id: paperId,
          kind: 'curated',
          account_id: null,
          picked_at_ms: 0,
          position: null,
          note,
          removed_at_ms: null,
        })
        .execute();
    },
  };
}

/** A paper of a day, by its name; only what the test is about need be said. */
export function paper(
  name: string,
  on: string,
  more: Partial<Parameters<typeof record>[0]> = {},
): PaperRecord {
  return record({ title: `Paper ${name}`, names: [name], published: on, ...more });
}

/** The names of the papers, in their order. */
export function namesIn({ papers }: Contents, section?: string): PaperId[] {
  return papers
    .filter((each) => !section || each.section === section)
    .map(({ paperId }) => paperId);
}

/** What a letter that is handed over leaves behind. */
export async function putSent(
  { connection }: Database,
  subscriber: Pick<Subscriber, 'id'>,
  editionOn: Day,
  contents: Pick<Contents, 'papers'>,
): Promise<void> {
  const tables = connection.$extendTables<{
    papers: { id: string; title: string };
    sent_papers: Record<'subscriber_id' | 'paper_id' | 'title_key' | 'edition_on', string>;
  }>();
  const ids = contents.papers.map(({ paperId }) => paperId);
  if (ids.length === 0) return;
  const rows = await tables
    .selectFrom('papers')
    .select(['id', 'title'])
    .where('id', 'in', ids)
    .execute();
  await tables
    .insertInto('sent_papers')
    .values(
      rows.map(({ id, title }) => ({
        subscriber_id: subscriber.id,
        paper_id: id,
        title_key: titleKey(title),
        edition_on: editionOn,
      })),
    )
    .execute();
}
