/** Votes over every database, together with the evidence that is really kept of them. */

import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { createVoteStore } from '../../src/community/vote-store.js';
import type { Database } from '../../src/database/database.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';

const NORMS = '2303.01234' as PaperId;
const MASKS = '2303.01235' as PaperId;
const NOWHERE = '2303.09999' as PaperId;

async function open(database: Database) {
  const now = () => NOON;
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  await papers.add([
    record({ title: 'On norms', names: [NORMS] }),
    record({ title: 'On masks', names: [MASKS], withdrawn: true }),
  ]);
  const trending = createTrendingStore(database, { now });
  return { papers, trending, votes: createVoteStore(database, { now, evidence: trending }) };
}

type AnyRow = Record<string, string | number | null>;

async function rowsOf({ connection }: Database, table: string): Promise<AnyRow[]> {
  return (await sql<AnyRow>`select * from ${sql.table(table)}`.execute(connection)).rows;
}

async function claim(
  { connection }: Database,
  account: Account,
  paperId: PaperId,
  status: string,
): Promise<void> {
  await sql`
    insert into authorship_claims
      (id, account_id, paper_id, author_name, statement, status, claimed_at_ms)
    values (${`${account.id}-${paperId}`}, ${account.id}, ${paperId}, 'A', '', ${status}, 0)
  `.execute(connection);
}

describeOnEveryDatabase('votes', (database) => {
  it('count each account once, however often it votes', async () => {
    const { votes } = await open(database());
    const ana = await addAccount(database(), { name: 'ana' });
    const ben = await addAccount(database(), { name: 'ben' });
    expect(await votes.cast(ana, NORMS)).toEqual({ votes: 1, voted: true, changed: true });
    expect(await votes.cast(ana, NORMS)).toEqual({ votes: 1, voted: true, changed: false });
    expect(await votes.cast(ben, NORMS)).toEqual({ votes: 2, voted: true, changed: true });
  });

  it('are one when an account votes two hundred times at once', async () => {
    const { votes, trending } = await open(database());
    const ana = await addAccount(database(), { name: 'ana' });
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => votes.cast(ana, NORMS)));
    expect(outcomes.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await rowsOf(database(), 'votes')).toHaveLength(1);
    expect((await trending.standings([NORMS])).get(NORMS)?.votes).toBe(1);
  });

  it('are all counted when many accounts vote at once', async () => {
    const { votes, trending } = await open(database());
    const accounts = await Promise.all(
      Array.from({ length: 40 }, (_, at) => addAccount(database(), { name: `reader-${at}` })),
    );
    await Promise.all(
      accounts.flatMap((each) => [votes.cast(each, NORMS), votes.cast(each, MASKS)]),
    );
    expect((await trending.standings([NORMS])).get(NORMS)?.votes).toBe(40);
    expect((await trending.standings([MASKS])).get(MASKS)?.votes).toBe(40);
  });

  it('can be taken back, which is no act when there is none', async () => {
    const { votes, trending } = await open(database());
    const ana = await addAccount(database(), { name: 'ana' });
    await votes.cast(ana, NORMS);
    expect(await votes.undo(ana.id, NORMS)).toEqual({ votes: 0, voted: false, changed: true });
    expect(await votes.undo(ana.id, NORMS)).toEqual({ votes: 0, voted: false, changed: false });
    expect(await rowsOf(database(), 'evidence')).toEqual([]);
    expect((await trending.standings([NORMS])).get(NORMS)?.hotness).toBeUndefined();
  });

  it('agree with their count after votes and undos at once', async () => {
    const { votes, trending } = await open(database());
    const accounts = await Promise.all(
      Array.from({ length: 5 }, (_, at) => addAccount(database(), { name: `voter-${at}` })),
    );
    await Promise.all(
      Array.from({ length: 60 }, (_, at) => {
        const account = accounts[at % 5] as Account;
        return at % 3 === 0 ? votes.undo(account.id, NORMS) : votes.cast(account, NORMS);
      }),
    );
    const stored = (await rowsOf(database(), 'votes')).length;
    expect((await rowsOf(database(), 'evidence')).length).toBe(stored);
    expect((await trending.standings([NORMS])).get(NORMS)?.votes ?? 0).toBe(stored);
  });

  it('of any sequence of acts are those that the acts leave', async () => {
    const { votes } = await open(database());
    const accounts = [
      await addAccount(database(), { name: 'ana' }),
      await addAccount(database(), { name: 'ben' }),
    ];
    const model = new Map<PaperId, Set<string>>([
      [NORMS, new Set()],
      [MASKS, new Set()],
    ]);
    const anyAct = fc.record({
      who: fc.constantFrom(0, 1),
      paper: fc.constantFrom(NORMS, MASKS),
      isUndo: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct, { maxLength: 8 }), async (acts) => {
        for (const { who, paper, isUndo } of acts) {
          const account = accounts[who] as Account;
          const voters = model.get(paper) as Set<string>;
          const changes = isUndo ? voters.delete(account.id) : !voters.has(account.id);
          if (!isUndo) voters.add(account.id);
          const outcome = isUndo
            ? await votes.undo(account.id, paper)
            : await votes.cast(account, paper);
          expect(outcome).toEqual({ votes: voters.size, voted: !isUndo, changed: changes });
        }
      }),
      { numRuns: 8 },
    );
  });

  it('for a withdrawn paper count, and for one that is not there are refused', async () => {
    const { votes, papers } = await open(database());
    const ana = await addAccount(database(), { name: 'ana' });
    expect((await votes.cast(ana, MASKS)).votes).toBe(1);
    await expect(votes.cast(ana, NOWHERE)).rejects.toMatchObject({ code: 'not_found' });
    await papers.remove([MASKS]);
    await expect(votes.cast(ana, MASKS)).rejects.toMatchObject({ code: 'not_found' });
    expect(await rowsOf(database(), 'votes')).toEqual([]);
  });

  it('and the removal of the paper at once leave none behind', async () => {
    const { votes, papers } = await open(database());
    const accounts = await Promise.all(
      Array.from({ length: 8 }, (_, at) => addAccount(database(), { name: `late-${at}` })),
    );
    const acts = await Promise.allSettled([
      ...accounts.slice(0, 4).map((each) => votes.cast(each, NORMS)),
      papers.remove([NORMS]),
      ...accounts.slice(4).map((each) => votes.cast(each, NORMS)),
    ]);
    const failures = acts.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    for (const { reason } of failures) expect(reason).toMatchObject({ code: 'not_found' });
    expect(await rowsOf(database(), 'votes')).toEqual([]);
    expect(await rowsOf(database(), 'evidence')).toEqual([]);
  });

  it('of an account that is gone are refused', async () => {
    const { votes } = await open(database());
    const ana = await addAccount(database(), { name: 'ana' });
    await sql`delete from accounts`.execute(database().connection);
    await expect(votes.cast(ana, NORMS)).rejects.toMatchObject({ code: 'signed_out' });
  });

  it('of an author are recorded and count nothing', async () => {
    const { votes } = await open(database());
    const ana = await addAccount(database(), { name: 'ana' });
    const ben = await addAccount(database(), { name: 'ben' });
    await claim(database(), ana, NORMS, 'accepted');
    await claim(database(), ben, NORMS, 'pending');
    expect(await votes.cast(ana, NORMS)).toEqual({ votes: 0, voted: true, changed: true });
    expect(await votes.cast(ben, NORMS)).toMatchObject({ votes: 1 });
    expect((await votes.votesBy(ana.id, { offset: 0, limit: 9 })).votes).toMatchObject([
      { paperId: NORMS, isOwn: true },
    ]);
    await database()
      .connection.transaction()
      .execute((transaction) => votes.markOwn(transaction, ben.id, NORMS));
    expect(await votes.undo(ana.id, NORMS)).toMatchObject({ votes: 0, changed: true });
    expect((await votes.votesBy(ben.id, { offset: 0, limit: 9 })).votes[0]?.isOwn).toBe(true);
  });

  it('of an author count nothing, whether the claim or the vote comes first', async () => {
    const { votes, trending } = await open(database());
    const ana = await addAccount(database(), { name: 'ana' });
    await Promise.all([
      votes.cast(ana, NORMS),
      database()
        .connection.transaction()
        .execute(async (transaction) => {
          await sql`
            insert into authorship_claims
              (id, account_id, paper_id, author_name, statement, status, claimed_at_ms)
            values ('c', ${ana.id}, ${NORMS}, 'A', '', 'accepted', 0)
          `.execute(transaction);
          await votes.markOwn(transaction, ana.id, NORMS);
        }),
    ]);
    expect((await rowsOf(database(), 'votes'))[0]?.is_own).toBe(1);
    expect((await trending.standings([NORMS])).get(NORMS)?.votes).toBe(0);
  });

  it('are found in bulk, and listed the latest first', async () => {
    let atMs = NOON.getTime();
    const { trending } = await open(database());
    const votes = createVoteStore(database(), { now: () => new Date(atMs++), evidence: trending });
    const ana = await addAccount(database(), { name: 'ana' });
    await votes.cast(ana, NORMS);
    await votes.cast(ana, MASKS);
    expect(await votes.votedFor(ana.id, [NORMS, NOWHERE])).toEqual(new Set([NORMS]));
    expect(await votes.votedFor(ana.id, [])).toEqual(new Set());
    const { votes: first, total } = await votes.votesBy(ana.id, { offset: 0, limit: 1 });
    expect(total).toBe(2);
    expect(first.map(({ paperId }) => paperId)).toEqual([MASKS]);
  });

  it('of a deleted account go on counting, and name nobody', async () => {
    const { votes, trending } = await open(database());
    const ana = await addAccount(database(), { name: 'ana' });
    const ben = await addAccount(database(), { name: 'ben' });
    await votes.cast(ana, NORMS, { network: 'a-network' });
    await votes.cast(ana, MASKS);
    await votes.cast(ben, NORMS);
    await database()
      .connection.transaction()
      .execute((transaction) => votes.anonymise(transaction, ana.id));
    const stored = [
      ...(await rowsOf(database(), 'votes')),
      ...(await rowsOf(database(), 'evidence')),
    ];
    expect(stored).toHaveLength(6);
    expect(JSON.stringify(stored)).not.toContain(ana.id);
    expect(JSON.stringify(stored)).not.toContain('a-network');
    const voters = (await rowsOf(database(), 'votes')).map((row) => row.account_id);
    expect(new Set(voters).size).toBe(3);
    await trending.recomputeAll();
    expect((await trending.standings([NORMS])).get(NORMS)?.votes).toBe(2);
  });
});
