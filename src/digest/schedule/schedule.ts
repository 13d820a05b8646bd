/** When an edition is due: dates of the reader's own calendar, and moments of the world's. */

import type { Day } from '../../papers/dates.js';
import type { DigestPreferences } from '../subscriptions/subscription.js';

/** What of the preferences decides when. */
export type When = Pick<DigestPreferences, 'cadence' | 'weekday' | 'minute' | 'timeZone'>;

/** An edition of somebody, and when it is due, in milliseconds since 1970 UTC. */
export type Due = { readonly editionOn: Day; readonly atMs: number };
