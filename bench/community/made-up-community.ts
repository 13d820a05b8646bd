/**
 * A site as it is after a busy month: papers of the corpus with a fixed number to a day, accounts
 * of a few hundred networks, votes that go to few papers, and one long discussion. Everything is
 * done through the stores of the program, so that it takes what it takes.
 */

import { randomUUID } from 'node:crypto';
import type { Account, AccountId } from '../../src/accounts/account.js';
import { nameShape } from '../../src/accounts/account-name.js';
import type { AccountTables } from '../../src/accounts/account-rows.js';
import type { People } from '../../src/app-people.js';
import type { Database } from '../../src/database/database.js';
import type { PaperStore } from '../../src/papers/catalogue.js';
import { addDays, type Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import type { Paper, PaperRecord } from '../../src/papers/paper.js';
import { readCorpus } from '../corpus.js';
import { createRandom } from '../random.js';

/** The last day of a month, so that all of it has papers. */
export const TODAY = '2026-11-30' as Day;

export const NOON_MS: number = Date.parse(`${TODAY}T12:00:00Z`);

export const PAPERS_A_DAY = 500;

const DAY_MS = 86_400_000;
const DAYS_VOTED = 30;
const NETWORKS = 800;
const VOTES_ONE_BY_ONE = 2_000;
const VOTERS_AT_ONCE = 50;
const ROWS_PER_INSERT = 500;

export async function addPapers(papers: PaperStore, count: number): Promise<void> {
  let at = 0;
  for await (const batch of readCorpus(count)) {
    await papers.add(
      batch.map((paper) => recordOf(paper, addDays(TODAY, -Math.floor(at++ / PAPERS_A_DAY)))),
    );
  }
}

/** Announced on a day of ours, whatever day it was. */
function recordOf(paper: Paper, announcedOn: Day): PaperRecord {
  const { title, abstract, authors, categories, links, identifiers } = paper;
  return {
    source: 'jsonl',
    identifiers,
    title,
    abstract,
    authors,
    categories,
    links,
    announcedOn,
    publishedOn: announcedOn,
  };
}

export type Voter = Account & { readonly network: string };

/** Accounts of last year, and of the last days one in ten. */
export async function addVoters({ connection }: Database, count: number): Promise<Voter[]> {
  const random = createRandom(7);
  const voters = Array.from({ length: count }, (_, at): Voter => {
    const daysOld = at % 10 === 0 ? random.below(20) : 100 + random.below(200);
    const name = `reader-${at}`;
    return {
      id: randomUUID() as string as AccountId,
      name,
      displayName: `Reader ${at}`,
      biography: '',
      email: `${name}@example.org`,
      role: 'reader',
      preferences: {},
      feedKey: randomUUID(),
      createdAtMs: NOON_MS - daysOld * DAY_MS - random.below(DAY_MS),
      bannedAtMs: undefined,
      banReason: undefined,
      trustedAtMs: undefined,
      network: `network-${random.below(NETWORKS)}`,
    };
  });
  for (let at = 0; at < voters.length; at += ROWS_PER_INSERT) {
    await connection
      .$extendTables<AccountTables>()
      .insertInto('accounts')
      .values(voters.slice(at, at + ROWS_PER_INSERT).map(toRow))
      .execute();
  }
  return voters;
}

function toRow(voter: Voter): AccountTables['accounts'] {
  return {
    id: voter.id,
    name: voter.name,
    name_shape: nameShape(voter.name),
    display_name: voter.displayName,
    biography: '',
    email: voter.email ?? null,
    email_key: voter.email ?? null,
    role: 'reader',
    preferences: '{}',
    feed_key: voter.feedKey,
    created_at_ms: voter.createdAtMs,
    banned_at_ms: null,
    ban_reason: null,
    trusted_at_ms: null,
    network: voter.network,
  };
}

/** Votes in a second. */
export type VoteRates = { readonly oneByOne: number; readonly fiftyAtOnce: number };

/** Casts votes over the last weeks; the clock is moved along with them. */
export async function castVotes(
  { votes }: Pick<People, 'votes'>,
  voters: readonly Voter[],
  papers: readonly PaperId[],
  count: number,
  setClock: (nowMs: number) => void,
): Promise<VoteRates> {
  const random = createRandom(11);
  const drawn = new Set<string>();
  while (drawn.size < count) {
    // Few papers get most of the votes.
    const paper = Math.floor(papers.length * random.next() ** 3);
    drawn.add(`${random.below(voters.length)} ${paper}`);
  }
  const ballots = [...drawn].map((text) => text.split(' ').map(Number) as [number, number]);
  let cast = 0;
  const castNext = async (): Promise<void> => {
    const [voter, paper] = ballots[cast] as [number, number];
    setClock(NOON_MS - DAYS_VOTED * DAY_MS * (1 - cast / count));
    cast += 1;
    const { network, ...account } = voters[voter] as Voter;
    await votes.cast(account, papers[paper] as PaperId, { network });
  };
  const rateOf = async (until: number, atOnce: number): Promise<number> => {
    const from = cast;
    const startedAtMs = performance.now();
    const keepCasting = async () => {
      while (cast < until) await castNext();
    };
    await Promise.all(Array.from({ length: atOnce }, keepCasting));
    return (1_000 * (until - from)) / (performance.now() - startedAtMs);
  };
  const oneByOne = await rateOf(Math.min(VOTES_ONE_BY_ONE, count), 1);
  const fiftyAtOnce = await rateOf(count, VOTERS_AT_ONCE);
  setClock(NOON_MS);
  return { oneByOne, fiftyAtOnce };
}

/** A discussion in which every third comment answers another. */
export async function discuss(
  { commenting }: Pick<People, 'commenting'>,
  voters: readonly Voter[],
  paperId: PaperId,
  count: number,
): Promise<void> {
  let parentId: Awaited<ReturnType<typeof commenting.post>>['id'] | undefined;
  for (let at = 0; at < count; at += 1) {
    const { id } = await commenting.post(voters[10 * at + 1] as Voter, {
      paperId,
      ...(at % 3 === 2 && parentId && { parentId }),
      text: `Remark ${at}: the bound of *Theorem 2* is $O(n \\log n)$, not $O(n^2)$, is it?\n\nSee [their code](https://example.org/${at}).`,
    });
    if (at % 3 === 0) parentId = id;
  }
}
