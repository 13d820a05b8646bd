/** `/trending`: what is hot now, whenever it appeared. */

import { Hono } from 'hono';
import type { TrendingReader } from '../../trending/trending-store.js';
import { viewFor, type Web } from '../context.js';
import { justHiddenPaper } from '../just-hidden.js';
import { type ListingSources, loadListing } from '../listing.js';
import { askedPage } from '../paging.js';
import { trendingPage } from '../trending-page.js';
import { visitorOf } from '../visitor.js';

export type TrendingWeb = Web &
  ListingSources & { readonly trending: Pick<TrendingReader, 'trendingIds' | 'fields'> };

/** Who has read so many wants tomorrow's. */
const PAPERS_PER_PAGE = 50;

/** What stands in one line above the list. */
const FIELDS_OFFERED = 12;

/** Longer ones are no categories. */
const LONGEST_FIELD = 60;

export function trendingRoute(web: TrendingWeb): Hono {
  return new Hono().get('/trending', async (c) => {
    const page = askedPage(c.req.query('page'), PAPERS_PER_PAGE);
    const field = c.req.query('category')?.trim().slice(0, LONGEST_FIELD) || undefined;
    const [{ ids, total }, fields] = await Promise.all([
      web.trending.trendingIds({
        ...(field && { field }),
        offset: page.offset,
        limit: page.limit,
      }),
      web.trending.fields(),
    ]);
    const [listing, hidden] = await Promise.all([
      loadListing(web, visitorOf(c), ids),
      justHiddenPaper(c, web),
    ]);
    return c.html(
      trendingPage(viewFor(web, c), {
        page,
        total,
        field,
        fields: fields.flatMap((one) => one.field || []).slice(0, FIELDS_OFFERED),
        listing,
        hidden,
      }),
    );
  });
}
