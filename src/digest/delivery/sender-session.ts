/**
 * Several letters side by side, each over a connection of its own, for as long as the sender is
 * at work.
 */

import { warnOf } from '../../log.js';
import type { Day } from '../../papers/dates.js';
import { repeat } from '../../repeat.js';
import { hideAddresses } from '../subscriptions/hide-addresses.js';
import { LEASE_MS, type Lease } from './delivery.js';
import type { HandOverConnection } from './sender-connection.js';
import { createLetterWork, type LetterEnd } from './sender-letter.js';
import { retryDelayMs } from './sender-outcome.js';
import type { SenderParts } from './sender-parts.js';
import { createSenderRows } from './sender-rows.js';
import { createSettling } from './sender-settling.js';
import { EVERYBODY } from './sender-waits.js';

export type SenderSession = {
  /** Whether nothing is under way, and nothing could be taken when last asked. */
  readonly isIdle: () => boolean;
  /** Looks for letters now rather than within a second. */
  readonly wake: () => void;
  /** Resolves after the signal has aborted, when nothing is under way and all is put down. */
  readonly ended: Promise<void>;
};

export type SessionOptions = {
  /** Only letters of this edition. */
  readonly editionOn?: Day | undefined;
  readonly signal: AbortSignal;
  /** Told when there is nothing more to do for now. */
  readonly onIdle?: (() => void) | undefined;
  /** Told of each letter that the server has got or refused. */
  readonly onTried: (editionOn: Day) => Promise<void>;
};

/** What another process queued is found within a second. */
const LOOK_EVERY_MS = 1_000;

/** A third of a lease, so that one missed turn loses nothing. */
const RENEWALS_PER_LEASE = 3;

/** Looks without a letter before a connection is closed. */
const IDLE_LOOKS = 10;

/** What is under way when the program is told to stop may end by itself for so long. */
const GRACE_MS = 8_000;

export function startSession(parts: SenderParts, options: SessionOptions): SenderSession {
  const { deliveries, guard, now, sleep, random, log, leaseMs = LEASE_MS } = parts;
  const { editionOn, signal, onTried, onIdle = () => {} } = options;
  const settling = createSettling(parts);
  const rows = createSenderRows(parts, { editionOn, settling });
  const work = createLetterWork(parts, settling.settle);
  const connections = Array.from({ length: parts.connections }, parts.connect);
  const ended = new AbortController();
  let napping = new AbortController();
  let looking: Promise<void> | undefined;
  let atWork = 0;
  let foundNothing = false;
  let hasIdled = false;
  let timesAway = 0;

  const isIdle = (): boolean => foundNothing && atWork === 0 && rows.isEmpty();

  const tellIfIdle = (): void => {
    const wasIdle = hasIdled;
    hasIdled = isIdle();
    if (hasIdled && !wasIdle) onIdle();
  };

  const wake = (): void => napping.abort();

  const nap = async (): Promise<void> => {
    if (signal.aborted) return;
    napping = new AbortController();
    const durationMs = Math.min(LOOK_EVERY_MS, (rows.nextEndMs() ?? LOOK_EVERY_MS) + 1);
    await sleep(durationMs, napping.signal).catch(() => {});
  };

  /** Takes what is due; pauses when that is nothing. */
  const look = async (): Promise<void> => {
    try {
      await settling.catchUp();
      foundNothing = (await rows.take()) === 0;
    } catch (error) {
      foundNothing = true;
      warnOf(log, 'The digest cannot be sent at the moment', error);
    }
    tellIfIdle();
    if (foundNothing) await nap();
  };

  const lookTogether = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  const learn = async (lease: Lease, end: LetterEnd): Promise<void> => {
    if (end.kind === 'paced') {
      rows.keep(lease);
      return rows.wait(end.scope, end.waitMs);
    }
    rows.letGo(lease);
    // If the lease only ran out and nobody else has it, the row is tried anew.
    if (end.kind === 'let-go') return settling.giveBack([lease]);
    if (!end.isServerAway) timesAway = 0;
    // Those side by side find out together; that is one failure.
    else if (!rows.areAllWaiting()) {
      timesAway += 1;
      log.warn(`The mail server cannot be spoken to: ${hideAddresses(end.outcome.detail)}`);
      await rows.wait(EVERYBODY, retryDelayMs(timesAway, random()));
    }
    await onTried(lease.editionOn);
  };

  const tryLetter = async (lease: Lease, connection: HandOverConnection): Promise<void> => {
    atWork += 1;
    hasIdled = false;
    try {
      await learn(lease, await work(lease, connection));
    } catch (error) {
      warnOf(log, 'A letter of the digest has to wait', error);
      rows.letGo(lease);
      await settling.giveBack([lease], now().getTime() + retryDelayMs(1, random()));
    } finally {
      atWork -= 1;
      tellIfIdle();
    }
  };

  const sendOver = async (connection: HandOverConnection): Promise<void> => {
    let idleLooks = 0;
    while (!signal.aborted) {
      const lease = rows.next();
      idleLooks = lease ? 0 : idleLooks + 1;
      if (idleLooks === IDLE_LOOKS) connection.close();
      if (lease) await tryLetter(lease, connection);
      else await lookTogether();
    }
    connection.close();
  };

  const keepLeases = (): Promise<void> =>
    repeat(
      async () => {
        await rows.renew();
        await deliveries.expire();
        await deliveries.giveUp();
      },
      ended.signal,
      {
        everyMs: leaseMs / RENEWALS_PER_LEASE,
        sleep: (durationMs) => sleep(durationMs, ended.signal),
        onError: (error) => warnOf(log, 'Leases of letters could not be renewed', error),
      },
    );

  const stop = async (): Promise<void> => {
    wake();
    await sleep(GRACE_MS, ended.signal).catch(() => {});
    for (const connection of connections) connection.abort('the program stops');
  };

  const run = async (): Promise<void> => {
    await guard.check();
    const leases = keepLeases();
    const onAbort = (): void => void stop();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.all(connections.map(sendOver));
    await rows.giveBackAll();
    await settling.catchUp();
    ended.abort();
    await leases;
  };

  return { isIdle, wake, ended: run() };
}
