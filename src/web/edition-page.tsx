/** The page of an edition: its date, its papers, and the way to the editions around it. */

import type { Child } from 'hono/jsx';
import { type Day, dateInWords, dayAt } from '../papers/dates.js';
import { monthPeriod, type Period, periodOf, periodPath, weekPeriod } from '../papers/edition.js';
import { isWeekend, momentInWords, periodInWords, shortPeriod } from './calendar-words.js';
import type { View } from './context.js';
import { HiddenPaper } from './dismiss-button.js';
import type { Edition } from './edition.js';
import { document } from './layout.js';
import { ListedCard } from './listed-card.js';
import type { Markup } from './markup.js';
import { PageLinks } from './paging.js';
import { CuratorTools, PickTool } from './pick-forms.js';
import { PickedLine } from './picked-line.js';

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
  const { period, page, total, totalPicked } = edition;
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
          <p>
            {total > 0 ? countOfPapers(total) : 'No papers'}
            {totalPicked > 0 && `, ${totalPicked.toLocaleString('en-GB')} picked by the community`}
          </p>
        </div>
        <EditionNavigation edition={edition} />
        {isFrontPage && edition.day < today && !edition.isSampleOnly && (
          <p class="note">
            No papers yet for {dateInWords(today)}; this is the edition of{' '}
            {dateInWords(edition.day)}.
          </p>
        )}
        {edition.isSampleOnly && total > 0 && <SampleNote gathers={web.site.gathers} />}
        {edition.frozenAtMs !== undefined && (
          <FrozenNote edition={edition} timeZone={web.site.timeZone} />
        )}
        {total === 0 && <WhyEmpty period={period} today={today} />}
        {edition.hidden && <HiddenPaper view={web} paper={edition.hidden} back={path} />}
        <Papers web={web} edition={edition} back={path} />
        {edition.dismissed > 0 && <DismissedNote dismissed={edition.dismissed} />}
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

/** What people picked, then what else was announced; headings only where there are both. */
function Papers({
  web,
  edition: { period, page, picked, announced },
  back,
}: {
  readonly web: View;
  readonly edition: Edition;
  readonly back: string;
}) {
  const isFirst = period.kind === 'day' && page.number === 1;
  const hasParts = picked.length > 0 && announced.length > 0;
  return (
    <>
      {picked.length > 0 && (
        <section class="part" aria-label="Picked by the community">
          {hasParts && <h2 class="part-name">Picked by the community</h2>}
          <div class="columns">
            {picked.map(({ note, submitter, ...listed }, at) => (
              <ListedCard
                web={web}
                listed={listed}
                back={back}
                heading={hasParts ? 'h3' : 'h2'}
                isLead={isFirst && at === 0}
                tools={
                  period.kind === 'day' && (
                    <CuratorTools
                      view={web}
                      day={period.from}
                      paperId={listed.paper.id}
                      note={note}
                      back={back}
                    />
                  )
                }
              >
                <PickedLine
                  view={web}
                  paper={listed.paper}
                  pick={{ note, day: period.kind === 'day' ? period.from : undefined }}
                  submitter={submitter}
                />
              </ListedCard>
            ))}
          </div>
        </section>
      )}
      {announced.length > 0 && (
        <section class="part" aria-label="Announced">
          {hasParts && (
            <h2 class="part-name">{period.kind === 'day' ? 'Announced this day' : 'Announced'}</h2>
          )}
          <div class="columns">
            {announced.map((listed, at) => (
              <ListedCard
                web={web}
                listed={listed}
                back={back}
                heading={hasParts ? 'h3' : 'h2'}
                isLead={isFirst && picked.length === 0 && at === 0}
                tools={
                  period.kind === 'day' && (
                    <PickTool view={web} day={period.from} paperId={listed.paper.id} back={back} />
                  )
                }
              />
            ))}
          </div>
        </section>
      )}
    </>
  );
}

function FrozenNote({
  edition: { frozenAtMs = 0 },
  timeZone,
}: {
  readonly edition: Edition;
  readonly timeZone: string;
}) {
  return (
    <p class="note">
      This list was mailed on {momentInWords(frozenAtMs, timeZone)} and stays as it was; votes and
      comments go on.
    </p>
  );
}

function DismissedNote({ dismissed }: { readonly dismissed: number }) {
  return (
    <p class="note">
      {countOfPapers(dismissed)} of this page {dismissed === 1 ? 'is' : 'are'} hidden, since you are
      not interested. <a href="/settings/dismissed">Show what is hidden</a>
    </p>
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
    return 'It is a weekend: arXiv announces nothing on Saturdays and Sundays, and nobody picked a paper.';
  }
  if (until > today) return `No papers have arrived yet for this ${kind}.`;
  return `No papers are known for this ${kind}: nobody picked one, and nothing was announced or gathered.`;
}
