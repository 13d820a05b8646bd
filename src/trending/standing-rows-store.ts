/**
 * Standings under a lock. Whoever changes what speaks for a paper first takes the paper's row of
 * standings, so that all others wait who mean the same paper; what is read then is still true when
 * it is written back.
 */

import { sql } from 'kysely';
import type { PaperId } from '../papers/identifiers.js';
import { type EvidenceSums, sumsOf, type TrendingSettings, withPrior } from './standing-sums.js';
import {
  priorIn,
  type StandingRow,
  SUMMED,
  stored,
  toWeighed,
  type Writing,
} from './trending-tables.js';

/**
 * The papers' standings, made where there are none, and held until the transaction ends. Papers
 * that do not exist have none.
 */
export function lockStandings(
  transaction: Writing,
  paperIds: readonly PaperId[],
): Promise<StandingRow[]> {
  return transaction
    .insertInto('standings')
    .columns(['paper_id', 'votes', 'comments', 'merit'])
    .expression((select) =>
      select
        .selectFrom('papers')
        .select([
          'id',
          sql<number>`0`.as('votes'),
          sql<number>`0`.as('comments'),
          sql<number>`0`.as('merit'),
        ])
        .where('id', 'in', paperIds)
        // All take their locks in one order, so that nobody waits for somebody who waits.
        .orderBy('id'),
    )
    .onConflict((conflict) =>
      conflict
        .column('paper_id')
        .doUpdateSet(({ ref }) => ({ comments: ref('standings.comments') })),
    )
    .returningAll()
    .execute();
}

/** The sums of all evidence of a paper, as it stands. */
export async function readSums(
  transaction: Writing,
  paperId: string,
  halfLifeHours: number,
): Promise<EvidenceSums> {
  const rows = await transaction
    .selectFrom('evidence')
    .select([...SUMMED])
    .where('paper_id', '=', paperId)
    // Sums of numbers depend on their order by a hair; so they are always made in the same.
    .orderBy('at_ms')
    .orderBy('kind')
    .orderBy('actor')
    .execute();
  return sumsOf(rows.map(toWeighed), halfLifeHours);
}

/** Writes the sums of a paper whose standing is held. */
export async function writeSums(
  transaction: Writing,
  standing: StandingRow,
  sums: EvidenceSums,
  settings: TrendingSettings,
): Promise<void> {
  const { hotness, merit } = withPrior(sums, priorIn(standing), settings);
  await transaction
    .updateTable('standings')
    .set({
      votes: sums.votes,
      evidence_hotness: stored(sums.hotness),
      evidence_merit: sums.merit,
      evidence_votes: sums.evidenceVotes,
      hotness: stored(hotness),
      merit,
      hotness_change: changeAfter(standing, stored(hotness)),
    })
    .where('paper_id', '=', standing.paper_id)
    .execute();
}

/** The number of a standing's last change once its hotness is this; a new change has none yet. */
export function changeAfter(standing: StandingRow, hotness: number | null): number | null {
  return hotness === standing.hotness ? standing.hotness_change : null;
}
