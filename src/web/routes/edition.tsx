/** `/date/…`, `/week/…`, `/month/…`: the papers of one period, at addresses that stay. */

import { Hono } from 'hono';
import { BroadsheetError } from '../../errors.js';
import { type PeriodKind, parsePeriod } from '../../papers/edition.js';
import { shown } from '../../papers/record.js';
import { viewFor, type Web } from '../context.js';
import { type EditionSources, loadEdition } from '../edition.js';
import { editionPage } from '../edition-page.js';
import { justHiddenPaper } from '../just-hidden.js';
import { askedPage } from '../paging.js';
import { visitorOf } from '../visitor.js';

export type EditionWeb = Web & EditionSources;

/** A page of an edition: some minutes of reading, and well under 60 kB. */
export const PAPERS_PER_PAGE = 50;

const EXAMPLES: Readonly<Record<PeriodKind, string>> = {
  day: '/date/2026-11-20',
  week: '/week/2026-W47',
  month: '/month/2026-11',
};

export function editionRoute(web: EditionWeb): Hono {
  const app = new Hono();

  function serve(path: string, kind: PeriodKind): void {
    app.get(path, async (c) => {
      const key = c.req.param('key') ?? '';
      const period = parsePeriod(kind, key);
      if (!period) {
        throw new BroadsheetError('not_found', `There is no ${kind} ${shown(key)}.`, {
          fix: `Addresses look like ${EXAMPLES[kind]}, and the ${kind} has to exist.`,
        });
      }
      const page = askedPage(c.req.query('page'), PAPERS_PER_PAGE);
      const edition = await loadEdition(web, visitorOf(c), period, page);
      const hidden = await justHiddenPaper(c, web);
      return c.html(editionPage(viewFor(web, c), { ...edition, hidden }, { path: c.req.path }));
    });
  }

  serve('/date/:key', 'day');
  serve('/week/:key', 'week');
  serve('/month/:key', 'month');
  return app;
}
