/** Somebody's letters as an Atom feed (RFC 4287): an entry for each, with its papers. */

import { createHash } from 'node:crypto';
import type { ChosenPaper, Contents } from '../digest/contents/contents.js';
import { SECTIONS } from '../digest/contents/contents.js';
import { headingOf, longDay, votesInWords } from '../digest/letter/letter-words.js';
import { reasonInWords } from '../digest/letter/reason-words.js';
import { digestPaths, type Subscriber } from '../digest/subscriptions/subscription.js';
import type { Day } from '../papers/dates.js';
import { type PaperId, paperPath } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { plainLine } from '../papers/text-pieces.js';
import { count } from './counts.js';
import { xmlText } from './xml-text.js';

export type FeedEdition = {
  readonly editionOn: Day;
  readonly contents: Contents;
  readonly atMs: number;
};

type Given = {
  readonly title: string;
  /** Of this site, without a slash at its end. */
  readonly origin: string;
  readonly subscriber: Subscriber;
  /** The latest first. */
  readonly editions: readonly FeedEdition[];
  /** Papers that are gone are left out. */
  readonly papers: ReadonlyMap<PaperId, Paper>;
};

const AUTHORS_NAMED = 3;

export function digestFeed(given: Given): string {
  const { title, origin, subscriber, editions } = given;
  const address = origin + digestPaths.feed(subscriber.feedKey);
  const preferences = origin + digestPaths.preferences(subscriber.linkKey);
  const began = subscriber.confirmedAtMs ?? subscriber.requestedAtMs;
  const updated = Math.max(began, ...editions.map(({ atMs }) => atMs));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${xmlText(address)}</id>
  <title>${xmlText(`${title}: your daily papers`)}</title>
  <updated>${new Date(updated).toISOString()}</updated>
  <author><name>${xmlText(title)}</name></author>
  <link rel="self" type="application/atom+xml" href="${xmlText(address)}"/>
  <link rel="alternate" type="text/html" href="${xmlText(preferences)}"/>
${editions.map((edition) => entry(edition, given)).join('\n')}
</feed>
`;
}

type Shown = { readonly chosen: ChosenPaper; readonly paper: Paper };

function entry({ editionOn, contents, atMs }: FeedEdition, given: Given): string {
  const { origin, subscriber, papers } = given;
  const shown = contents.papers.flatMap((chosen): readonly Shown[] => {
    const paper = papers.get(chosen.paperId);
    return paper ? [{ chosen, paper }] : [];
  });
  const moment = new Date(atMs).toISOString();
  const [first] = shown;
  const on = longDay(editionOn, subscriber.preferences.dateLanguage);
  const title = first ? `${on}: ${headline(first.paper, shown.length)}` : `${on}: nothing new`;
  // Of the edition's page where it has one; a day without a list leads to the front page.
  const path = contents.day === undefined ? '/' : `/date/${contents.day}`;
  return `  <entry>
    <id>${xmlText(entryId(origin, subscriber, editionOn))}</id>
    <title>${xmlText(title)}</title>
    <published>${moment}</published>
    <updated>${moment}</updated>
    <link rel="alternate" type="text/html" href="${xmlText(origin + path)}"/>
    <content type="html">${xmlText(content(shown, contents, given))}</content>
  </entry>`;
}

function headline(paper: Paper, count: number): string {
  const title = plainLine(paper.title);
  return count > 1 ? `${title}, and ${count - 1} more` : title;
}

/** A tag (RFC 4151): the same whatever becomes of the feed's address, and not a secret. */
function entryId(origin: string, { id }: Subscriber, editionOn: Day): string {
  const whose = createHash('sha256').update(id).digest('hex').slice(0, 16);
  return `tag:${new URL(origin).hostname},${editionOn}:digest/${whose}`;
}

function content(
  shown: readonly Shown[],
  { more }: Contents,
  { origin, subscriber: { preferences } }: Given,
): string {
  if (shown.length === 0) return '<p>There is nothing new that you have not been sent.</p>';
  const sections = SECTIONS.flatMap((section) => {
    const papers = shown.filter(({ chosen }) => chosen.section === section);
    if (papers.length === 0) return [];
    const heading = headingOf(section, preferences.cadence);
    return `<h2>${heading}</h2>${papers.map((each) => item(each, origin)).join('')}`;
  });
  const rest =
    more > 0 ? `<p>${more.toLocaleString('en-GB')} more of that day on the site.</p>` : '';
  return sections.join('') + rest;
}

function item({ chosen, paper }: Shown, origin: string): string {
  const address = xmlText(origin + paperPath(paper.id));
  const why = [...chosen.reasons.map(reasonInWords), votesInWords(chosen.votes)];
  return (
    `<h3><a href="${address}">${xmlText(plainLine(paper.title))}</a></h3>` +
    `<p>${xmlText(authors(paper.authors))}</p>` +
    `<p><em>${xmlText(why.filter(Boolean).join(' · '))}</em></p>`
  );
}

function authors(names: readonly string[]): string {
  const named = names.slice(0, AUTHORS_NAMED).map(plainLine).join(', ');
  const others = names.length - AUTHORS_NAMED;
  return others > 0 ? `${named} and ${count(others, 'other')}` : named;
}
