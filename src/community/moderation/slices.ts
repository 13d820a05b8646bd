/**
 * Long reckonings that others must not wait for. Whoever reckons yields now and then, and is taken
 * up again when others have had their turn.
 */

import { setImmediate } from 'node:timers/promises';

/** A reckoning that can be interrupted at each `yield`. */
export type Sliced<Result> = Generator<void, Result, void>;

/** How long others wait, if each step is short and the garbage collector does not come by. */
const SLICE_MS = 1;

/** Reckons to the end, in slices. */
export async function inSlices<Result>(work: Sliced<Result>): Promise<Result> {
  let endsMs = performance.now() + SLICE_MS;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() < endsMs) continue;
    await setImmediate();
    endsMs = performance.now() + SLICE_MS;
  }
}

/** Reckons to the end at once. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** The items, with a pause after each so many of them. */
export function* paced<Item>(
  items: Iterable<Item>,
  each: (item: Item) => void,
  paceOf = 50,
): Sliced<void> {
  let left = paceOf;
  for (const item of items) {
    each(item);
    left -= 1;
    if (left > 0) continue;
    left = paceOf;
    yield;
  }
}

/** Groups in the order of their first items. */
export function* grouped<Item, Key>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key,
): Sliced<Map<Key, Item[]>> {
  const groups = new Map<Key, Item[]>();
  yield* paced(items, (item) => {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  });
  return groups;
}

/** Sorted, the same as `toSorted`: sorted parts are merged, so that no step is long. */
export function* sorted<Item>(
  items: readonly Item[],
  compare: (a: Item, b: Item) => number,
): Sliced<Item[]> {
  let runs: Item[][] = [];
  for (let at = 0; at < items.length; at += SORTED_AT_ONCE) {
    runs.push(items.slice(at, at + SORTED_AT_ONCE).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const longer: Item[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      longer.push(yield* mergeOf(runs[at] ?? [], runs[at + 1] ?? [], compare));
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

const SORTED_AT_ONCE = 250;

function* mergeOf<Item>(
  a: readonly Item[],
  b: readonly Item[],
  compare: (a: Item, b: Item) => number,
): Sliced<Item[]> {
  const merged: Item[] = [];
  let at = 0;
  for (const item of a) {
    for (; at < b.length && compare(b[at] as Item, item) < 0; at += 1) merged.push(b[at] as Item);
    merged.push(item);
    if (merged.length % SORTED_AT_ONCE === 0) yield;
  }
  for (; at < b.length; at += 1) merged.push(b[at] as Item);
  return merged;
}
