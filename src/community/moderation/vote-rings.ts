/**
 * Votes that look arranged, for a moderator to look at. Nothing here proves anything: people of
 * one lab read the same papers on one morning. So the evidence is shown with each finding, and
 * no vote changes because of it.
 *
 * Two accounts *meet* at a paper when both vote for it from one network within an hour. Once is
 * chance. A **ring** are accounts that meet again and again, at half or more of what one of them
 * votes for at all. A **burst** are many votes for one paper from one network within an hour, by
 * accounts that have hardly voted for anything else or were only just made.
 *
 * How much of a finding's weight it is that decides about papers: findings are ordered by the
 * accounts in them times the share of all votes that the papers have from just these accounts.
 */

import type { AccountId } from '../../accounts/account.js';
import type { PaperId } from '../../papers/identifiers.js';
import { createGroups } from './account-groups.js';
import { grouped, paced, type Sliced, sorted } from './slices.js';

export type CastVote = {
  readonly paperId: PaperId;
  readonly accountId: AccountId;
  readonly atMs: number;
  /** A keyed hash; votes from unknown networks meet nobody. */
  readonly network: string | undefined;
  /** When the account was made; absent when it is gone. */
  readonly accountMadeAtMs: number | undefined;
  /** Whether a moderator has let the vote count nothing already. */
  readonly isNeutralised: boolean;
};

export type VoteFinding = {
  readonly kind: 'ring' | 'burst';
  /** In order of their ids. */
  readonly accounts: readonly AccountId[];
  /** Those decided most by these accounts first. */
  readonly papers: readonly {
    readonly paperId: PaperId;
    readonly votesOfThese: number;
    readonly votesInAll: number;
  }[];
  readonly networks: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Whether all these votes count nothing already. */
  readonly isNeutralised: boolean;
  readonly score: number;
};

const HOUR_MS = 3_600_000;

/** Two who met less often may have met by chance. */
const FEWEST_MEETINGS = 3;

/** The part of the votes of the one who votes less that were cast together. */
const LEAST_OVERLAP = 0.5;

/** Of a paper's votes; what counts less decides nothing. */
const LEAST_SHARE = 0.1;

const FEWEST_IN_BURST = 5;

/** The part of a burst by accounts that do little else. */
const LEAST_NEWCOMERS = 0.75;

const NEWCOMER_VOTES = 2;

const NEWCOMER_AGE_MS = 3 * 24 * HOUR_MS;

/** Whom each vote is compared with, so that the work grows with the votes and not their square. */
const NEIGHBOURS = 40;

/** What looks arranged, the most suspicious first. */
export function* findArrangedVotes(votes: readonly CastVote[]): Sliced<readonly VoteFinding[]> {
  const field = yield* survey(votes);
  const rings = yield* ringsIn(field);
  const ringOfAccount = new Map<AccountId, VoteFinding>();
  yield* paced(rings, (ring) => {
    for (const account of ring.accounts) ringOfAccount.set(account, ring);
  });
  const bursts = yield* burstsIn(field);
  const others = bursts.filter(({ accounts: [first, ...rest] }) => {
    const ring = first && ringOfAccount.get(first);
    return !ring || rest.some((account) => ringOfAccount.get(account) !== ring);
  });
  return yield* sorted(
    [...rings, ...others],
    (a, b) => b.score - a.score || compare(a.accounts.join(), b.accounts.join()),
  );
}

type Field = {
  readonly ofPaper: ReadonlyMap<PaperId, readonly CastVote[]>;
  readonly ofAccount: ReadonlyMap<AccountId, readonly CastVote[]>;
  /** Votes for one paper from one network, in order of time. */
  readonly gatherings: readonly (readonly CastVote[])[];
};

function* survey(votes: readonly CastVote[]): Sliced<Field> {
  const inOrder = yield* sorted(
    votes,
    (a, b) => a.atMs - b.atMs || compare(a.accountId, b.accountId),
  );
  const known = inOrder.filter(({ network }) => network !== undefined);
  const gatherings = yield* grouped(known, ({ paperId, network }) => `${network} ${paperId}`);
  return {
    ofPaper: yield* grouped(inOrder, ({ paperId }) => paperId),
    ofAccount: yield* grouped(inOrder, ({ accountId }) => accountId),
    gatherings: [...gatherings.values()],
  };
}

function* ringsIn(field: Field): Sliced<VoteFinding[]> {
  const meetings = yield* meetingsIn(field);
  const groups = createGroups<AccountId>();
  yield* paced(meetings, ([a, withOthers]) => {
    for (const [b, count] of withOthers) {
      const fewer = Math.min(votesOf(field, a).length, votesOf(field, b).length);
      if (count >= FEWEST_MEETINGS && count / fewer >= LEAST_OVERLAP) groups.join(a, b);
    }
  });
  const rings: VoteFinding[] = [];
  for (const accounts of yield* groups.all()) {
    const ring = yield* ringOf(field, accounts);
    if (ring) rings.push(ring);
    yield;
  }
  return rings;
}

/** How often accounts met, under the one of the two whose id is lower. */
function* meetingsIn(field: Field): Sliced<Map<AccountId, Map<AccountId, number>>> {
  const meetings = new Map<AccountId, Map<AccountId, number>>();
  for (const gathering of field.gatherings) {
    for (const [at, one] of gathering.entries()) {
      for (const other of gathering.slice(at + 1, at + 1 + NEIGHBOURS)) {
        if (other.atMs - one.atMs > HOUR_MS) break;
        const isInOrder = one.accountId < other.accountId;
        const [low, high] = isInOrder ? [one, other] : [other, one];
        const withOthers = meetings.get(low.accountId) ?? new Map<AccountId, number>();
        withOthers.set(high.accountId, (withOthers.get(high.accountId) ?? 0) + 1);
        meetings.set(low.accountId, withOthers);
      }
      yield;
    }
  }
  return meetings;
}

/** A ring with the papers at which at least half of it has met. */
function* ringOf(field: Field, accounts: readonly AccountId[]): Sliced<VoteFinding | undefined> {
  const theirs: CastVote[] = [];
  yield* paced(accounts, (account) => theirs.push(...votesOf(field, account)));
  const ofPapers = yield* grouped(theirs, ({ paperId }) => paperId);
  const together = [...ofPapers.values()].filter(
    (votes) => votes.length >= Math.max(2, accounts.length / 2),
  );
  return yield* findingOf(field, 'ring', accounts, together.flat());
}

function* burstsIn(field: Field): Sliced<VoteFinding[]> {
  const votesOfBursts = new Map<PaperId, CastVote[]>();
  for (const gathering of field.gatherings) {
    const burst = yield* densestHour(gathering);
    const [first] = burst;
    if (!first || burst.length < FEWEST_IN_BURST) continue;
    const newcomers = burst.filter((vote) => isByNewcomer(field, vote));
    if (newcomers.length / burst.length < LEAST_NEWCOMERS) continue;
    const sofar = votesOfBursts.get(first.paperId) ?? [];
    sofar.push(...burst);
    votesOfBursts.set(first.paperId, sofar);
  }
  const bursts: VoteFinding[] = [];
  for (const votes of votesOfBursts.values()) {
    const accounts = yield* sorted([...new Set(votes.map(accountOf))], compare);
    const burst = yield* findingOf(field, 'burst', accounts, votes);
    if (burst) bursts.push(burst);
    yield;
  }
  return bursts;
}

/** The most votes that lie within an hour, of some in order of time. */
function* densestHour(votes: readonly CastVote[]): Sliced<readonly CastVote[]> {
  let best: readonly [number, number] = [0, 0];
  let from = 0;
  yield* paced(votes.entries(), ([at, vote]) => {
    while (vote.atMs - (votes[from] as CastVote).atMs > HOUR_MS) from += 1;
    if (at + 1 - from > best[1] - best[0]) best = [from, at + 1];
  });
  return votes.slice(...best);
}

function isByNewcomer(field: Field, { accountId, atMs, accountMadeAtMs }: CastVote): boolean {
  if (votesOf(field, accountId).length <= NEWCOMER_VOTES) return true;
  return accountMadeAtMs !== undefined && atMs - accountMadeAtMs < NEWCOMER_AGE_MS;
}

function* findingOf(
  field: Field,
  kind: VoteFinding['kind'],
  accounts: readonly AccountId[],
  votes: readonly CastVote[],
): Sliced<VoteFinding | undefined> {
  const ofPapers = yield* grouped(votes, ({ paperId }) => paperId);
  const told = [...ofPapers]
    .map(([paperId, ofThese]) => ({
      paperId,
      votesOfThese: ofThese.length,
      votesInAll: field.ofPaper.get(paperId)?.length ?? 0,
    }))
    .filter(({ votesOfThese, votesInAll }) => votesOfThese / votesInAll >= LEAST_SHARE);
  const papers = yield* sorted(
    told,
    (a, b) => shareOf(b) - shareOf(a) || compare(a.paperId, b.paperId),
  );
  if (papers.length === 0) return undefined;
  const networks = new Set<string>();
  let [firstAtMs, lastAtMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let isNeutralised = true;
  for (const { paperId } of papers) {
    yield* paced(ofPapers.get(paperId) ?? [], (vote) => {
      if (vote.network !== undefined) networks.add(vote.network);
      firstAtMs = Math.min(firstAtMs, vote.atMs);
      lastAtMs = Math.max(lastAtMs, vote.atMs);
      isNeutralised &&= vote.isNeutralised;
    });
  }
  return {
    kind,
    accounts,
    papers,
    networks: networks.size,
    firstAtMs,
    lastAtMs,
    isNeutralised,
    score: accounts.length * papers.reduce((sum, paper) => sum + shareOf(paper), 0),
  };
}

function shareOf(paper: VoteFinding['papers'][number]): number {
  return paper.votesOfThese / paper.votesInAll;
}

function votesOf(field: Field, account: AccountId): readonly CastVote[] {
  return field.ofAccount.get(account) ?? [];
}

function accountOf({ accountId }: CastVote): AccountId {
  return accountId;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
