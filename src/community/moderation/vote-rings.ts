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
export function findArrangedVotes(votes: readonly CastVote[]): readonly VoteFinding[] {
  const field = survey(votes);
  const rings = ringsIn(field);
  const bursts = burstsIn(field).filter(
    (burst) => !rings.some((ring) => isPartOf(burst.accounts, ring.accounts)),
  );
  return [...rings, ...bursts].sort(
    (a, b) => b.score - a.score || compare(a.accounts.join(), b.accounts.join()),
  );
}

type Field = {
  readonly ofPaper: ReadonlyMap<PaperId, readonly CastVote[]>;
  readonly ofAccount: ReadonlyMap<AccountId, readonly CastVote[]>;
  /** Votes for one paper from one network, in order of time. */
  readonly gatherings: readonly (readonly CastVote[])[];
};

function survey(votes: readonly CastVote[]): Field {
  const inOrder = votes.toSorted((a, b) => a.atMs - b.atMs || compare(a.accountId, b.accountId));
  const known = inOrder.filter(({ network }) => network !== undefined);
  return {
    ofPaper: Map.groupBy(inOrder, ({ paperId }) => paperId),
    ofAccount: Map.groupBy(inOrder, ({ accountId }) => accountId),
    gatherings: [...Map.groupBy(known, ({ paperId, network }) => `${network} ${paperId}`).values()],
  };
}

function ringsIn(field: Field): VoteFinding[] {
  const meetings = new Map<AccountId, Map<AccountId, number>>();
  for (const gathering of field.gatherings) {
    for (const [at, one] of gathering.entries()) {
      for (const other of gathering.slice(at + 1, at + 1 + NEIGHBOURS)) {
        if (other.atMs - one.atMs > HOUR_MS) break;
        const [a, b] = [one.accountId, other.accountId].sort() as [AccountId, AccountId];
        const withOthers = meetings.get(a) ?? new Map<AccountId, number>();
        meetings.set(a, withOthers.set(b, (withOthers.get(b) ?? 0) + 1));
      }
    }
  }
  const groups = createGroups<AccountId>();
  for (const [a, withOthers] of meetings) {
    for (const [b, count] of withOthers) {
      const fewer = Math.min(votesOf(field, a).length, votesOf(field, b).length);
      if (count >= FEWEST_MEETINGS && count / fewer >= LEAST_OVERLAP) groups.join(a, b);
    }
  }
  return groups
    .all()
    .map((accounts) => ringOf(field, accounts))
    .filter((ring) => ring !== undefined);
}

/** A ring with the papers at which at least half of it has met. */
function ringOf(field: Field, accounts: readonly AccountId[]): VoteFinding | undefined {
  const theirs = accounts.flatMap((account) => votesOf(field, account));
  const together = [...Map.groupBy(theirs, ({ paperId }) => paperId).values()].filter(
    (votes) => votes.length >= Math.max(2, accounts.length / 2),
  );
  return findingOf(field, 'ring', accounts, together.flat());
}

function burstsIn(field: Field): VoteFinding[] {
  const bursts = new Map<PaperId, CastVote[]>();
  for (const gathering of field.gatherings) {
    const burst = densestHour(gathering);
    if (burst.length < FEWEST_IN_BURST) continue;
    const newcomers = burst.filter((vote) => isByNewcomer(field, vote));
    if (newcomers.length / burst.length < LEAST_NEWCOMERS) continue;
    const [{ paperId }] = burst as [CastVote];
    bursts.set(paperId, [...(bursts.get(paperId) ?? []), ...burst]);
  }
  return [...bursts.values()]
    .map((votes) => findingOf(field, 'burst', [...new Set(votes.map(accountOf))].sort(), votes))
    .filter((burst) => burst !== undefined);
}

/** The most votes that lie within an hour, of some in order of time. */
function densestHour(votes: readonly CastVote[]): readonly CastVote[] {
  let best: readonly [number, number] = [0, 0];
  let from = 0;
  for (const [at, vote] of votes.entries()) {
    while (vote.atMs - (votes[from] as CastVote).atMs > HOUR_MS) from += 1;
    if (at + 1 - from > best[1] - best[0]) best = [from, at + 1];
  }
  return votes.slice(...best);
}

function isByNewcomer(field: Field, { accountId, atMs, accountMadeAtMs }: CastVote): boolean {
  if (votesOf(field, accountId).length <= NEWCOMER_VOTES) return true;
  return accountMadeAtMs !== undefined && atMs - accountMadeAtMs < NEWCOMER_AGE_MS;
}

function findingOf(
  field: Field,
  kind: VoteFinding['kind'],
  accounts: readonly AccountId[],
  votes: readonly CastVote[],
): VoteFinding | undefined {
  const papers = [...Map.groupBy(votes, ({ paperId }) => paperId)]
    .map(([paperId, ofThese]) => ({
      paperId,
      votesOfThese: ofThese.length,
      votesInAll: field.ofPaper.get(paperId)?.length ?? 0,
    }))
    .filter(({ votesOfThese, votesInAll }) => votesOfThese / votesInAll >= LEAST_SHARE)
    .sort((a, b) => shareOf(b) - shareOf(a) || compare(a.paperId, b.paperId));
  if (papers.length === 0) return undefined;
  const told = new Set(papers.map(({ paperId }) => paperId));
  const counted = votes.filter(({ paperId }) => told.has(paperId));
  const times = counted.map(({ atMs }) => atMs);
  return {
    kind,
    accounts,
    papers,
    networks: new Set(counted.map(({ network }) => network).filter(Boolean)).size,
    firstAtMs: Math.min(...times),
    lastAtMs: Math.max(...times),
    isNeutralised: counted.every((vote) => vote.isNeutralised),
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

function isPartOf(some: readonly AccountId[], all: readonly AccountId[]): boolean {
  const whole = new Set(all);
  return some.every((each) => whole.has(each));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Groups of what was joined, directly or through others. */
function createGroups<Member extends string>() {
  const above = new Map<Member, Member>();
  const headOf = (member: Member): Member => {
    let head = member;
    for (let next = above.get(head); next !== undefined; next = above.get(head)) head = next;
    return head;
  };
  const members = new Set<Member>();
  return {
    join(a: Member, b: Member): void {
      members.add(a).add(b);
      const [low, high] = [headOf(a), headOf(b)].sort() as [Member, Member];
      if (low !== high) above.set(high, low);
    },
    all(): readonly (readonly Member[])[] {
      return [...Map.groupBy([...members].sort(), headOf).values()];
    },
  };
}
