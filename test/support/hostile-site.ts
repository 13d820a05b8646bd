/**
 * A site on which everything has happened once, so that requests against it meet something: two
 * readers of whom one has private things, a curator, a moderator, an operator.
 */

import type { Hono } from 'hono';
import type { Account } from '../../src/accounts/account.js';
import { createPasskeyStore } from '../../src/accounts/passkey-store.js';
import { makeSignInLink } from '../../src/accounts/sign-in-link.js';
import type { CollectionId } from '../../src/community/collections.js';
import type { CommentId } from '../../src/community/comment.js';
import { toFollow } from '../../src/community/follows.js';
import { submissionId } from '../../src/community/moderation/report.js';
import type { Config } from '../../src/config.js';
import type { Database } from '../../src/database/database.js';
import {
  type SubscriberId,
  usualPreferences,
} from '../../src/digest/subscriptions/subscription.js';
import type { PaperStore } from '../../src/papers/catalogue.js';
import type { Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import type { Paper } from '../../src/papers/paper.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { pages } from '../../src/web/pages.js';
import { createRateLimits } from '../../src/web/rate-limits.js';
import { addAccount } from './accounts.js';
import { NOON, openCatalogue, record } from './catalogue.js';
import { CLIENT, startIdentityProvider } from './identity-provider.js';
import { lookupWorld } from './paper-lookup.js';
import { type TestBrowser, testBrowser } from './people-site.js';
import { type WholeSite, wholeSite } from './whole-site.js';

export const TODAY = '2026-11-20' as Day;

/** What is not in the catalogue, and can be looked up. */
const NEW_ARXIV_ID = '2611.04321';

/** What people typed. Tests of what is shown put other words here. */
export type Words = {
  readonly title: string;
  readonly abstract: string;
  readonly author: string;
  readonly category: string;
  readonly displayName: string;
  readonly biography: string;
  readonly comment: string;
  readonly answer: string;
  readonly note: string;
  readonly collectionTitle: string;
  readonly description: string;
  readonly words: string;
  readonly statement: string;
  readonly reason: string;
  readonly follow: string;
  readonly label: string;
  readonly device: string;
};

const PLAIN_WORDS: Words = {
  title: 'On norms',
  abstract: 'We show that norms are equivalent.',
  author: 'Ana Ruiz',
  category: 'math.NA',
  displayName: 'Ana Ruiz',
  biography: 'Numerical analysis.',
  comment: 'A fine paper.',
  answer: 'Indeed.',
  note: 'Read section 3.',
  collectionTitle: 'To read',
  description: 'For the winter.',
  words: 'Please look at it.',
  statement: 'It is mine.',
  reason: 'It was off-topic.',
  follow: 'norms',
  label: 'my laptop',
  device: 'Firefox/145.0',
};

/** Names of what is there. Unless it says otherwise, it is Ana's. */
export type Things = {
  readonly paper: PaperId;
  /** Hidden by Ana, and in no list of a day. */
  readonly otherPaper: PaperId;
  readonly author: string;
  readonly newArxivId: string;
  /** Private, with one paper in it. */
  readonly collection: CollectionId;
  readonly publicCollection: CollectionId;
  readonly comment: CommentId;
  /** Bob's answer to it. */
  readonly answer: CommentId;
  readonly heldComment: CommentId;
  readonly notification: string;
  readonly session: string;
  readonly apiToken: string;
  readonly passkey: string;
  readonly identity: { readonly issuer: string; readonly subject: string };
  readonly claim: string;
  readonly submission: string;
  /** What a preview handed her. */
  readonly submissionToken: string;
  readonly emailToken: string;
  readonly mailKey: string;
  readonly feedKey: string;
  /** A link of the operator that signs in to her account, in any browser. */
  readonly signInToken: string;
  /** Of the letter that asks her whether she wants the daily mail at another address. */
  readonly digestToken: string;
  /** Her daily mail: whose it is, and the keys of its letters and of its feed. */
  readonly subscriber: SubscriberId;
  readonly linkKey: string;
  readonly digestFeedKey: string;
  /** The hash of an address that nothing is sent to. */
  readonly suppressed: string;
};

export type HostileSite = WholeSite & {
  readonly app: Hono;
  readonly database: Database;
  readonly papers: PaperStore;
  readonly ana: Account;
  readonly bob: Account;
  readonly curator: Account;
  readonly moderator: Account;
  readonly operator: Account;
  readonly things: Things;
  /** A browser in which somebody is signed in; a stranger's without an account. */
  readonly browserOf: (account?: Account) => Promise<TestBrowser>;
  /** Lets time pass. */
  readonly wait: (ms: number) => void;
};

type Options = {
  /** SQLite in a file of the test's own without it; else an empty database. */
  readonly database?: Database;
  readonly words?: Partial<Words>;
  readonly settings?: Partial<Config>;
  /** Whether somebody can sign in with an account from elsewhere: `orcid`. */
  readonly hasProvider?: boolean;
};

const MINUTE_MS = 60_000;

/** Limits have tests of their own, and nobody could send so much with them. */
const WITHOUT_LIMITS = createRateLimits({
  reading: { name: 'reading', requests: 1e9, seconds: 300 },
  writing: { name: 'writing', requests: 1e9, seconds: 300 },
  'sign-in': { name: 'sign-in', requests: 1e9, seconds: 300 },
});

export async function openHostileSite(options: Options = {}): Promise<HostileSite> {
  const words = { ...PLAIN_WORDS, ...options.words };
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const database = options.database ?? (await openCatalogue(now)).database;
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  const provider = options.hasProvider ? await startIdentityProvider() : undefined;
  const { lookup } = await lookupWorld({
    papers,
    arxivPapers: [
      {
        id: NEW_ARXIV_ID,
        title: words.title,
        abstract: words.abstract,
        authors: [words.author],
        // What stands in an attribute is written as it is given.
        categories: [words.category.replace(/["&<>]/g, '')],
        published: '2026-11-19T17:00:00Z',
      },
    ],
  });
  const site = await wholeSite({
    database,
    papers,
    now,
    lookup,
    fetch,
    settings: {
      identityProviders: provider
        ? [provider.settings({ id: 'orcid', clientId: CLIENT.id, clientSecret: CLIENT.secret })]
        : [],
      ...options.settings,
    },
  });
  const app = pages({ ...site.services, rateLimits: WITHOUT_LIMITS });
  const catalogued = await fillCatalogue(papers, words);
  const people = {
    ana: await addAccount(database, { name: 'ana', displayName: words.displayName }),
    bob: await addAccount(database, { name: 'bob' }),
    curator: await addAccount(database, { name: 'carol', role: 'curator' }),
    moderator: await addAccount(database, { name: 'max', role: 'moderator' }),
    operator: await addAccount(database, { name: 'olga', role: 'operator' }),
  };
  const browserOf = async (account?: Account): Promise<TestBrowser> => {
    const browser = testBrowser({ app } as Parameters<typeof testBrowser>[0]);
    if (account) {
      const { token } = await site.people.sessions.open(account.id, {
        userAgent: words.device,
        method: 'mail',
      });
      browser.setCookie('session', token);
    }
    return browser;
  };
  const wait = (ms: number): void => {
    clock.ms += ms;
  };
  const parts = { ...site, app, database, papers, ...people, browserOf, wait };
  return { ...parts, things: await happen(parts, catalogued, words) };
}

/** The paper that everything is about, and another one. */
type Catalogued = { readonly paper: Paper; readonly other: PaperId };

async function fillCatalogue(papers: PaperStore, words: Words): Promise<Catalogued> {
  const [first, second] = await papers.add([
    record({
      title: words.title,
      abstract: words.abstract,
      authors: [words.author, 'Ben Ode'],
      categories: [words.category, 'cs.LG'],
      names: ['arXiv:2611.01234'],
      announcedOn: TODAY,
    }),
    record({ title: 'On matrices', authors: ['Eve Noll'], announcedOn: TODAY }),
    record({ title: 'On sketches', authors: ['Ben Ode'], announcedOn: '2026-11-17' as Day }),
  ]);
  const paper = await papers.find(first?.id ?? '');
  if (!paper || !second) throw new RangeError('the papers of the test are not there');
  return { paper, other: second.id };
}

/** All that can happen, once. */
async function happen(
  site: Omit<HostileSite, 'things'>,
  { paper: { id: paper, authors }, other }: Catalogued,
  words: Words,
): Promise<Things> {
  const { people, ana, bob, curator, moderator, operator, wait } = site;
  const { accounts, commenting, collections, moderation } = people;
  const author = authors[0] ?? '';

  await accounts.update(ana.id, { biography: words.biography, preferences: { showsVotes: true } });
  const { id: session } = await people.sessions.open(ana.id, {
    userAgent: words.device,
    method: 'mail',
  });
  const apiToken = await people.apiTokens.make(ana.id, { label: words.label, scopes: ['read'] });
  const identity = { issuer: 'https://orcid.org', subject: '0000-0002-1825-0097' };
  await accounts.linkIdentity(ana.id, { ...identity, label: words.label });
  const passkey = 'c3RvcmVkLWtleQ';
  await createPasskeyStore(site.database, { now: () => NOON }).add({
    id: passkey,
    accountId: ana.id,
    publicKey: 'a2V5',
    counter: 0,
    transports: [],
    label: words.label,
    isSynced: false,
  });

  await people.votes.cast(ana, paper);
  const called = { title: words.collectionTitle, description: words.description };
  const collection = await collections.create(ana.id, { ...called, visibility: 'private' });
  const publicCollection = await collections.create(ana.id, { ...called, visibility: 'public' });
  for (const id of [collection, publicCollection]) {
    await collections.add(ana, id, paper);
    await collections.annotate(ana.id, id, paper, words.note);
  }
  const comment = await commenting.post(ana, { paperId: paper, text: words.comment });
  const answer = await commenting.post(bob, {
    paperId: paper,
    parentId: comment.id,
    text: words.answer,
  });
  const held = await commenting.post(bob, { paperId: paper, text: words.comment });
  await moderation.decideComment(moderator, held.id, 'hidden', words.reason);
  const [notification] = (await people.notifications.listOf(ana.id, { offset: 0, limit: 1 }))
    .notifications;
  for (const kind of ['author', 'category', 'topic', 'search'] as const) {
    await people.follows.follow(ana.id, toFollow(kind, words.follow));
  }
  await people.dismissals.dismiss(ana.id, other);
  await people.claims.claim(ana, paper, { authorName: author, statement: words.statement });

  await people.picks.add(curator.id, { day: TODAY, paperId: paper, note: words.note });
  for (const target of [
    { kind: 'comment', id: answer.id },
    { kind: 'collection', id: publicCollection },
    { kind: 'submission', id: submissionId(TODAY, paper) },
    { kind: 'account', id: ana.id },
  ] as const) {
    const reporter = target.id === answer.id ? ana : bob;
    await moderation.reports.report(reporter, { target, reason: 'other', words: words.words });
  }
  await moderation.block(moderator, { kind: 'word', pattern: 'viagra' }, words.reason);
  await moderation.ban(operator, (await addAccount(site.database, { name: 'mallory' })).id, {
    reason: words.reason,
    hidesComments: false,
  });

  const browser = await site.browserOf(ana);
  await browser.post('/settings/email', { email: 'ana.new@example.org' });
  await people.emailChange.settled();
  const emailToken = /settings\/email\/([\w-]+)/.exec(site.letters.join('\n'))?.[1] ?? '';
  const looked = await people.submissions.look(ana, NEW_ARXIV_ID);
  if (looked.kind !== 'preview') throw new RangeError('the new paper is listed already');
  const signInPath = await makeSignInLink(people.secrets, ana.id);
  const subscribed = await subscribe(site, { paper, words });
  wait(11 * MINUTE_MS);
  return {
    paper,
    otherPaper: other,
    author,
    newArxivId: NEW_ARXIV_ID,
    collection,
    publicCollection,
    comment: comment.id,
    answer: answer.id,
    heldComment: held.id,
    notification: notification?.id ?? '',
    session,
    apiToken: apiToken.id,
    passkey,
    identity,
    claim: (await moderation.queue.pendingClaims(1))[0]?.id ?? '',
    submission: submissionId(TODAY, paper),
    submissionToken: looked.token,
    emailToken,
    mailKey: people.mailKeys.keyFor(ana.id),
    feedKey: ana.feedKey,
    signInToken: signInPath.split('/').at(-1) ?? '',
    ...subscribed,
  };
}

/** Her daily mail, one letter of which is on its way, and what came back from another. */
async function subscribe(
  { ana, database, digest, letters }: Omit<HostileSite, 'things'>,
  { paper, words }: { readonly paper: PaperId; readonly words: Words },
): Promise<
  Pick<Things, 'digestToken' | 'subscriber' | 'linkKey' | 'digestFeedKey' | 'suppressed'>
> {
  const { subscribing, deliveries, suppressions } = digest;
  await subscribing.ask('ana.mail@example.org', { from: '192.0.2.0/24' });
  await subscribing.settled();
  const digestToken = /subscribe\/confirm\/([\w-]+)/.exec(letters.join('\n'))?.[1] ?? '';
  const { id: subscriberId, linkKey, feedKey } = await subscribing.askSignedIn(ana, { from: '' });
  await digest.subscriptions.setPreferences(subscriberId, {
    ...usualPreferences({ hour: 8, timeZone: 'UTC' }),
    searches: [words.follow],
  });
  await database.connection.transaction().execute((transaction) =>
    deliveries.queue(transaction, {
      editionOn: TODAY,
      subscriberId,
      domain: 'example.org',
      messageId: '20261120.ana@example.org',
      tryAtMs: NOON.getTime(),
      giveUpAtMs: NOON.getTime() + 24 * 60 * MINUTE_MS,
    }),
  );
  const [lease] = await deliveries.claim('a test', {
    limit: 1,
    leaseMs: MINUTE_MS,
    withoutDomains: [],
  });
  if (!lease) throw new RangeError('her letter waits for nobody');
  const reasons = [
    { kind: 'picked', note: words.note },
    { kind: 'search', query: words.follow },
    { kind: 'follow', what: 'author', label: words.author },
    { kind: 'like', papers: 3, title: words.title },
    { kind: 'trending', category: words.category },
  ] as const;
  const papers = [{ paperId: paper, section: 'edition' as const, reasons, votes: 1 }];
  await deliveries.keepContents(lease, { day: TODAY, papers, more: 2 });
  await deliveries.handOver(lease, MINUTE_MS);
  await deliveries.settle(lease, { state: 'sent', detail: `250 ${words.reason}` });
  const suppressed = 'f'.repeat(64);
  const detail = words.reason;
  await suppressions.suppress({ addressHash: suppressed, reason: 'bounces', detail });
  return { digestToken, subscriber: subscriberId, linkKey, digestFeedKey: feedKey, suppressed };
}
