/** Pages with a secret in their address. */

import type { Context } from 'hono';

/**
 * The address is told to no other site and the page is kept in no cache. Our own forms still say
 * where they come from, which `no-referrer` would prevent.
 */
export function keepSecret(c: Context): void {
  c.header('Referrer-Policy', 'same-origin');
  c.header('Cache-Control', 'no-store');
}
