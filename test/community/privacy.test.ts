/** What a person may take away, and that nothing of them is left, over every database. */

import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { createAccountStore } from '../../src/accounts/account-store.js';
import { createApiTokenStore } from '../../src/accounts/api-token-store.js';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import { createOneTimeSecretStore } from '../../src/accounts/one-time-secret-store.js';
import { createSessionStore } from '../../src/accounts/session-store.js';
import { createClaimStore } from '../../src/community/claims/claim-store.js';
import { createCollectionStore } from '../../src/community/collection-store.js';
import type { CommentId } from '../../src/community/comment.js';
import { createCommentStore } from '../../src/community/comment-store.js';
import { createDismissalStore } from '../../src/community/dismissal-store.js';
import { createFollowStore } from '../../src/community/follow-store.js';
import { toFollow } from '../../src/community/follows.js';
import { createModeration } from '../../src/community/moderation/moderation-store.js';
import { createPickStore } from '../../src/community/pick-store.js';
import { createDeletionStore } from '../../src/community/privacy/deletion-store.js';
import { createExportStore } from '../../src/community/privacy/export-store.js';
import { createRetentionStore } from '../../src/community/privacy/retention-store.js';
import { createTombstoneFile } from '../../src/community/privacy/tombstones-client.js';
import { createVoteStore } from '../../src/community/vote-store.js';
import type { Database } from '../../src/database/database.js';
import { createSubscriptionStore } from '../../src/digest/subscriptions/subscription-store.js';
import type { Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';
import { addSubscriber } from '../support/subscribers.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PAPERS = ['2303.00001', '2303.00002', '2303.00003'] as PaperId[];
const [ONE, TWO, THREE] = PAPERS as [PaperId, PaperId, PaperId];
const DAY_MS = 86_400_000;
const keyedHash = createKeyedHash('a secret of this test, long enough');

async function open(database: Database, atMs = NOON.getTime()) {
  const now = () => new Date(atMs);
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  await papers.add(
    PAPERS.map((id) => record({ title: `Paper ${id}`, names: [id], authors: ['Zed Quill'] })),
  );
  const evidence = createTrendingStore(database, { now });
  const votes = createVoteStore(database, { now, evidence });
  const comments = createCommentStore(database, { now, evidence });
  const collections = createCollectionStore(database, { now, evidence });
  const moderation = createModeration(database, { now, comments, collections, evidence });
  const { audit } = moderation;
  const picks = createPickStore(database, { now, audit });
  const tombstones = createTombstoneFile(join(await temporaryFolder(), 'deletions.txt'));
  return {
    ...{ now, evidence, votes, comments, collections, moderation, audit, picks, tombstones },
    claims: createClaimStore(database, { now, keyedHash, audit, votes }),
    follows: createFollowStore(database, { now }),
    dismissals: createDismissalStore(database, { now }),
    exports: createExportStore(database, { now }),
    retention: createRetentionStore(database, { now, evidence }),
    deletion: createDeletionStore(database, {
      ...{ keyedHash, audit, votes, comments, picks, collections, evidence },
      subscriptions: createSubscriptionStore(database, { now, keyedHash }),
      keepTombstones: tombstones.add,
    }),
  };
}

type Site = Awaited<ReturnType<typeof open>>;

/** Somebody who has done everything that can be done here, and whom others have met. */
async function liveALot(database: Database, site: Site) {
  const zed = await addAccount(database, {
    name: 'zedquill',
    displayName: 'Zed Quill of Nowhere',
    email: 'zed@quill.example',
    biography: 'I am zedquill.',
    role: 'curator',
  });
  const ana = await addAccount(database, { name: 'ana' });
  const mia = await addAccount(database, { name: 'mia', role: 'moderator' });
  const { now, votes, comments, collections, claims, moderation } = site;
  await createAccountStore(database, { now }).linkIdentity(zed.id, {
    issuer: 'https://orcid.org',
    subject: '0000-0002-1825-0097',
    label: 'Zed Quill',
  });
  await createSessionStore(database, { now }).open(zed.id, { userAgent: 'X', method: 'link' });
  const token = await createApiTokenStore(database, { now }).make(zed.id, {
    label: 'my script',
    scopes: ['read'],
  });
  const secrets = createOneTimeSecretStore(database, { now });
  const secret = { purpose: 'sign-in', livesMs: DAY_MS };
  await secrets.make({ ...secret, subject: 'a hash', details: { address: 'zed@quill.example' } });
  await secrets.make({ ...secret, subject: zed.id, details: {} });
  await sql`
    insert into passkeys (credential_id, account_id, public_key, counter, transports, label,
      is_synced, created_at_ms)
    values ('credential', ${zed.id}, 'key', 0, '[]', 'my telephone', 0, 0)
  `.execute(database.connection);

  await addSubscriber(database, { email: 'zed@quill.example', accountId: zed.id });
  await votes.cast(zed, ONE, { network: 'house' });
  await votes.cast(zed, TWO, { network: 'house' });
  await votes.cast(ana, ONE);
  const say = async (account: Account, paperId: PaperId, text: string, parentId?: CommentId) =>
    (
      await comments.write({
        ...{ account, paperId, text, status: 'shown', reason: '', network: 'house' },
        ...(parentId && { parentId }),
      })
    ).id;
  const answered = await say(zed, ONE, 'A thought of zedquill.');
  const answer = await say(ana, ONE, 'I agree.', answered);
  await say(zed, ONE, 'Thank you!', answer);
  const bad = await say(zed, TWO, 'A bad comment.');
  const collection = await collections.create(zed.id, {
    title: 'Read by zedquill',
    description: '',
    visibility: 'public',
  });
  await collections.add(zed, collection, THREE);
  await site.follows.follow(zed.id, toFollow('author', 'Jane Doe'));
  await site.dismissals.dismiss(zed.id, THREE);
  await claims.claim(zed, TWO, { authorName: 'Zed Quill', statement: 'zedquill is me' });
  const pending = await claims.claimOn(zed.id, TWO);
  await claims.decide(mia, pending?.id ?? '', { isAccepted: true, reason: 'It is zedquill.' });
  await site.picks.add(zed.id, { day: '2026-11-20' as Day, paperId: ONE, note: 'zedquill’s' });
  const about = (kind: 'comment' | 'account' | 'collection', id: string) => ({
    target: { kind, id },
    reason: 'abuse' as const,
    words: 'zedquill is rude',
  });
  await moderation.reports.report(ana, about('comment', bad));
  await moderation.reports.report(ana, about('account', zed.id));
  await moderation.reports.report(ana, about('collection', collection));
  await moderation.reports.report(zed, { ...about('comment', answer), words: 'I, zedquill, …' });
  await moderation.decideComment(mia, bad, 'hidden', 'Zed Quill of Nowhere was rude.');
  await moderation.neutralise(mia, { accounts: [zed.id], papers: [ONE, TWO] }, 'with zedquill');
  await votes.undo(zed.id, TWO);
  await moderation.trust(mia, zed.id);
  return { zed, ana, mia, answered, token: token.secret };
}

/** All rows of all tables that hold any of these words, however written. */
async function rowsThatHold({ connection }: Database, words: readonly string[]) {
  const tables = await connection.introspection.getTables();
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(connection);
    for (const row of rows) {
      const text = JSON.stringify(row).toLowerCase();
      if (words.some((word) => text.includes(word.toLowerCase()))) found.push(`${name}: ${text}`);
    }
  }
  return found;
}

function wordsOf({ id, name, email, displayName, feedKey }: Account): string[] {
  return [id, name, email ?? id, displayName, feedKey, 'quill.example'];
}

async function jsonOf(site: Site, account: Account) {
  let text = '';
  for await (const piece of site.exports.exportOf(account.id)) text += piece;
  return { text, json: JSON.parse(text) as Record<string, Record<string, unknown>[]> };
}

describeOnEveryDatabase('a person who leaves', (database) => {
  it('can be found before, in many places', async () => {
    const { zed } = await liveALot(database(), await open(database()));
    const found = await rowsThatHold(database(), wordsOf(zed));
    expect(new Set(found.map((line) => line.split(':')[0])).size).toBeGreaterThan(12);
  });

  it('leaves nothing that tells of them, in any table', async () => {
    const site = await open(database());
    const { zed } = await liveALot(database(), site);
    await site.deletion.remove(zed.id);
    // The catalogue keeps who wrote a paper: that is the paper's, not the account's.
    const left = await rowsThatHold(database(), wordsOf(zed));
    expect(left).toEqual([]);
    expect(await rowsThatHold(database(), ['a thought of', 'my telephone', 'my script'])).toEqual(
      [],
    );
  });

  it('leaves what others rely on', async () => {
    const site = await open(database());
    const { zed, ana, answered } = await liveALot(database(), site);
    const before = (await site.evidence.standings([ONE])).get(ONE);
    await site.deletion.remove(zed.id);
    const after = (await site.evidence.standings([ONE])).get(ONE);
    expect(after?.votes).toBe(before?.votes);
    expect(after?.comments).toBe(1);
    const { rows } = await sql<{ id: string; text: string; account_id: string | null }>`
      select id, text, account_id from comments order by text
    `.execute(database().connection);
    expect(rows).toEqual([
      { id: answered, text: '', account_id: null },
      expect.objectContaining({ text: 'I agree.', account_id: ana.id }),
    ]);
    expect(await site.picks.ofDay('2026-11-20' as Day)).toMatchObject([{ paperId: ONE, note: '' }]);
    expect(await site.moderation.queue.counts()).toMatchObject({ reportedThings: 1 });
    expect(await site.audit.verify()).toMatchObject({ brokenAt: undefined });
    // Sums reckoned anew from what is left are those that stand.
    expect(await site.evidence.recomputeAll()).toBe(0);
  });

  it('is not here any more to be deleted again, or to act', async () => {
    const site = await open(database());
    const { zed } = await liveALot(database(), site);
    const outcomes = await Promise.allSettled([
      site.deletion.remove(zed.id),
      site.votes.cast(zed, THREE),
      site.deletion.remove(zed.id),
    ]);
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    await expect(site.deletion.remove(zed.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(site.votes.cast(zed, THREE)).rejects.toMatchObject({ code: 'signed_out' });
    expect(await rowsThatHold(database(), wordsOf(zed))).toEqual([]);
  });

  it('cannot be the last operator', async () => {
    const site = await open(database());
    const ola = await addAccount(database(), { name: 'ola', role: 'operator' });
    await expect(site.deletion.remove(ola.id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await rowsThatHold(database(), [ola.id])).toHaveLength(1);
  });

  it('is deleted again when a backup brings them back', async () => {
    const site = await open(database());
    const zed = await addAccount(database(), { name: 'zedquill' });
    await addAccount(database(), { name: 'ana' });
    await site.deletion.remove(zed.id);
    const known = await site.tombstones.all();
    expect(known).toEqual(await site.deletion.tombstones());
    expect([...known].join()).not.toContain(zed.id);
    // The backup was made before: it has the account, and no line about its end.
    await sql`delete from audit_log`.execute(database().connection);
    await addAccount(database(), zed);
    expect(await site.deletion.replay(new Set())).toBe(0);
    expect(await site.deletion.replay(known)).toBe(1);
    expect(await site.deletion.replay(known)).toBe(0);
    expect(await rowsThatHold(database(), wordsOf(zed))).toEqual([]);
    expect(await rowsThatHold(database(), ['"ana"'])).toHaveLength(1);
    expect(await site.deletion.tombstones()).toEqual(known);
  });
});

describeOnEveryDatabase('the export of an account', (database) => {
  it('holds all that the person left, and no secret', async () => {
    const site = await open(database());
    const { zed, token, mia } = await liveALot(database(), site);
    const { text, json } = await jsonOf(site, zed);
    expect(json.account).toMatchObject({ name: 'zedquill', email: 'zed@quill.example' });
    expect(json.votes).toMatchObject([{ paper: ONE, votedAt: NOON.toISOString() }]);
    expect(json.comments?.map((comment) => comment.text).sort()).toEqual([
      'A bad comment.',
      'A thought of zedquill.',
      'Thank you!',
    ]);
    expect(json.submissions).toMatchObject([{ paper: ONE, kind: 'curated' }]);
    expect(json.collections).toMatchObject([{ title: 'Read by zedquill' }]);
    expect(json.collectedPapers).toMatchObject([{ paper: THREE }]);
    expect(json.follows).toMatchObject([{ kind: 'author' }]);
    expect(json.dismissals).toMatchObject([{ paper: THREE }]);
    expect(json.claims).toMatchObject([{ paper: TWO, status: 'accepted' }]);
    expect(json.reports).toMatchObject([{ kind: 'comment' }]);
    expect(json.identities).toMatchObject([{ subject: '0000-0002-1825-0097' }]);
    expect(json.passkeys).toMatchObject([{ label: 'my telephone' }]);
    expect(json.tokens).toMatchObject([{ label: 'my script' }]);
    expect(json.sessions).toHaveLength(1);
    expect(json.subscriptions).toMatchObject([
      { address: 'zed@quill.example', status: 'confirmed', preferences: { cadence: 'daily' } },
    ]);
    expect(json.notifications?.length).toBeGreaterThan(0);
    expect(json.decisions?.map(({ action }) => action)).toContain('account-trusted');
    expect(text).not.toContain(zed.feedKey);
    expect(text).not.toContain(token);
    expect(text).not.toContain(mia.id);
    expect(text).not.toContain('house');
    expect(text).not.toMatch(/hash|secret|[0-9a-f]{64}/i);
  });

  it('holds nothing of anybody else', async () => {
    const site = await open(database());
    const { ana, zed } = await liveALot(database(), site);
    const { text } = await jsonOf(site, ana);
    for (const word of [zed.email ?? '', zed.biography, zed.feedKey, 'A bad comment.']) {
      expect(text).not.toContain(word);
    }
  });

  it('is whole when there is much to tell', async () => {
    const site = await open(database());
    const zed = await addAccount(database(), { name: 'zedquill' });
    const rows = Array.from({ length: 2_500 }, (_, each) => ({
      account_id: zed.id,
      kind: 'search',
      value: `words ${String(each).padStart(5, '0')}`,
      label: '',
      followed_at_ms: 0,
    }));
    const follows = database().connection.$extendTables<{ follows: (typeof rows)[number] }>();
    for (let at = 0; at < rows.length; at += 500) {
      await follows
        .insertInto('follows')
        .values(rows.slice(at, at + 500))
        .execute();
    }
    const { json } = await jsonOf(site, zed);
    expect(json.follows?.map(({ value }) => value)).toEqual(rows.map(({ value }) => value));
  });
});

describeOnEveryDatabase('what has been kept long enough', (database) => {
  it('is forgotten, and nothing else', async () => {
    const site = await open(database());
    const { zed, ana } = await liveALot(database(), site);
    await sql`update accounts set network = 'house'`.execute(database().connection);
    const now = (await site.retention.forgetOld()).networksOfAccounts;
    // Their accounts are a year old, their votes are of today.
    expect(now).toBe(3);
    const network = () =>
      sql`select network from evidence where network is not null`.execute(database().connection);
    expect((await network()).rows.length).toBeGreaterThan(0);
    await sql`update notifications set read_at_ms = made_at_ms where account_id = ${zed.id}`.execute(
      database().connection,
    );
    const later = await open(database(), NOON.getTime() + 181 * DAY_MS);
    const forgotten = await later.retention.forgetOld();
    expect(forgotten.secrets).toBe(2);
    expect(forgotten.notifications).toBeGreaterThan(0);
    expect(forgotten.reports).toBe(0);
    expect((await network()).rows).toEqual([]);
    expect(await later.votes.votesBy(zed.id, { offset: 0, limit: 9 })).toMatchObject({ total: 1 });
    expect((await later.moderation.queue.counts()).reportedThings).toBe(3);
    const unread = await sql`select id from notifications where account_id = ${ana.id}`.execute(
      database().connection,
    );
    expect(unread.rows.length).toBeGreaterThan(0);
    const atLast = await open(database(), NOON.getTime() + 366 * DAY_MS);
    expect((await atLast.retention.forgetOld()).reports).toBe(1);
  });
});
