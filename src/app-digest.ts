/** The part of the composition root that concerns the daily mail. */

import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { acceptEmail } from './accounts/refusals.js';
import {
  createContents,
  createDigestPosts,
  createLetters,
  type DigestParts,
  newSubscriberAt,
  type Preview,
} from './app-letters.js';
import { type Config, databaseLocation } from './config.js';
import type { Contents } from './digest/contents/contents.js';
import { forgetSentPapers } from './digest/contents/sent-paper-store.js';
import { brakeFor } from './digest/delivery/brake.js';
import { type ControlStore, createControlStore } from './digest/delivery/control-store.js';
import { createDeliveryStore, type DeliveryStore } from './digest/delivery/delivery-store.js';
import { createPaceStore } from './digest/delivery/pace-store.js';
import { createQueueing, PERHAPS_SENT, type Queueing } from './digest/delivery/queueing.js';
import { createRestoreGuard, type RestoreGuard } from './digest/delivery/restored.js';
import { createDigestMarkFile } from './digest/delivery/restored-client.js';
import {
  createSender,
  type Drained,
  type DrainOptions,
  type Sender,
} from './digest/delivery/sender.js';
import type { HandOverConnection } from './digest/delivery/sender-connection.js';
import { createHandOverConnections } from './digest/delivery/smtp-handover-client.js';
import type { Posts } from './digest/elsewhere/posts.js';
import { createOperatorActs, type OperatorActs } from './digest/operators/operator-acts-store.js';
import { createHookIntake, type HookIntake } from './digest/returns/hook-intake.js';
import { createLeaveKeys } from './digest/returns/leave-keys-store.js';
import { startReturnsReceiver } from './digest/returns/receiver-client.js';
import { createReturnPaths } from './digest/returns/return-paths.js';
import { createReturnStore } from './digest/returns/return-store.js';
import type { ReturnStore } from './digest/returns/returns.js';
import { createReturnsIntake, type ReturnsIntake } from './digest/returns/returns-intake.js';
import { hideAddresses } from './digest/subscriptions/hide-addresses.js';
import { createSubscribing, type Subscribing } from './digest/subscriptions/subscribing.js';
import type { Subscriber } from './digest/subscriptions/subscription.js';
import type { SubscriptionStore } from './digest/subscriptions/subscription-store.js';
import {
  createSuppressionStore,
  type SuppressionStore,
} from './digest/subscriptions/suppression-store.js';
import { warnOf } from './log.js';
import { domainOf } from './mail/one-address.js';
import { senderAddress } from './mail/sender-address.js';
import { addDays, type Day, dayAt } from './papers/dates.js';
import { repeat } from './repeat.js';

/** The daily mail, put together but not at work. */
export type Digest = {
  readonly subscribing: Subscribing;
  readonly subscriptions: SubscriptionStore;
  readonly suppressions: SuppressionStore;
  readonly deliveries: DeliveryStore;
  readonly control: ControlStore;
  readonly guard: RestoreGuard;
  readonly acts: OperatorActs;
  readonly returns: ReturnStore;
  readonly intake: ReturnsIntake;
  readonly hooks: HookIntake;
  readonly posts: Posts;
  /** Today, by the site's clock. */
  readonly today: () => Day;
  /** Whether there is a mail server. */
  readonly mailDelivers: boolean;
  /** Today's letter for an address, made and not sent; for a stranger, a new subscriber's. */
  readonly preview: (whom: Subscriber | string) => Promise<Preview>;
  /** Queues an edition for everybody who wants it, and sends it. */
  readonly send: (options: DrainOptions) => Promise<Drained>;
  /** Queues and sends what is due, and takes what comes back, until the signal aborts. */
  readonly work: (signal: AbortSignal) => Promise<void>;
};

/** The same, as pages ask it. */
export type DigestPages = Omit<Digest, 'posts'> & {
  /** When new subscribers get it. */
  readonly hour: number;
  readonly posts: Posts['of'];
  readonly previewFor: (whom: Subscriber | 'sample') => Promise<Preview>;
  readonly takeHook: HookIntake['take'];
};

/** For whom a letter is shown that is nobody's. */
const SOMEBODY = 'somebody@example.org';

/** How soon after its hour a letter is queued. */
const QUEUE_EVERY_MS = 5_000;

const POST_EVERY_MS = 60_000;
const FORGET_EVERY_MS = 3_600_000;

/** What fails at its beginning, while the database is away, begins again after this. */
const BEGIN_AGAIN_MS = 5_000;

/** For so long the operator can see what became of a letter, and who has left. */
const HISTORY_DAYS = 90;

/** For so long no paper comes again. */
const SENT_PAPERS_DAYS = 365;

/** What comes back of an older edition says nothing of the mail of today. */
const BRAKED_DAYS = 7;

const DAY_MS = 86_400_000;

/** A list that is longer is not mailed to the end. */
const MOST_FROZEN = 200;

/** Papers of an older day are no news; sources rest over a weekend. */
const OLDEST_FROZEN_DAYS = 3;

/** @throws BroadsheetError as `readDkimKey` does */
export async function createDigest(parts: DigestParts): Promise<Digest> {
  const { config, world, database, papers, people, mailer } = parts;
  const { now, log } = world;
  const { keyedHash, subscriptions, editions } = people;
  const from = senderAddress(config);
  const fromHost = domainOf(from);
  const mailDelivers = config.smtpUrl !== undefined;
  const today = () => dayAt(now(), config.timeZone);
  const onFailure = (what: string, error: unknown) => warnOf(log, what, error);

  const suppressions = createSuppressionStore(database, { now });
  const deliveries = createDeliveryStore(database, {
    now,
    maxRepeats: config.ambiguousMail === 'repeat' ? 1 : 0,
  });
  const control = createControlStore(database, { now });
  const paths = createReturnPaths({ keyedHash, returnAddress: config.returnAddress });
  const returns = createReturnStore(database, {
    now,
    suppressions,
    subscriptions,
    onPolicy: ({ editionOn, letters, status, detail }) =>
      log.warn(
        `A mail server refuses our letters, whoever they are for (${status}, ${letters} of the edition of ${editionOn ?? 'an unknown day'}): ${hideAddresses(detail)}. See "broadsheet doctor mail".`,
      ),
  });

  const letters = await createLetters(parts, from);
  const contents = createContents(parts);

  /** The list of the latest day is fixed when the first letter with it is queued. */
  const freeze = async (): Promise<void> => {
    // From the first queued row on, a backup can be told from the database that went on.
    await guard.keepAhead();
    const day = await editions.latestDay(today());
    if (day && day >= addDays(today(), -OLDEST_FROZEN_DAYS)) {
      await editions.freeze(day, MOST_FROZEN);
    }
  };

  const queueing: Queueing = createQueueing({
    database,
    subscriptions,
    deliveries,
    control,
    now,
    keyedHash,
    fromHost,
    canMail: mailDelivers,
    freeze,
    onFailure,
  });
  const location = databaseLocation(config);
  const guard = createRestoreGuard({
    file: createDigestMarkFile(
      resolve(config.data, 'digest-mark.json'),
      location.kind === 'sqlite' ? location.path : undefined,
    ),
    control,
    deliveries,
    queueDue: () => queueing.queueDue(),
    queueEdition: (editionOn) => queueing.queueEdition(editionOn),
    now,
  });
  const sender: Sender = createSender({
    deliveries,
    control,
    pace: createPaceStore(database, {
      now,
      perMinute: config.mailsPerMinute,
      perMinutePerDomain: config.mailsPerMinutePerDomain,
    }),
    guard,
    subscriptions,
    contents,
    papers,
    compose: letters.compose,
    from,
    returnPathFor: paths.pathFor,
    returns,
    connect: config.smtpUrl
      ? createHandOverConnections({
          smtpUrl: config.smtpUrl,
          replyMs: config.mailReplySeconds * 1_000,
        })
      : notConnected,
    brake: brakeFor,
    now,
    sleep: world.sleep,
    random: world.random,
    holder: randomUUID(),
    connections: config.mailConnections,
    log,
  });

  /** What comes back when an edition has gone out stops the next one. */
  const braking: Pick<ReturnStore, 'take'> = {
    async take(known) {
      const effect = await returns.take(known);
      const { kind, editionOn } = known;
      const mayBrake = kind === 'complaint' || kind === 'no-such-address';
      const isRecent = editionOn !== undefined && editionOn >= addDays(today(), -BRAKED_DAYS);
      if (effect !== 'known' && mayBrake && isRecent) {
        // The report is kept; whoever brought it need not bring it again.
        await sender
          .lookAtBrake(editionOn)
          .catch((error: unknown) => onFailure('Nobody looked whether to stop the mail', error));
      }
      return effect;
    },
  };
  const intake = createReturnsIntake({
    paths,
    store: braking,
    deliveries,
    subscriptions,
    leaveKeys: createLeaveKeys(database, subscriptions),
  });
  const posts = createDigestPosts(parts);

  const subscriberAt = async (address: string): Promise<Subscriber> => {
    const email = acceptEmail(address);
    return (await subscriptions.byAddress(email)) ?? newSubscriberAt(email.address, config);
  };

  /** What somebody was sent today; else what they would be sent now. */
  const contentsFor = async (subscriber: Subscriber): Promise<Contents> => {
    const [latest] = await deliveries.contentsOf(subscriber.id, 1);
    return latest?.editionOn === today() ? latest.contents : contents.make(subscriber, today());
  };

  const queueDue = async (): Promise<void> => {
    const { queued } = await queueing.queueDue();
    if (queued > 0) sender.wake();
  };

  const postDue = async (): Promise<void> => {
    // What is not in the backup may have been posted all the same.
    if ((await control.pause())?.by !== 'restored') await posts.postDue();
  };

  /** Nothing goes out before it is known that this database is the one that sent the last. */
  const untilChecked = async (signal: AbortSignal): Promise<void> => {
    for (let isChecked = false; !isChecked && !signal.aborted; ) {
      try {
        await guard.check();
        isChecked = true;
      } catch (error) {
        onFailure('The daily mail waits', error);
        await world.sleep(BEGIN_AGAIN_MS, signal).catch(() => {});
      }
    }
  };

  /** Without it letters are sent all the same. */
  const receiver = async (): Promise<AsyncDisposable | undefined> => {
    if (!config.returnListen) return undefined;
    const take = (raw: Uint8Array, envelopeTo: readonly string[]) =>
      intake.takeMessage(raw, envelopeTo, 'receiver');
    try {
      return await startReturnsReceiver({ listen: config.returnListen, paths, take, log });
    } catch (error) {
      onFailure('What comes back cannot be taken', error);
      return undefined;
    }
  };

  const forget = async (): Promise<void> => {
    await subscriptions.removeUnconfirmed();
    await subscriptions.forgetLeavers(now().getTime() - HISTORY_DAYS * DAY_MS);
    await forgetSentPapers(database, addDays(today(), -SENT_PAPERS_DAYS));
    await deliveries.forgetBefore(addDays(today(), -HISTORY_DAYS));
    await returns.removeBefore(now().getTime() - HISTORY_DAYS * DAY_MS);
  };

  return {
    subscribing: createSubscribing({
      subscriptions,
      suppressions,
      secrets: people.secrets,
      mailer,
      keyedHash,
      now,
      usual: { hour: config.digestHour, timeZone: config.timeZone },
      site: { title: config.title, baseUrl: config.baseUrl, listensAt: parts.listensAt },
      accounts: people.accounts,
      onFailure: (error) => onFailure('A letter could not be sent', error),
    }),
    subscriptions,
    suppressions,
    deliveries,
    control,
    guard,
    acts: createOperatorActs(database, {
      audit: people.moderation.audit,
      control,
      suppressions,
      async resume({ sendsOverdue, editionOn }) {
        const pause = await control.pause();
        if (pause?.by === 'restored') {
          if (!sendsOverdue) await posts.skipDue(PERHAPS_SENT);
          await guard.resume({ sendsOverdue });
        } else await control.resume({ editionOn });
        sender.wake();
      },
    }),
    returns,
    intake,
    hooks: createHookIntake({
      hooks: config.mailHooks,
      store: braking,
      subscriptions,
      deliveries,
      now,
    }),
    posts,
    today,
    mailDelivers,

    async preview(whom) {
      const subscriber = typeof whom === 'string' ? await subscriberAt(whom) : whom;
      return letters.preview(subscriber, today(), await contentsFor(subscriber));
    },

    async send(options) {
      await guard.check();
      await guard.sendingByHand(options.editionOn);
      await queueing.queueEdition(options.editionOn);
      return sender.drain(options);
    },

    async work(signal) {
      const every = (everyMs: number, what: string, turn: () => Promise<unknown>) =>
        repeat(turn, signal, {
          everyMs,
          sleep: world.sleep,
          onError: (error) => onFailure(what, error),
        });
      await untilChecked(signal);
      await using _receiver = await receiver();
      await Promise.all([
        every(QUEUE_EVERY_MS, 'The daily mail cannot be queued', queueDue),
        every(POST_EVERY_MS, 'The edition cannot be posted', postDue),
        every(FORGET_EVERY_MS, 'Old mail cannot be forgotten', forget),
        every(BEGIN_AGAIN_MS, 'The daily mail cannot be sent', () => sender.run(signal)),
      ]);
    },
  };
}

/** Without a mail server letters wait, and are given up after a day. */
function notConnected(): HandOverConnection {
  return {
    send: async () => ({
      phase: 'before',
      error: 'no mail server is set (SMTP_URL)',
      isUnreached: true,
    }),
    abort() {},
    close() {},
  };
}

/** What the pages of the daily mail are handed. */
export function digestPages(
  digest: Digest,
  { digestHour }: Pick<Config, 'digestHour'>,
): DigestPages {
  return {
    ...digest,
    hour: digestHour,
    posts: digest.posts.of,
    previewFor: (whom) => digest.preview(whom === 'sample' ? SOMEBODY : whom),
    takeHook: digest.hooks.take,
  };
}
