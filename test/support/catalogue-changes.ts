/** What a catalogue would tell an index. */

import type { CatalogueChanges } from '../../src/papers/catalogue.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import type { Paper } from '../../src/papers/paper.js';

/** These papers are new or changed. */
export function changes(...papers: readonly Paper[]): CatalogueChanges {
  return { papers, removed: [], revision: papers.at(-1)?.revision ?? 0 };
}

/** The papers of these ids are no more. */
export function removals(...ids: readonly string[]): CatalogueChanges {
  return { papers: [], removed: ids as readonly PaperId[], revision: 0 };
}
