/** The pages of a search: its results, or how to ask. */

import type { Follow } from '../community/follows.js';
import type { Keyword } from '../embedding/keywords.js';
import { shortened } from '../papers/sentences.js';
import { describeQuery } from '../search/parse-query.js';
import type { Query } from '../search/query.js';
import type { SearchAnswer, SearchHit, SearchMode, SearchSort } from '../search/search-engine.js';
import type { View } from './context.js';
import { countOfPapers } from './edition-page.js';
import { FollowButton } from './follow-button.js';
import { document } from './layout.js';
import { ListedCard } from './listed-card.js';
import type { ListedPaper } from './listing.js';
import type { Markup } from './markup.js';
import { assertPageExists, type Page, PageLinks } from './paging.js';
import { quoted, searchPath } from './paper-links.js';
import type { Highlighter } from './rich-text.js';
import { ScoreParts } from './score-parts.js';
import { type AskedSearch, searchAddress } from './search-address.js';
import type { SearchExample } from './search-examples.js';

type SearchResult = {
  readonly hit: SearchHit;
  readonly listed: ListedPaper;
  readonly summary: string;
};

export type SearchPageProps = {
  readonly asked: AskedSearch;
  /** What was understood. */
  readonly query: Query;
  readonly answer: SearchAnswer;
  readonly page: Page;
  readonly tookMs: number;
  readonly results: readonly SearchResult[];
  /** What the results are about, the most telling first; nothing is said where there are none. */
  readonly keywords: readonly Keyword[];
  readonly highlight: Highlighter | undefined;
  /** The address of the page, to come back to after a vote. */
  readonly back: string;
  /** The search as something to be told of when it finds more; absent for a text. */
  readonly follow: { readonly follow: Follow; readonly isFollowed: boolean } | undefined;
};

/** As much of a pasted text as tells which it was: two lines on a phone. */
const LONGEST_ECHO = 90;

const MODE_WORDS: Readonly<Record<SearchMode, string>> = {
  hybrid: 'by words or meaning',
  lexical: 'by words',
  dense: 'by meaning',
};

const SORT_WORDS: Readonly<Record<SearchSort, string>> = {
  relevance: 'best first',
  newest: 'newest first',
  trending: 'trending first',
};

const SORTS = Object.keys(SORT_WORDS) as SearchSort[];

export function emptySearchPage(web: View, examples: readonly SearchExample[]): Markup {
  return document({
    web,
    title: 'Search',
    path: '/search',
    children: (
      <div class="reading">
        <h1>Search</h1>
        <p>
          Type some words into the box above, or paste an abstract or a BibTeX entry to find papers
          like it. These also work:
        </p>
        <ul class="examples">
          {examples.map(({ query, finds, isFruitful }) => (
            <li>
              {isFruitful ? (
                <a href={searchPath(query)}>
                  <code>{query}</code>
                </a>
              ) : (
                <code>{query}</code>
              )}{' '}
              <span>{finds}</span>
            </li>
          ))}
        </ul>
        {examples.some(({ isFruitful }) => !isFruitful) && (
          <p>Examples without a link find nothing in this catalogue so far.</p>
        )}
      </div>
    ),
  });
}

/** @throws BroadsheetError if the results end before this page */
export function searchPage(web: View, props: SearchPageProps): Markup {
  const { asked, query, answer, page, results, highlight, back, follow } = props;
  assertPageExists(page, answer.total);
  const echo = query.isText ? shortened(query.text, LONGEST_ECHO) : query.text;
  const notes = [...query.notes, ...answer.notes];
  return document({
    web,
    title: `${echo} · Search`,
    path: '/search',
    searchText: asked.text,
    isIndexed: false,
    children: (
      <div class="results">
        <h1 class="query">
          Search:{' '}
          <q>
            <bdi>{echo}</bdi>
          </q>
        </h1>
        <Count {...props} />
        {follow && <FollowButton view={web} {...follow} back={back} />}
        {notes.map((note) => (
          <p class="note">{note}</p>
        ))}
        {answer.didYouMean !== undefined && (
          <p class="did-you-mean">
            Did you mean{' '}
            <a href={searchAddress({ ...asked, text: answer.didYouMean })}>{answer.didYouMean}</a>?
          </p>
        )}
        {answer.total === 0 && (
          <p>
            Nothing here matches. Try fewer or other words, or look at{' '}
            <a href="/search">what can be asked</a>.
          </p>
        )}
        <Keywords {...props} />
        <Orders {...props} />
        {results.map(({ hit, listed, summary }) => (
          <ListedCard
            web={web}
            listed={listed}
            back={back}
            summary={summary}
            heading="h2"
            highlight={highlight}
          >
            {hit.explanation && <ScoreParts score={hit.score} parts={hit.explanation} />}
          </ListedCard>
        ))}
        <PageLinks
          page={page}
          total={answer.total}
          addressOf={(number) => searchAddress(asked, number)}
        />
      </div>
    ),
  });
}

/** How many, how found, how fast, and what was understood. */
function Count({ query, answer, tookMs }: SearchPageProps) {
  const understood = describeQuery(query);
  return (
    <p class="count">
      <strong>{countOfPapers(answer.total)}</strong>
      {isRanked(query) && ` ${MODE_WORDS[answer.mode]}`} in {timeInWords(tookMs)}
      {understood.length > 0 && <> for {understood.join(', ')}</>}
    </p>
  );
}

/** What the papers are about, each a link to those of them that have it. */
function Keywords({ asked, keywords }: SearchPageProps) {
  if (keywords.length === 0) return null;
  return (
    <p class="links keywords">
      <span>These papers are about</span>{' '}
      {keywords.map(({ text }) => (
        <a href={searchAddress({ ...asked, text: `${asked.text} ${quoted(text)}` })} rel="nofollow">
          {text}
        </a>
      ))}
    </p>
  );
}

/** Links to the same papers in another order, and to what the order is made of. */
function Orders({ asked, query, answer, page }: SearchPageProps) {
  if (answer.total === 0 || !isRanked(query)) return null;
  const { isExplained } = asked;
  return (
    <nav class="orders" aria-label="Order">
      {SORTS.map((sort) => (
        <a
          href={searchAddress({ ...asked, sort })}
          aria-current={sort === asked.sort ? 'true' : undefined}
        >
          {SORT_WORDS[sort]}
        </a>
      ))}
      {asked.sort === 'relevance' && (
        <a
          class="reasons"
          href={searchAddress({ ...asked, isExplained: !isExplained }, page.number)}
          rel="nofollow"
        >
          {isExplained ? 'hide the reasons' : 'why this order?'}
        </a>
      )}
    </nav>
  );
}

/** Whether there is something to rank by; papers that are only filtered are listed by date. */
function isRanked({ terms, paperName }: Query): boolean {
  return terms.length > 0 && paperName === undefined;
}

function timeInWords(tookMs: number): string {
  if (tookMs < 1) return 'less than 1 ms';
  return tookMs < 1_000 ? `${Math.round(tookMs)} ms` : `${(tookMs / 1_000).toFixed(1)} s`;
}
