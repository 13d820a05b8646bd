/** Which days' papers are new to a reader. */

import { addDays, type Day } from '../../papers/dates.js';
import type { Cadence } from '../subscriptions/subscription.js';
import type { Span } from './candidate.js';

/**
 * Papers are announced on working days. Who subscribes on a Sunday or a Monday morning still reads
 * what was announced on Friday.
 */
const DAYS_BACK = 3;

/** Since the letter of a week ago, that day included: its papers may have come after the letter. */
const WEEK_BACK = 7;

/** @param editionOn - the reader's own date */
export function spanFor(cadence: Cadence, editionOn: Day): Span {
  const isOneList = cadence === 'weekly';
  return {
    from: addDays(editionOn, isOneList ? -WEEK_BACK : -DAYS_BACK),
    until: addDays(editionOn, 1),
    isOneList,
  };
}
