/** The page of an edition: its date, its papers, and the way to the editions around it. */

import type { Child } from 'hono/jsx';
import { type Day, dateInWords, dayAt } from '../papers/dates.js';
import { monthPeriod, type Period, periodOf, periodPath, weekPeriod } from '../papers/edition.js';
import type { Paper } from '../papers/paper.js';
import { isWeekend, periodInWords, shortPeriod } from './calendar-words.js';
import type { View } from './context.js';
import type { Edition } from './edition.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { PageLinks } from './paging.js';
import { PaperCard } from './paper-card.js';
import { firstSentences } from './sentences.js';

/** What a reader takes in at a glance. */
const SENTENCES_IN_LISTS = 3;
const LONGEST_IN_LISTS = 420;

/** The lead story has the width of the page. */
const SENTENCES_OF_LEAD = 6;
const LONGEST_OF_LEAD = 1_000;

export type EditionPageOptions = {
  readonly path: string;
  /** The front page has the site's own title, and a note where it shows an older edition. */
  readonly isFrontPage?: boolean;
};

export function editionPage(
  web: View,
  edition: Edition,
  { path, isFrontPage = false }: EditionPageOptions,
): Markup {
  const { period, papers, page, total } = edition;
  const today = dayAt(web.now(), web.site.timeZone);
  const heading = periodInWords(period);
  const pageSuffix = page.number > 1 ? `, page ${page.number}` : '';
  return document({
    web,
    ...(!isFrontPage && { title: heading + pageSuffix }),
    path,
    children: (
      <>
        <div class="dateline">
          <h1>{heading}</h1>
          <p>{total > 0 ? countOfPapers(total) : 'No papers'}</p>
        </div>
        <EditionNavigation edition={edition} />
        {isFrontPage && edition.day < today && !edition.isSampleOnly && (
          <p class="note">
            No papers yet for {dateInWords(today)}; this is the edition of{' '}
            {dateInWords(edition.day)}.
          </p>
        )}
        {edition.isSampleOnly && total > 0 && <SampleNote gathers={web.site.gathers} />}
        {total === 0 && <WhyEmpty period={period} today={today} />}
        <PaperList papers={papers} hasLead={period.kind === 'day' && page.number === 1} />
        <PageLinks
          page={page}
          total={total}
          addressOf={(number) =>
            number === 1 ? periodPath(period) : `${periodPath(period)}?page=${number}`
          }
        />
      </>
    ),
  });
}

export function countOfPapers(count: number): string {
  return count === 1 ? '1 paper' : `${count.toLocaleString('en-GB')} papers`;
}

function PaperList({
  papers,
  hasLead,
}: {
  readonly papers: readonly Paper[];
  readonly hasLead: boolean;
}) {
  return (
    <div class="columns">
      {papers.map((paper, at) => {
        const isLead = hasLead && at === 0;
        const summary = isLead
          ? firstSentences(paper.abstract, SENTENCES_OF_LEAD, LONGEST_OF_LEAD)
          : firstSentences(paper.abstract, SENTENCES_IN_LISTS, LONGEST_IN_LISTS);
        return <PaperCard paper={paper} summary={summary} heading="h2" isLead={isLead} />;
      })}
    </div>
  );
}

function EditionNavigation({ edition }: { readonly edition: Edition }) {
  const { period, before, after, day } = edition;
  const kinds = [
    { label: 'Day', target: periodOf('day', day) },
    { label: 'Week', target: weekPeriod(day) },
    { label: 'Month', target: monthPeriod(day) },
  ];
  return (
    <nav class="editions" aria-label="Editions">
      <EditionLink period={before} rel="prev">
        ← {before && shortPeriod(before, period)}
      </EditionLink>
      <ul>
        {kinds.map(({ label, target }) => (
          <li>
            <a
              href={periodPath(target)}
              aria-current={target.kind === period.kind ? 'page' : undefined}
            >
              {label}
            </a>
          </li>
        ))}
      </ul>
      <EditionLink period={after} rel="next">
        {after && shortPeriod(after, period)} →
      </EditionLink>
    </nav>
  );
}

function EditionLink({
  period,
  rel,
  children,
}: {
  readonly period: Period | undefined;
  readonly rel: 'prev' | 'next';
  readonly children?: Child;
}) {
  if (!period) return <span />;
  return (
    <a class={rel} href={periodPath(period)} rel={rel}>
      <span class="hidden">{rel === 'prev' ? 'Previous edition: ' : 'Next edition: '}</span>
      {children}
    </a>
  );
}

function SampleNote({ gathers }: { readonly gathers: boolean }) {
  return (
    <p class="note">
      This is a sample edition: real papers, with summaries that we wrote ourselves.{' '}
      {gathers
        ? 'It gives way to new papers as soon as the first have been gathered.'
        : 'It gives way to your own papers as soon as you import or gather some.'}
    </p>
  );
}

function WhyEmpty({ period, today }: { readonly period: Period; readonly today: Day }) {
  return <p class="note">{whyEmpty(period, today)}</p>;
}

/** Why a period has no papers, as far as the calendar tells. */
function whyEmpty(period: Period, today: Day): string {
  const { kind, from, until } = period;
  if (from > today) return `This ${kind} has not come yet.`;
  if (kind === 'day' && isWeekend(from)) {
    return 'It is a weekend: arXiv announces nothing on Saturdays and Sundays.';
  }
  if (until > today) return `No papers have arrived yet for this ${kind}.`;
  return `No papers are known for this ${kind}: nothing was announced, or nothing was gathered.`;
}
