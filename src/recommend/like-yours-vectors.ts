/** The vectors of papers: each is embedded once, when somebody first compares it. */

import { inSlices, paced } from '../community/moderation/slices.js';
import { type Embedder, textToEmbed } from '../embedding/embedder.js';
import type { PaperReader } from '../papers/catalogue.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Embedded } from './like-yours.js';

export type PaperVectors = {
  /** Those of the papers that are there, in the order asked for. */
  readonly of: (
    papers: readonly { readonly id: PaperId; readonly revision: number }[],
  ) => Promise<readonly Embedded[]>;
};

/** Vectors kept, of a kilobyte each. */
const MOST_KEPT = 12_000;

/** Papers read at once; more would hold up the event loop when they arrive. */
const BATCH = 100;

/** Papers embedded before others may have their turn. */
const PACE = 3;

/**
 * @param embedder - asked for when it is first needed; always of one model
 */
export function createPaperVectors({
  papers,
  embedder,
  mostKept = MOST_KEPT,
}: {
  readonly papers: Pick<PaperReader, 'byIds'>;
  readonly embedder: () => Promise<Pick<Embedder, 'embed'>>;
  readonly mostKept?: number;
}): PaperVectors {
  /** Those asked for longest ago first. */
  const kept = new Map<PaperId, { readonly revision: number; readonly vector: Float32Array }>();

  const keep = (id: PaperId, revision: number, vector: Float32Array): void => {
    kept.delete(id);
    kept.set(id, { revision, vector });
    if (kept.size <= mostKept) return;
    for (const oldest of kept.keys()) {
      kept.delete(oldest);
      break;
    }
  };

  return {
    async of(wanted) {
      const vectors = new Map<PaperId, Float32Array>();
      const missing: PaperId[] = [];
      for (const { id, revision } of wanted) {
        const known = kept.get(id);
        if (known?.revision === revision) {
          vectors.set(id, known.vector);
          keep(id, revision, known.vector);
        } else {
          missing.push(id);
        }
      }
      for (let at = 0; at < missing.length; at += BATCH) {
        const model = await embedder();
        const found = await papers.byIds(missing.slice(at, at + BATCH));
        const embedAll = paced(
          found.values(),
          (paper) => {
            const vector = model.embed(textToEmbed(paper));
            vectors.set(paper.id, vector);
            keep(paper.id, paper.revision, vector);
          },
          PACE,
        );
        await inSlices(embedAll);
      }
      return wanted.flatMap(({ id }) => {
        const vector = vectors.get(id);
        return vector ? [{ id, vector }] : [];
      });
    },
  };
}
