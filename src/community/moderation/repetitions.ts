/** Two more signs of machines at work: accounts made in a row, and one text many times over. */

import type { AccountId } from '../../accounts/account.js';

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
export function findSignUpBursts(signUps: readonly SignUp[]): readonly SignUpBurst[] {
  const inOrder = signUps.toSorted((a, b) => a.atMs - b.atMs);
  const known = inOrder.filter(({ network }) => network !== undefined);
  const ofNetworks = [...Map.groupBy(known, ({ network }) => network).values()].flatMap((some) =>
    densestHours(some, FEWEST_OF_ONE_NETWORK),
  );
  const usual = median(runsWithin(inOrder).map((run) => run.length));
  const ofTheSite = densestHours(inOrder, Math.max(FEWEST_OF_THE_SITE, UNUSUAL * usual));
  const bursts = [
    ...ofNetworks.map((run) => burstOf(run, true)),
    ...ofTheSite.map((run) => burstOf(run, false)),
  ];
  return bursts.sort((a, b) => b.accounts.length - a.accounts.length);
}

/** Comments that say the same, whatever their signs and capitals; the most repeated first. */
export function findRepetitions(comments: readonly WrittenText[]): readonly Repetition[] {
  const groups = Map.groupBy(comments, ({ text }) => lettersOf(text));
  return [...groups]
    .filter(([letters, all]) => letters.length >= SHORTEST_TEXT && all.length >= FEWEST_REPETITIONS)
    .map(([, all]) => ({
      text: all[0]?.text ?? '',
      commentIds: all.map(({ commentId }) => commentId),
      accounts: [...new Set(all.map(({ accountId }) => accountId))].filter(
        (accountId) => accountId !== undefined,
      ),
    }))
    .sort((a, b) => b.commentIds.length - a.commentIds.length);
}

/** The hours with at least so many, none of them in two. */
function densestHours(inOrder: readonly SignUp[], fewest: number): readonly (readonly SignUp[])[] {
  const found: (readonly SignUp[])[] = [];
  let left = inOrder;
  for (let from = 0, end = 0; end < left.length; end += 1) {
    while ((left[end]?.atMs ?? 0) - (left[from]?.atMs ?? 0) > HOUR_MS) from += 1;
    if (end + 1 - from < fewest) continue;
    // As many more as came within the same hour.
    const until = left.findIndex(({ atMs }) => atMs - (left[from]?.atMs ?? 0) > HOUR_MS);
    found.push(left.slice(from, until === -1 ? left.length : until));
    left = until === -1 ? [] : left.slice(until);
    from = 0;
    end = -1;
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
