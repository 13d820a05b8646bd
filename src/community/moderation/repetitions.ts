/** Two more signs of machines at work: accounts made in a row, and one text many times over. */

import type { AccountId } from '../../accounts/account.js';
import { grouped, paced, type Sliced, sorted } from './slices.js';

export type SignUp = {
  readonly accountId: AccountId;
  readonly atMs: number;
  readonly network: string | undefined;
};

export type SignUpBurst = {
  /** In the order in which they were made. */
  readonly accounts: readonly AccountId[];
  /** Whether all came from one network; otherwise the whole site had so many at once. */
  readonly isOneNetwork: boolean;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
};

export type WrittenText = {
  readonly commentId: string;
  readonly accountId: AccountId | undefined;
  readonly text: string;
};

export type Repetition = {
  /** As it was first written. */
  readonly text: string;
  readonly commentIds: readonly string[];
  readonly accounts: readonly AccountId[];
};

const HOUR_MS = 3_600_000;

/** A seminar signs up together; more than this from one network is worth a look. */
const FEWEST_OF_ONE_NETWORK = 5;

const FEWEST_OF_THE_SITE = 20;

/** How many times the usual number of sign-ups in an hour with any. */
const UNUSUAL = 5;

const FEWEST_REPETITIONS = 3;

/** Shorter texts are the same by chance: “Thank you!” */
const SHORTEST_TEXT = 20;

/** Many accounts made within an hour, the most first. */
export function* findSignUpBursts(signUps: readonly SignUp[]): Sliced<readonly SignUpBurst[]> {
  const inOrder = yield* sorted(signUps, (a, b) => a.atMs - b.atMs);
  const known = inOrder.filter(({ network }) => network !== undefined);
  const ofNetworks: (readonly SignUp[])[] = [];
  for (const some of (yield* grouped(known, ({ network }) => network)).values()) {
    ofNetworks.push(...(yield* densestHours(some, FEWEST_OF_ONE_NETWORK)));
  }
  const usual = median(runsWithin(inOrder).map((run) => run.length));
  const fewest = Math.max(FEWEST_OF_THE_SITE, UNUSUAL * usual);
  const ofTheSite = yield* densestHours(inOrder, fewest);
  const bursts = [
    ...ofNetworks.map((run) => burstOf(run, true)),
    ...ofTheSite.map((run) => burstOf(run, false)),
  ];
  return bursts.sort((a, b) => b.accounts.length - a.accounts.length);
}

/** Comments that say the same, whatever their signs and capitals; the most repeated first. */
export function* findRepetitions(comments: readonly WrittenText[]): Sliced<readonly Repetition[]> {
  const groups = new Map<string, WrittenText[]>();
  // A long text takes a while by itself.
  yield* paced(
    comments,
    (comment) => {
      const letters = lettersOf(comment.text);
      if (letters.length < SHORTEST_TEXT) return;
      const alike = groups.get(letters);
      if (alike) alike.push(comment);
      else groups.set(letters, [comment]);
    },
    1,
  );
  return [...groups.values()]
    .filter((all) => all.length >= FEWEST_REPETITIONS)
    .map((all) => ({
      text: all[0]?.text ?? '',
      commentIds: all.map(({ commentId }) => commentId),
      accounts: [...new Set(all.map(({ accountId }) => accountId))].filter(
        (accountId) => accountId !== undefined,
      ),
    }))
    .sort((a, b) => b.commentIds.length - a.commentIds.length);
}

/** The hours with at least so many, none of them in two. */
function* densestHours(
  inOrder: readonly SignUp[],
  fewest: number,
): Sliced<readonly (readonly SignUp[])[]> {
  const found: (readonly SignUp[])[] = [];
  let from = 0;
  let end = 0;
  const isWithinHour = (at: number) =>
    (inOrder[at] as SignUp).atMs - (inOrder[from] as SignUp).atMs <= HOUR_MS;
  while (end < inOrder.length) {
    while (!isWithinHour(end)) from += 1;
    end += 1;
    if (end - from >= fewest) {
      // As many more as came within the same hour.
      while (end < inOrder.length && isWithinHour(end)) end += 1;
      found.push(inOrder.slice(from, end));
      from = end;
    }
    if (end % 100 === 0) yield;
  }
  return found;
}

/** What comes within an hour of the first of it, one run after the other. */
function runsWithin(inOrder: readonly SignUp[]): readonly (readonly SignUp[])[] {
  const runs: SignUp[][] = [];
  for (const signUp of inOrder) {
    const run = runs.at(-1);
    if (run?.[0] && signUp.atMs - run[0].atMs <= HOUR_MS) run.push(signUp);
    else runs.push([signUp]);
  }
  return runs;
}

function burstOf(run: readonly SignUp[], isOneNetwork: boolean): SignUpBurst {
  return {
    accounts: run.map(({ accountId }) => accountId),
    isOneNetwork,
    firstAtMs: run[0]?.atMs ?? 0,
    lastAtMs: run.at(-1)?.atMs ?? 0,
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, '');
}
