/** The small files that browsers and crawlers ask for: style sheet, icon, robots, OpenSearch. */

import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Web } from '../context.js';

/** The address changes with the content, so a browser never has to ask again. */
const FOR_EVER = 'public, max-age=31536000, immutable';

const ONE_DAY = 'public, max-age=86400';

/** A folded sheet with a headline, two columns and a rule. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="6" fill="#8c2318"/>
<path d="M7 6h18v20H7z" fill="#fdfcf8"/>
<path d="M10 9h12v4H10z" fill="#1c1a17"/>
<path d="M10 16h5M10 19h5M10 22h5M17 16h5M17 19h5M17 22h5" stroke="#8c2318" stroke-width="1.4"/>
</svg>
`;

/** Results are found through the papers they lead to; each search costs more than a page. */
const ROBOTS = `User-agent: *
Disallow: /search
Crawl-delay: 5
`;

export function filesRoute({ site, styleSheet, styleSheetPath }: Web): Hono {
  return new Hono()
    .get(styleSheetPath, (c) =>
      c.body(styleSheet, 200, {
        'Content-Type': 'text/css; charset=utf-8',
        'Cache-Control': FOR_EVER,
      }),
    )
    .get('/favicon.svg', (c) =>
      c.body(ICON, 200, { 'Content-Type': 'image/svg+xml', 'Cache-Control': ONE_DAY }),
    )
    .get('/robots.txt', (c) => c.text(ROBOTS, 200, { 'Cache-Control': ONE_DAY }))
    .get('/opensearch.xml', async (c) => {
      const origin = site.baseUrl ?? new URL(c.req.url).origin;
      const description = await html`<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>${site.title}</ShortName>
  <Description>${site.tagline}</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Image width="32" height="32" type="image/svg+xml">${origin}/favicon.svg</Image>
  <Url type="text/html" template="${origin}/search?q={searchTerms}"/>
</OpenSearchDescription>
`;
      return c.body(description.toString(), 200, {
        'Content-Type': 'application/opensearchdescription+xml; charset=utf-8',
        'Cache-Control': ONE_DAY,
      });
    });
}
