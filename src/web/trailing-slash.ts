/**
 * Addresses that people wrote with a slash too many: `/about/` leads to `/about`.
 *
 * Hono's own middleware names the host in its answer, and the host that a proxy asks us for is
 * not the one that readers know; ours leads on by path alone.
 */

import type { MiddlewareHandler } from 'hono';

/** Redirects what was not found, when its address ends in a slash. */
export const withoutTrailingSlash: MiddlewareHandler = async (c, next) => {
  await next();
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  const { pathname, search } = new URL(c.req.url);
  // A browser would take what begins with two slashes for another host.
  const bare = /^(\/(?!\/).*[^/])\/+$/.exec(pathname)?.[1];
  if (bare && isRead && c.res.status === 404) c.res = c.redirect(bare + search, 301);
};
