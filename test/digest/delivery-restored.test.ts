import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { LEASE_MS } from '../../src/digest/delivery/delivery.js';
import { createQueueing, type Queueing } from '../../src/digest/delivery/queueing.js';
import { createRestoreGuard, type RestoreGuard } from '../../src/digest/delivery/restored.js';
import {
  createDigestMarkFile,
  type DigestMark,
} from '../../src/digest/delivery/restored-client.js';
import {
  type DeliverySite,
  deliverySite,
  FRIDAY,
  FROM_HOST,
  SATURDAY,
} from '../support/deliveries.js';
import { KEYED_HASH } from '../support/subscribers.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

type Program = DeliverySite & {
  readonly guard: RestoreGuard;
  readonly queueing: Queueing;
  readonly stop: () => Promise<void>;
};

/** The program on a data folder, at eight in the morning of Friday or so long after it. */
async function start(
  folder: string,
  afterMs = 0,
  change: (site: DeliverySite) => Partial<DeliverySite> = () => ({}),
): Promise<Program> {
  const path = join(folder, 'broadsheet.db');
  const database = await openDatabase({ kind: 'sqlite', path });
  let isOpen = true;
  const stop = async () => {
    if (isOpen) await database[Symbol.asyncDispose]();
    isOpen = false;
  };
  onTestFinished(stop);
  const plain = deliverySite(database, { at: new Date(Date.parse(`${FRIDAY}T08:00Z`) + afterMs) });
  const site = { ...plain, ...change(plain) };
  const queueing = createQueueing({
    ...site,
    keyedHash: KEYED_HASH,
    fromHost: FROM_HOST,
    canMail: true,
    freeze: async () => {},
    onFailure: (_, error) => {
      throw error;
    },
  });
  const file = createDigestMarkFile(markIn(folder), path);
  const guard = createRestoreGuard({ ...site, file, ...queueing });
  return { ...site, queueing, guard, stop };
}

const markIn = (folder: string) => join(folder, 'digest-mark.json');

const readMark = async (folder: string) =>
  JSON.parse(await readFile(markIn(folder), 'utf8')) as DigestMark;

/** Sends what is due, as a sender does; gives how many letters. */
async function send({ guard, queueing, deliveries, claim }: Program): Promise<number> {
  await guard.check();
  await queueing.queueDue();
  const leases = await claim();
  for (const lease of leases) {
    await guard.keepAhead();
    expect(await deliveries.handOver(lease, LEASE_MS)).toEqual({ may: true });
    await deliveries.settle(lease, { state: 'sent', detail: '250 OK' });
  }
  return leases.length;
}

/** A folder whose program has sent its first edition to two readers, and ended. */
async function usedFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const program = await start(folder, -HOUR_MS);
  for (const name of ['ana', 'ben']) await program.subscriber(name);
  program.pass(HOUR_MS);
  expect(await send(program)).toBe(2);
  await program.stop();
  return folder;
}

/** Puts a copy of the database aside, and a way to put it back into the very same file. */
async function backUp(folder: string): Promise<() => Promise<void>> {
  const aside = join(await temporaryFolder(), 'backup.db');
  await cp(join(folder, 'broadsheet.db'), aside);
  return async () => writeFile(join(folder, 'broadsheet.db'), await readFile(aside));
}

describe('A program that is started again', () => {
  test('goes on, and sends each edition once', async () => {
    const folder = await usedFolder();
    const again = await start(folder, HOUR_MS);
    expect(await send(again)).toBe(0);
    again.pass(DAY_MS);
    expect(await send(again)).toBe(2);
    expect(await again.control.pause()).toBeUndefined();
  });

  test('goes on after it was killed between its two marks', async () => {
    const folder = await usedFolder();
    const killed = await start(folder, DAY_MS, ({ control }) => ({
      control: { ...control, setSendingUntilMs: () => Promise.reject(new Error('killed')) },
    }));
    await expect(send(killed)).rejects.toThrow('killed');
    await killed.stop();
    const again = await start(folder, DAY_MS + HOUR_MS);
    expect(await send(again)).toBe(2);
  });
});

describe('A backup that was restored', () => {
  test('sends nothing again, but waits for the operator', async () => {
    const folder = await usedFolder();
    const restore = await backUp(folder);
    const next = await start(folder, DAY_MS);
    expect(await send(next)).toBe(2);
    await next.stop();
    await restore();
    const restored = await start(folder, DAY_MS + HOUR_MS);
    expect(await send(restored)).toBe(0);
    expect(await restored.control.pause()).toMatchObject({
      by: 'restored',
      reason: expect.stringContaining('older than the last letters'),
    });
    expect(await restored.guard.resume({ sendsOverdue: false })).toEqual({ skipped: 2 });
    expect(await send(restored)).toBe(0);
    expect(await restored.deliveries.counts(SATURDAY)).toMatchObject({ skipped: 2, sent: 0 });
    const { deliveries } = await restored.deliveries.list(SATURDAY, { offset: 0, limit: 1 });
    expect(deliveries).toMatchObject([
      { detail: 'may have been sent before the backup was restored' },
    ]);
    restored.pass(DAY_MS);
    expect(await send(restored)).toBe(2);
    expect(await restored.control.pause()).toBeUndefined();
  });

  test('sends again what the operator wants sent', async () => {
    const folder = await usedFolder();
    const restore = await backUp(folder);
    const next = await start(folder, DAY_MS);
    await send(next);
    await next.stop();
    await restore();
    const restored = await start(folder, DAY_MS + HOUR_MS);
    expect(await send(restored)).toBe(0);
    expect(await restored.guard.resume({ sendsOverdue: true })).toEqual({ skipped: 0 });
    expect(await send(restored)).toBe(2);
  });

  test('does not send either what was sent by hand before its hour', async () => {
    const folder = await usedFolder();
    const restore = await backUp(folder);
    const next = await start(folder, DAY_MS - 2 * HOUR_MS);
    await next.guard.sendingByHand(SATURDAY);
    await next.queueing.queueEdition(SATURDAY);
    expect(await send(next)).toBe(2);
    // Whoever sends after it, in another process, says so still.
    await next.stop();
    const other = await start(folder, DAY_MS - 2 * HOUR_MS + SECOND_MS);
    await other.guard.keepAhead();
    await other.stop();
    await restore();
    const restored = await start(folder, DAY_MS - HOUR_MS);
    expect(await send(restored)).toBe(0);
    expect(await restored.guard.resume({ sendsOverdue: false })).toEqual({ skipped: 2 });
    restored.pass(HOUR_MS);
    expect(await send(restored)).toBe(0);
    restored.pass(DAY_MS);
    expect(await send(restored)).toBe(2);
  });

  test('does not send either what nobody had queued when the operator decided', async () => {
    const folder = await usedFolder();
    const restore = await backUp(folder);
    const next = await start(folder, DAY_MS);
    await send(next);
    await next.stop();
    await restore();
    const restored = await start(folder, DAY_MS + HOUR_MS);
    await restored.guard.check();
    expect(await restored.guard.resume({ sendsOverdue: false })).toEqual({ skipped: 2 });
    expect(await send(restored)).toBe(0);
  });

  test('is noticed again at every start, until somebody has decided', async () => {
    const folder = await usedFolder();
    const restore = await backUp(folder);
    const next = await start(folder, DAY_MS);
    await send(next);
    await next.stop();
    await restore();
    for (const hours of [1, 2]) {
      const restored = await start(folder, DAY_MS + hours * HOUR_MS);
      expect(await send(restored)).toBe(0);
      // Whoever asks, what proves it stays as it is.
      const mark = await readMark(folder);
      await restored.guard.keepAhead();
      expect(await readMark(folder)).toEqual(mark);
      await restore();
      await restored.stop();
    }
  });

  test('is noticed in a copy of the whole folder', async () => {
    const folder = await usedFolder();
    const copy = await temporaryFolder();
    await cp(folder, copy, { recursive: true });
    const restored = await start(copy, DAY_MS);
    expect(await send(restored)).toBe(0);
    expect(await restored.control.pause()).toMatchObject({
      by: 'restored',
      reason: expect.stringContaining('another file'),
    });
    await restored.guard.resume({ sendsOverdue: true });
    expect(await send(restored)).toBe(2);
    await restored.stop();
    const again = await start(copy, 2 * DAY_MS);
    expect(await send(again)).toBe(2);
  });

  test('is noticed where the copy takes the place, and the number, of the original', async () => {
    const folder = await usedFolder();
    const copy = await temporaryFolder();
    await cp(folder, copy, { recursive: true });
    await rm(folder, { recursive: true });
    await cp(copy, folder, { recursive: true });
    const restored = await start(folder, DAY_MS);
    expect(await send(restored)).toBe(0);
    expect(await restored.control.pause()).toMatchObject({ by: 'restored' });
  });

  test('is no matter where nothing was ever sent', async () => {
    const folder = await temporaryFolder();
    const program = await start(folder);
    await program.guard.keepAhead();
    await program.stop();
    const copy = await temporaryFolder();
    await cp(folder, copy, { recursive: true });
    const copied = await start(copy, HOUR_MS);
    await copied.guard.check();
    expect(await copied.control.pause()).toBeUndefined();
  });

  test('may be anything if the mark is damaged', async () => {
    const folder = await usedFolder();
    await writeFile(markIn(folder), '{"sendingUntilMs": 17');
    const program = await start(folder, DAY_MS);
    expect(await send(program)).toBe(0);
    await program.guard.resume({ sendsOverdue: true });
    expect(await send(program)).toBe(2);
  });
});

describe('The mark beside the database', () => {
  test('is ahead of the letters, written every ten seconds, and the same in the database', async () => {
    const folder = await temporaryFolder();
    const { guard, control, pass, nowMs } = await start(folder);
    const untils = [];
    for (let letter = 0; letter < 30; letter += 1) {
      await Promise.all([guard.keepAhead(), guard.keepAhead()]);
      const { sendingUntilMs, isSettled } = await readMark(folder);
      expect(sendingUntilMs).toBeGreaterThan(nowMs());
      expect(await control.sendingUntilMs()).toBe(sendingUntilMs);
      expect(isSettled).toBe(true);
      untils.push(sendingUntilMs);
      pass(SECOND_MS);
    }
    expect(new Set(untils).size).toBe(3);
  });

  test('goes on when the clock goes back', async () => {
    const folder = await temporaryFolder();
    const { guard, pass } = await start(folder);
    await guard.keepAhead();
    const { sendingUntilMs } = await readMark(folder);
    pass(-2 * HOUR_MS);
    await guard.keepAhead();
    expect((await readMark(folder)).sendingUntilMs).toBeGreaterThan(sendingUntilMs);
  });

  test('is resumed only where it stopped the mail', async () => {
    const folder = await usedFolder();
    const program = await start(folder, DAY_MS);
    await program.control.stop('operator', 'The server is being moved.');
    await program.queueing.queueDue();
    expect(await program.guard.resume({ sendsOverdue: false })).toEqual({ skipped: 0 });
    expect(await program.control.pause()).toMatchObject({ by: 'operator' });
  });
});
