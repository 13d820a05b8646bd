/** Choosing the papers of one person's letter. */

import type { Day } from '../../papers/dates.js';
import type { Subscriber } from '../subscriptions/subscription.js';
import type { Contents } from './contents.js';

export type ContentsMaker = {
  /**
   * The papers that somebody has not been sent yet, from the edition and from what they care for.
   * Empty contents mean that there is nothing new. Changes nothing.
   *
   * @param editionOn - the subscriber's own date
   */
  readonly make: (subscriber: Subscriber, editionOn: Day) => Promise<Contents>;
};
