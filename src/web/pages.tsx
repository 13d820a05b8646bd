/**
 * The pages: server-rendered, without a script. Mounted last, since what no route knows ends
 * here in a page that says so.
 */

import { Hono } from 'hono';
import { except } from 'hono/combine';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { BroadsheetError } from '../errors.js';
import { shown } from '../papers/record.js';
import type { PagesContext, Web } from './context.js';
import { errorAnswer } from './error-page.js';
import { aboutRoute } from './routes/about.js';
import { editionRoute } from './routes/edition.js';
import { familiarPathsRoute } from './routes/familiar-paths.js';
import { filesRoute } from './routes/files.js';
import { frontRoute } from './routes/front.js';
import { healthRoute } from './routes/health.js';
import { paperRoute } from './routes/paper.js';
import { searchRoute } from './routes/search.js';
import { securityHeaders } from './security-headers.js';
import { styleSheetPath } from './style-sheet.js';
import { withoutTrailingSlash } from './trailing-slash.js';

/** The pages of an instance, as a part of its HTTP service. */
export function pages(context: PagesContext): Hono {
  const web: Web = { ...context, styleSheetPath: styleSheetPath(context.styleSheet) };
  const app = new Hono();

  app.use(securityHeaders(web.site));
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
  app.onError((error, c) => errorAnswer(c, web, error));

  app.route('/', frontRoute(web));
  app.route('/', editionRoute(web));
  app.route('/', searchRoute(web));
  app.route('/', familiarPathsRoute());
  app.route('/', paperRoute(web));
  app.route('/', aboutRoute(web));
  app.route('/', healthRoute(web));
  app.route('/', filesRoute(web));
  // Answered, not thrown: the check of methods above only looks at answers.
  app.all('*', (c) => errorAnswer(c, web, noSuchPage(c.req.path)));
  return app;
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
