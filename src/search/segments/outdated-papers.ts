/** Papers whose vectors are of another model than the one in use: how many, and which. */

import type { PaperId } from '../../papers/identifiers.js';
import type { IndexState, LiveSegment } from './index-state.js';
import { has } from './paper-set.js';
import { paperCount } from './segment.js';
import { idOf } from './segment-lookup.js';

/** How many living papers have a vector of each model. */
export function papersByModel(state: Pick<IndexState, 'segments'>): Map<string, number> {
  const papers = new Map<string, number>();
  for (const live of state.segments()) {
    const { modelId } = live.segment;
    papers.set(modelId, (papers.get(modelId) ?? 0) + livingIn(live));
  }
  return papers;
}

/**
 * Living papers with a vector of another model, the newest first.
 *
 * @param most - so many at the most
 */
export function newestOutdated(
  state: Pick<IndexState, 'segments'>,
  modelId: string,
  most: number,
): PaperId[] {
  const walks = segmentsOfOthers(state, modelId).map((live) => ({
    live,
    paper: livingBefore(live, paperCount(live.segment)),
  }));
  const ids: PaperId[] = [];
  while (ids.length < most) {
    const [newest] = walks.filter(({ paper }) => paper >= 0).sort((a, b) => dateAt(b) - dateAt(a));
    if (!newest) break;
    ids.push(idOf(newest.live.segment, newest.paper));
    newest.paper = livingBefore(newest.live, newest.paper);
  }
  return ids;
}

/**
 * So many living papers of each other model, spread evenly over all of its papers; all if it has
 * no more.
 */
export function sampleOfOthers(
  state: Pick<IndexState, 'segments'>,
  modelId: string,
  papers: number,
): PaperId[] {
  const byModel = Map.groupBy(segmentsOfOthers(state, modelId), ({ segment }) => segment.modelId);
  return [...byModel.values()].flatMap((segments) => {
    const living = segments.reduce((sum, live) => sum + livingIn(live), 0);
    const taken = Math.min(papers, living);
    const ids: PaperId[] = [];
    let seen = 0;
    for (const { segment, dead } of segments) {
      for (let paper = 0; paper < paperCount(segment); paper += 1) {
        if (has(dead, paper)) continue;
        if (seen === Math.floor((ids.length * living) / taken)) ids.push(idOf(segment, paper));
        seen += 1;
      }
    }
    return ids;
  });
}

function livingIn({ segment, deadCount }: LiveSegment): number {
  return paperCount(segment) - deadCount;
}

function segmentsOfOthers(
  state: Pick<IndexState, 'segments'>,
  modelId: string,
): readonly LiveSegment[] {
  return state.segments().filter(({ segment }) => segment.modelId !== modelId);
}

/** The last living paper before this one; −1 if there is none. Papers stand by date. */
function livingBefore({ dead }: LiveSegment, paper: number): number {
  let before = paper - 1;
  while (before >= 0 && has(dead, before)) before -= 1;
  return before;
}

function dateAt({ live, paper }: { readonly live: LiveSegment; readonly paper: number }): number {
  return live.segment.papers.dates[paper] as number;
}
