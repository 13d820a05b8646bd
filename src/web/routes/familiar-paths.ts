/** The paths by which readers know such pages from Hugging Face, answered with ours. */

import { Hono } from 'hono';

export function familiarPathsRoute(): Hono {
  const app = new Hono();
  // What `/` shows changes: not to be remembered.
  app.get('/papers', (c) => c.redirect('/', 302));
  app.get('/papers/trending', (c) => c.redirect('/trending', 301));
  for (const kind of ['date', 'week', 'month']) {
    app.get(`/papers/${kind}/:key`, (c) =>
      c.redirect(`/${kind}/${encodeURIComponent(c.req.param('key') ?? '')}`, 301),
    );
  }
  return app;
}
