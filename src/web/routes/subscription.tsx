/**
 * `/subscription/…` and `/unsubscribe/…`: whoever has the link of a letter decides how it comes,
 * and whether. Nobody is signed in by it.
 */

import { type Context, Hono } from 'hono';
import { digestPaths, type Subscriber } from '../../digest/subscriptions/subscription.js';
import { BroadsheetError } from '../../errors.js';
import { viewFor } from '../context.js';
import type { DigestWeb } from '../digest-services.js';
import { prefersJson } from '../error-page.js';
import { field, readForm } from '../form-fields.js';
import { keepSecret } from '../keep-secret.js';
import { askedPage } from '../subscribe-pages.js';
import {
  PREFERENCE_FORM,
  type PreferenceProblems,
  readPreferences,
  type TypedPreferences,
  toTyped,
  typedOf,
} from '../subscription-form.js';
import { forgottenPage, unsubscribedPage, unsubscribePage } from '../subscription-leave-pages.js';
import { type JustDone, subscriptionPage } from '../subscription-page.js';
import { askerNetwork } from './subscribe.js';

const NO_PROBLEMS: PreferenceProblems = new Map();

/** What the body of one click is (RFC 8058, section 3.1). */
const ONE_CLICK = { field: 'List-Unsubscribe', value: 'One-Click' } as const;

export function subscriptionRoute(web: DigestWeb): Hono {
  const { subscribing, subscriptions, suppressions } = web.digest;

  const find = async (c: Context): Promise<Subscriber | undefined> => {
    const key = c.req.param('key') ?? '';
    return /^[\w-]{16,200}$/.test(key) ? subscribing.byLinkKey(key) : undefined;
  };

  /** @throws BroadsheetError `not_found` */
  const subscriberIn = async (c: Context): Promise<Subscriber> => {
    const subscriber = await find(c);
    if (subscriber) return subscriber;
    throw new BroadsheetError('not_found', 'This address did not come with a letter of ours.', {
      fix: 'Copy the whole address from the latest letter.',
    });
  };

  const show = async (
    c: Context,
    subscriber: Subscriber,
    shown: { readonly typed?: TypedPreferences; readonly problems?: PreferenceProblems } = {},
  ) => {
    keepSecret(c);
    const { typed = toTyped(subscriber.preferences), problems = NO_PROBLEMS } = shown;
    const suppression = await suppressions.find(subscriber.addressHash);
    const view = viewFor(web, c);
    const justDone = justDoneOf(c);
    return c.html(
      subscriptionPage({ view, subscriber, suppression, typed, problems, justDone }),
      problems.size > 0 ? 422 : 200,
    );
  };

  return (
    new Hono()
      .get('/subscription/:key', async (c) => show(c, await subscriberIn(c)))
      .post('/subscription/:key', async (c) => {
        const subscriber = await subscriberIn(c);
        const before = subscriber.preferences;
        const typed = typedOf(await readForm(c, PREFERENCE_FORM), before);
        const hasAccount = subscriber.accountId !== undefined;
        const read = readPreferences(typed, before, { hasAccount });
        if ('preferences' in read) {
          await subscribing.setPreferences(subscriber, read.preferences);
          return backTo(c, subscriber, 'saved');
        }
        if (prefersJson(c)) throw notAcceptable(read.problems);
        return show(c, subscriber, { typed, problems: read.problems });
      })
      .post('/subscription/:key/feed', async (c) => {
        const subscriber = await subscriberIn(c);
        await subscriptions.renewFeedKey(subscriber.id);
        return backTo(c, subscriber, 'feed');
      })
      .post('/subscription/:key/forget', async (c) => {
        await subscribing.forget(await subscriberIn(c));
        keepSecret(c);
        if (prefersJson(c)) return c.json({ unsubscribed: true });
        return c.html(forgottenPage(viewFor(web, c)));
      })
      .post('/subscription/:key/return', async (c) => {
        const { address = '' } = await subscriberIn(c);
        const origin = new URL(c.req.url).origin;
        await subscribing.ask(address, { from: askerNetwork(c, web), origin });
        keepSecret(c);
        if (prefersJson(c)) return c.json({ asked: true });
        const { mailDelivers } = web;
        return c.html(askedPage({ view: viewFor(web, c), email: undefined, mailDelivers }));
      })

      // The page is the same for every key, so none can be tried out.
      .get('/unsubscribe/:key', (c) => {
        keepSecret(c);
        return c.html(unsubscribePage({ view: viewFor(web, c), path: c.req.path }));
      })
      // RFC 8058: mail programs send this without a cookie, a token or a page around it, more
      // than once, and a year later.
      .post('/unsubscribe/:key', async (c) => {
        const { [ONE_CLICK.field]: sent } = await readForm(c, { [ONE_CLICK.field]: field });
        const subscriber = await find(c);
        const by = sent === ONE_CLICK.value ? 'one-click' : 'reader';
        if (subscriber) await subscribing.leave(subscriber, by);
        keepSecret(c);
        if (prefersJson(c)) return c.json({ unsubscribed: true });
        return c.html(unsubscribedPage({ view: viewFor(web, c), subscriber }));
      })
  );
}

function backTo(c: Context, { linkKey }: Subscriber, done: JustDone): Response {
  keepSecret(c);
  if (prefersJson(c)) return c.json({ done });
  return c.redirect(`${digestPaths.preferences(linkKey)}?${done}=1`, 303);
}

function justDoneOf(c: Context): JustDone | undefined {
  const all: readonly JustDone[] = ['confirmed', 'saved', 'feed'];
  return all.find((done) => c.req.query(done) !== undefined);
}

function notAcceptable(problems: PreferenceProblems): BroadsheetError {
  const told = [...problems].map(([name, problem]) => `${name}: ${problem}`);
  return new BroadsheetError('not_acceptable', told.join(' '));
}
