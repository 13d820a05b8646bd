/** Senders over a real database and a mail server on loopback, and letters for them to send. */

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import type { Database } from '../../src/database/database.js';
import type { Contents } from '../../src/digest/contents/contents.js';
import { brakeFor } from '../../src/digest/delivery/brake.js';
import { type ControlStore, createControlStore } from '../../src/digest/delivery/control-store.js';
import {
  createDeliveryStore,
  type DeliveryStore,
} from '../../src/digest/delivery/delivery-store.js';
import { messageIdOf } from '../../src/digest/delivery/message-id.js';
import { createPaceStore } from '../../src/digest/delivery/pace-store.js';
import type { SenderParts } from '../../src/digest/delivery/sender-parts.js';
import {
  createHandOverConnections,
  type HandOverSettings,
} from '../../src/digest/delivery/smtp-handover-client.js';
import { createReturnStore } from '../../src/digest/returns/return-store.js';
import type { SubscriberId } from '../../src/digest/subscriptions/subscription.js';
import type { SubscriberRow } from '../../src/digest/subscriptions/subscription-rows-store.js';
import { createSuppressionStore } from '../../src/digest/subscriptions/suppression-store.js';
import type { Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import {
  addressHashOf,
  KEYED_HASH,
  subscriptionStoreFor,
  USUAL_PREFERENCES,
} from './subscribers.js';

export const TODAY = '2026-11-20' as Day;

export const FROM = 'digest@paper.example';

const DAY_MS = 24 * 3_600_000;

/** What everybody is sent, unless the test is about that. */
export const CONTENTS: Contents = {
  day: TODAY,
  papers: [
    {
      paperId: 'a-paper' as PaperId,
      section: 'edition',
      reasons: [{ kind: 'new', category: undefined }],
      votes: 0,
    },
  ],
  more: 0,
};

/** For servers that hang on purpose. */
export const SHORT_WAITS = {
  replyMs: 60,
  timeouts: { connectMs: 60, greetingMs: 60, commandsMs: 60, letterMs: 60 },
} as const;

export type SenderOptions = {
  readonly smtpUrl: string;
  readonly now?: () => Date;
  readonly replyMs?: number;
  readonly timeouts?: HandOverSettings['timeouts'];
  readonly maxRepeats?: 0 | 1;
};

/** All that a sender is made of; a test replaces what it is about. */
export function senderParts(
  database: Database,
  {
    smtpUrl,
    now = () => new Date(),
    replyMs = 20_000,
    timeouts = {},
    maxRepeats = 0,
  }: SenderOptions,
): SenderParts & { readonly deliveries: DeliveryStore; readonly control: ControlStore } {
  const subscriptions = subscriptionStoreFor(database, now);
  const suppressions = createSuppressionStore(database, { now });
  return {
    deliveries: createDeliveryStore(database, { now, maxRepeats }),
    control: createControlStore(database, { now }),
    pace: createPaceStore(database, { now }),
    guard: { check: async () => {}, keepAhead: async () => {} },
    subscriptions,
    contents: { make: async () => CONTENTS },
    papers: createPaperStore(database, { now, timeZone: 'UTC' }),
    compose: async ({ subscriber, messageId, editionOn }) =>
      Buffer.from(
        `From: ${FROM}\r\nTo: ${subscriber.address}\r\nMessage-ID: <${messageId}>\r\nSubject: ${editionOn}\r\n\r\nGood morning.\r\n`,
      ),
    from: FROM,
    returnPathFor: () => undefined,
    returns: createReturnStore(database, { now, suppressions, subscriptions }),
    connect: createHandOverConnections({ smtpUrl, replyMs, timeouts }),
    brake: brakeFor,
    now,
    sleep: (durationMs, signal) => wait(durationMs, undefined, { signal }),
    random: Math.random,
    holder: randomUUID(),
    connections: 5,
    log: pino({ level: 'silent' }),
  };
}

type Tables = {
  subscribers: SubscriberRow;
  deliveries: {
    edition_on: string;
    subscriber_id: string;
    state: string;
    detail: string;
    domain: string;
    message_id: string;
    attempt: number;
    fence: number;
    try_at_ms: number;
    give_up_at_ms: number;
    queued_at_ms: number;
    repeats: number;
  };
};

/** As many rows as every database takes in one statement. */
const ROWS_AT_ONCE = 500;

/** Subscribers who are all to be sent an edition now, by the thousand if need be. */
export async function queueLetters(
  { connection }: Database,
  given: {
    readonly count: number;
    readonly editionOn?: Day;
    readonly now?: () => Date;
    /** `reader-7@example.org` if absent. */
    readonly addressOf?: (number: number) => string;
  },
): Promise<void> {
  const { count, editionOn = TODAY, addressOf = usualAddress } = given;
  const nowMs = (given.now?.() ?? new Date()).getTime();
  const tables = connection.$extendTables<Tables>();
  const numbers = Array.from({ length: count }, (_, number) => number);
  for (let at = 0; at < count; at += ROWS_AT_ONCE) {
    const some = numbers.slice(at, at + ROWS_AT_ONCE);
    const subscribers = some.map((number) => subscriberRow(number, addressOf(number), nowMs));
    await tables
      .insertInto('subscribers')
      .values(subscribers)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tables
      .insertInto('deliveries')
      .values(subscribers.map(({ id, domain }) => deliveryRow(editionOn, id, domain, nowMs)))
      .execute();
  }
}

function usualAddress(number: number): string {
  return `reader-${number}@example.org`;
}

/** The name of a subscriber that {@link queueLetters} made. */
export function readerId(number: number): SubscriberId {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as SubscriberId;
}

function subscriberRow(number: number, address: string, nowMs: number): SubscriberRow {
  return {
    id: readerId(number),
    address,
    address_hash: addressHashOf(address),
    domain: address.slice(address.indexOf('@') + 1),
    account_id: null,
    status: 'confirmed',
    link_key: `link-${number}`,
    feed_key: `feed-${number}`,
    preferences: JSON.stringify(USUAL_PREFERENCES),
    next_on: null,
    next_at_ms: null,
    requested_at_ms: nowMs,
    requested_from: '',
    origin: 'form',
    form_version: 1,
    confirmed_at_ms: nowMs,
    confirmed_from: '',
    ended_at_ms: null,
    ended_by: null,
  };
}

function deliveryRow(
  editionOn: Day,
  subscriberId: string,
  domain: string,
  nowMs: number,
): Tables['deliveries'] {
  const key = { editionOn, subscriberId: subscriberId as SubscriberId };
  return {
    edition_on: editionOn,
    subscriber_id: subscriberId,
    state: 'queued',
    detail: '',
    domain,
    message_id: messageIdOf(key, { keyedHash: KEYED_HASH, fromHost: 'paper.example' }),
    attempt: 0,
    fence: 0,
    try_at_ms: nowMs,
    give_up_at_ms: nowMs + DAY_MS,
    queued_at_ms: nowMs,
    repeats: 0,
  };
}
