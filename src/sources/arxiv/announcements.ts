/**
 * The day on which arXiv announces a paper, from the moment at which it was submitted.
 *
 * arXiv closes its lists at 14:00 in New York, Monday to Friday, and mails them at 20:00, Sunday
 * to Thursday (arXiv's page "Availability of submissions"):
 *
 *     received                         mailed           dated
 *     Monday 14:00 – Tuesday 14:00     Tuesday 20:00    Wednesday
 *     Tuesday 14:00 – Wednesday 14:00  Wednesday 20:00  Thursday
 *     Wednesday 14:00 – Thursday 14:00 Thursday 20:00   Friday
 *     Thursday 14:00 – Friday 14:00    Sunday 20:00     Monday
 *     Friday 14:00 – Monday 14:00      Monday 20:00     Tuesday
 *
 * The day that we mean is the last column: the date that arXiv's feeds and "new" pages carry,
 * under which most of the world first reads the list. It agrees with the feed, so a paper has
 * the same day from either. arXiv's holidays, on which a list is left out, are not known here,
 * nor which papers its moderators hold back. So a day from here is marked as reckoned, and
 * stands only until a feed states one or where none ever does.
 */

import { Temporal } from 'temporal-polyfill';
import type { Day } from '../../papers/dates.js';

const ARXIV_TIME_ZONE = 'America/New_York';

/** What arrives in this hour or later belongs to the next list. */
const CLOSING_HOUR = 14;

const FRIDAY = 5;

/** The date of the list that a paper is in, Monday to Friday. */
export function announcementDay(submittedAt: Date): Day {
  const local = Temporal.Instant.fromEpochMilliseconds(submittedAt.getTime()).toZonedDateTimeISO(
    ARXIV_TIME_ZONE,
  );
  const nextClosing = local.toPlainDate().add({ days: local.hour >= CLOSING_HOUR ? 1 : 0 });
  const closing = onWorkday(nextClosing);
  return closing.add({ days: closing.dayOfWeek === FRIDAY ? 3 : 1 }).toString() as Day;
}

/** Lists do not close on Saturday and Sunday but on the Monday after. */
function onWorkday(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.dayOfWeek > FRIDAY ? date.add({ days: 8 - date.dayOfWeek }) : date;
}
