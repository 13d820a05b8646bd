/** `/search?q=`: what was found, what was understood, and how to ask better. */

import { type Context, Hono } from 'hono';
import type { FollowReader } from '../../community/follow-store.js';
import { informationBy } from '../../embedding/information.js';
import { type Keyword, keywordsOfPapers } from '../../embedding/keywords.js';
import { paperPath, parseIdentifier } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { firstSentences } from '../../papers/sentences.js';
import { findPapers } from '../../search/find-papers.js';
import { excerpt, highlight } from '../../search/highlight.js';
import type { Query } from '../../search/query.js';
import { readQuery } from '../../search/read-query.js';
import { analyse } from '../../text/analysis.js';
import { viewFor, type Web } from '../context.js';
import { followOfSearch } from '../follow-button.js';
import { type ListingSources, withCommunity } from '../listing.js';
import { askedPage } from '../paging.js';
import { askedSearch } from '../search-address.js';
import { createSearchExamples } from '../search-examples.js';
import { emptySearchPage, searchPage } from '../search-page.js';
import { visitorOf } from '../visitor.js';

export type SearchWeb = Web &
  Pick<ListingSources, 'standings' | 'votes'> & {
    readonly follows: Pick<FollowReader, 'isFollowed'>;
  };

/** Who has not found it among twenty asks again rather than turning pages. */
const RESULTS_PER_PAGE = 20;

/** What fewer papers are about is said by their titles. */
const FEWEST_FOR_KEYWORDS = 5;

/** In characters: about three lines on a wide screen. */
const LONGEST_EXCERPT = 320;

/** Of a paper like a text, of which every sentence has words: its beginning. */
const SENTENCES_OF_LIKE = 3;

export function searchRoute(web: SearchWeb): Hono {
  const examples = createSearchExamples(web.search);

  return new Hono().get('/search', async (c) => {
    const asked = askedSearch((name) => c.req.query(name));
    if (!asked.text) return c.html(emptySearchPage(viewFor(web, c), await examples()));

    const query = readQuery(asked.text);
    const named = await paperNamedBy(query, web);
    if (named) return c.redirect(paperPath(named.id), 302);

    const page = askedPage(c.req.query('page'), RESULTS_PER_PAGE);
    const startedAtMs = performance.now();
    const { answer, results } = await findPapers(web.search, web.papers, query, {
      mode: asked.mode,
      sort: asked.sort,
      explain: asked.isExplained,
      offset: page.offset,
      limit: page.limit,
      signal: c.req.raw.signal,
    });
    const tookMs = performance.now() - startedAtMs;
    const papers = results.map(({ paper }) => paper);
    const follow = query.isText ? undefined : followOfSearch(asked.text);
    const { account } = visitorOf(c);
    const [listed, isFollowed] = await Promise.all([
      withCommunity(web, visitorOf(c), results),
      account && follow ? web.follows.isFollowed(account.id, follow) : false,
    ]);

    return c.html(
      searchPage(viewFor(web, c), {
        asked,
        query,
        answer,
        page,
        tookMs,
        keywords: page.number === 1 ? keywordsOf(web, query, papers) : [],
        results: listed.map((one) => ({
          hit: one.hit,
          listed: one,
          summary: summaryOf(one.paper, query),
        })),
        back: askedAddress(c),
        follow: follow && { follow, isFollowed },
        // Of a text, every other word would be marked.
        highlight: query.isText ? undefined : (part) => highlight(part, query),
      }),
    );
  });
}

/** The address as it was asked for, to come back to. */
function askedAddress(c: Context): string {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
}

/** What the results are about beside what was asked for; nothing where that says nothing. */
function keywordsOf(
  web: Pick<Web, 'model'>,
  query: Query,
  papers: readonly Paper[],
): readonly Keyword[] {
  if (query.isText || papers.length < FEWEST_FOR_KEYWORDS) return [];
  const known = new Set(analyse(query.text).map(({ term }) => term));
  return keywordsOfPapers(papers, informationBy(web.model?.()), { known });
}

/** As much of the abstract as a result shows. */
function summaryOf({ abstract }: Paper, query: Query): string {
  return query.isText
    ? firstSentences(abstract, SENTENCES_OF_LIKE, LONGEST_EXCERPT)
    : excerpt(abstract, query, LONGEST_EXCERPT);
}

/** The paper, when the query is its name and nothing else. */
async function paperNamedBy(query: Query, web: Web) {
  if (query.paperName === undefined) return undefined;
  const named = parseIdentifier(query.paperName);
  const text = query.text.trim().replace(/^id:\s*/i, '');
  const isNameAlone = named !== undefined && parseIdentifier(text) === named;
  return isNameAlone ? web.papers.find(query.paperName) : undefined;
}
