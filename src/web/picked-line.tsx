/** Who put a paper into the list of a day, why it is there, and the way to object. */

import type { PublicAccount } from '../accounts/account.js';
import { submissionId } from '../community/moderation/report.js';
import { type Day, dateInWords } from '../papers/dates.js';
import { dayPeriod, periodPath } from '../papers/edition.js';
import type { Paper } from '../papers/paper.js';
import { plainLine } from '../papers/text-pieces.js';
import type { View } from './context.js';
import type { Markup } from './markup.js';

type PickedLineProps = {
  readonly view: View;
  readonly paper: Pick<Paper, 'id' | 'title'>;
  readonly pick: {
    /** Its words may be another's than the submitter's: curators edit them. */
    readonly note: string;
    /** The list in which it stands, where it is one of a day. */
    readonly day: Day | undefined;
  };
  readonly submitter: PublicAccount | undefined;
  /** Whether the day is told: not in the list of that day itself. */
  readonly tellsDay?: boolean;
};

export function PickedLine({
  view: { visitor },
  paper: { id, title },
  pick: { note, day },
  submitter,
  tellsDay = false,
}: PickedLineProps): Markup | null {
  const isReported = visitor.account && day && visitor.account.id !== submitter?.id;
  if (!note && !submitter && !tellsDay) return null;
  return (
    <div class="picked">
      {note && <p dir="auto">{note}</p>}
      <p class="by">
        {submitter || tellsDay ? 'Picked' : 'Picked by the community'}
        {tellsDay && day && (
          <>
            {' for '}
            <a href={periodPath(dayPeriod(day))}>{dateInWords(day)}</a>
          </>
        )}
        {submitter && (
          <>
            {' by '}
            <a href={`/@${submitter.name}`}>@{submitter.name}</a>
          </>
        )}
        {isReported && (
          <>
            {' · '}
            <a href={`/report/submission/${submissionId(day, id)}`} rel="nofollow">
              Report<span class="hidden"> that “{plainLine(title)}” was picked</span>
            </a>
          </>
        )}
      </p>
    </div>
  );
}
