/** `/admin`: what moderators look at. What they do is in `admin-acts.ts`. */

import { type Context, Hono } from 'hono';
import type { AccountId } from '../../accounts/account.js';
import type { AccountReader } from '../../accounts/account-store.js';
import type { ClaimStore } from '../../community/claims/claim-store.js';
import type { AuditRow } from '../../community/moderation/audit-log.js';
import type { Moderation } from '../../community/moderation/moderation-store.js';
import { Accounts } from '../admin-accounts-page.js';
import { adminPage } from '../admin-frame.js';
import { AuditLogPage, Blocklist, Overview } from '../admin-log-pages.js';
import { Queue } from '../admin-queue-page.js';
import { SignalList } from '../admin-signals-page.js';
import type { Web } from '../context.js';
import { askedPage, assertPageExists } from '../paging.js';
import { requireRole } from '../visitor.js';
import { adminActsRoute } from './admin-acts.js';

export type AdminWeb = Web & {
  readonly moderation: Moderation;
  readonly claims: Pick<ClaimStore, 'decide'>;
  readonly accounts: Pick<AccountReader, 'page' | 'publicByIds'>;
};

const LATEST_ACTS = 10;
const QUEUE_LENGTH = 50;
const LOCKED_SHOWN = 50;
const ACCOUNTS_PER_PAGE = 20;
const ACTS_PER_PAGE = 100;

/** So many lines are checked in well under a second; a longer log is checked on request. */
const MOST_CHECKED_UNASKED = 10_000;

const LONGEST_SEARCH = 200;

export function adminRoute(web: AdminWeb): Hono {
  const { moderation } = web;
  const { queue, audit, blocklist } = moderation;
  const route = new Hono();

  // Before all of them, so that none can be forgotten.
  route.use('/admin/*', async (c, next) => {
    requireRole(c, 'moderator');
    c.header('Cache-Control', 'no-store');
    await next();
  });

  route.get('/admin', async (c) => {
    const counts = await queue.counts();
    const locked = await queue.lockedDiscussions(LOCKED_SHOWN);
    const { rows } = await audit.page({ offset: 0, limit: LATEST_ACTS });
    const names = await namesIn(rows);
    return show(c, {
      title: 'Moderation',
      address: '/admin',
      children: (view) => (
        <Overview view={view} counts={counts} locked={locked} latest={rows} names={names} />
      ),
    });
  });

  route.get('/admin/queue', async (c) => {
    const held = await queue.heldComments(QUEUE_LENGTH);
    const reported = await queue.reportedThings(QUEUE_LENGTH);
    const claims = await queue.pendingClaims(QUEUE_LENGTH);
    return show(c, {
      title: 'Queue',
      address: '/admin/queue',
      children: (view) => <Queue view={view} held={held} reported={reported} claims={claims} />,
    });
  });

  route.get('/admin/accounts', async (c) => {
    const search = (c.req.query('q') ?? '').replace(/\p{Cc}/gu, '').slice(0, LONGEST_SEARCH);
    const page = askedPage(c.req.query('page'), ACCOUNTS_PER_PAGE);
    const { accounts, total } = await web.accounts.page({
      search,
      page: page.number,
      pageSize: page.limit,
    });
    assertPageExists(page, total);
    return show(c, {
      title: 'Accounts',
      address: '/admin/accounts',
      children: (view) => (
        <Accounts view={view} accounts={accounts} total={total} search={search} page={page} />
      ),
    });
  });

  route.get('/admin/signals', async (c) => {
    const signals = await moderation.signals();
    return show(c, {
      title: 'Signals',
      address: '/admin/signals',
      children: (view) => <SignalList view={view} signals={signals} />,
    });
  });

  route.get('/admin/blocklist', async (c) => {
    const entries = await blocklist.all();
    return show(c, {
      title: 'Blocklist',
      address: '/admin/blocklist',
      children: (view) => <Blocklist view={view} entries={entries} />,
    });
  });

  route.get('/admin/audit', async (c) => {
    const page = askedPage(c.req.query('page'), ACTS_PER_PAGE);
    const { rows, total } = await audit.page(page);
    assertPageExists(page, total);
    const isChecked = total <= MOST_CHECKED_UNASKED || c.req.query('verify') === 'yes';
    const verdict = isChecked ? await audit.verify() : undefined;
    const names = await namesIn(rows);
    const log = { rows, total, page, names, verdict };
    return show(c, {
      title: 'Audit log',
      address: '/admin/audit',
      children: (view) => <AuditLogPage view={view} {...log} />,
    });
  });

  route.route('/', adminActsRoute(web));
  return route;

  function namesIn(rows: readonly AuditRow[]) {
    return web.accounts.publicByIds(
      rows.flatMap(({ actor, targetId }) => [actor, targetId]) as AccountId[],
    );
  }

  function show(c: Context, page: Parameters<typeof adminPage>[2]) {
    return c.html(adminPage(c, web, page));
  }
}
