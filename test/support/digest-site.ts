/** A site whose daily mail can be asked for, and whose letters can be read. */

import { join } from 'node:path';
import type { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import type { Config } from '../../src/config.js';
import { type Database, openDatabase } from '../../src/database/database.js';
import type { ChosenPaper } from '../../src/digest/contents/contents.js';
import type { Outcome } from '../../src/digest/delivery/delivery.js';
import type { Subscriber } from '../../src/digest/subscriptions/subscription.js';
import type { Day } from '../../src/papers/dates.js';
import type { Paper } from '../../src/papers/paper.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { pages } from '../../src/web/pages.js';
import { createRateLimits, type RateLimits } from '../../src/web/rate-limits.js';
import { readStyleSheet } from '../../src/web/style-sheet.js';
import { NOON, record } from './catalogue.js';
import { type TestBrowser, testBrowser } from './people-site.js';
import { temporaryFolder } from './temporary-folder.js';
import { type WholeSite, wholeSite } from './whole-site.js';

export const TODAY = '2026-11-20' as Day;

export type DigestSite = WholeSite & {
  readonly app: Hono;
  readonly database: Database;
  /** Three of today, the first one the first. */
  readonly papers: readonly Paper[];
  /** A stranger's, or that of somebody signed in. */
  readonly browser: (account?: Account) => Promise<TestBrowser>;
  /** The path behind the latest link of a letter that leads to such a place. */
  readonly linkIn: (place: string) => Promise<string>;
  readonly wait: (ms: number) => void;
  /** Somebody whose mail is confirmed. */
  readonly subscribe: (email: string) => Promise<Subscriber>;
  /** Sends somebody the letter of a day, or whatever else becomes of it. */
  readonly deliver: (
    subscriber: Subscriber,
    options?: {
      readonly editionOn?: Day;
      readonly papers?: readonly ChosenPaper[];
      readonly outcome?: Outcome;
    },
  ) => Promise<void>;
};

const MINUTE_MS = 60_000;

const PLENTY = createRateLimits({
  reading: { name: 'reading', requests: 1e6, seconds: 300 },
  writing: { name: 'writing', requests: 1e6, seconds: 300 },
  'sign-in': { name: 'sign-in', requests: 1e6, seconds: 300 },
});

export async function openDigestSite(
  options: {
    readonly settings?: Partial<Config>;
    readonly rateLimits?: RateLimits;
    /** What answers when the site asks others. */
    readonly fetch?: typeof globalThis.fetch;
  } = {},
): Promise<DigestSite> {
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const data = await temporaryFolder();
  // Where the program keeps it, so that a copy can be told from it.
  const database = await openDatabase({ kind: 'sqlite', path: join(data, 'broadsheet.db') });
  onTestFinished(() => database[Symbol.asyncDispose]());
  const store = createPaperStore(database, { now, timeZone: 'UTC' });
  const outcomes = await store.add(
    ['On norms & <b>bounds</b>', 'On matrices', 'On sketches'].map((title) =>
      record({ title, authors: ['Ana Ruiz', 'Ben Ode'], announcedOn: TODAY }),
    ),
  );
  const found = await store.byIds(outcomes.map(({ id }) => id));
  const papers = outcomes.flatMap(({ id }) => found.get(id) ?? []);
  const site = await wholeSite({
    database,
    papers: store,
    now,
    settings: { ...options.settings, data },
    ...(options.fetch && { fetch: options.fetch }),
  });
  const { digest, people, letters } = site;
  const app = pages({
    ...site.services,
    styleSheet: await readStyleSheet(),
    rateLimits: options.rateLimits ?? PLENTY,
  });

  const linkIn = async (place: string): Promise<string> => {
    await digest.subscribing.settled();
    const links = [...letters.join('\n').matchAll(/https?:\/\/[^/\s]+(\/\S+)/g)];
    const paths = links.map(([, path = '']) => path).filter((path) => path.startsWith(place));
    const latest = paths.at(-1);
    if (latest === undefined) throw new RangeError(`no letter leads to ${place}`);
    return latest;
  };

  return {
    ...site,
    app,
    database,
    papers,
    linkIn,
    async browser(account) {
      const browser = testBrowser({ app } as Parameters<typeof testBrowser>[0]);
      if (!account) return browser;
      const { token } = await people.sessions.open(account.id, { method: 'mail' } as never);
      browser.setCookie('session', token);
      return browser;
    },
    wait(ms) {
      clock.ms += ms;
    },
    async subscribe(email) {
      await digest.subscribing.ask(email, { from: '192.0.2.0/24' });
      const token = (await linkIn('/subscribe/confirm/')).split('/').at(-1) ?? '';
      return digest.subscribing.confirm(token, '192.0.2.0/24');
    },
    async deliver({ id: subscriberId, domain }, given = {}) {
      const { editionOn = TODAY, papers: chosen = [] } = given;
      const { outcome = { state: 'sent', detail: '250 OK' } } = given;
      await database.connection.transaction().execute((transaction) =>
        digest.deliveries.queue(transaction, {
          editionOn,
          subscriberId,
          domain,
          messageId: `${editionOn}.${subscriberId}@example.org`,
          tryAtMs: clock.ms,
          giveUpAtMs: clock.ms + 24 * 60 * MINUTE_MS,
        }),
      );
      const [lease] = await digest.deliveries.claim('a test', {
        limit: 1,
        leaseMs: MINUTE_MS,
        withoutDomains: [],
      });
      if (!lease) throw new RangeError('no letter waits');
      await digest.deliveries.keepContents(lease, { day: editionOn, papers: chosen, more: 0 });
      await digest.deliveries.handOver(lease, MINUTE_MS);
      await digest.deliveries.settle(lease, outcome);
    },
  };
}
