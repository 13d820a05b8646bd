/** `/sign-in`, what the links of letters lead to, and `/sign-out`. Only a POST changes anything. */

import { type Context, Hono } from 'hono';
import type { Child } from 'hono/jsx';
import type { FirstOperator } from '../../accounts/first-operator.js';
import type { SessionStore } from '../../accounts/session-store.js';
import type { Asker, SignIn } from '../../accounts/sign-in.js';
import { type View, viewFor, type Web } from '../context.js';
import type { Cookies } from '../cookies.js';
import { deviceInWords } from '../device-words.js';
import { field, isForForm, readForm } from '../form-fields.js';
import { keepSecret } from '../keep-secret.js';
import type { FormProblem } from '../settings-frame.js';
import { firstOperatorPage, inboxPage, linkPage, signInPage } from '../sign-in-pages.js';
import { enter, placeAfterSignIn } from '../signed-in.js';
import { visitorOf } from '../visitor.js';

export type SignInWeb = Web & {
  readonly signIn: Pick<SignIn, 'ask' | 'look' | 'confirm' | 'confirmCode'>;
  readonly firstOperator: Pick<FirstOperator, 'look' | 'confirm'>;
  readonly sessions: Pick<SessionStore, 'end'>;
  readonly cookies: Cookies;
  /** Whether letters leave the machine. */
  readonly mailDelivers: boolean;
  readonly registration: 'open' | 'closed';
  /** What stands below the form of the sign-in page: passkeys and providers. */
  readonly otherWaysIn?: (view: View, back: string) => Child;
};

export function signInRoute(web: SignInWeb): Hono {
  const { signIn, firstOperator, sessions, cookies, mailDelivers } = web;

  const askerOf = (c: Context): Asker => ({
    browserToken: cookies.browserOf(c),
    userAgent: c.req.header('User-Agent'),
    network: visitorOf(c).network,
  });

  const askPage = (c: Context, email: string, back: string, problem?: FormProblem) => {
    const view = viewFor(web, c);
    const otherWays = web.otherWaysIn?.(view, back);
    c.header('Cache-Control', 'no-store');
    return signInPage({ ...web, view, path: '/sign-in', email, back, problem, otherWays });
  };

  const codePage = (c: Context, email: string | undefined, problem?: FormProblem) => {
    c.header('Cache-Control', 'no-store');
    const view = viewFor(web, c);
    return inboxPage({ view, path: '/sign-in/code', email, mailDelivers, problem });
  };

  return new Hono()
    .get('/sign-in', (c) => {
      const back = placeAfterSignIn(c.req.query('back'));
      if (visitorOf(c).account) return c.redirect(back, 303);
      return c.html(askPage(c, '', back));
    })
    .post('/sign-in', async (c) => {
      const given = await readForm(c, { email: field, back: field });
      const email = given.email.trim();
      const back = placeAfterSignIn(given.back);
      try {
        const browserToken = cookies.giveBrowser(c);
        await signIn.ask(email, {
          browserToken,
          origin: new URL(c.req.url).origin,
          device: deviceInWords(c.req.header('User-Agent')),
        });
      } catch (problem) {
        if (isForForm(c, problem)) return c.html(askPage(c, email, back, problem), problem.status);
        throw problem;
      }
      cookies.setBack(c, back);
      return c.html(codePage(c, email));
    })
    .get('/sign-in/code', (c) => c.html(codePage(c, undefined)))
    .post('/sign-in/code', async (c) => {
      const { code, email } = await readForm(c, { code: field, email: field });
      try {
        const entered = await signIn.confirmCode(code, askerOf(c));
        return c.redirect(await enter(c, web, entered), 303);
      } catch (problem) {
        if (!isForForm(c, problem)) throw problem;
        return c.html(codePage(c, email || undefined, problem), problem.status);
      }
    })
    .get('/sign-in/link/:token', async (c) => {
      await signIn.look(c.req.param('token'), askerOf(c));
      keepSecret(c);
      return c.html(linkPage({ view: viewFor(web, c), path: c.req.path }));
    })
    .post('/sign-in/link/:token', async (c) => {
      const entered = await signIn.confirm(c.req.param('token'), askerOf(c));
      return c.redirect(await enter(c, web, entered), 303);
    })
    .get('/sign-in/first/:token', async (c) => {
      await firstOperator.look(c.req.param('token'));
      keepSecret(c);
      const view = viewFor(web, c);
      return c.html(firstOperatorPage({ view, path: c.req.path, name: '', email: '' }));
    })
    .post('/sign-in/first/:token', async (c) => {
      const given = await readForm(c, { name: field, email: field });
      try {
        const entered = await firstOperator.confirm(c.req.param('token'), given, askerOf(c));
        return c.redirect(await enter(c, web, entered), 303);
      } catch (problem) {
        if (!isForForm(c, problem)) throw problem;
        keepSecret(c);
        const view = viewFor(web, c);
        return c.html(
          firstOperatorPage({ view, path: c.req.path, ...given, problem }),
          problem.status,
        );
      }
    })
    .post('/sign-out', async (c) => {
      const { account, sessionId } = visitorOf(c);
      if (account && sessionId) await sessions.end(account.id, sessionId);
      cookies.clearSession(c);
      return c.redirect('/', 303);
    });
}
