/** When a paper first appeared, of the several dates that its source gives. */

import { type PartialDate, parsePartialDate } from '../papers/dates.js';

/**
 * The earliest of these texts that are dates; where one may be the same day as another, the more
 * exact one. Pages write `2026/11/20`, too.
 */
export function firstDate(texts: readonly string[]): PartialDate | undefined {
  let first: PartialDate | undefined;
  for (const text of texts) {
    const date = parsePartialDate(text.trim().replaceAll('/', '-'));
    if (!date || first?.startsWith(date)) continue;
    if (first === undefined || date.startsWith(first) || date < first) first = date;
  }
  return first;
}
