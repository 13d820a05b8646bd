/**
 * What units find and score in the plainest way: every paper's places in postings of the
 * reference engine, every paper scored, all sorted. For code that does better to be held against.
 */

import { FIELDS, scoreOf, weightOfPlace } from '../../src/search/bm25f.js';
import {
  createPostingLists,
  type Occurrences,
  type PostingLists,
} from '../../src/search/postings.js';
import type { Unit } from '../../src/search/units.js';
import type { SegmentFacts } from './segments.js';

export type PlainUnit = Pick<Unit, 'ways' | 'field'>;

/** What a unit finds in the papers of a segment. */
export function foundPlainly(facts: SegmentFacts, { ways, field }: PlainUnit): Occurrences {
  const fieldAt = FIELDS.findIndex((settings) => settings.field === field);
  return postingsOf(facts).find(ways, fieldAt < 0 ? undefined : fieldAt);
}

const known = new WeakMap<SegmentFacts, PostingLists>();

function postingsOf(facts: SegmentFacts): PostingLists {
  const postings = known.get(facts) ?? createPostingLists(() => true);
  if (known.has(facts)) return postings;
  known.set(facts, postings);
  for (let paper = 0; paper < facts.ids.length; paper += 1) {
    const places = new Map<string, readonly number[]>();
    for (const [term, rows] of facts.places) {
      const row = rows.get(paper);
      if (row) places.set(term, row);
    }
    postings.add(paper, places);
  }
  return postings;
}

/** The score of each paper of a segment. */
export function scoredPlainly(
  facts: SegmentFacts,
  units: readonly (PlainUnit & { readonly weight: number })[],
  averageLengths: readonly number[],
): number[] {
  const scores = facts.ids.map(() => 0);
  for (const unit of units) {
    const { numbers, counts } = foundPlainly(facts, unit);
    for (const [at, paper] of numbers.entries()) {
      let worth = 0;
      for (const [field, settings] of FIELDS.entries()) {
        const length = field < 2 ? (facts.lengths[paper * 2 + field] ?? 0) : 0;
        const weight = weightOfPlace(settings, length, averageLengths[field] ?? 0);
        worth += weight * (counts[at * FIELDS.length + field] ?? 0);
      }
      scores[paper] = (scores[paper] ?? 0) + scoreOf(unit.weight, worth);
    }
  }
  return scores;
}
