/**
 * A thread that merges segments, and writes them to disk where it is told to, and ends: what it
 * needed to do so is free again.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { openGenerations } from '../generations/generation-store.js';
import { mergeSegments } from '../segments/merge-segments.js';
import { count } from '../segments/paper-set.js';
import { paperCount, type Segment } from '../segments/segment.js';
import type { FromMergeThread, MergeJob, PostedPart } from './messages.js';
import { toPostedError } from './posted-error.js';
import { fromPostedSegment, toPostedSegment } from './posted-index.js';

async function run({ groups, generation }: MergeJob): Promise<FromMergeThread> {
  const made = groups.map((parts): Segment | undefined =>
    isMerged(parts) ? undefined : mergedOf(parts),
  );
  if (generation) {
    const { folder, commit, ...facts } = generation;
    await openGenerations(folder).write({
      ...facts,
      ...(commit !== undefined && { commit }),
      madeAtMs: Date.now(),
      segments: groups
        .flatMap((parts, at) => made[at] ?? segmentsOf(parts))
        .filter((segment) => paperCount(segment) > 0),
    });
  }
  return { merged: made.map((segment) => segment && toPostedSegment(segment)) };
}

/** Whether it is one segment already, and none of its papers has gone. */
function isMerged(parts: readonly PostedPart[]): boolean {
  return parts.length === 1 && parts.every(({ dead }) => count(dead) === 0);
}

function mergedOf(parts: readonly PostedPart[]): Segment {
  const segments = segmentsOf(parts);
  return mergeSegments(parts.map(({ dead }, at) => ({ segment: segments[at] as Segment, dead })));
}

function segmentsOf(parts: readonly PostedPart[]): Segment[] {
  return parts.map(({ segment }) => fromPostedSegment(segment));
}

const message = await run(workerData as MergeJob).catch(
  (thrown: unknown): FromMergeThread => ({ error: toPostedError(thrown) }),
);
parentPort?.postMessage(message);
