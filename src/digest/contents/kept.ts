/** Values that cost something to load and serve many people for a few seconds. */

export type Kept<Value> = {
  /** The value of a key as it was known lately, or loaded now. A failure is not kept. */
  readonly get: (key: string, load: () => Promise<Value>) => Promise<Value>;
};

/** Asked whether anything has changed no more often. */
const LOOK_EVERY_MS = 1_000;

type Entry<Value> = {
  readonly value: Promise<Value>;
  readonly revision: number;
  readonly loadedAtMs: number;
  lookedAtMs: number;
};

/**
 * @param revision - a number that grows with what values depend on
 * @param keepMs - how long a value is good though its revision stands still
 * @param most - how many are kept; the one loaded first goes
 */
export function createKept<Value>({
  revision,
  now,
  keepMs,
  most,
}: {
  readonly revision: () => Promise<number>;
  readonly now: () => Date;
  readonly keepMs: number;
  readonly most: number;
}): Kept<Value> {
  const entries = new Map<string, Entry<Value>>();

  const keep = (key: string, entry: Entry<Value>): void => {
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= most) return;
      entries.delete(oldest);
    }
  };

  return {
    async get(key, load) {
      const atMs = now().getTime();
      const fresh = (entry: Entry<Value> | undefined) =>
        entry && isWithin(atMs - entry.loadedAtMs, keepMs) ? entry : undefined;
      const looked = fresh(entries.get(key));
      if (looked && isWithin(atMs - looked.lookedAtMs, LOOK_EVERY_MS)) return looked.value;
      // Read before the value is: what changes meanwhile is noticed at the next look.
      const latest = await revision();
      const known = fresh(entries.get(key));
      if (known?.revision === latest) {
        known.lookedAtMs = atMs;
        return known.value;
      }
      const value = load();
      keep(key, { value, revision: latest, loadedAtMs: atMs, lookedAtMs: atMs });
      value.catch(() => {
        if (entries.get(key)?.value === value) entries.delete(key);
      });
      return value;
    },
  };
}

/** False, too, for a time that lies ahead since somebody set the clock back. */
function isWithin(ageMs: number, mostMs: number): boolean {
  return ageMs >= 0 && ageMs < mostMs;
}
