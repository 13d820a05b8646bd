/** The part of the composition root that makes letters, and posts, of editions. */

import { linkOrigin } from './accounts/link-origin.js';
import type { People } from './app-people.js';
import type { Search } from './app-search.js';
import type { Config } from './config.js';
import type { Database } from './database/database.js';
import { createCandidateReader } from './digest/contents/candidate-store.js';
import type { Contents } from './digest/contents/contents.js';
import { type ContentsMaker, createContentsMaker } from './digest/contents/contents-maker.js';
import { createSentPaperReader } from './digest/contents/sent-paper-store.js';
import { messageIdOf } from './digest/delivery/message-id.js';
import type { ComposeLetter } from './digest/delivery/sender-parts.js';
import { createPostStore } from './digest/elsewhere/post-store.js';
import { MOST_POSTED, postedEdition } from './digest/elsewhere/posted-edition.js';
import { createPoster } from './digest/elsewhere/poster-client.js';
import { createPosts, type Posts } from './digest/elsewhere/posts.js';
import type { DigestLetter, LetterSite } from './digest/letter/digest-letter.js';
import { readDkimKey } from './digest/letter/dkim-key-client.js';
import { createDigestLetter } from './digest/letter/make-letter.js';
import { letterAsMime } from './digest/letter/mime.js';
import { dueAtMs } from './digest/schedule/schedule.js';
import {
  type Subscriber,
  type SubscriberId,
  usualPreferences,
} from './digest/subscriptions/subscription.js';
import { warnOf } from './log.js';
import type { Mailer } from './mail/mailer.js';
import { domainOf } from './mail/one-address.js';
import type { PaperStore } from './papers/catalogue.js';
import { type Day, dayAt } from './papers/dates.js';
import { dayPeriod } from './papers/edition.js';
import { createLikedPaperReader } from './recommend/like-yours-store.js';
import type { World } from './world.js';

export type DigestParts = {
  readonly config: Config;
  readonly world: World;
  readonly database: Database;
  readonly papers: PaperStore;
  readonly people: People;
  readonly search: Pick<Search, 'patientEngine' | 'builtInEmbedder'>;
  readonly mailer: Mailer;
  /** Where the site answers, once it does. */
  readonly listensAt: () => string | undefined;
};

/** A letter as it would go today. */
export type Preview = Pick<DigestLetter, 'subject' | 'html' | 'text'> & {
  readonly eml: Buffer;
  /** How many papers are in it. */
  readonly papers: number;
};

export type Letters = {
  readonly compose: ComposeLetter;
  readonly preview: (
    subscriber: Subscriber,
    editionOn: Day,
    contents: Contents,
  ) => Promise<Preview>;
};

const MINUTES_AN_HOUR = 60;

/**
 * @param from - the address that letters come from
 * @throws BroadsheetError as `readDkimKey` does
 */
export async function createLetters(parts: DigestParts, from: string): Promise<Letters> {
  const { config, world, papers, people } = parts;
  const makeLetter = createDigestLetter();
  const dkim = config.dkimKey && {
    selector: config.dkimSelector,
    privateKey: await readDkimKey(config.dkimKey),
  };
  const fromHost = domainOf(from);
  const site = (): LetterSite => ({
    title: config.title,
    tagline: config.tagline,
    origin: originOf(parts),
    from,
    returnAddress: config.returnAddress,
    contact: config.contact,
  });
  const asMime = (letter: DigestLetter) =>
    letterAsMime(letter, { date: world.now(), ...(dkim && { dkim }) });

  return {
    compose: (matter) => asMime(makeLetter({ site: site(), ...matter })),
    async preview(subscriber, editionOn, contents) {
      const letter = makeLetter({
        site: site(),
        subscriber: { ...subscriber, address: subscriber.address ?? from },
        editionOn,
        messageId: messageIdOf(
          { editionOn, subscriberId: subscriber.id },
          { keyedHash: people.keyedHash, fromHost },
        ),
        contents,
        papers: await papers.byIds(contents.papers.map(({ paperId }) => paperId)),
      });
      const { subject, html, text } = letter;
      return { subject, html, text, eml: await asMime(letter), papers: contents.papers.length };
    },
  };
}

export function createContents(parts: DigestParts): ContentsMaker {
  const { world, database, papers, people, search } = parts;
  return createContentsMaker({
    papers,
    editions: people.editions,
    candidates: createCandidateReader(database),
    standings: people.trending,
    search: search.patientEngine,
    sentPapers: createSentPaperReader(database),
    follows: people.follows,
    dismissals: people.dismissals,
    likedPapers: createLikedPaperReader(database),
    embedder: search.builtInEmbedder,
    now: world.now,
    onFailure: (what, error) => warnOf(world.log, what, error),
  });
}

export function createDigestPosts(parts: DigestParts): Posts {
  const { config, world, database, papers, people } = parts;
  const { editions, trending } = people;
  return createPosts({
    targets: config.digestPosts,
    store: createPostStore(database, { now: world.now }),
    poster: createPoster({ fetch: world.fetch, now: world.now }),
    today: () => dayAt(world.now(), config.timeZone),
    dueAtMs: (day) => dueAtMs(day, config.digestHour * MINUTES_AN_HOUR, config.timeZone),
    latestDay: editions.latestDay,
    async edition(day) {
      const { entries, total } = await editions.list(dayPeriod(day), {
        offset: 0,
        limit: MOST_POSTED,
      });
      if (entries.length === 0) return undefined;
      const ids = entries.map(({ id }) => id);
      const [known, standings] = await Promise.all([papers.byIds(ids), trending.standings(ids)]);
      return postedEdition({
        day,
        site: { title: config.title, origin: originOf(parts) },
        entries,
        total,
        papers: known,
        votes: new Map([...standings].map(([id, { votes }]) => [id, votes])),
      });
    },
    now: world.now,
    onTrouble: (words) => world.log.warn(words),
  });
}

/** Who would subscribe today and choose nothing; stands in no table. */
export function newSubscriberAt(
  address: string,
  { digestHour, timeZone }: Pick<Config, 'digestHour' | 'timeZone'>,
): Subscriber {
  return {
    id: 'nobody' as SubscriberId,
    address,
    addressHash: '',
    domain: domainOf(address),
    accountId: undefined,
    state: 'pending',
    linkKey: 'this-is-only-a-preview',
    feedKey: 'this-is-only-a-preview',
    preferences: usualPreferences({ hour: digestHour, timeZone }),
    nextOn: undefined,
    nextAtMs: undefined,
    requestedAtMs: 0,
    confirmedAtMs: undefined,
    endedAtMs: undefined,
    endedBy: undefined,
  };
}

function originOf({ config: { baseUrl }, listensAt }: DigestParts): string {
  return linkOrigin({ baseUrl, listensAt }, undefined);
}
