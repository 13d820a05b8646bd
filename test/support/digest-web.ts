/** What the pages of the daily mail are handed, over a real database. */

import type { People } from '../../src/app-people.js';
import type { Config } from '../../src/config.js';
import type { Database } from '../../src/database/database.js';
import type { Contents } from '../../src/digest/contents/contents.js';
import { createControlStore } from '../../src/digest/delivery/control-store.js';
import {
  createDeliveryStore,
  type DeliveryStore,
} from '../../src/digest/delivery/delivery-store.js';
import { createDigestLetter } from '../../src/digest/letter/make-letter.js';
import { createOperatorActs } from '../../src/digest/operators/operator-acts-store.js';
import { createReturnStore } from '../../src/digest/returns/return-store.js';
import { createSubscribing } from '../../src/digest/subscriptions/subscribing.js';
import type { Subscriber } from '../../src/digest/subscriptions/subscription.js';
import {
  createSubscriptionStore,
  type SubscriptionStore,
} from '../../src/digest/subscriptions/subscription-store.js';
import {
  createSuppressionStore,
  type SuppressionStore,
} from '../../src/digest/subscriptions/suppression-store.js';
import { BroadsheetError } from '../../src/errors.js';
import type { Mailer } from '../../src/mail/mailer.js';
import type { PaperStore } from '../../src/papers/catalogue.js';
import { type Day, dayAt } from '../../src/papers/dates.js';
import type { DigestPreview, DigestWebServices } from '../../src/web/digest-services.js';

/** The same with what pages have no use for, and tests do. */
export type TestDigest = DigestWebServices & {
  readonly subscriptions: SubscriptionStore;
  readonly suppressions: SuppressionStore;
  readonly deliveries: DeliveryStore;
  readonly control: ReturnType<typeof createControlStore>;
  readonly returns: ReturnType<typeof createReturnStore>;
  /** How its pause was lifted. */
  readonly resumed: object[];
  /** The bodies that a mail provider sent. */
  readonly hooked: Uint8Array[];
};

type Given = {
  readonly database: Database;
  readonly papers: PaperStore;
  readonly config: Config;
  readonly people: Pick<People, 'accounts' | 'secrets' | 'keyedHash' | 'moderation'>;
  readonly mailer: Mailer;
  readonly now: () => Date;
  readonly listensAt: () => string;
  readonly onFailure: (error: unknown) => void;
};

/** The hook that there is. */
export const HOOK = 'postmark';

export function testDigest(given: Given): TestDigest {
  const { database, papers, config, people, now } = given;
  const { keyedHash } = people;
  const subscriptions = createSubscriptionStore(database, { now, keyedHash });
  const suppressions = createSuppressionStore(database, { now });
  const control = createControlStore(database, { now });
  const { title, tagline, baseUrl } = config;
  const resumed: object[] = [];
  const hooked: Uint8Array[] = [];

  const previewFor = async (whom: Subscriber | 'sample'): Promise<DigestPreview> => {
    const subscriber =
      whom === 'sample' ? (await subscriptions.list({ offset: 0, limit: 1 })).subscribers[0] : whom;
    const known = subscriber && 'subscriber' in subscriber ? subscriber.subscriber : subscriber;
    if (!known?.address)
      return { subject: 'Nobody yet', text: 'Nobody yet', html: '<p>Nobody</p>' };
    const { papers: chosen } = await papers.changesSince(0, 3);
    const contents: Contents = {
      day: dayAt(now(), 'UTC'),
      papers: chosen.map(({ id }) => ({
        paperId: id,
        section: 'edition',
        reasons: [{ kind: 'trending', category: 'math.NA' }],
        votes: 3,
      })),
      more: 4,
    };
    return createDigestLetter()({
      site: { title, tagline, origin: baseUrl ?? given.listensAt(), from: 'paper@example.org' },
      subscriber: { ...known, address: known.address },
      editionOn: dayAt(now(), 'UTC'),
      messageId: '20261120.abc@example.org',
      contents,
      papers: new Map(chosen.map((paper) => [paper.id, paper])),
    });
  };

  return {
    hour: config.digestHour,
    subscribing: createSubscribing({
      subscriptions,
      suppressions,
      secrets: people.secrets,
      mailer: given.mailer,
      keyedHash,
      now,
      usual: { hour: config.digestHour, timeZone: config.timeZone },
      site: { title, baseUrl, listensAt: given.listensAt },
      accounts: people.accounts,
      onFailure: given.onFailure,
    }),
    subscriptions,
    suppressions,
    deliveries: createDeliveryStore(database, { now, maxRepeats: 0 }),
    control,
    acts: createOperatorActs(database, {
      audit: people.moderation.audit,
      control,
      suppressions,
      resume: async (options) => {
        resumed.push(options);
        await control.resume(options);
      },
    }),
    returns: createReturnStore(database, { now, suppressions, subscriptions }),
    posts: async (editionOn: Day) => [
      { target: 'our-channel', state: 'posted', detail: '', changedAtMs: Date.parse(editionOn) },
    ],
    previewFor,
    takeHook: async (id, headers, body) => {
      if (id !== HOOK) throw new BroadsheetError('not_found', 'There is no such hook here.');
      if (headers.get('Authorization') !== 'Basic right') {
        throw new BroadsheetError('forbidden', 'The signature is wrong.');
      }
      hooked.push(body);
      return { accepted: 1 };
    },
    resumed,
    hooked,
  };
}
