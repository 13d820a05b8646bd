/** When somebody's next letter comes, in words. */

import type { Subscriber } from '../digest/subscriptions/subscription.js';
import { dayPeriod } from '../papers/edition.js';
import { periodInWords } from './calendar-words.js';

/** `Saturday, 21 November 2026, at 08:00 (Europe/Berlin)`; `undefined` when none is due. */
export function nextInWords({ nextOn, nextAtMs, preferences }: Subscriber): string | undefined {
  if (nextOn === undefined || nextAtMs === undefined) return undefined;
  const { timeZone } = preferences;
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(nextAtMs);
  return `${periodInWords(dayPeriod(nextOn))}, at ${time} (${timeZone.replaceAll('_', ' ')})`;
}
