/** `/mail/hooks/…`: what mail providers tell of letters that did not arrive. */

import { Hono } from 'hono';
import type { DigestWeb } from '../digest-services.js';

export function mailHooksRoute({ digest }: Pick<DigestWeb, 'digest'>): Hono {
  return new Hono().post('/mail/hooks/:id', async (c) => {
    // Byte for byte as it came, since its signature is over the bytes.
    const body = new Uint8Array(await c.req.arrayBuffer());
    const { accepted } = await digest.takeHook(c.req.param('id'), c.req.raw.headers, body);
    c.header('Cache-Control', 'no-store');
    return c.json({ accepted });
  });
}
