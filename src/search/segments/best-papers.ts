/**
 * The best of many papers, of however many segments: those of the highest scores and, among
 * papers of one score, those whose ids come first. A heap, its root the one that goes next.
 */

import type { PaperId } from '../../papers/identifiers.js';
import type { Segment } from './segment.js';
import { idOf } from './segment-lookup.js';

export type BestPaper = {
  readonly segment: Segment;
  readonly paper: number;
  readonly score: number;
};

export type BestPapers = {
  /** How many are kept. */
  readonly most: number;
  readonly heap: Candidate[];
  /** Papers of a lower score do not come in any more; 0 while there is room. */
  threshold: number;
};

/** Its id is read only where scores do not decide. */
type Candidate = BestPaper & { id: PaperId | undefined };

export function createBestPapers(most: number): BestPapers {
  return { most, heap: [], threshold: most > 0 ? 0 : Number.POSITIVE_INFINITY };
}

/** @param score - above 0 */
export function offer(best: BestPapers, segment: Segment, paper: number, score: number): void {
  const { most, heap } = best;
  if (score < best.threshold) return;
  const candidate: Candidate = { segment, paper, score, id: undefined };
  if (heap.length < most) {
    heap.push(candidate);
    rise(heap, heap.length - 1);
  } else {
    const root = heap[0];
    if (!root || !isBetter(candidate, root)) return;
    heap[0] = candidate;
    sink(heap);
  }
  if (heap.length === most) best.threshold = heap[0]?.score ?? 0;
}

/** The best papers, the best first. */
export function ranked({ heap }: BestPapers): readonly BestPaper[] {
  return heap
    .toSorted((a, b) => (isBetter(a, b) ? -1 : 1))
    .map(({ segment, paper, score }) => ({ segment, paper, score }));
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.score !== other.score) return one.score > other.score;
  one.id ??= idOf(one.segment, one.paper);
  other.id ??= idOf(other.segment, other.paper);
  return one.id < other.id;
}

function rise(heap: Candidate[], from: number): void {
  const candidate = heap[from] as Candidate;
  let at = from;
  while (at > 0) {
    const parentAt = (at - 1) >>> 1;
    const parent = heap[parentAt] as Candidate;
    if (!isBetter(parent, candidate)) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = candidate;
}

/** Moves the root down to where it belongs. */
function sink(heap: Candidate[]): void {
  const candidate = heap[0] as Candidate;
  let at = 0;
  for (;;) {
    let childAt = at * 2 + 1;
    if (childAt >= heap.length) break;
    const next = childAt + 1;
    if (next < heap.length && isBetter(heap[childAt] as Candidate, heap[next] as Candidate)) {
      childAt = next;
    }
    const child = heap[childAt] as Candidate;
    if (isBetter(child, candidate)) break;
    heap[at] = child;
    at = childAt;
  }
  heap[at] = candidate;
}
