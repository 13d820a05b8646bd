/** Several stretches of the catalogue's history as one, so that they are taken in together. */

import type { CatalogueChanges } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';

/** @param stretches - at least one, each going on where the one before it ends */
export function unitedChanges(stretches: readonly CatalogueChanges[]): CatalogueChanges {
  const last = stretches.at(-1);
  if (!last) throw new RangeError('There is nothing to unite.');
  if (stretches.length === 1) return last;
  const papers = new Map<PaperId, Paper>();
  const removed = new Set<PaperId>();
  for (const stretch of stretches) {
    for (const paper of stretch.papers) {
      removed.delete(paper.id);
      papers.set(paper.id, paper);
    }
    for (const id of stretch.removed) {
      papers.delete(id);
      removed.add(id);
    }
  }
  return { ...last, papers: [...papers.values()], removed: [...removed] };
}
