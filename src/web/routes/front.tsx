/** `/`: the latest edition. */

import { Hono } from 'hono';
import { dayAt } from '../../papers/dates.js';
import { dayPeriod, periodPath } from '../../papers/edition.js';
import { type View, viewFor } from '../context.js';
import { loadEdition } from '../edition.js';
import { countOfPapers, editionPage } from '../edition-page.js';
import { justHiddenPaper } from '../just-hidden.js';
import { document } from '../layout.js';
import { askedPage } from '../paging.js';
import { visitorOf } from '../visitor.js';
import { type EditionWeb, PAPERS_PER_PAGE } from './edition.js';

export function frontRoute(web: EditionWeb): Hono {
  return new Hono().get('/', async (c) => {
    const today = dayAt(web.now(), web.site.timeZone);
    const day = await web.editions.latestDay(today);
    if (!day) return c.html(await pageWithoutEdition(web, viewFor(web, c)));
    const page = askedPage(undefined, PAPERS_PER_PAGE);
    const edition = await loadEdition(web, visitorOf(c), dayPeriod(day), page);
    const hidden = await justHiddenPaper(c, web);
    return c.html(
      editionPage(viewFor(web, c), { ...edition, hidden }, { path: '/', isFrontPage: true }),
    );
  });
}

/** There is nothing that belongs to a day: an empty catalogue, or papers without a known day. */
async function pageWithoutEdition({ editions }: Pick<EditionWeb, 'editions'>, web: View) {
  const today = dayPeriod(dayAt(web.now(), web.site.timeZone));
  const [count, { after }] = await Promise.all([web.papers.count(), editions.neighbours(today)]);
  return document({
    web,
    path: '/',
    children: (
      <div class="notice">
        <h1>{count === 0 ? 'Nothing is printed yet' : 'No edition yet'}</h1>
        {count === 0 ? (
          <>
            <p>
              {web.site.gathers
                ? 'New papers are being gathered; the first edition appears here as soon as they have arrived.'
                : 'This catalogue is empty and fills when you give it papers.'}
            </p>
            <p>
              Fetch the latest from arXiv with <code>broadsheet gather arxiv</code>, or import a
              file of your own with <code>broadsheet import papers.jsonl</code>.
            </p>
          </>
        ) : (
          <p>
            There {count === 1 ? 'is' : 'are'} {countOfPapers(count)}, none with a day that has
            come. Search finds all of them.
          </p>
        )}
        {after && (
          <p>
            <a href={periodPath(dayPeriod(after))}>Read the first edition that is dated ahead</a>
          </p>
        )}
        <p>
          <a href="/about">When papers were last gathered</a>
        </p>
      </div>
    ),
  });
}
