/**
 * Asking arXiv. Its feeds and its query API live on different hosts, yet its terms of use allow
 * one request at a time over all of them, so every question waits in one queue.
 */

import { BroadsheetError } from '../../errors.js';
import type { Day } from '../../papers/dates.js';
import type { Validators } from '../gather-store.js';
import type { HttpClient } from '../http-client.js';
import { type AtomAnswer, parseAtomAnswer } from './atom-api.js';
import type { NoFeed } from './feed-xml.js';
import { parseRssFeed, type RssFeed } from './rss-feed.js';

/** The name of arXiv's queue, whatever the hosts are called. */
export const ARXIV_QUEUE = 'arxiv.org';

/** A question by numbers is an address of about 1,200 characters, which every server takes. */
export const IDS_PER_REQUEST = 100;

/** arXiv allows 2,000 and answers such pages slowly or not at all; these come in a few seconds. */
export const PAPERS_PER_PAGE = 500;

export type Announcement =
  | { readonly status: 'unchanged' }
  | { readonly status: 'ok'; readonly feed: RssFeed; readonly validators: Validators };

/** Days on which papers were submitted, both included, in UTC. */
export type SubmissionSpan = { readonly from: Day; readonly to: Day };

/**
 * Each question throws a BroadsheetError `source_failed` when arXiv does not answer it, or
 * answers with something else than a feed.
 */
export type ArxivClient = {
  /** Where the announcement of these categories is read; names it among validators. */
  readonly announcementUrl: (categories: readonly string[]) => string;
  readonly announcement: (
    categories: readonly string[],
    options: { readonly validators?: Validators; readonly signal?: AbortSignal | undefined },
  ) => Promise<Announcement>;
  /** At most {@link IDS_PER_REQUEST} papers by their numbers, without versions. */
  readonly papersById: (
    ids: readonly string[],
    signal?: AbortSignal | undefined,
  ) => Promise<AtomAnswer>;
  /** A page of the papers submitted in the span, the first submitted first. */
  readonly papersSubmitted: (
    question: {
      readonly categories: readonly string[];
      readonly span: SubmissionSpan;
      readonly start: number;
    },
    signal?: AbortSignal | undefined,
  ) => Promise<AtomAnswer>;
};

/**
 * @param rssUrl - the whole base, `https://rss.arxiv.org/rss`
 * @param apiUrl - the whole address, `https://export.arxiv.org/api/query`
 * @param pauseMs - between two requests; arXiv's terms of use ask for 3,000
 */
export function createArxivClient({
  http,
  rssUrl,
  apiUrl,
  pauseMs,
}: {
  readonly http: HttpClient;
  readonly rssUrl: string;
  readonly apiUrl: string;
  readonly pauseMs: number;
}): ArxivClient {
  const manners = { pauseMs, queue: ARXIV_QUEUE };

  const announcementUrl = (categories: readonly string[]) =>
    `${rssUrl.replace(/\/+$/, '')}/${categories.map(encodeURIComponent).join('+')}`;

  async function query(parameters: Record<string, string>, signal?: AbortSignal) {
    const url = new URL(apiUrl);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const answer = await http.get(url.href, { ...manners, signal });
    if (answer.status === 'unchanged') throw new RangeError('no validators were given');
    return feedOrThrow(await parseAtomAnswer(answer.body), url.host);
  }

  return {
    announcementUrl,

    async announcement(categories, { validators, signal }) {
      const url = announcementUrl(categories);
      const answer = await http.get(url, { ...manners, validators, signal });
      if (answer.status === 'unchanged') return answer;
      const feed = feedOrThrow(await parseRssFeed(answer.body), new URL(url).host);
      return { status: 'ok', feed, validators: answer.validators };
    },

    papersById: (ids, signal) =>
      query({ id_list: ids.join(','), max_results: String(ids.length) }, signal),

    papersSubmitted: ({ categories, span: { from, to }, start }, signal) => {
      const fields = categories.map((category) => `cat:${category}`).join(' OR ');
      const days = `[${from.replaceAll('-', '')}0000 TO ${to.replaceAll('-', '')}2359]`;
      return query(
        {
          search_query: `(${fields}) AND submittedDate:${days}`,
          start: String(start),
          max_results: String(PAPERS_PER_PAGE),
          sortBy: 'submittedDate',
          sortOrder: 'ascending',
        },
        signal,
      );
    },
  };
}

function feedOrThrow<Feed>(result: Feed | NoFeed, host: string): Feed {
  if (!isNoFeed(result)) return result;
  throw new BroadsheetError(
    'source_failed',
    `The answer of ${host} cannot be used. ${result.reason}`,
  );
}

function isNoFeed(result: unknown): result is NoFeed {
  return typeof result === 'object' && result !== null && 'reason' in result;
}
