/** `/editions/DAY` and `/trending`: lists of papers that the site makes. */

import { type Context, Hono } from 'hono';
import { BroadsheetError } from '../../errors.js';
import { parseDay } from '../../papers/dates.js';
import { dayPeriod } from '../../papers/edition.js';
import type { PaperId } from '../../papers/identifiers.js';
import { shown } from '../../papers/record.js';
import { answerMethod } from '../methods.js';
import { momentJson } from '../moments.js';
import { askedPage } from '../paging.js';
import { type PaperJson, paperJsons } from '../paper-json.js';
import type { ApiServices } from '../services.js';

/** Longer ones are no categories. */
const LONGEST_CATEGORY = 60;

export function listsRoute(services: ApiServices): Hono {
  const { editions, papers, trending } = services;

  const edition = (c: Context, key: string) =>
    answerMethod(c, {
      GET: async () => {
        const day = parseDay(key);
        if (!day) {
          throw new BroadsheetError('not_found', `There is no day ${shown(key)}.`, {
            fix: 'Days look like 2026-11-20, and the day has to exist.',
          });
        }
        const page = askedPage(c);
        const listed = await editions.list(dayPeriod(day), page);
        const jsons = await jsonsOf(
          c,
          listed.entries.map(({ id }) => id),
        );
        return c.json({
          day,
          total: listed.total,
          picked: listed.picked,
          frozenAt: momentJson(listed.frozenAtMs),
          page: page.page,
          limit: page.limit,
          entries: listed.entries.flatMap(({ id, isPicked, note }) => {
            const paper = jsons.get(id);
            return paper ? [{ paper, picked: isPicked, note }] : [];
          }),
        });
      },
    });

  const hottest = (c: Context) =>
    answerMethod(c, {
      GET: async () => {
        const page = askedPage(c);
        const category = askedCategory(c);
        const { ids, total } = await trending.trendingIds({
          ...(category && { field: category }),
          offset: page.offset,
          limit: page.limit,
        });
        const jsons = await jsonsOf(c, ids);
        return c.json({
          category: category ?? null,
          total,
          page: page.page,
          limit: page.limit,
          papers: ids.flatMap((id) => jsons.get(id) ?? []),
        });
      },
    });

  return new Hono()
    .all('/editions/:day', (c) => edition(c, c.req.param('day')))
    .all('/trending', hottest);

  async function jsonsOf(
    c: Context,
    ids: readonly PaperId[],
  ): Promise<ReadonlyMap<PaperId, PaperJson>> {
    const known = await papers.byIds(ids);
    const jsons = await paperJsons(services, c, [...known.values()]);
    return new Map(jsons.map((json) => [json.id, json]));
  }
}

/** @throws BroadsheetError `bad_request` for what no category can be */
function askedCategory(c: Context): string | undefined {
  const given = c.req.query('category')?.trim();
  if (!given) return undefined;
  if (given.length <= LONGEST_CATEGORY && !/\p{Cc}/u.test(given)) return given;
  throw new BroadsheetError('bad_request', `${shown(given)} is no category.`, {
    fix: 'Categories look like math.NA.',
  });
}
