/** The scripts for browsers, each at the address that changes with it. */

import { Hono } from 'hono';
import type { BrowserScripts } from '../browser-scripts.js';

/** The address changes with the content, so a browser never has to ask again. */
const FOR_EVER = 'public, max-age=31536000, immutable';

export function browserScriptsRoute(scripts: BrowserScripts): Hono {
  const route = new Hono();
  for (const { path, text } of Object.values(scripts)) {
    route.get(path, (c) =>
      c.body(text, 200, {
        'Content-Type': 'text/javascript; charset=utf-8',
        'Cache-Control': FOR_EVER,
      }),
    );
  }
  return route;
}
