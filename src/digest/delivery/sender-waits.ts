/**
 * Who is not to be written to for a while, as this process knows. A clock that is set back ends
 * a wait: nobody is forgotten for hours because of it.
 */

export type SenderWaits = {
  /** Waits for a scope: a domain, or `*` for everybody. */
  readonly begin: (scope: string, waitMs: number) => void;
  /** The domains whose wait is not over. */
  readonly domains: () => readonly string[];
  /** How long everybody has to wait; 0 where nobody has to. */
  readonly forAllMs: () => number;
  /** How long until the next wait is over; absent when nobody waits. */
  readonly nextEndMs: () => number | undefined;
};

export const EVERYBODY = '*';

type Wait = { readonly sinceMs: number; readonly untilMs: number };

export function createSenderWaits(now: () => Date): SenderWaits {
  const waits = new Map<string, Wait>();

  const prune = (): number => {
    const nowMs = now().getTime();
    for (const [scope, { sinceMs, untilMs }] of waits) {
      if (nowMs >= untilMs || nowMs < sinceMs) waits.delete(scope);
    }
    return nowMs;
  };

  return {
    begin(scope, waitMs) {
      const nowMs = prune();
      const untilMs = Math.max(nowMs + waitMs, waits.get(scope)?.untilMs ?? 0);
      waits.set(scope, { sinceMs: nowMs, untilMs });
    },
    domains() {
      prune();
      return [...waits.keys()].filter((scope) => scope !== EVERYBODY);
    },
    forAllMs() {
      const nowMs = prune();
      return Math.max(0, (waits.get(EVERYBODY)?.untilMs ?? nowMs) - nowMs);
    },
    nextEndMs() {
      const nowMs = prune();
      const ends = [...waits.values()].map(({ untilMs }) => untilMs - nowMs);
      return ends.length === 0 ? undefined : Math.min(...ends);
    },
  };
}
