/** `/about`: what this is, where its papers come from, and whether that works. */

import { Hono } from 'hono';
import type { ModelCard } from '../../embedding/model-card.js';
import { type ModelSource, modelIdOf } from '../../embedding/model-source.js';
import type { GatherRun } from '../../sources/gather-store.js';
import { momentInWords } from '../calendar-words.js';
import { type Site, viewFor, type Web } from '../context.js';
import { countOfPapers } from '../edition-page.js';
import { document } from '../layout.js';
import { categoryPath } from '../paper-links.js';

/** The source that gathers by itself. */
const SOURCE = 'arxiv';

/** A source that breaks wholly would fill the page. */
const MOST_PROBLEMS_SHOWN = 5;

export function aboutRoute(web: Web): Hono {
  return new Hono().get('/about', async (c) => {
    const [count, latest, latestComplete, isSampleOnly] = await Promise.all([
      web.papers.count(),
      web.gatherings.latest(SOURCE),
      web.gatherings.latestComplete(SOURCE),
      web.papers.isSampleOnly(),
    ]);
    const { site } = web;
    return c.html(
      document({
        web: viewFor(web, c),
        title: 'About',
        path: '/about',
        children: (
          <div class="reading">
            <h1>About {site.title}</h1>
            <p>
              {site.title} is the daily paper of a research field. It gathers new papers, prints an
              edition a day, and finds any paper again. The program is Broadsheet; it runs on the
              machine of whoever publishes this page
              {web.model?.()?.kind === 'service'
                ? '. What you search for is also sent to the service named below; what you read is not.'
                : ', and sends what you read or search nowhere else.'}
            </p>
            <h2>The papers</h2>
            <p>
              {site.title} holds {count === 0 ? 'no papers yet' : countOfPapers(count)}.
              {isSampleOnly &&
                ' All of them are the bundled sample: real papers, with summaries that we wrote ourselves.'}
            </p>
            <Categories site={site} />
            <h2>The last gathering</h2>
            <Gathering latest={latest} latestComplete={latestComplete} site={site} />
            <h2>How search ranks</h2>
            <p>
              A paper comes higher the more of your words it has, the rarer those words are in the
              whole catalogue, and the shorter the text in which they stand. A word in the title
              weighs more than one in the abstract. Words are compared by their stems, so that
              “models” finds “model”. A paper that means the same in other words comes higher, too,
              and for a query of a few words, one that has what the first results share. Phrases in
              quotes and words with a field, such as <code>author:</code>, have to match. Each
              result tells what its score is the sum of. Nobody can pay for a place.{' '}
              <a href="/search">Examples of what can be asked</a>
            </p>
            <Model source={web.model?.()} outdated={web.outdated?.() ?? 0} />
            <h2>For programs</h2>
            <ul>
              <li>
                <code>.md</code> behind the address of a paper: the paper as Markdown, also for{' '}
                <code>Accept: text/markdown</code>
              </li>
              <li>
                <a href="/opensearch.xml">/opensearch.xml</a>: search from the address bar
              </li>
              <li>
                <a href="/healthz">/healthz</a>: whether the program is alive
              </li>
              <li>
                <a href="/readyz">/readyz</a>: whether it can answer
              </li>
            </ul>
            <h2>Rights</h2>
            <p>
              Titles and abstracts belong to their authors and are shown to lead you to the papers.
              Broadsheet itself is free software under the Apache License 2.0.
            </p>
            <Contact contact={site.contact} />
          </div>
        ),
      }),
    );
  });
}

function Model({
  source,
  outdated,
}: {
  readonly source: ModelSource | undefined;
  readonly outdated: number;
}) {
  if (!source) return null;
  return (
    <>
      <h2>The model</h2>
      <p>
        Papers are also found by meaning, with the model <code>{modelIdOf(source)}</code>.{' '}
        {source.kind === 'service' &&
          'It is a service that whoever publishes this page has chosen. '}
        {source.kind === 'static' && source.card && cardInWords(source.card)}
        {outdated > 0 &&
          ` It is still to read ${countOfPapers(outdated)}, which are found by what another model made of them.`}
      </p>
    </>
  );
}

function cardInWords({ name, version, rows, data }: ModelCard): string {
  const papers = data.reduce((sum, each) => sum + each.papers, 0);
  const names = data.map((each) => each.name).join(', ');
  const vectors = `It is ${name} ${version}, with ${counted(rows)} vectors of words or their pieces.`;
  return papers === 0
    ? vectors
    : `${vectors} It was trained on ${countOfPapers(papers)}: ${names}. It runs on this machine.`;
}

function counted(number: number): string {
  return number.toLocaleString('en-GB');
}

function Categories({ site }: { readonly site: Site }) {
  if (site.categories.length === 0) return null;
  return (
    <p>
      {site.gathers ? 'It follows these categories of arXiv:' : 'Its categories of arXiv are:'}{' '}
      {site.categories.map((category, at) => (
        <>
          {at > 0 && ', '}
          <a href={categoryPath(category)}>{category}</a>
        </>
      ))}
      .
    </p>
  );
}

function Gathering({
  latest,
  latestComplete,
  site,
}: {
  readonly latest: GatherRun | undefined;
  readonly latestComplete: GatherRun | undefined;
  readonly site: Site;
}) {
  const next = site.gathers
    ? 'It tries again by itself.'
    : 'It gathers when somebody runs “broadsheet gather arxiv”.';
  if (!latest) return <p>Nothing has been gathered yet. {next}</p>;
  const { problems, status } = latest;
  const isOverAndLacking = status === 'partial' || status === 'failed';
  const hidden = problems.length - MOST_PROBLEMS_SHOWN;
  return (
    <>
      <p>
        {outcomeInWords(latest, site.timeZone)} {isOverAndLacking && next}
      </p>
      {problems.length > 0 && (
        <ul class="problems">
          {problems.slice(0, MOST_PROBLEMS_SHOWN).map(({ where, reason }) => (
            <li>
              {where}: {reason}
            </li>
          ))}
          {hidden > 0 && <li>and {hidden} more</li>}
        </ul>
      )}
      {status !== 'complete' && (
        <p>
          {latestComplete
            ? `The last gathering that stored everything began on ${momentInWords(latestComplete.startedAtMs, site.timeZone)}: ${countsInWords(latestComplete)}.`
            : 'No gathering has stored everything yet.'}
        </p>
      )}
    </>
  );
}

function outcomeInWords(run: GatherRun, timeZone: string): string {
  const began = momentInWords(run.startedAtMs, timeZone);
  switch (run.status) {
    case 'running':
      return `Papers are being gathered from arXiv since ${began}.`;
    case 'complete':
      return `On ${began}, arXiv gave everything it had: ${countsInWords(run)}.`;
    case 'partial':
      return `On ${began}, arXiv gave only a part: ${countsInWords(run)}.`;
    case 'failed':
      return `On ${began}, nothing could be fetched from arXiv.`;
  }
}

function countsInWords({ added, updated, unchanged }: GatherRun): string {
  return `${added} added, ${updated} updated, ${unchanged} unchanged`;
}

function Contact({ contact }: { readonly contact: string | undefined }) {
  if (!contact) return null;
  const isMail = /^[^\s@/]+@[^\s@/]+$/.test(contact);
  const isLink = isMail || /^https?:\/\//i.test(contact) || /^mailto:/i.test(contact);
  return (
    <p>
      The people who run this instance:{' '}
      {isLink ? <a href={isMail ? `mailto:${contact}` : contact}>{contact}</a> : contact}
    </p>
  );
}
