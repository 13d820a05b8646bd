/** Whether the daily mail is stopped, and by whom. */

import type { Day } from '../../papers/dates.js';
import type { Pause } from './delivery.js';

export type ControlStore = {
  readonly pause: () => Promise<Pause | undefined>;
  /** Stops the mail at the next letter. What stopped it first stays the reason, but for `restored`. */
  readonly stop: (by: Pause['by'], reason: string) => Promise<void>;
  /** Lets it go on. An edition that the brake stopped is not stopped by it again. */
  readonly resume: (options: { readonly editionOn?: Day | undefined }) => Promise<void>;
  /** Whether the operator has let an edition go on after the brake. */
  readonly isReleased: (editionOn: Day) => Promise<boolean>;
  /** Until when this database knows that mail was being sent. */
  readonly sendingUntilMs: () => Promise<number>;
  readonly setSendingUntilMs: (untilMs: number) => Promise<void>;
};
