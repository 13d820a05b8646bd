/**
 * What people put into the list of a day. Curators may give papers places, from 1 and without
 * gaps; all others stand behind those, ranked by whoever shows the list.
 */

import type { AccountId } from '../accounts/account.js';
import type { Day } from '../papers/dates.js';
import type { PaperId } from '../papers/identifiers.js';

export type PickKind = 'submitted' | 'curated';

export type Pick = {
  readonly day: Day;
  readonly paperId: PaperId;
  readonly kind: PickKind;
  /** Whose; absent when the account is gone. */
  readonly accountId: AccountId | undefined;
  readonly pickedAtMs: number;
  /** Absent for those that are ranked. */
  readonly position: number | undefined;
  /** Why it is there, in the words of whoever put it there; may be empty. */
  readonly note: string;
};

/** Where to move a paper: a place from 1, a step, or among those that are ranked. */
export type PickMove = number | 'up' | 'down' | 'ranked';

/** A reader skims a note. */
export const LONGEST_NOTE = 500;

/**
 * The papers with a place, in the order of their places, after one was moved. A place beyond the
 * last is the last. A paper without a place goes behind the others when it is moved up.
 *
 * @param placed - as they stand now, the first first
 */
export function movedTo(
  placed: readonly PaperId[],
  paperId: PaperId,
  to: PickMove,
): readonly PaperId[] {
  const from = placed.indexOf(paperId);
  const others = placed.filter((id) => id !== paperId);
  if (to === 'ranked') return others;
  const isPlaced = from >= 0;
  if (to === 'down' && !isPlaced) return placed;
  const step = to === 'up' ? from - 1 : from + 1;
  const index = typeof to === 'number' ? to - 1 : isPlaced ? step : others.length;
  return others.toSpliced(Math.max(0, Math.min(index, others.length)), 0, paperId);
}
