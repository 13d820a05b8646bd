/** What becomes of a letter by how its try ended. */

import type { DeliveryState, Outcome } from './delivery.js';

/** What of a row decides. */
export type Tried = {
  readonly repeats: number;
  readonly giveUpAtMs: number;
};

/** What a row becomes. */
export type Verdict = {
  readonly state: DeliveryState;
  readonly detail: string;
  readonly repeats: number;
  /** Absent: as it is. */
  readonly tryAtMs?: number;
};

/** A server that vanished needs a moment to come back. */
const REPEAT_AFTER_MS = 60_000;

export const GIVEN_UP = 'given up after a day';

/** Of a letter that would have had no papers; by hand it may be tried anew. */
export const NOTHING_NEW = 'There was nothing new.';

/** A refusal does not undo the copy before it, of which nobody knows. */
export const MAY_HAVE_ARRIVED = 'an earlier copy may have arrived';

export const SENT_ONCE_MORE = 'it is sent once more';

export const SENDER_VANISHED = 'the sender ended while handing it over';

/** @param maxRepeats - how often a letter of which nobody knows is sent again */
export function verdictOf(
  tried: Tried,
  outcome: Outcome,
  { nowMs, maxRepeats }: { readonly nowMs: number; readonly maxRepeats: 0 | 1 },
): Verdict {
  const { repeats, giveUpAtMs } = tried;
  switch (outcome.state) {
    case 'sent':
      return { state: 'sent', detail: outcome.detail, repeats };
    case 'deferred':
      return outcome.tryAtMs > giveUpAtMs
        ? ended(tried, 'failed', `${GIVEN_UP}: ${outcome.detail}`)
        : { state: 'deferred', detail: outcome.detail, repeats, tryAtMs: outcome.tryAtMs };
    case 'failed':
    case 'skipped':
      return ended(tried, outcome.state, outcome.detail);
    case 'ambiguous': {
      const tryAtMs = nowMs + REPEAT_AFTER_MS;
      if (repeats >= maxRepeats || tryAtMs > giveUpAtMs) {
        return { state: 'ambiguous', detail: outcome.detail, repeats };
      }
      const detail = `${outcome.detail}; ${SENT_ONCE_MORE}`;
      return { state: 'queued', detail, repeats: repeats + 1, tryAtMs };
    }
  }
}

/** An end without the letter; of one that may have gone out before, that is not known. */
export function ended(
  { repeats }: Pick<Tried, 'repeats'>,
  state: 'failed' | 'skipped',
  detail: string,
): Verdict {
  return repeats === 0
    ? { state, detail, repeats }
    : { state: 'ambiguous', detail: `${detail}; ${MAY_HAVE_ARRIVED}`, repeats };
}
