/** Senders in processes of their own, and what becomes of an edition when they are killed. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Database } from '../../src/database/database.js';
import type { DeliveryCounts, DeliveryState } from '../../src/digest/delivery/delivery.js';
import { createDeliveryStore } from '../../src/digest/delivery/delivery-store.js';
import type { SendingReport, SendingTask } from './send-digests.js';
import { TODAY } from './senders.js';
import type { UnrulyMailServer } from './unruly-mail-server.js';

const SCRIPT = fileURLToPath(new URL('./send-digests.ts', import.meta.url));

export type SendingProcess = {
  readonly child: ChildProcess;
  /** Lets it begin. */
  readonly go: () => void;
  /** What it said in the end; absent when it was killed. */
  readonly ended: Promise<SendingReport | undefined>;
};

/** Starts a process, which waits until it is told to go. */
export async function startSending(task: SendingTask): Promise<SendingProcess> {
  const child = fork(SCRIPT, [JSON.stringify(task)], { execArgv: ['--import', 'tsx'] });
  let report: SendingReport | undefined;
  const ended = once(child, 'exit').then(() => report);
  child.on('message', (message) => {
    if (message !== 'ready') report = message as SendingReport;
  });
  const [first] = await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('the sender ended before it began'))),
  ]);
  if (first !== 'ready') throw new Error(`the sender said ${String(first)}`);
  return { child, go: () => child.send('go'), ended };
}

export type Comparison = {
  readonly counts: DeliveryCounts;
  /** Rows that say `sent` although the server has nothing. */
  readonly lost: number;
  /** Letters that the server has more than once. */
  readonly doubled: number;
  /** Letters that the server has although their rows say neither `sent` nor `ambiguous`. */
  readonly unexplained: number;
  /** Of the ambiguous, those that the server has. */
  readonly ambiguousStored: number;
};

export type KillReport = Comparison & {
  readonly kills: number;
  /** The most rows that one kill left in the middle of being handed over. */
  readonly mostHandingOver: number;
};

/**
 * Has an edition sent by one process after the other, each killed after a few letters, until
 * there have been so many kills; the last one may finish.
 *
 * @param random - from 0 up to 1
 */
export async function sendWhileKilling(given: {
  readonly database: Database;
  readonly server: UnrulyMailServer;
  readonly task: SendingTask;
  readonly kills: number;
  /** At most so many letters arrive before each kill. */
  readonly lettersPerKill: number;
  readonly random: () => number;
  readonly onKill?: (kills: number) => void;
}): Promise<KillReport> {
  const { database, server, task, random, onKill = () => {} } = given;
  const deliveries = createDeliveryStore(database, { now: () => new Date(), maxRepeats: 0 });
  let mostHandingOver = 0;
  let known = 0;
  let kills = 0;
  // The next is made ready while one is at work.
  let next = startSending(task);
  while (kills < given.kills) {
    const { child, go, ended } = await next;
    next = startSending(task);
    go();
    const target = server.stored.length + 1 + Math.floor(random() * given.lettersPerKill);
    let isOver = false;
    void ended.then(() => {
      isOver = true;
    });
    while (server.stored.length < target && !isOver) await wait(1);
    await wait(random() * 5);
    child.kill('SIGKILL');
    if (await ended) break;
    kills += 1;
    const { handing_over, ambiguous } = await deliveries.counts(TODAY);
    mostHandingOver = Math.max(mostHandingOver, handing_over + ambiguous - known);
    known = handing_over + ambiguous;
    onKill(kills);
  }
  const last = await next;
  last.go();
  await last.ended;
  return { kills, mostHandingOver, ...(await compare(database, server)) };
}

/**
 * Has an edition sent by a process that is halted for a while after some letters; another one
 * takes over meanwhile.
 */
export async function sendWhileHalting(given: {
  readonly database: Database;
  readonly server: UnrulyMailServer;
  readonly task: SendingTask;
  readonly afterLetters: number;
  readonly haltMs: number;
}): Promise<Comparison> {
  const { database, server, task, afterLetters, haltMs } = given;
  const [first, second] = await Promise.all([startSending(task), startSending(task)]);
  first.go();
  while (server.stored.length < afterLetters) await wait(1);
  await haltOutsideTransactions(database, first.child);
  second.go();
  await Promise.all([second.ended, wait(haltMs)]);
  first.child.kill('SIGCONT');
  await first.ended;
  return compare(database, server);
}

/** A process that is halted within a transaction would halt everybody who writes to the file. */
async function haltOutsideTransactions(
  { connection }: Database,
  child: ChildProcess,
): Promise<void> {
  for (;;) {
    child.kill('SIGSTOP');
    const writing = sql`update digest_control set id = id`.execute(connection);
    const outcome = await Promise.race([writing, wait(300, 'busy' as const)]);
    if (outcome !== 'busy') return;
    child.kill('SIGCONT');
    await writing;
  }
}

/** What the rows say, and what the server has. */
export async function compare(database: Database, server: UnrulyMailServer): Promise<Comparison> {
  const deliveries = createDeliveryStore(database, { now: () => new Date(), maxRepeats: 0 });
  const copies = new Map<string, number>();
  for (const { messageId } of server.stored) {
    copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
  }
  const stateOf = new Map<string, DeliveryState>();
  const limit = 500;
  for (let offset = 0; ; offset += limit) {
    const page = await deliveries.list(TODAY, { offset, limit });
    for (const { messageId, state } of page.deliveries) stateOf.set(messageId, state);
    if (page.deliveries.length < limit) break;
  }
  const states = [...stateOf];
  const stored = [...copies.keys()].map((messageId) => stateOf.get(messageId));
  return {
    counts: await deliveries.counts(TODAY),
    lost: states.filter(([id, state]) => state === 'sent' && !copies.has(id)).length,
    doubled: [...copies.values()].filter((count) => count > 1).length,
    unexplained: stored.filter((state) => state !== 'sent' && state !== 'ambiguous').length,
    ambiguousStored: stored.filter((state) => state === 'ambiguous').length,
  };
}
