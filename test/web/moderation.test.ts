/** Reports, claims, the desk of moderators and privacy, as browsers meet them. */

import { Hono } from 'hono';
import { parseDocument } from 'htmlparser2';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { createAccountStore } from '../../src/accounts/account-store.js';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import { createSessionStore } from '../../src/accounts/session-store.js';
import { createClaimStore } from '../../src/community/claims/claim-store.js';
import { createCollectionStore } from '../../src/community/collection-store.js';
import { createCommentStore } from '../../src/community/comment-store.js';
import { createModeration } from '../../src/community/moderation/moderation-store.js';
import { createPickStore } from '../../src/community/pick-store.js';
import { createDeletionStore } from '../../src/community/privacy/deletion-store.js';
import { createExportStore } from '../../src/community/privacy/export-store.js';
import { createVoteStore } from '../../src/community/vote-store.js';
import type { Database } from '../../src/database/database.js';
import { createSubscriptionStore } from '../../src/digest/subscriptions/subscription-store.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { createGatherStore } from '../../src/sources/gather-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { admission } from '../../src/web/admission.js';
import type { Web } from '../../src/web/context.js';
import { createCookies } from '../../src/web/cookies.js';
import { errorAnswer } from '../../src/web/error-page.js';
import { createRateLimits } from '../../src/web/rate-limits.js';
import { adminRoute } from '../../src/web/routes/admin.js';
import { claimsRoute } from '../../src/web/routes/claims.js';
import { privacyRoute } from '../../src/web/routes/privacy.js';
import { reportsRoute } from '../../src/web/routes/reports.js';
import { readStyleSheet, styleSheetPath } from '../../src/web/style-sheet.js';
import { requireAccount } from '../../src/web/visitor.js';
import { addAccount } from '../support/accounts.js';
import { NOON, openCatalogue, record } from '../support/catalogue.js';
import { testBrowser } from '../support/people-site.js';

const PAPER = '2303.00001' as PaperId;
const keyedHash = createKeyedHash('a secret of tests, and only of tests');
const EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';

function partsOf(database: Database) {
  const now = () => NOON;
  const evidence = createTrendingStore(database, { now });
  const comments = createCommentStore(database, { now, evidence });
  const collections = createCollectionStore(database, { now, evidence });
  const moderation = createModeration(database, { now, comments, collections, evidence });
  const votes = createVoteStore(database, { now, evidence });
  const { audit, reports } = moderation;
  const picks = createPickStore(database, { now, audit });
  return {
    ...{ comments, collections, moderation, votes, reports },
    claims: createClaimStore(database, { now, keyedHash, audit, votes }),
    exports: createExportStore(database, { now }),
    accounts: createAccountStore(database, { now }),
    deletion: createDeletionStore(database, {
      ...{ keyedHash, audit, votes, comments, picks, collections, evidence },
      subscriptions: createSubscriptionStore(database, { now, keyedHash }),
      keepTombstones: async () => {},
    }),
  };
}

/** The desk behind the checks that every request passes. */
async function openDesk() {
  const now = () => NOON;
  const { database, papers } = await openCatalogue(now);
  const site = {
    title: 'The Daily Proof',
    tagline: 'New papers on norms',
    baseUrl: undefined,
    timeZone: 'UTC',
    categories: ['math.NA'],
    contact: undefined,
    gathers: false,
  };
  const styleSheet = await readStyleSheet();
  const faults: unknown[] = [];
  const web: Web = {
    papers,
    search: createPlainEngine(),
    gatherings: createGatherStore(database),
    readiness: async () => ({ index: true, database: true }),
    site,
    now,
    styleSheet,
    styleSheetPath: styleSheetPath(styleSheet),
    log: { error: (details) => faults.push(details) },
  };
  const parts = partsOf(database);
  const sessions = createSessionStore(database, { now });
  const app = new Hono();
  app.onError((error, c) => errorAnswer(c, web, error));
  app.use(
    ...admission({
      sessions,
      cookies: createCookies({ baseUrl: undefined }),
      keyedHash,
      trustedProxies: 0,
      baseUrl: undefined,
      now,
      unread: async () => 0,
      rateLimits: createRateLimits(),
    }),
  );
  const all = { ...web, ...parts };
  app.get('/who', (c) => c.text(requireAccount(c).name));
  app.route('/', adminRoute(all));
  app.route('/', reportsRoute(all));
  app.route('/', claimsRoute(all));
  app.route('/', privacyRoute(all));
  onTestFinished(() => expect(faults).toEqual([]));
  return { app, database, sessions, papers, parts };
}

async function open() {
  const site = await openDesk();
  const { database, papers, parts } = site;
  await papers.add([record({ title: 'On norms', names: [PAPER], authors: ['Ana Ruiz'] })]);
  const people = {
    ana: await addAccount(database, { name: 'ana' }),
    bo: await addAccount(database, { name: 'bo', displayName: EVIL }),
    cleo: await addAccount(database, { name: 'cleo', role: 'curator' }),
    mia: await addAccount(database, { name: 'mia', role: 'moderator' }),
    ola: await addAccount(database, { name: 'ola', role: 'operator' }),
  };
  return {
    ...people,
    ...parts,
    site,
    as: async (account: Account) => {
      const browser = testBrowser(site);
      const { token } = await site.sessions.open(account.id, { userAgent: '', method: 'mail' });
      browser.setCookie('session', token);
      return browser;
    },
    stranger: testBrowser(site),
    say: async (account: Account, text: string, status: 'shown' | 'held' = 'shown') =>
      (await parts.comments.write({ account, paperId: PAPER, text, status, reason: '' })).id,
    acts: async () =>
      (await parts.moderation.audit.page({ offset: 0, limit: 99 })).rows.map(
        ({ action }) => action,
      ),
  };
}

const PAGES = [
  '/admin',
  '/admin/queue',
  '/admin/accounts',
  '/admin/accounts?q=ana',
  '/admin/signals',
  '/admin/blocklist',
  '/admin/audit',
  '/admin/audit?verify=yes',
];

/** Every act of the desk, with fields that would do something. */
function actsOn(target: { readonly comment: string; readonly account: string }) {
  const why = { reason: 'because' };
  return [
    [`/admin/comments/${target.comment}/status`, { status: 'hidden', ...why }],
    [`/admin/accounts/${target.account}/trust`, {}],
    [`/admin/accounts/${target.account}/ban`, { ...why, hides: 'yes' }],
    [`/admin/accounts/${target.account}/unban`, why],
    [`/admin/accounts/${target.account}/role`, { role: 'operator' }],
    ['/admin/reports/dismiss', { kind: 'comment', id: target.comment }],
    [`/admin/collections/${target.comment}/hidden`, { hidden: 'yes' }],
    ['/admin/submissions/remove', { id: `2026-11-20/${PAPER}` }],
    ['/admin/discussions/lock', { paper: PAPER, ...why }],
    ['/admin/discussions/unlock', { paper: PAPER }],
    [`/admin/claims/${target.comment}`, { decision: 'accept' }],
    ['/admin/blocklist', { kind: 'word', pattern: 'norms' }],
    ['/admin/blocklist/remove', { kind: 'word', pattern: 'norms' }],
    ['/admin/votes/neutralise', { accounts: `["${target.account}"]`, papers: `["${PAPER}"]` }],
    ['/admin/votes/reinstate', { accounts: `["${target.account}"]`, papers: `["${PAPER}"]` }],
  ] as const satisfies readonly (readonly [string, Readonly<Record<string, string>>])[];
}

/** What a browser would run or fetch of a page: nothing that somebody wrote. */
function dangersIn(html: string): string[] {
  const found: string[] = [];
  const walk = (nodes: readonly unknown[]): void => {
    for (const node of nodes as { name?: string; attribs?: object; children?: unknown[] }[]) {
      if (['script', 'img', 'iframe', 'object', 'svg'].includes(node.name ?? '')) {
        found.push(node.name ?? '');
      }
      for (const [name, value] of Object.entries(node.attribs ?? {})) {
        if (/^on/i.test(name) || /^\s*javascript:/i.test(String(value))) found.push(name);
      }
      walk(node.children ?? []);
    }
  };
  const main = /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? '';
  walk(parseDocument(main).children);
  return found;
}

describe('the desk of moderators', () => {
  it('is closed to strangers, readers and curators, page by page and act by act', async () => {
    const { ana, bo, cleo, as, stranger, say, acts, accounts } = await open();
    const comment = await say(bo, 'A comment.');
    const targets = actsOn({ comment, account: bo.id });
    for (const [browser, status] of [
      [stranger, 401],
      [await as(ana), 403],
      [await as(cleo), 403],
    ] as const) {
      for (const page of PAGES)
        expect([page, (await browser.get(page)).status]).toEqual([page, status]);
      for (const [path, fields] of targets) {
        expect([path, (await browser.post(path, fields)).status]).toEqual([path, status]);
      }
    }
    expect(await acts()).toEqual([]);
    expect((await accounts.find(bo.id))?.role).toBe('reader');
  });

  it('answers moderators with pages that are nobody else’s to keep', async () => {
    const { mia, as } = await open();
    const browser = await as(mia);
    for (const page of PAGES) {
      const response = await browser.get(page);
      expect([page, response.status]).toEqual([page, 200]);
      expect(response.headers.get('Cache-Control')).toBe('no-store');
    }
    expect((await browser.get('/admin/audit?page=2')).status).toBe(404);
    expect((await browser.get('/admin/audit?page=x')).status).toBe(400);
  });

  it('hides a held comment, tells its author, and writes it down', async () => {
    const { mia, bo, as, say, acts } = await open();
    const comment = await say(bo, 'Buy it at https://example.org', 'held');
    const browser = await as(mia);
    expect(await (await browser.get('/admin/queue')).text()).toContain('Buy it at');
    const path = `/admin/comments/${comment}/status`;
    const response = await browser.post(path, {
      status: 'hidden',
      reason: 'Advertisement.',
      back: '/admin/queue',
    });
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/admin/queue']);
    expect(await (await browser.get('/admin/queue')).text()).not.toContain('Buy it at');
    const log = await (await browser.get('/admin/audit')).text();
    expect(log).toContain('comment hidden');
    expect(log).toContain('Advertisement.');
    expect(log).toContain('Verified');
    expect(await acts()).toEqual(['comment-hidden']);
    const away = await browser.post(path, { status: 'shown', back: 'https://evil.example/' });
    expect(away.headers.get('Location')).toBe('/');
  });

  it('says when the audit log was tampered with', async () => {
    const { mia, bo, as, say, moderation, site } = await open();
    for (const text of ['One.', 'Two.', 'Three.']) {
      await moderation.decideComment(mia, await say(bo, text), 'hidden', '');
    }
    await site.database.connection
      .$extendTables<{ audit_log: { number: number; action: string } }>()
      .updateTable('audit_log')
      .set({ action: 'comment-shown' })
      .where('number', '=', 2)
      .execute();
    const text = await (await (await as(mia)).get('/admin/audit')).text();
    expect(text).toContain('tampered');
    expect(text).toContain('number 2');
  });

  it('lets operators give roles, and nobody else, whatever a form says', async () => {
    const { ana, bo, mia, ola, as, accounts } = await open();
    const moderator = await as(mia);
    const path = `/admin/accounts/${ana.id}/role`;
    expect((await moderator.post(path, { role: 'operator' })).status).toBe(403);
    const trusted = await moderator.post(`/admin/accounts/${ana.id}/trust`, {
      role: 'operator',
      banned: '',
      id: bo.id,
    });
    expect(trusted.status).toBe(303);
    expect(await accounts.find(ana.id)).toMatchObject({ role: 'reader' });
    expect((await accounts.find(bo.id))?.trustedAtMs).toBeUndefined();
    const operator = await as(ola);
    expect((await operator.post(path, { role: 'owner' })).status).toBe(422);
    expect((await operator.post(path, { role: 'curator' })).status).toBe(303);
    expect(await accounts.find(ana.id)).toMatchObject({ role: 'curator' });
    expect((await operator.post(`/admin/accounts/${ola.id}/role`, { role: 'reader' })).status).toBe(
      403,
    );
  });

  it('does not let moderators act on each other or themselves', async () => {
    const { mia, ola, as, say, site } = await open();
    const max = await addAccount(site.database, { name: 'max', role: 'moderator' });
    const browser = await as(mia);
    for (const account of [mia, max, ola]) {
      const comment = await say(account, 'Mine.');
      for (const [path, fields] of [
        [`/admin/comments/${comment}/status`, { status: 'hidden' }],
        [`/admin/accounts/${account.id}/ban`, {}],
        [`/admin/accounts/${account.id}/trust`, {}],
      ] as const) {
        expect((await browser.post(path, fields)).status).toBe(403);
      }
    }
  });

  it('ends the session of whoever is banned', async () => {
    const { mia, bo, as } = await open();
    const banned = await as(bo);
    expect((await banned.get('/who')).status).toBe(200);
    await (await as(mia)).post(`/admin/accounts/${bo.id}/ban`, { reason: 'Spam.' });
    expect((await banned.get('/who')).status).toBe(401);
  });

  it('shows names, texts, titles and reasons as text, whatever they hold', async () => {
    const { mia, bo, ana, as, say, moderation, claims, site } = await open();
    const held = await say(bo, EVIL, 'held');
    const shown = await say(bo, `${EVIL} again`);
    await moderation.reports.report(ana, {
      target: { kind: 'comment', id: shown },
      reason: 'other',
      words: EVIL,
    });
    await claims.claim(bo, PAPER, { authorName: 'Ana Ruiz', statement: EVIL });
    await moderation.lock(mia, PAPER, EVIL);
    const browser = await as(mia);
    await browser.post('/admin/blocklist', { kind: 'word', pattern: 'word', reason: EVIL });
    for (let each = 0; each < 3; each += 1) {
      await site.database.connection
        .$extendTables<{ comments: { text: string; id: string } }>()
        .updateTable('comments')
        .set({ text: EVIL })
        .where('id', '=', held)
        .execute();
    }
    await browser.post(`/admin/accounts/${bo.id}/ban`, { reason: EVIL });
    for (const page of [...PAGES, `/report/account/${mia.id}`]) {
      const html = await (
        await (await as(page.startsWith('/report') ? ana : mia)).get(page)
      ).text();
      expect([page, dangersIn(html)]).toEqual([page, []]);
    }
    const report = await (await as(ana)).get(`/report/comment/${shown}`);
    expect(dangersIn(await report.text())).toEqual([]);
  });

  it.each([
    ['/admin/comments/%00/status', { status: 'hidden' }, 404],
    ['/admin/comments/no-such-comment/status', { status: 'hidden' }, 404],
    [`/admin/comments/${'x'.repeat(2_000)}/status`, { status: 'hidden' }, 404],
    ['/admin/comments/x/status', { status: 'held' }, 422],
    ['/admin/comments/x/status', {}, 422],
    ['/admin/accounts/nobody/ban', { reason: 'x'.repeat(30_000) }, 404],
    ['/admin/accounts/nobody/role', { role: '__proto__' }, 422],
    ['/admin/reports/dismiss', { kind: 'paper', id: 'x' }, 422],
    ['/admin/reports/dismiss', { kind: 'comment', id: 'a\u0000b' }, 400],
    ['/admin/submissions/remove', { id: '../../x' }, 404],
    ['/admin/submissions/remove', { id: '2026-99-99/x' }, 404],
    ['/admin/discussions/lock', { paper: 'nowhere' }, 404],
    ['/admin/discussions/lock', { paper: '\u0000' }, 400],
    ['/admin/claims/x', { decision: 'accept' }, 404],
    ['/admin/blocklist', { kind: 'word', pattern: '!!!' }, 422],
    ['/admin/blocklist', { kind: 'address', pattern: 'a\u0000@b.example' }, 400],
    ['/admin/blocklist', { kind: 'domain', pattern: 'http://[::1' }, 422],
    ['/admin/votes/neutralise', { accounts: '{"a":1}', papers: '[]' }, 422],
    ['/admin/votes/neutralise', { accounts: '[]', papers: '[]' }, 422],
    ['/admin/votes/neutralise', { accounts: '["\\u0000"]', papers: '["x"]' }, 404],
    ['/admin/votes/neutralise', { accounts: '[1]', papers: '["x"]' }, 422],
  ])('refuses %s with %j', async (path, fields: Record<string, string>, status) => {
    const { mia, as, acts } = await open();
    expect((await (await as(mia)).post(path, fields)).status).toBe(status);
    expect(await acts()).toEqual([]);
  });
});

describe('a report', () => {
  it('is sent from a page with reasons, once', async () => {
    const { ana, bo, as, stranger, say, moderation } = await open();
    const comment = await say(bo, 'Rude words.');
    expect((await stranger.get(`/report/comment/${comment}`)).status).toBe(401);
    const browser = await as(ana);
    const page = await (await browser.get(`/report/comment/${comment}`)).text();
    expect(page).toContain('Rude words.');
    for (const words of ['Look.', 'Look again.']) {
      const fields = { kind: 'comment', id: comment, reason: 'abuse', words };
      const response = await browser.post('/reports', fields);
      expect([response.status, response.headers.get('Location')]).toEqual([303, '/reports/sent']);
    }
    expect((await browser.get('/reports/sent')).status).toBe(200);
    const [thing] = await moderation.queue.reportedThings(9);
    expect(thing?.reports).toMatchObject([{ reporter: 'ana', reason: 'abuse: Look.' }]);
  });

  it('tells nothing of what its sender cannot see', async () => {
    const { ana, bo, as, say, collections, stranger } = await open();
    const held = await say(bo, 'Held.', 'held');
    const secret = await collections.create(bo.id, {
      title: 'Secret',
      description: '',
      visibility: 'private',
    });
    const browser = await as(ana);
    for (const [kind, id] of [
      ['comment', held],
      ['collection', secret],
      ['comment', 'nothing'],
      ['comment', '%00'],
      ['submission', '2026-11-20/nothing'],
      ['constructor', 'x'],
    ] as const) {
      expect((await browser.get(`/report/${kind}/${id}`)).status).toBe(404);
    }
    const fields = { kind: 'comment', id: held, reason: 'abuse' };
    expect((await browser.post('/reports', fields)).status).toBe(404);
    expect((await stranger.post('/reports', fields)).status).toBe(401);
    expect((await browser.post('/reports', { ...fields, reason: 'toString' })).status).toBe(422);
    expect((await browser.post('/reports', { ...fields, kind: 'vote' })).status).toBe(422);
  });
});

describe('a claim', () => {
  it('is made from the page of a paper, and decided at the desk', async () => {
    const { ana, mia, as, stranger, claims } = await open();
    const fields = {
      paper: PAPER,
      author: 'Ana Ruiz',
      statement: 'See my page.',
      status: 'accepted',
    };
    expect((await stranger.post('/claims', fields)).status).toBe(401);
    const browser = await as(ana);
    expect((await browser.post('/claims', { ...fields, author: 'Bo Li' })).status).toBe(422);
    expect((await browser.post('/claims', { ...fields, paper: '9999.99999' })).status).toBe(404);
    const response = await browser.post('/claims', fields, { Accept: 'application/json' });
    expect(await response.json()).toEqual({ paper: PAPER, status: 'pending' });
    const claim = await claims.claimOn(ana.id, PAPER);
    expect((await browser.post(`/admin/claims/${claim?.id}`, { decision: 'accept' })).status).toBe(
      403,
    );
    const moderator = await as(mia);
    await moderator.post(`/admin/claims/${claim?.id}`, { decision: 'accept', reason: '' });
    expect(await (await browser.get('/claims')).text()).toContain('accepted');
    await moderator.post('/claims/withdraw', { paper: PAPER });
    expect(await claims.claimOn(ana.id, PAPER)).toBeDefined();
    await browser.post('/claims/withdraw', { paper: PAPER });
    expect(await claims.claimOn(ana.id, PAPER)).toBeUndefined();
    expect((await browser.post('/claims/prove')).status).toBe(303);
  });
});

describe('privacy', () => {
  it('is explained to everybody, with the times', async () => {
    const { stranger } = await open();
    const text = await (await stranger.get('/privacy')).text();
    expect(text).toContain('90 days');
    expect(text).toContain('180 days');
  });

  it('gives a person their own data, and nobody else’s', async () => {
    const { ana, bo, as, stranger, say } = await open();
    await say(ana, 'Mine.');
    await say(bo, 'Not mine.');
    expect((await stranger.post('/settings/privacy/export')).status).toBe(401);
    expect((await stranger.get('/settings/privacy')).status).toBe(401);
    const browser = await as(ana);
    const response = await browser.post('/settings/privacy/export', { account: bo.id, id: bo.id });
    expect(response.headers.get('Content-Disposition')).toContain('broadsheet-ana.json');
    const data = (await response.json()) as { comments: { text: string }[] };
    expect(data.comments.map(({ text }) => text)).toEqual(['Mine.']);
  });

  it('deletes an account whose owner types its name, and nothing else', async () => {
    const { ana, bo, as, accounts, stranger } = await open();
    const browser = await as(ana);
    expect((await stranger.post('/settings/privacy/delete', { name: 'ana' })).status).toBe(401);
    for (const name of ['', 'bo', 'an', 'ana@example.org']) {
      expect((await browser.post('/settings/privacy/delete', { name, id: bo.id })).status).toBe(
        422,
      );
    }
    expect(
      (await browser.post('/settings/privacy/delete', { name: '@Ana', id: bo.id })).status,
    ).toBe(303);
    expect(await accounts.find(ana.id)).toBeUndefined();
    expect(await accounts.find(bo.id)).toBeDefined();
    expect((await browser.get('/who')).status).toBe(401);
    expect((await browser.post('/settings/privacy/delete', { name: 'ana' })).status).toBe(401);
  });
});
