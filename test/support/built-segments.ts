/** Segments of papers, built as the index builds them. */

import { createHashedEmbedder } from '../../src/embedding/hashed-embedder.js';
import type { Paper } from '../../src/papers/paper.js';
import type { Segment } from '../../src/search/segments/segment.js';
import { createSegmentBuilder } from '../../src/search/segments/segment-builder.js';
import { sectionsOf } from '../../src/search/segments/segment-sections.js';

const embedder = createHashedEmbedder();

export function builtSegment(papers: readonly Paper[]): Segment {
  const builder = createSegmentBuilder({ embedder });
  for (const paper of papers) builder.add(paper);
  return builder.build();
}

/** All that a segment consists of, to compare it with another. */
export function contentOf(segment: Segment): Readonly<Record<string, unknown>> {
  const { codes, values, scales } = segment.vectors;
  return { ...sectionsOf(segment), codes, values, scales, forward: segment.forward };
}
