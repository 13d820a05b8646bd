/** `/healthz` and `/readyz`, for whatever watches over the process. */

import { Hono } from 'hono';
import type { Readiness, Web } from '../context.js';

export function healthRoute({ readiness }: Pick<Web, 'readiness'>): Hono {
  return new Hono()
    .get('/healthz', (c) => c.text('ok', 200, { 'Cache-Control': 'no-store' }))
    .get('/readyz', async (c) => {
      const parts = await readiness().catch((): Readiness => ({ index: false, database: false }));
      const ready = parts.index && parts.database;
      return c.json({ ready, ...parts }, ready ? 200 : 503, { 'Cache-Control': 'no-store' });
    });
}
