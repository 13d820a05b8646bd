/**
 * Putting down what became of letters when the database is away for a moment. What is not put
 * down would be taken for unknown although it is known, so it is kept and tried again.
 */

import { warnOf } from '../../log.js';
import type { Lease, Outcome } from './delivery.js';
import type { SenderParts } from './sender-parts.js';

export type Settling = {
  /** Resolves when it is put down, or was kept for later. */
  readonly settle: (lease: Lease, outcome: Outcome) => Promise<void>;
  /** Gives back what was not begun, now or later. */
  readonly giveBack: (leases: readonly Lease[], tryAtMs?: number) => Promise<void>;
  /** Tries again what was kept. */
  readonly catchUp: () => Promise<void>;
};

export function createSettling({
  deliveries,
  log,
}: Pick<SenderParts, 'deliveries' | 'log'>): Settling {
  const kept = new Set<() => Promise<unknown>>();

  const insist = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
      kept.delete(work);
    } catch (error) {
      if (!kept.has(work)) warnOf(log, 'What became of a letter could not be put down yet', error);
      kept.add(work);
    }
  };

  return {
    settle: (lease, outcome) => insist(() => deliveries.settle(lease, outcome)),
    giveBack: (leases, tryAtMs) => insist(() => deliveries.giveBack(leases, tryAtMs)),
    async catchUp() {
      for (const work of [...kept]) await insist(work);
    },
  };
}
