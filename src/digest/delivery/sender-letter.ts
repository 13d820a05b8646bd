/** What is done for one letter, from its lease to the row that says what became of it. */

import { createHash } from 'node:crypto';
import { asBroadsheetError } from '../../errors.js';
import { warnOf } from '../../log.js';
import type { Contents } from '../contents/contents.js';
import { hideAddresses } from '../subscriptions/hide-addresses.js';
import type { Subscriber } from '../subscriptions/subscription.js';
import { type HandOver, LEASE_MS, type Lease, type Outcome } from './delivery.js';
import { NOTHING_NEW } from './delivery-rules.js';
import type { HandOverConnection, HandOverResult } from './sender-connection.js';
import { type Consequence, consequenceOf, retryDelayMs } from './sender-outcome.js';
import type { SenderParts } from './sender-parts.js';
import { createTurns } from './sender-turns.js';
import { EVERYBODY } from './sender-waits.js';

/** What the next letters have to know. */
export type LetterEnd =
  | { readonly kind: 'settled'; readonly outcome: Outcome; readonly isServerAway: boolean }
  /** Somebody else decides about it, or the row was set right when we asked. */
  | { readonly kind: 'let-go' }
  /** It was not begun: mail of this scope has to wait. */
  | { readonly kind: 'paced'; readonly scope: string; readonly waitMs: number };

/** @throws what the database throws; then the letter is where it was */
export type LetterWork = (lease: Lease, connection: HandOverConnection) => Promise<LetterEnd>;

type Addressed = Subscriber & { readonly address: string };

/** @param settle - puts an outcome down, and does not give up easily */
export function createLetterWork(
  parts: SenderParts,
  settle: (lease: Lease, outcome: Outcome) => Promise<void>,
): LetterWork {
  const { deliveries, subscriptions, pace, guard, now, random, leaseMs = LEASE_MS } = parts;

  const inTurn = createTurns();

  const end = async (lease: Lease, outcome: Outcome, isServerAway = false): Promise<LetterEnd> => {
    await settle(lease, outcome);
    return { kind: 'settled', outcome, isServerAway };
  };

  /** What it is made of comes from all over the program, so a failure there may pass. */
  const endUnchosen = (lease: Lease, error: unknown): Promise<LetterEnd> => {
    const tryAtMs = now().getTime() + retryDelayMs(lease.attempt, random());
    const detail = `Its papers could not be chosen: ${wordsOf(error)}`;
    return end(lease, { state: 'deferred', detail, tryAtMs });
  };

  const handOver = async (lease: Lease): Promise<HandOver> => {
    await guard.keepAhead();
    return deliveries.handOver(lease, leaseMs);
  };

  const intoFeed = async (lease: Lease): Promise<LetterEnd> => {
    const { may } = await handOver(lease);
    if (!may) return { kind: 'let-go' };
    return end(lease, { state: 'sent', detail: 'It is in the private feed.' });
  };

  const compose = async (
    lease: Lease,
    subscriber: Addressed,
    contents: Contents,
  ): Promise<Uint8Array | Failure> => {
    const papers = await parts.papers.byIds(contents.papers.map(({ paperId }) => paperId));
    const { editionOn, messageId } = lease;
    const matter = { subscriber, editionOn, messageId, contents, papers };
    return inTurn(() => parts.compose(matter)).catch(failure);
  };

  const byMail = async (
    lease: Lease,
    message: Uint8Array,
    subscriber: Addressed,
    connection: HandOverConnection,
  ): Promise<LetterEnd> => {
    let answer: HandOver | undefined;
    const envelope = { from: parts.returnPathFor(lease) ?? parts.from, to: subscriber.address };
    const mayBegin = async (): Promise<boolean> => {
      answer = await handOver(lease);
      return answer.may;
    };
    const result = await connection.send(envelope, message, mayBegin).catch(failure);
    if ('thrown' in result) return endUnmade(lease, result);
    if (answer && !answer.may) return { kind: 'let-go' };
    return endSent(lease, subscriber, result);
  };

  /** Its own fault fails a letter, and no other. */
  const endUnmade = (lease: Lease, { thrown }: Failure): Promise<LetterEnd> =>
    end(lease, { state: 'failed', detail: `It could not be made: ${wordsOf(thrown)}` });

  const endSent = async (
    lease: Lease,
    subscriber: Addressed,
    result: HandOverResult,
  ): Promise<LetterEnd> => {
    const surroundings = { nowMs: now().getTime(), random: random() };
    const consequence = consequenceOf(result, lease, surroundings);
    const ended = await end(lease, consequence.outcome, consequence.isServerAway);
    try {
      await takeToHeart(lease, subscriber, consequence);
    } catch (error) {
      warnOf(parts.log, 'What the mail server said could not be put down', error);
    }
    return ended;
  };

  const takeToHeart = async (
    lease: Lease,
    { addressHash }: Subscriber,
    { outcome, comesBack, slowsDown }: Consequence,
  ): Promise<void> => {
    if (outcome.state === 'sent') await pace.wentWell(lease.domain);
    if (slowsDown === 'host') {
      parts.log.warn(
        `The mail server asks for patience, or refuses us: ${hideAddresses(outcome.detail)}`,
      );
    }
    if (slowsDown) await pace.slowDown(slowsDown === 'host' ? EVERYBODY : lease.domain);
    if (!comesBack) return;
    const { editionOn, subscriberId } = lease;
    const { detail } = outcome;
    const id = returnId(lease);
    const source = 'smtp';
    await parts.returns.take({
      ...comesBack,
      id,
      detail,
      addressHash,
      subscriberId,
      editionOn,
      source,
    });
  };

  return async (lease, connection) => {
    const subscriber = await subscriptions.find(lease.subscriberId);
    if (!isAddressed(subscriber)) {
      return end(lease, { state: 'skipped', detail: 'The reader left before it was sent.' });
    }
    const contents =
      lease.contents ?? (await parts.contents.make(subscriber, lease.editionOn).catch(failure));
    if ('thrown' in contents) return endUnchosen(lease, contents.thrown);
    if (contents.papers.length === 0 && !subscriber.preferences.evenIfEmpty) {
      return end(lease, { state: 'skipped', detail: NOTHING_NEW });
    }
    const isKept = lease.contents ?? (await deliveries.keepContents(lease, contents));
    if (!isKept) return { kind: 'let-go' };
    if (subscriber.preferences.channel === 'feed') return intoFeed(lease);
    const { waitMs, scope = lease.domain } = await pace.take(lease.domain);
    if (waitMs > 0) return { kind: 'paced', scope, waitMs };
    const message = await compose(lease, subscriber, contents);
    if ('thrown' in message) return endUnmade(lease, message);
    return byMail(lease, message, subscriber, connection);
  };
}

type Failure = { readonly thrown: unknown };

function failure(thrown: unknown): Failure {
  return { thrown };
}

function wordsOf(error: unknown): string {
  const { code, message } = asBroadsheetError(error);
  return code === 'internal' && error instanceof Error ? error.message : message;
}

function isAddressed(subscriber: Subscriber | undefined): subscriber is Addressed {
  return subscriber?.address !== undefined && subscriber.state === 'confirmed';
}

/** One report for each letter, however often it is settled. */
function returnId({ editionOn, subscriberId }: Lease): string {
  return createHash('sha256').update(`smtp:${editionOn}:${subscriberId}`).digest('hex');
}
