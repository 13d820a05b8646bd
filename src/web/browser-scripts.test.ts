import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { readBrowserScripts } from './browser-scripts.js';
import { browserScriptsRoute } from './routes/browser-scripts.js';

it('serves each script without its types, at an address that changes with it', async () => {
  const scripts = await readBrowserScripts();
  const app = new Hono().route('/', browserScriptsRoute(scripts));
  expect(Object.keys(scripts).sort()).toEqual(['passkeys', 'votes']);
  for (const [name, { path, text }] of Object.entries(scripts)) {
    expect(path).toMatch(new RegExp(`^/assets/${name}-[0-9a-f]{16}\\.js$`));
    expect(text).not.toMatch(/^(type|interface) |\bas unknown\b|: string\b/m);
    const answer = await app.request(path);
    expect(answer.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
    expect(answer.headers.get('Cache-Control')).toContain('immutable');
    expect(await answer.text()).toBe(text);
  }
  expect((await app.request('/assets/votes-0000000000000000.js')).status).toBe(404);
});

it('loads nothing from elsewhere, and makes no code of text', async () => {
  for (const { text } of Object.values(await readBrowserScripts())) {
    expect(text).not.toMatch(/https?:|\bimport\b|\beval\b|innerHTML|insertAdjacentHTML|Function\(/);
  }
});
