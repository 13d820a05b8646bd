/** Moments as programs read them: `2026-11-20T12:00:00.000Z`, always in UTC. */

export function momentJson(epochMs: number): string;
export function momentJson(epochMs: number | undefined): string | null;
export function momentJson(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : new Date(epochMs).toISOString();
}
