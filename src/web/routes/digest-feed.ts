/** `/subscription/feed/…`: the letters of one subscriber for a feed reader. */

import { Hono } from 'hono';
import { linkOrigin } from '../../accounts/link-origin.js';
import { BroadsheetError } from '../../errors.js';
import { digestFeed } from '../digest-feed.js';
import type { DigestWeb } from '../digest-services.js';

/** What a feed reader that comes once in a fortnight may have missed. */
const IN_FEED = 14;

const FILE = /^([\w-]{16,200})\.xml$/;

export function digestFeedRoute(web: DigestWeb): Hono {
  const { subscriptions, deliveries } = web.digest;
  return new Hono().get('/subscription/feed/:file', async (c) => {
    const [, key] = FILE.exec(c.req.param('file')) ?? [];
    const subscriber = key === undefined ? undefined : await subscriptions.byFeedKey(key);
    if (subscriber?.state !== 'confirmed') {
      throw new BroadsheetError('not_found', 'There is no such feed here.', {
        fix: 'Its address stands with the preferences that every letter leads to.',
      });
    }
    const editions = await deliveries.contentsOf(subscriber.id, IN_FEED);
    const ids = editions.flatMap(({ contents }) => contents.papers.map(({ paperId }) => paperId));
    const papers = await web.papers.byIds([...new Set(ids)]);
    const origin = linkOrigin(
      { baseUrl: web.site.baseUrl, listensAt: () => undefined },
      new URL(c.req.url).origin,
    );
    const feed = digestFeed({ title: web.site.title, origin, subscriber, editions, papers });
    return c.body(feed, 200, {
      'Content-Type': 'application/atom+xml; charset=utf-8',
      'X-Robots-Tag': 'noindex',
      'Referrer-Policy': 'no-referrer',
    });
  });
}
