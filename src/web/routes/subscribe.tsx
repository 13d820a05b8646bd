/** `/subscribe`: asking for the daily mail, and the link of the letter that confirms it. */

import { type Context, Hono } from 'hono';
import { parseEmailAddress } from '../../accounts/email-address.js';
import { digestPaths, type Subscriber } from '../../digest/subscriptions/subscription.js';
import { BroadsheetError } from '../../errors.js';
import { clientOf } from '../client-address.js';
import { viewFor } from '../context.js';
import type { DigestWeb } from '../digest-services.js';
import { prefersJson } from '../error-page.js';
import { box, field, isForForm, readForm } from '../form-fields.js';
import { keepSecret } from '../keep-secret.js';
import type { FormProblem } from '../settings-frame.js';
import { askedPage, confirmPage, SUBSCRIBE, subscribePage } from '../subscribe-pages.js';
import { requireAccount, visitorOf } from '../visitor.js';

export function subscribeRoute(web: DigestWeb): Hono {
  const { digest, mailDelivers } = web;
  const { subscribing } = digest;

  const page = async (c: Context, email: string, problem?: FormProblem) => {
    const view = viewFor(web, c);
    const subscriber = await ownSubscription(c);
    if (problem || view.visitor.account) c.header('Cache-Control', 'no-store');
    return subscribePage({ ...digest, view, email, problem, mailDelivers, subscriber });
  };

  /** That of whoever is signed in: of the account, or of its address. */
  const ownSubscription = async (c: Context): Promise<Subscriber | undefined> => {
    const { account } = visitorOf(c);
    if (!account) return undefined;
    const joined = await digest.subscriptions.byAccount(account.id);
    if (joined?.state === 'confirmed') return joined;
    const address = account.email === undefined ? undefined : parseEmailAddress(account.email);
    return address && digest.subscriptions.byAddress(address);
  };

  const askSignedIn = async (c: Context): Promise<Response> => {
    const account = requireAccount(c);
    const subscriber = await subscribing.askSignedIn(account, asker(c));
    if (subscriber.state === 'confirmed') return begun(c, subscriber);
    // Letters to it came back lately, so that it has to be confirmed like that of anybody.
    return asked(c, account.email);
  };

  const asker = (c: Context) => ({
    from: askerNetwork(c, web),
    origin: new URL(c.req.url).origin,
  });

  const asked = (c: Context, email: string | undefined) => {
    c.header('Cache-Control', 'no-store');
    if (prefersJson(c)) return c.json({ asked: true });
    return c.html(askedPage({ view: viewFor(web, c), email, mailDelivers }));
  };

  return new Hono()
    .get(SUBSCRIBE, async (c) => c.html(await page(c, '')))
    .post(SUBSCRIBE, async (c) => {
      const given = await readForm(c, { email: field, own: box });
      const email = given.email.trim();
      try {
        if (given.own || isOwnAddress(c, email)) return await askSignedIn(c);
        await subscribing.ask(email, asker(c));
      } catch (problem) {
        if (isForForm(c, problem)) return c.html(await page(c, email, problem), problem.status);
        throw problem;
      }
      return asked(c, email);
    })

    .get(`${SUBSCRIBE}/confirm/:token`, async (c) => {
      const { address } = await subscribing.look(tokenIn(c));
      keepSecret(c);
      return c.html(confirmPage({ view: viewFor(web, c), path: c.req.path, address }));
    })
    .post(`${SUBSCRIBE}/confirm/:token`, async (c) =>
      begun(c, await subscribing.confirm(tokenIn(c), askerNetwork(c, web))),
    );
}

/** The network of the asker, shortened; kept with the wish, as a sign that somebody asked. */
export function askerNetwork(c: Context, { trustedProxies }: DigestWeb): string {
  return clientOf(c, trustedProxies)?.network ?? '';
}

function begun(c: Context, { linkKey }: Subscriber): Response {
  keepSecret(c);
  return c.redirect(`${digestPaths.preferences(linkKey)}?confirmed=1`, 303);
}

/** Whether somebody signed in has typed the address that signing in has confirmed. */
function isOwnAddress(c: Context, email: string): boolean {
  const { account } = visitorOf(c);
  if (account?.email === undefined) return false;
  const [own, typed] = [parseEmailAddress(account.email), parseEmailAddress(email)];
  return own !== undefined && own.key === typed?.key;
}

/** Not every database takes what no token of ours holds. */
function tokenIn(c: Context): string {
  const token = c.req.param('token') ?? '';
  if (/^[\w.-]{1,200}$/.test(token)) return token;
  throw new BroadsheetError('not_found', 'This address did not come with a letter of ours.', {
    fix: 'Copy the whole address from the letter, or ask for another.',
  });
}
