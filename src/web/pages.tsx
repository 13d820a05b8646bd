/**
 * The pages: server-rendered, readable without a script. Mounted last, since what no route knows
 * ends here in a page that says so.
 */

import { type Context, Hono } from 'hono';
import { except } from 'hono/combine';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { BroadsheetError } from '../errors.js';
import { shown } from '../papers/record.js';
import { type Admission, admission } from './admission.js';
import type { PagesContext, Web } from './context.js';
import { createCookies } from './cookies.js';
import { errorAnswer } from './error-page.js';
import { aboutRoute } from './routes/about.js';
import { type AboutTrendingWeb, aboutTrendingRoute } from './routes/about-trending.js';
import { type AdminWeb, adminRoute } from './routes/admin.js';
import { type AdminDigestWeb, adminDigestRoute } from './routes/admin-digest.js';
import { browserScriptsRoute } from './routes/browser-scripts.js';
import { type ClaimsWeb, claimsRoute } from './routes/claims.js';
import { type CollectionsWeb, collectionsRoute } from './routes/collections.js';
import { type CommentsWeb, commentsRoute } from './routes/comments.js';
import { digestFeedRoute } from './routes/digest-feed.js';
import { type DismissalsWeb, dismissalsRoute } from './routes/dismissals.js';
import { type EditionWeb, editionRoute } from './routes/edition.js';
import { familiarPathsRoute } from './routes/familiar-paths.js';
import { filesRoute } from './routes/files.js';
import { type FollowingWeb, followingRoute } from './routes/following.js';
import { frontRoute } from './routes/front.js';
import { healthRoute } from './routes/health.js';
import { type IdentityProvidersWeb, identityProvidersRoute } from './routes/identity-providers.js';
import { mailHooksRoute } from './routes/mail-hooks.js';
import { type NotificationsWeb, notificationsRoute } from './routes/notifications.js';
import { type PaperWeb, paperRoute } from './routes/paper.js';
import { type PasskeysWeb, passkeysRoute } from './routes/passkeys.js';
import { type PicksWeb, picksRoute } from './routes/picks.js';
import { type PrivacyWeb, privacyRoute } from './routes/privacy.js';
import { type ProfileWeb, profileRoute } from './routes/profile.js';
import { type ReportsWeb, reportsRoute } from './routes/reports.js';
import { type SearchWeb, searchRoute } from './routes/search.js';
import { type SettingsWeb, settingsRoute } from './routes/settings.js';
import { type SessionsWeb, settingsSessionsRoute } from './routes/settings-sessions.js';
import { settingsSignInRoute } from './routes/settings-sign-in.js';
import { settingsTokensRoute, type TokensWeb } from './routes/settings-tokens.js';
import { type SignInWeb, signInRoute } from './routes/sign-in.js';
import { type SubmitWeb, submitRoute } from './routes/submit.js';
import { subscribeRoute } from './routes/subscribe.js';
import { subscriptionRoute } from './routes/subscription.js';
import { type TrendingWeb, trendingRoute } from './routes/trending.js';
import { type VotesWeb, votesRoute } from './routes/votes.js';
import { securityHeaders } from './security-headers.js';
import { styleSheetPath } from './style-sheet.js';
import { withoutTrailingSlash } from './trailing-slash.js';
import { createWaysIn, type WaysInParts } from './ways-in.js';

/** What the parts of the site that are about people work with. */
type PeopleServices = AboutTrendingWeb &
  AdminDigestWeb &
  AdminWeb &
  ClaimsWeb &
  CollectionsWeb &
  CommentsWeb &
  DismissalsWeb &
  EditionWeb &
  FollowingWeb &
  IdentityProvidersWeb &
  NotificationsWeb &
  PaperWeb &
  PasskeysWeb &
  PicksWeb &
  PrivacyWeb &
  ProfileWeb &
  ReportsWeb &
  SearchWeb &
  SessionsWeb &
  SettingsWeb &
  SignInWeb &
  SubmitWeb &
  TokensWeb &
  TrendingWeb &
  VotesWeb &
  WaysInParts &
  Pick<Admission, 'keyedHash' | 'trustedProxies' | 'rateLimits' | 'sessions'>;

/** All that the pages are handed. */
export type SiteServices = PagesContext &
  Omit<PeopleServices, keyof Web | 'cookies' | 'otherWaysIn'> &
  Pick<WaysInParts, 'scripts'>;

/** The pages of an instance, as a part of its HTTP service. */
export function pages(services: SiteServices): Hono {
  const { site } = services;
  const web = {
    ...services,
    ...createWaysIn(services),
    cookies: createCookies(site),
    styleSheetPath: styleSheetPath(services.styleSheet),
  };
  const app = new Hono();

  app.use(securityHeaders(site));
  app.use(compress());
  // A search tells the time it took, so no two answers are the same.
  app.use(except('/search', etag()));
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has('Cache-Control')) {
      c.res.headers.set('Cache-Control', 'private, no-cache');
    }
    // Programs get other forms of the same addresses.
    c.res.headers.append('Vary', 'Accept');
  });
  app.use(withoutTrailingSlash);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header('Allow', methods.join(', '));
        return errorAnswer(c, web, refusedMethod(c.req.method));
      },
    }),
  );
  const admitted = admission({
    ...web,
    baseUrl: site.baseUrl,
    unread: (accountId) => web.notifications.unreadCount(accountId),
    ignoresCookies,
  });
  for (const step of admitted) app.use(step);
  app.onError((error, c) => errorAnswer(c, web, error));

  app.route('/', frontRoute(web));
  app.route('/', editionRoute(web));
  app.route('/', trendingRoute(web));
  app.route('/', searchRoute(web));
  app.route('/', familiarPathsRoute());
  app.route('/', paperRoute(web));
  app.route('/', votesRoute(web));
  app.route('/', commentsRoute(web));
  app.route('/', submitRoute(web));
  app.route('/', picksRoute(web));
  app.route('/', collectionsRoute(web));
  app.route('/', followingRoute(web));
  app.route('/', dismissalsRoute(web));
  app.route('/', claimsRoute(web));
  app.route('/', reportsRoute(web));
  app.route('/', notificationsRoute(web));
  app.route('/', subscribeRoute(web));
  app.route('/', subscriptionRoute(web));
  app.route('/', digestFeedRoute(web));
  app.route('/', mailHooksRoute(web));
  app.route('/', signInRoute(web));
  app.route('/', passkeysRoute(web));
  app.route('/', identityProvidersRoute(web));
  app.route('/', settingsRoute(web));
  app.route('/', settingsSessionsRoute(web));
  app.route('/', settingsTokensRoute(web));
  app.route('/', settingsSignInRoute(web));
  app.route('/', privacyRoute(web));
  app.route('/', adminRoute(web));
  app.route('/', adminDigestRoute(web));
  app.route('/', profileRoute(web));
  app.route('/', aboutTrendingRoute(web));
  app.route('/', aboutRoute(web));
  app.route('/', healthRoute(web));
  app.route('/', browserScriptsRoute(web.scripts));
  app.route('/', filesRoute(web));
  // Answered, not thrown: the check of methods above only looks at answers.
  app.all('*', (c) => errorAnswer(c, web, noSuchPage(c.req.path)));
  return app;
}

/** What carries a right of its own: keys of letters, and signatures of mail providers. */
function ignoresCookies({ req }: Context): boolean {
  // One click in a mail program, without a page of ours (RFC 8058).
  if (req.path.startsWith('/notifications/mail/off/')) return true;
  if (req.method !== 'POST') return false;
  return req.path.startsWith('/unsubscribe/') || req.path.startsWith('/mail/hooks/');
}

function noSuchPage(path: string): BroadsheetError {
  return new BroadsheetError('not_found', `There is no page ${shown(path)} here.`);
}

function refusedMethod(method: string): BroadsheetError {
  return new BroadsheetError(
    'method_not_allowed',
    `${shown(method)} does nothing at this address.`,
  );
}
