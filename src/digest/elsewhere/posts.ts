/**
 * The edition posted to the channels of a group: once on a day of the site, from the hour on at
 * which letters go, and each edition once to each channel.
 */

import { addDays, type Day } from '../../papers/dates.js';
import {
  isRepeatable,
  type Post,
  type PostKey,
  type PostOutcome,
  type PostTarget,
} from './post.js';
import { postRequest } from './post-request.js';
import type { PostStore } from './post-store.js';
import type { PostedEdition } from './posted-edition.js';
import { POST_TIMEOUT_MS, type Poster } from './poster-client.js';

export type PostsParts = {
  readonly targets: readonly PostTarget[];
  readonly store: PostStore;
  readonly poster: Poster;
  /** By the site's clock. */
  readonly today: () => Day;
  /** When posts of a day are due; absent on a day that the site's calendar leaves out. */
  readonly dueAtMs: (day: Day) => number | undefined;
  /** The latest day with papers, on or before one. */
  readonly latestDay: (day: Day) => Promise<Day | undefined>;
  /** The list of a day as it is fixed; absent when it has no papers. */
  readonly edition: (day: Day) => Promise<PostedEdition | undefined>;
  readonly now: () => Date;
  /** Told of what is not posted, in words for the operator. */
  readonly onTrouble: (words: string) => void;
};

export type Posts = {
  /** Makes what is due, and tries again what is to be tried again. Called every minute or so. */
  readonly postDue: () => Promise<void>;
  /** Puts down as skipped what is due, since it may have been posted. */
  readonly skipDue: (detail: string) => Promise<void>;
  /** What was posted lately, the latest first. */
  readonly list: (limit: number) => Promise<readonly Post[]>;
  /** What became of one edition, in each channel. */
  readonly of: (editionOn: Day) => Promise<readonly Post[]>;
};

/** A list that is older is no news; sources rest over a weekend. */
const OLDEST_DAYS = 3;

/** Longer than any request, so that nobody who still waits for an answer is taken for dead. */
const LEASE_MS = 4 * POST_TIMEOUT_MS;

/** Before the second try, the third, and so on; after the last one it has failed. */
const PAUSES_MS: readonly number[] = [60_000, 300_000, 900_000, 3_600_000];

export function createPosts(parts: PostsParts): Posts {
  const { targets, store, poster, now, onTrouble } = parts;

  /** Whether a channel may get this edition now: not two editions on one day of the site. */
  const isDue = async (key: PostKey, target: PostTarget, dueAtMs: number): Promise<boolean> => {
    const nowMs = now().getTime();
    const earlier = await store.find(key);
    if (earlier) return mayBeRepeated(earlier, target) && earlier.tryAtMs <= nowMs;
    if (nowMs < dueAtMs) return false;
    const lastMs = await store.lastChangeMs(key.target, key.editionOn);
    return lastMs === undefined || lastMs < dueAtMs;
  };

  const makePost = async (target: PostTarget, day: Day, edition: PostedEdition): Promise<void> => {
    const key = { editionOn: day, target: target.id };
    const attempt = await store.begin(key, {
      leaseMs: LEASE_MS,
      isRepeatable: isRepeatable(target),
    });
    if (attempt === undefined) return;
    await store.leaveBehind(key);
    const request = postRequest(target, day, edition);
    const outcome: PostOutcome =
      'flaw' in request ? { kind: 'refused', detail: request.flaw } : await poster.post(request);
    await store.end(key, attempt, stateAfter(outcome, attempt, target, now().getTime()));
    if (outcome.kind !== 'posted') onTrouble(`The post to ${target.id}: ${outcome.detail}.`);
  };

  const postTo = async (target: PostTarget, day: Day, dueAtMs: number): Promise<void> => {
    if (!(await isDue({ editionOn: day, target: target.id }, target, dueAtMs))) return;
    const edition = await parts.edition(day);
    if (edition && edition.papers.length > 0) await makePost(target, day, edition);
  };

  /** The edition that is due today, and since when; absent when none is. */
  const editionOfToday = async (): Promise<
    { readonly day: Day; readonly dueAtMs: number } | undefined
  > => {
    const today = parts.today();
    const dueAtMs = parts.dueAtMs(today);
    const day = await parts.latestDay(today);
    if (dueAtMs === undefined || day === undefined) return undefined;
    return day < addDays(today, -OLDEST_DAYS) ? undefined : { day, dueAtMs };
  };

  return {
    async skipDue(detail) {
      const due = targets.length > 0 ? await editionOfToday() : undefined;
      if (!due || now().getTime() < due.dueAtMs) return;
      for (const { id } of targets) await store.skip({ editionOn: due.day, target: id }, detail);
    },

    async postDue() {
      if (targets.length === 0) return;
      await store.expire();
      const due = await editionOfToday();
      if (!due) return;
      const { day, dueAtMs } = due;
      // One channel that fails keeps no other waiting.
      const ends = await Promise.allSettled(targets.map((target) => postTo(target, day, dueAtMs)));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
    },
    list: store.list,
    of: store.of,
  };
}

function mayBeRepeated({ state }: Post, target: PostTarget): boolean {
  return state === 'deferred' || (state === 'ambiguous' && isRepeatable(target));
}

/** What a try leaves behind. */
function stateAfter(
  outcome: PostOutcome,
  attempt: number,
  target: PostTarget,
  nowMs: number,
): Parameters<PostStore['end']>[2] {
  if (outcome.kind === 'posted') return { state: 'posted', detail: '' };
  const { kind, detail } = outcome;
  if (kind === 'refused') return { state: 'failed', detail };
  if (kind === 'unknown' && !isRepeatable(target)) return { state: 'ambiguous', detail };
  const pauseMs = PAUSES_MS[attempt - 1];
  if (pauseMs === undefined) {
    return { state: 'failed', detail: `given up: ${detail}` };
  }
  const waitMs = kind === 'later' ? (outcome.waitMs ?? 0) : 0;
  return { state: 'deferred', detail, tryAtMs: nowMs + Math.max(pauseMs, waitMs) };
}
