/**
 * Noticing that the database is older than what was sent: somebody has restored a backup, or
 * copied the folder. Then nothing is sent until the operator has said what is to become of the
 * letters that may have gone out.
 *
 * While mail is sent, a moment a little ahead of it is written down every few seconds, in a file
 * beside the database and in the database. So a database that does not know the moment of the
 * file is not the one that went on. Only if all sending ended within seconds of the backup is the
 * moment the same; then a backup is told from the database by being another file.
 */

import { addDays, type Day } from '../../papers/dates.js';
import { localDay } from '../schedule/local-time.js';
import type { ControlStore } from './control-store.js';
import type { DeliveryStore } from './delivery-store.js';
import { PERHAPS_SENT } from './queueing.js';
import { type DigestMark, type DigestMarkFile, isSameFile } from './restored-client.js';

type Known = Awaited<ReturnType<DigestMarkFile['read']>>;

export type RestoreGuardParts = {
  readonly file: DigestMarkFile;
  readonly control: Pick<
    ControlStore,
    'pause' | 'stop' | 'resume' | 'sendingUntilMs' | 'setSendingUntilMs'
  >;
  readonly deliveries: Pick<DeliveryStore, 'editions' | 'skipWaiting'>;
  /** Queues what is due, so that it can be skipped. */
  readonly queueDue: () => Promise<unknown>;
  /** The same for one edition, whatever hour its readers chose. */
  readonly queueEdition: (editionOn: Day) => Promise<unknown>;
  readonly now: () => Date;
};

export type RestoreGuard = {
  /** Stops the mail by `restored` if the database is older than what was sent. */
  readonly check: () => Promise<void>;
  /**
   * Called before each letter is handed over, and when letters are queued. Costs nothing for
   * seconds after it was called before; writes nothing while the mail is stopped.
   */
  readonly keepAhead: () => Promise<void>;
  /**
   * Called before an edition is queued by hand. Those whose hour is still to come get it, too; so
   * after a restored backup their hour does not tell that nothing was sent.
   */
  readonly sendingByHand: (editionOn: Day) => Promise<void>;
  /**
   * Lets the mail go on that `check` has stopped; otherwise changes nothing.
   *
   * @param sendsOverdue - whether what was due until now, or was sent by hand, is sent all the
   *   same; if not, it is skipped, since it may have been sent
   * @returns how many letters were skipped
   */
  readonly resume: (options: {
    readonly sendsOverdue: boolean;
  }) => Promise<{ readonly skipped: number }>;
};

/** So far ahead of the letters the mark is. */
export const AHEAD_MS = 20_000;

/** It is written again when only so much of that is left. */
const RENEWED_AT_MS = 10_000;

/** An edition of so long ago is not sent any more, wherever on earth its day began last. */
const PAST_DAYS = 2;

export function createRestoreGuard(parts: RestoreGuardParts): RestoreGuard {
  const { file, control, deliveries, now } = parts;
  const nowMs = () => now().getTime();

  /** What this process last wrote, and when. */
  let written: { readonly atMs: number; readonly untilMs: number } | undefined;
  let writing: Promise<void> | undefined;
  let byHandOn: Day | undefined;

  const write = async (): Promise<void> => {
    const beforeMs = await control.sendingUntilMs();
    const known = await file.read();
    const fileUntilMs = typeof known === 'object' ? known.sendingUntilMs : 0;
    const atMs = nowMs();
    // Forward, also while a clock goes back, or the mark would say nothing of what follows.
    const untilMs = Math.max(atMs + AHEAD_MS, beforeMs + 1, fileUntilMs + 1);
    const databaseFile = await file.databaseFile();
    const mark = {
      ...(databaseFile !== undefined && { databaseFile }),
      sendingUntilMs: untilMs,
      beforeMs,
      ...latestByHand(known),
    };
    // A program that is killed between the first two leaves a database that is right.
    await file.write({ ...mark, isSettled: false });
    await control.setSendingUntilMs(untilMs);
    await file.write({ ...mark, isSettled: true });
    written = { atMs, untilMs };
  };

  /** What was sent by hand last, by this process or another. */
  const latestByHand = (known: Known): Pick<DigestMark, 'byHandOn'> => {
    const earlier = typeof known === 'object' ? known.byHandOn : undefined;
    const [latest] = [earlier, byHandOn]
      .filter((day) => day !== undefined)
      .sort()
      .reverse();
    return latest === undefined ? {} : { byHandOn: latest };
  };

  /** Queues what was sent by hand lately, so that it can be skipped. */
  const queueByHand = async (): Promise<void> => {
    const day = latestByHand(await file.read()).byHandOn as Day | undefined;
    const since = addDays(localDay(nowMs(), 'UTC'), -PAST_DAYS);
    if (day !== undefined && day >= since) await parts.queueEdition(day);
  };

  const check = async (): Promise<void> => {
    const mark = await file.read();
    const reason = mark && (await whyRestored(mark));
    if (reason) await control.stop('restored', reason);
  };

  const whyRestored = async (mark: DigestMark | 'unreadable'): Promise<string | undefined> => {
    if (mark === 'unreadable') return UNREADABLE;
    const least = mark.isSettled ? mark.sendingUntilMs : mark.beforeMs;
    if ((await control.sendingUntilMs()) < least) return OLDER;
    if (isSameFile(mark.databaseFile, await file.databaseFile())) return undefined;
    // A folder that was set up elsewhere and never sent anything is no copy to be afraid of.
    return (await deliveries.editions(1)).length > 0 ? ANOTHER_FILE : undefined;
  };

  const renew = async (): Promise<void> => {
    if (!written) await check();
    // What stands beside a restored database is the proof, until the operator has decided.
    if ((await control.pause())?.by === 'restored') return;
    await write();
  };

  return {
    check,

    async keepAhead() {
      const sinceMs = written ? nowMs() - written.atMs : Number.POSITIVE_INFINITY;
      if (sinceMs >= 0 && sinceMs < AHEAD_MS - RENEWED_AT_MS) return;
      writing ??= renew().finally(() => {
        writing = undefined;
      });
      await writing;
    },

    async sendingByHand(editionOn) {
      byHandOn = editionOn;
      if (latestByHand(await file.read()).byHandOn !== editionOn) return;
      await writing;
      await renew();
    },

    async resume({ sendsOverdue }) {
      if ((await control.pause())?.by !== 'restored') return { skipped: 0 };
      await parts.queueDue();
      if (!sendsOverdue) await queueByHand();
      const skipped = sendsOverdue ? 0 : await deliveries.skipWaiting(PERHAPS_SENT);
      await write();
      await control.resume({});
      return { skipped };
    },
  };
}

const OLDER =
  'The database is older than the last letters: it seems to be a backup that was restored.';

const ANOTHER_FILE =
  'The database is another file than the one that sent the last letters: it seems to be a copy, or a backup that was restored.';

const UNREADABLE = 'The mark of what was sent (digest-mark.json) is damaged.';
