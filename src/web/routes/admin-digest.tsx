/** `/admin/digest`: what operators see of the daily mail, and do about it. */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { type EmailAddress, parseEmailAddress } from '../../accounts/email-address.js';
import type { KeyedHash } from '../../accounts/keyed-hash.js';
import { DELIVERY_STATES, type DeliveryState } from '../../digest/delivery/delivery.js';
import {
  ADDRESS_HASH,
  type Subscriber,
  type SubscriberId,
} from '../../digest/subscriptions/subscription.js';
import { BroadsheetError } from '../../errors.js';
import { type Day, dayAt, parseDay } from '../../papers/dates.js';
import { answerAct } from '../act-answer.js';
import { LetterListPage, LetterPage } from '../admin-digest-letters.js';
import { ADMIN_DIGEST, DigestOverviewPage } from '../admin-digest-page.js';
import { PreviewPage, SuppressionsPage } from '../admin-digest-suppressions.js';
import { adminPage } from '../admin-frame.js';
import type { DigestWeb } from '../digest-services.js';
import { field, readForm } from '../form-fields.js';
import { assertId, id, idIn, reason } from '../moderation-fields.js';
import { askedPage, assertPageExists } from '../paging.js';
import { POLICY_IN_FRAME, POLICY_WITH_FRAME } from '../security-headers.js';
import { requireRole } from '../visitor.js';

export type AdminDigestWeb = DigestWeb & { readonly keyedHash: KeyedHash };

const EDITIONS_LISTED = 14;
const RETURNS_LISTED = 20;
const LETTERS_PER_PAGE = 50;
const SUPPRESSIONS_PER_PAGE = 50;

export function adminDigestRoute(web: AdminDigestWeb): Hono {
  const { digest, mailDelivers } = web;
  const { deliveries, control, returns, subscriptions, suppressions, acts } = digest;
  const route = new Hono();

  // Before all of them, so that none can be forgotten. Addresses are nobody else's to see.
  route.use(`${ADMIN_DIGEST}/*`, async (c, next) => {
    requireRole(c, 'operator');
    c.header('Cache-Control', 'no-store');
    await next();
  });

  const show = (c: Context, title: string, children: Parameters<typeof adminPage>[2]['children']) =>
    c.html(adminPage(c, web, { title, address: ADMIN_DIGEST, children }));

  route.get(ADMIN_DIGEST, async (c) => {
    const editions = await deliveries.editions(EDITIONS_LISTED);
    const editionOn = editionIn(c) ?? editions[0] ?? today();
    const [pause, isReleased, counts, returned, latestReturns, subscribers, suppressed, posts] =
      await Promise.all([
        control.pause(),
        control.isReleased(editionOn),
        deliveries.counts(editionOn),
        returns.counts(editionOn),
        returns.latest(RETURNS_LISTED),
        subscriptions.counts(),
        suppressions.list({ offset: 0, limit: 1 }),
        digest.posts(editionOn),
      ]);
    return show(c, 'Daily mail', (view) => (
      <DigestOverviewPage
        view={view}
        mailDelivers={mailDelivers}
        pause={pause}
        editionOn={editionOn}
        isReleased={isReleased}
        counts={counts}
        editions={editions}
        returned={returned}
        latestReturns={latestReturns}
        subscribers={subscribers}
        suppressions={suppressed.total}
        posts={posts}
      />
    ));
  });

  route.get(`${ADMIN_DIGEST}/letters`, async (c) => {
    const editionOn = editionIn(c) ?? (await deliveries.editions(1))[0] ?? today();
    const state = stateIn(c);
    const address = typedIn(c);
    const page = askedPage(c.req.query('page'), LETTERS_PER_PAGE);
    const { deliveries: listed, total } = address
      ? await letterTo(editionOn, address)
      : await deliveries.list(editionOn, { state, ...page });
    assertPageExists(page, total);
    const list = { editionOn, state, address, deliveries: listed, total, page };
    return show(c, 'Letters', (view) => <LetterListPage view={view} {...list} />);
  });

  route.get(`${ADMIN_DIGEST}/letters/:edition/:subscriber`, async (c) => {
    const editionOn = parseDay(c.req.param('edition'));
    const subscriberId = idIn(c, 'subscriber') as SubscriberId;
    const delivery = editionOn && (await deliveries.find({ editionOn, subscriberId }));
    if (!delivery) throw new BroadsheetError('not_found', 'There is no such letter here.');
    const history = await deliveries.history(delivery);
    return show(c, 'A letter', (view) => (
      <LetterPage view={view} delivery={delivery} history={history} />
    ));
  });

  route.get(`${ADMIN_DIGEST}/suppressions`, async (c) => {
    const typed = typedIn(c);
    const page = askedPage(c.req.query('page'), SUPPRESSIONS_PER_PAGE);
    const { suppressions: listed, total } = typed
      ? await suppressionOf(typed)
      : await suppressions.list(page);
    assertPageExists(page, total);
    const list = { address: typed, suppressions: listed, total, page };
    return show(c, 'Suppressed addresses', (view) => <SuppressionsPage view={view} {...list} />);
  });

  route.get(`${ADMIN_DIGEST}/preview`, async (c) => {
    const address = typedIn(c);
    const subscriber = await subscriberOf(address);
    const preview = await digest.previewFor(subscriber ?? 'sample');
    for (const [name, value] of Object.entries(POLICY_WITH_FRAME)) c.header(name, value);
    return show(c, 'Preview', () => (
      <PreviewPage address={address} isSample={subscriber === undefined} preview={preview} />
    ));
  });

  // A letter has a style of its own, which pages of ours do not allow; so it stands in a frame.
  route.get(`${ADMIN_DIGEST}/preview/letter`, async (c) => {
    const subscriber = await subscriberOf(typedIn(c));
    const preview = await digest.previewFor(subscriber ?? 'sample');
    for (const [name, value] of Object.entries(POLICY_IN_FRAME)) c.header(name, value);
    return c.html(preview?.html ?? '<!doctype html><title>Nothing new</title><p>Nothing new.</p>');
  });

  route.post(`${ADMIN_DIGEST}/pause`, async (c) => {
    const form = await readForm(c, { reason });
    await acts.stop(operator(c), form.reason || 'Stopped on the page of operators.');
    return done(c);
  });
  route.post(`${ADMIN_DIGEST}/resume`, async (c) => {
    const form = await readForm(c, {
      overdue: z.enum(['skip', 'send']).catch('skip'),
      edition: field,
    });
    await acts.resume(operator(c), {
      sendsOverdue: form.overdue === 'send',
      editionOn: parseDay(form.edition),
    });
    return done(c);
  });
  route.post(`${ADMIN_DIGEST}/release`, async (c) => {
    const form = await readForm(c, { hash: id, reason });
    const { changed } = await acts.release(operator(c), assertId(form.hash), form.reason);
    if (!changed) throw new BroadsheetError('not_found', 'This address is not suppressed.');
    return answerAct(c, { elsewhere: `${ADMIN_DIGEST}/suppressions`, json: { done: true } });
  });
  return route;

  function today(): Day {
    return dayAt(web.now(), web.site.timeZone);
  }

  async function subscriberOf(typed: string): Promise<Subscriber | undefined> {
    const address = parseEmailAddress(typed);
    return address && subscriptions.byAddress(address);
  }

  async function letterTo(editionOn: Day, typed: string) {
    const subscriber = await subscriberOf(typed);
    const delivery =
      subscriber && (await deliveries.find({ editionOn, subscriberId: subscriber.id }));
    return { deliveries: delivery ? [delivery] : [], total: delivery ? 1 : 0 };
  }

  async function suppressionOf(typed: string) {
    const address = parseEmailAddress(typed);
    const suppression = address && (await suppressions.find(hashOf(address)));
    return { suppressions: suppression ? [suppression] : [], total: suppression ? 1 : 0 };
  }

  function hashOf({ key }: EmailAddress): string {
    return web.keyedHash(ADDRESS_HASH, key);
  }
}

function operator(c: Context) {
  return requireRole(c, 'operator');
}

function done(c: Context): Response {
  return answerAct(c, { elsewhere: ADMIN_DIGEST, json: { done: true } });
}

/** What was typed to be found; nothing of what no database is asked for. */
function typedIn(c: Context): string {
  return (c.req.query('address') ?? '').replace(/\p{C}/gu, '').trim().slice(0, 254);
}

function editionIn(c: Context): Day | undefined {
  return parseDay(c.req.query('edition') ?? '');
}

function stateIn(c: Context): DeliveryState | undefined {
  const asked = c.req.query('state');
  return DELIVERY_STATES.find((state) => state === asked);
}
