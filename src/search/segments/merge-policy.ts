/**
 * Which segments to merge, and when. Many small segments make searches slow, and merging too
 * often makes writing slow; segments of about one size are merged when there are enough of them,
 * so that a paper is written again only each time its segment grows several times over (the
 * tiers of a log-structured merge tree; O'Neil et al., 1996).
 */

import { MOST_PAPERS_IN_SEGMENT } from './posting-blocks.js';

/** Segments of one tier that make one of the next. */
const SEGMENTS_PER_TIER = 8;

/** Segments of fewer papers are all of the lowest tier. */
const SMALLEST_TIER = 512;

/** Beyond this share of papers that went, a segment is written again without them. */
const MOST_DEAD_SHARE = 0.25;

export type SegmentSize = {
  readonly key: number;
  /** Of its vectors: only segments of one model become one. */
  readonly modelId: string;
  /** Papers that live, and papers that went. */
  readonly living: number;
  readonly dead: number;
};

/** The keys of the segments to merge next; none if all is well. */
export function segmentsToMerge(sizes: readonly SegmentSize[]): readonly number[] {
  const stale = sizes.find(({ living, dead }) => dead > (living + dead) * MOST_DEAD_SHARE);
  if (stale) return [stale.key];
  const tiers = groupsOf(sizes).flatMap((ofModel) => {
    const byTier = Map.groupBy(ofModel, ({ living }) => tierOf(living));
    return Array.from(byTier, ([tier, inTier]) => ({ tier, inTier }));
  });
  for (const { inTier } of tiers.sort((a, b) => a.tier - b.tier)) {
    const keys = inTier.length >= SEGMENTS_PER_TIER ? fitting(inTier) : [];
    // One alone would be written again as it is, and then be the next to merge.
    if (keys.length > 1) return keys;
  }
  return [];
}

/** The keys of all segments that become one where nothing is to be left over, for each model. */
export function segmentsToUnite(sizes: readonly SegmentSize[]): readonly (readonly number[])[] {
  return groupsOf(sizes).flatMap((ofModel) => {
    const keys = fitting(ofModel);
    const [only] = ofModel.filter(({ key }) => keys.includes(key));
    return keys.length > 1 || (only && only.dead > 0) ? [keys] : [];
  });
}

/** Those of each model. */
function groupsOf(sizes: readonly SegmentSize[]): readonly (readonly SegmentSize[])[] {
  return [...Map.groupBy(sizes, ({ modelId }) => modelId).values()];
}

/** As many as one segment can hold, the smallest first. */
function fitting(sizes: readonly SegmentSize[]): readonly number[] {
  const keys: number[] = [];
  let papers = 0;
  for (const { key, living } of sizes.toSorted((a, b) => a.living - b.living)) {
    papers += living;
    if (papers > MOST_PAPERS_IN_SEGMENT) break;
    keys.push(key);
  }
  return keys;
}

function tierOf(papers: number): number {
  if (papers <= SMALLEST_TIER) return 0;
  return Math.ceil(Math.log(papers / SMALLEST_TIER) / Math.log(SEGMENTS_PER_TIER));
}
