/**
 * What follows from a message that came to one of our addresses. Everybody can send one, and can
 * write into it what they like; so whose letter it is about is told only by what nobody else can
 * make: the signed address that it came to, the key with which one leaves, or, where a report has
 * lost that address, the Message-ID of the letter. A report changes nothing for anybody else,
 * whomever it names.
 */

import { createHash } from 'node:crypto';
import type { Day } from '../../papers/dates.js';
import type { DeliveryReader } from '../delivery/delivery-store.js';
import type { Subscriber, SubscriberId } from '../subscriptions/subscription.js';
import type { SubscriptionReader } from '../subscriptions/subscription-store.js';
import { classify, mildest } from './classify.js';
import type { RecipientReport } from './delivery-status.js';
import type { LeaveKeys } from './leave-keys-store.js';
import { MOST_READ_BYTES, type RawReport, readReport } from './read-report.js';
import type { KnownReturn, Return, ReturnKind, ReturnPaths, ReturnStore } from './returns.js';

export type IntakeOutcome = {
  /** `unknown` where nothing tells whose letter it is about; then nothing is kept. */
  readonly outcome: Awaited<ReturnType<ReturnStore['take']>> | 'unknown';
  readonly kind: ReturnKind;
};

export type ReturnsIntake = {
  /**
   * Takes one message; the same message again is `known`.
   *
   * @param envelopeTo - whom the mail server was told to give it to; what its header says counts
   *   only where none of these is an address of ours
   * @param source - `receiver`, `command`
   */
  readonly takeMessage: (
    raw: Uint8Array,
    envelopeTo: readonly string[],
    source: string,
  ) => Promise<IntakeOutcome>;
};

export type ReturnsIntakeParts = {
  readonly paths: Pick<ReturnPaths, 'read'>;
  readonly store: Pick<ReturnStore, 'take'>;
  readonly deliveries: Pick<DeliveryReader, 'byMessageId'>;
  readonly subscriptions: Pick<SubscriptionReader, 'find'>;
  readonly leaveKeys: LeaveKeys;
};

type Letter = { readonly subscriberId: SubscriberId; readonly editionOn: Day | undefined };

/** What an address or a subject tells of whom a message is about. */
type Clue = (Letter & { readonly leaves: boolean }) | 'forged' | undefined;

/** The subject that `mailto:` links may have. */
const LEAVE_SUBJECT = /^\s{0,8}unsubscribe\s{1,8}([\w-]{16,64})\s{0,8}$/i;

const MOST_ADDRESSES = 20;

export function createReturnsIntake(parts: ReturnsIntakeParts): ReturnsIntake {
  const { paths, store, deliveries, subscriptions, leaveKeys } = parts;

  const leaverOf = async (linkKey: string): Promise<Clue> => {
    const subscriber = await leaveKeys(linkKey);
    return subscriber && { subscriberId: subscriber.id, editionOn: undefined, leaves: true };
  };

  const clueIn = async (addresses: readonly string[]): Promise<Clue> => {
    for (const address of addresses.slice(0, MOST_ADDRESSES)) {
      const found = paths.read(address);
      if (found?.kind === 'forged') return 'forged';
      if (found?.kind === 'letter') return { ...found, leaves: false };
      const leaver = found?.kind === 'leave' ? await leaverOf(found.linkKey) : undefined;
      if (leaver) return leaver;
    }
    return undefined;
  };

  const clueInSubject = async ({ subject }: RawReport): Promise<Clue> => {
    const linkKey = LEAVE_SUBJECT.exec(subject)?.[1];
    return linkKey === undefined ? undefined : leaverOf(linkKey);
  };

  const clueInLetter = async ({ kind, letterIds }: RawReport): Promise<Clue> => {
    if (kind !== 'delivery' && kind !== 'complaint') return undefined;
    for (const id of letterIds.slice(0, MOST_ADDRESSES)) {
      const delivery = await deliveries.byMessageId(id);
      if (delivery) return { ...delivery, leaves: false };
    }
    return undefined;
  };

  return {
    async takeMessage(raw, envelopeTo, source) {
      const report = readReport(raw);
      const clue =
        (await clueIn(envelopeTo)) ??
        (await clueIn(report.addressees)) ??
        (await clueInSubject(report)) ??
        (await clueInLetter(report));
      const leaves = clue !== undefined && clue !== 'forged' && clue.leaves;
      if (clue === undefined || clue === 'forged') return unknown(report);
      const subscriber = await subscriptions.find(clue.subscriberId);
      if (!subscriber) return unknown(report);
      const returned = leaves ? LEAVES : returnIn(report, subscriber);
      const outcome = await store.take({
        ...returned,
        id: idOf(clue, report, raw),
        addressHash: subscriber.addressHash,
        subscriberId: subscriber.id,
        editionOn: clue.editionOn,
        source,
      } satisfies KnownReturn);
      return { outcome, kind: returned.kind };
    },
  };
}

const LEAVES: Return = { kind: 'leave', status: '', detail: 'asked by mail' };

function unknown(report: RawReport): IntakeOutcome {
  return { outcome: 'unknown', kind: returnIn(report, undefined).kind };
}

/** What a report says of the letter to one subscriber. */
export function returnIn(
  report: RawReport,
  subscriber: Pick<Subscriber, 'address'> | undefined,
): Return {
  switch (report.kind) {
    case 'delivery': {
      const said = ownPart(report.recipients, subscriber?.address).map(classify);
      return mildest(said) ?? nothing('unknown', '');
    }
    case 'complaint':
      return nothing(COMPLAINTS[report.feedbackType] ?? 'unknown', report.feedbackType);
    case 'receipt':
    case 'auto-reply':
      return nothing('auto-reply', '');
    case 'message':
      return nothing('unknown', '');
  }
}

/** RFC 5965, section 7.3, and RFC 6591; `not-spam` and what is new have no effect. */
const COMPLAINTS: Readonly<Record<string, ReturnKind>> = {
  abuse: 'complaint',
  fraud: 'complaint',
  virus: 'policy',
  'auth-failure': 'policy',
  'opt-out': 'leave',
  'opt-out-list': 'leave',
};

function nothing(kind: ReturnKind, detail: string): Return {
  return { kind, status: '', detail: detail.replace(/[^a-z0-9-]/g, '') };
}

/** What it says of the subscriber's own address, if it names that; else all. */
function ownPart(
  recipients: readonly RecipientReport[],
  address: string | undefined,
): readonly RecipientReport[] {
  const wanted = address?.toLowerCase();
  const own = recipients.filter(({ originalRecipient, finalRecipient }) =>
    [originalRecipient, finalRecipient].some((one) => one.toLowerCase() === wanted),
  );
  return own.length > 0 ? own : recipients;
}

/** The same for one report, however often and by whatever way it comes. */
function idOf({ subscriberId, editionOn }: Letter, report: RawReport, raw: Uint8Array): string {
  const own = report.messageId ?? sha256(raw.subarray(0, MOST_READ_BYTES));
  return sha256(JSON.stringify(['message', subscriberId, editionOn ?? null, own]));
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
