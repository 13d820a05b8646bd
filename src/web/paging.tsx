/** Long lists in pages: which page an address asks for, and the links to the others. */

import { BroadsheetError } from '../errors.js';
import { shown } from '../papers/record.js';
import type { Markup } from './markup.js';

/** A page of a list, counted from 1. */
export type Page = {
  readonly number: number;
  readonly offset: number;
  readonly limit: number;
};

/**
 * The page that `?page=` asks for; the first without it.
 *
 * @throws BroadsheetError if it is not a whole number from 1
 */
export function askedPage(parameter: string | undefined, limit: number): Page {
  if (parameter !== undefined && !/^[1-9]\d{0,5}$/.test(parameter)) {
    throw new BroadsheetError('bad_request', `There is no page ${shown(parameter)}.`, {
      fix: 'Pages are counted from 1.',
    });
  }
  const number = Number(parameter ?? 1);
  return { number, offset: (number - 1) * limit, limit };
}

/** How many pages a list has; an empty one has one. */
export function pageCount(total: number, limit: number): number {
  return Math.max(1, Math.ceil(total / limit));
}

/** @throws BroadsheetError if the list ends before this page */
export function assertPageExists({ number, limit }: Page, total: number): void {
  const pages = pageCount(total, limit);
  if (number <= pages) return;
  const words = pages === 1 ? 'is one page' : `are ${pages} pages`;
  throw new BroadsheetError('not_found', `There is no page ${number} here: there ${words}.`, {
    fix: 'Go back to the first page.',
  });
}

/** Links to the pages around this one; nothing for a list of one page. */
export function PageLinks({
  page,
  total,
  addressOf,
}: {
  readonly page: Page;
  readonly total: number;
  readonly addressOf: (page: number) => string;
}): Markup | null {
  const pages = pageCount(total, page.limit);
  if (pages === 1) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {page.number > 1 ? (
        <a href={addressOf(page.number - 1)} rel="prev">
          ← Previous page
        </a>
      ) : (
        <span />
      )}
      <span>
        Page {page.number} of {pages}
      </span>
      {page.number < pages ? (
        <a href={addressOf(page.number + 1)} rel="next">
          Next page →
        </a>
      ) : (
        <span />
      )}
    </nav>
  );
}
