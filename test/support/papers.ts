/** Papers as a catalogue would hold them, for code that needs no catalogue. */

import type { Day } from '../../src/papers/dates.js';
import { type PaperId, paperIdFrom } from '../../src/papers/identifiers.js';
import type { Paper, PaperRecord } from '../../src/papers/paper.js';
import { record } from './catalogue.js';

/** The paper of a record that no other record speaks of. */
export function paperOf(from: PaperRecord, revision = 1): Paper {
  const [identifier] = from.identifiers;
  if (!identifier) throw new RangeError('A record has at least one identifier.');
  return {
    ...from,
    id: paperIdFrom(identifier),
    versions: [],
    provenance: {},
    withdrawn: from.withdrawn ?? false,
    editionOn: from.announcedOn ?? from.publishedOn ?? ('2026-11-20' as Day),
    isSample: false,
    revision,
    addedAtMs: 0,
    changedAtMs: 0,
  };
}

/** A paper of this id; only what the test is about need be said. */
export function paper(id: string, facts: Partial<Paper> = {}): Paper {
  const plain = paperOf(record({ title: `Untitled ${id}`, abstract: '' }));
  return { ...plain, ...facts, id: id as PaperId };
}
