/** The rows that one sender holds: taken in batches, handed out one by one, given back in time. */

import type { Day } from '../../papers/dates.js';
import { LEASE_MS, type Lease } from './delivery.js';
import type { SenderParts } from './sender-parts.js';
import type { Settling } from './sender-settling.js';
import { createSenderWaits, EVERYBODY } from './sender-waits.js';

export type SenderRows = {
  /** A row that may be worked on now. */
  readonly next: () => Lease | undefined;
  /** Takes what is due and may be written to; gives how many rows that was. */
  readonly take: () => Promise<number>;
  /** Keeps a row for when its scope need not wait any more. */
  readonly keep: (lease: Lease) => void;
  /** Nobody works on a row any more. */
  readonly letGo: (lease: Lease) => void;
  /** Makes the leases of all rows last longer that are kept or worked on. */
  readonly renew: () => Promise<void>;
  /** Makes a domain, or everybody, wait; for long waits the rows are given back. */
  readonly wait: (scope: string, waitMs: number) => Promise<void>;
  /** Whether everybody waits. */
  readonly areAllWaiting: () => boolean;
  /** How long until somebody need not wait any more; absent when nobody waits. */
  readonly nextEndMs: () => number | undefined;
  readonly isEmpty: () => boolean;
  readonly giveBackAll: () => Promise<void>;
};

/** Few, so that a killed sender delays few. */
const ROWS_AT_ONCE = 50;
const MOST_ROWS = 2 * ROWS_AT_ONCE;

/** Rows that have to wait longer than this are given back. */
const LONGEST_HOLD_MS = 20_000;

export function createSenderRows(
  parts: Pick<SenderParts, 'deliveries' | 'pace' | 'now' | 'holder' | 'leaseMs'>,
  { editionOn, settling }: { readonly editionOn: Day | undefined; readonly settling: Settling },
): SenderRows {
  const { deliveries, pace, now, holder, leaseMs = LEASE_MS } = parts;
  const waits = createSenderWaits(now);
  const held: Lease[] = [];
  // Each batch has a holder of its own: one that was taken and never became known to us, since
  // the database went away, is not renewed with the others.
  const batches = new Map<string, Set<string>>();
  let batch = 0;

  const letGo = (lease: Lease): void => {
    const others = batches.get(lease.holder);
    others?.delete(keyOf(lease));
    if (others?.size === 0) batches.delete(lease.holder);
  };

  const giveBack = async (leases: readonly Lease[], tryAtMs?: number): Promise<void> => {
    for (const lease of leases) letGo(lease);
    await settling.giveBack(leases, tryAtMs);
  };

  const areAllWaiting = (): boolean => waits.forAllMs() > 0;

  return {
    next() {
      if (held.length === 0 || areAllWaiting()) return undefined;
      const waiting = new Set(waits.domains());
      const index = held.findIndex(({ domain }) => !waiting.has(domain));
      return index < 0 ? undefined : held.splice(index, 1)[0];
    },

    async take() {
      if (areAllWaiting() || held.length > MOST_ROWS - ROWS_AT_ONCE) return 0;
      batch += 1;
      const name = `${holder}.${batch}`;
      const claimed = await deliveries.claim(name, {
        limit: ROWS_AT_ONCE,
        leaseMs,
        withoutDomains: [...new Set([...(await pace.waiting()), ...waits.domains()])],
        editionOn,
      });
      held.push(...claimed);
      if (claimed.length > 0) batches.set(name, new Set(claimed.map(keyOf)));
      return claimed.length;
    },

    keep(lease) {
      held.unshift(lease);
    },

    async wait(scope, waitMs) {
      waits.begin(scope, waitMs);
      if (waitMs <= LONGEST_HOLD_MS) return;
      const isMeant = ({ domain }: Lease): boolean => scope === EVERYBODY || domain === scope;
      const leases = held.filter(isMeant);
      for (const lease of leases) held.splice(held.indexOf(lease), 1);
      await giveBack(leases, scope === EVERYBODY ? undefined : now().getTime() + waitMs);
    },

    areAllWaiting,
    nextEndMs: waits.nextEndMs,
    isEmpty: () => held.length === 0,
    giveBackAll: () => giveBack(held.splice(0)),
    letGo,

    async renew() {
      for (const name of [...batches.keys()]) await deliveries.renew(name, leaseMs);
    },
  };
}

function keyOf({ editionOn, subscriberId }: Lease): string {
  return `${editionOn} ${subscriberId}`;
}
