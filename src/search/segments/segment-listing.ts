/** The papers of all segments that a query finds, in an order that is no answer's: by date, by heat. */

import type { SearchHit, SearchSort } from '../search-engine.js';
import type { PaperSet } from './paper-set.js';
import { idOf } from './segment-lookup.js';
import type { SegmentPart } from './segment-ranking.js';

/** A paper with what it is ordered by. */
type Listed = {
  readonly part: SegmentPart;
  readonly paper: number;
  readonly hotness: number;
};

/** A page of the papers that match. By relevance, where nothing ranks, is the newest first. */
export function listed(
  parts: readonly SegmentPart[],
  sort: SearchSort,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): SearchHit[] {
  const count = offset + limit;
  const candidates = parts.flatMap((part) =>
    sort === 'trending' ? hottest(part, count) : newest(part, count),
  );
  return candidates
    .sort((a, b) => (a.hotness === b.hotness ? byDate(a, b) : b.hotness - a.hotness))
    .slice(offset, count)
    .map(({ part, paper }) => ({ id: idOf(part.live.segment, paper), score: 0 }));
}

/** Papers stand by their dates, so the newest are the last. */
function newest(part: SegmentPart, count: number): Listed[] {
  const found: Listed[] = [];
  fromNewest(part.matching, (paper) => {
    if (found.length < count) found.push({ part, paper, hotness: 0 });
    return found.length < count;
  });
  return found;
}

/** Of papers that are equally hot, the newest, as they are met first. */
function hottest(part: SegmentPart, count: number): Listed[] {
  const { hotness } = part.live;
  let found: Listed[] = [];
  let least = Number.NEGATIVE_INFINITY;
  const keepHottest = (): void => {
    found = found
      .sort((a, b) => (a.hotness === b.hotness ? b.paper - a.paper : b.hotness - a.hotness))
      .slice(0, count);
  };
  fromNewest(part.matching, (paper) => {
    const known = hotness?.[paper] ?? Number.NaN;
    const hot = Number.isNaN(known) ? Number.NEGATIVE_INFINITY : known;
    if (found.length >= count && hot <= least) return true;
    found.push({ part, paper, hotness: hot });
    // Sorted seldom, when as many again have come: a segment has a million papers, a page few.
    if (found.length === count) least = hotnessOfLeast(found);
    else if (found.length >= count * 2) {
      keepHottest();
      least = hotnessOfLeast(found);
    }
    return true;
  });
  keepHottest();
  return found;
}

function hotnessOfLeast(papers: readonly Listed[]): number {
  return papers.reduce((least, { hotness }) => Math.min(least, hotness), Number.POSITIVE_INFINITY);
}

/** Walks through a set from its last paper, until told to stop. */
function fromNewest(papers: PaperSet, goesOn: (paper: number) => boolean): void {
  for (let word = papers.length - 1; word >= 0; word -= 1) {
    let bits = papers[word] as number;
    while (bits !== 0) {
      const highest = 31 - Math.clz32(bits);
      if (!goesOn(word * 32 + highest)) return;
      bits ^= 1 << highest;
    }
  }
}

/** The newest first, those without a date last; the ids of one day ascending. */
function byDate(a: Listed, b: Listed): number {
  const [one, other] = [a.part.live.segment.papers, b.part.live.segment.papers];
  return (
    (other.dates[b.paper] as number) - (one.dates[a.paper] as number) ||
    (other.editions[b.paper] as number) - (one.editions[a.paper] as number) ||
    (idOf(a.part.live.segment, a.paper) < idOf(b.part.live.segment, b.paper) ? -1 : 1)
  );
}
