/**
 * `/api/v1`: what people do here, for their programs. A token says who asks and what they may do;
 * the same domain code judges as behind the pages. To be mounted before the pages, since it
 * answers for every address below its own.
 */

import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { isReading } from '../http-methods.js';
import { errorAnswer, nothingHere, setHeaders } from './answers.js';
import { askerOf, recogniseTokens } from './bearer.js';
import { limitBodies, readBodies } from './json-body.js';
import { collectionsRoute } from './routes/collections.js';
import { commentsRoute } from './routes/comments.js';
import { listsRoute } from './routes/lists.js';
import { meRoute } from './routes/me.js';
import { papersRoute } from './routes/papers.js';
import { submissionsRoute } from './routes/submissions.js';
import type { ApiServices } from './services.js';

export function apiV1(services: ApiServices): Hono {
  const { apiTokens, limit } = services;
  const app = new Hono();
  app.onError((error, c) => errorAnswer(c, services, error));
  app.use(setHeaders, compress());
  app.use(async (c, next) => {
    await limit(c, undefined);
    await next();
  });
  app.use(limitBodies, recogniseTokens(apiTokens));
  app.use(async (c, next) => {
    const asker = askerOf(c);
    if (asker && !isReading(c.req.method)) await limit(c, asker.account.id);
    await next();
  });
  app.use(readBodies);

  app.route('/', meRoute());
  app.route('/', papersRoute(services));
  app.route('/', commentsRoute(services));
  app.route('/', submissionsRoute(services));
  app.route('/', collectionsRoute(services));
  app.route('/', listsRoute(services));
  app.all('*', (c) => errorAnswer(c, services, nothingHere(c)));
  return app;
}
