/** When something was written: how long ago, and exactly on request. */

import { momentInWords } from './calendar-words.js';
import type { View } from './context.js';
import type { Markup } from './markup.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** From then on, the date says more than the count of days. */
const MOST_DAYS_COUNTED = 30;

export function TimeAgo({ web, atMs }: { readonly web: View; readonly atMs: number }): Markup {
  const moment = momentInWords(atMs, web.site.timeZone);
  return (
    <time datetime={new Date(atMs).toISOString()} title={moment}>
      {timeAgo(atMs, web.now().getTime(), web.site.timeZone)}
    </time>
  );
}

/** `just now`, `5 minutes ago`, `2 days ago`, `20 November 2026`. */
export function timeAgo(atMs: number, nowMs: number, timeZone: string): string {
  const passedMs = nowMs - atMs;
  if (passedMs < MINUTE_MS) return 'just now';
  if (passedMs < HOUR_MS) return `${counted(passedMs / MINUTE_MS, 'minute')} ago`;
  if (passedMs < DAY_MS) return `${counted(passedMs / HOUR_MS, 'hour')} ago`;
  if (passedMs < MOST_DAYS_COUNTED * DAY_MS) return `${counted(passedMs / DAY_MS, 'day')} ago`;
  return momentInWords(atMs, timeZone).replace(/,.*/, '');
}

function counted(value: number, unit: string): string {
  const count = Math.floor(value);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
