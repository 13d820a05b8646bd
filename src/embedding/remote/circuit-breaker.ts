/**
 * Leaves a service alone that fails: after a few failures in a row it is not asked for a while,
 * then once, and again after twice as long, until it answers ("circuit breaker": Nygard, "Release
 * It!", 2007). Who may not ask goes on without it at once instead of waiting for it in vain.
 */

export type BreakerLimits = {
  /** In a row, after which the service is left alone. */
  readonly mostFailures: number;
  readonly shortestRestMs: number;
  readonly longestRestMs: number;
};

export type CircuitBreaker = {
  /** Whether the service may be asked; who was told so says how it went. */
  readonly mayAsk: () => boolean;
  readonly succeeded: () => void;
  /** @param isLasting - whether asking again before somebody mends it is of no use */
  readonly failed: (reason: unknown, isLasting?: boolean) => void;
  /** When it may be asked again, in milliseconds since 1970 UTC; 0 if it may be now. */
  readonly restsUntilMs: () => number;
};

export type BreakerSettings = {
  readonly now: () => Date;
  readonly limits: BreakerLimits;
  /** Told once that the service is left alone, and why. */
  readonly onOpen: (reason: unknown) => void;
  /** Told once that it answers again. */
  readonly onClose: () => void;
};

export function createCircuitBreaker({
  now,
  limits,
  onOpen,
  onClose,
}: BreakerSettings): CircuitBreaker {
  const { mostFailures, shortestRestMs, longestRestMs } = limits;
  let failures = 0;
  let isOpen = false;
  let restMs = shortestRestMs;
  let restsUntilMs = 0;

  return {
    mayAsk() {
      if (!isOpen) return true;
      const nowMs = now().getTime();
      if (nowMs < restsUntilMs) return false;
      // One tries; the others wait for how it goes, or until it should have been over.
      restsUntilMs = nowMs + restMs;
      return true;
    },

    succeeded() {
      failures = 0;
      restMs = shortestRestMs;
      restsUntilMs = 0;
      if (!isOpen) return;
      isOpen = false;
      onClose();
    },

    failed(reason, isLasting = false) {
      failures += 1;
      if (isOpen) restMs = Math.min(longestRestMs, restMs * 2);
      else if (failures < mostFailures && !isLasting) return;
      restsUntilMs = now().getTime() + restMs;
      if (isOpen) return;
      isOpen = true;
      onOpen(reason);
    },

    restsUntilMs: () => (isOpen ? restsUntilMs : 0),
  };
}
