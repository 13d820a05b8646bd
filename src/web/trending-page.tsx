/** The page of what is hot now. */

import type { Paper } from '../papers/paper.js';
import type { View } from './context.js';
import { HiddenPaper } from './dismiss-button.js';
import { document } from './layout.js';
import { ListedCard } from './listed-card.js';
import type { Listing } from './listing.js';
import type { Markup } from './markup.js';
import { assertPageExists, type Page, PageLinks } from './paging.js';

export type TrendingPageProps = {
  readonly page: Page;
  readonly total: number;
  /** The category that the list is limited to. */
  readonly field: string | undefined;
  /** Categories to choose from. */
  readonly fields: readonly string[];
  readonly listing: Listing;
  /** What the reader has just hidden. */
  readonly hidden: Paper | undefined;
};

/** @throws BroadsheetError if the list ends before this page */
export function trendingPage(web: View, props: TrendingPageProps): Markup {
  const { page, total, field, fields, listing, hidden } = props;
  assertPageExists(page, total);
  const title = field ? `Trending in ${field}` : 'Trending';
  return document({
    web,
    title,
    path: '/trending',
    children: (
      <>
        <div class="dateline">
          <h1>{title}</h1>
          <p>
            What readers vote for, discuss and keep, the more recently the higher.{' '}
            <a href="/about/trending">How this is reckoned</a>
          </p>
        </div>
        <Fields field={field} fields={fields} />
        {total === 0 && (
          <p class="note">
            Nothing trends {field ? `in ${field}` : 'here'} yet: the list begins with the first
            vote, comment or saved paper.
          </p>
        )}
        {hidden && (
          <HiddenPaper view={web} paper={hidden} back={trendingAddress(field, page.number)} />
        )}
        <div class="columns">
          {listing.papers.map((listed, at) => (
            <ListedCard
              web={web}
              listed={listed}
              back={trendingAddress(field, page.number)}
              heading="h2"
              isLead={page.number === 1 && at === 0}
            />
          ))}
        </div>
        <PageLinks
          page={page}
          total={total}
          addressOf={(number) => trendingAddress(field, number)}
        />
      </>
    ),
  });
}

/** The same list of one category, or of all. */
function Fields({ field, fields }: Pick<TrendingPageProps, 'field' | 'fields'>) {
  const offered = field === undefined || fields.includes(field) ? fields : [field, ...fields];
  if (offered.length === 0) return null;
  return (
    <nav class="orders" aria-label="Category">
      {[undefined, ...offered].map((one) => (
        <a href={trendingAddress(one, 1)} aria-current={one === field ? 'true' : undefined}>
          {one ?? 'all'}
        </a>
      ))}
    </nav>
  );
}

function trendingAddress(field: string | undefined, page: number): string {
  const parameters = new URLSearchParams({
    ...(field && { category: field }),
    ...(page > 1 && { page: String(page) }),
  });
  return parameters.size > 0 ? `/trending?${parameters}` : '/trending';
}
