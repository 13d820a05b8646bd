import fc from 'fast-check';
import { expect, it } from 'vitest';
import { paper } from '../../../test/support/papers.js';
import type { CatalogueChanges } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import { unitedChanges } from './united-changes.js';

/** What somebody knows who took these in, one stretch after the other. */
function knownAfter(stretches: readonly CatalogueChanges[]): Map<PaperId, number> {
  const known = new Map<PaperId, number>([
    ['a' as PaperId, 0],
    ['b' as PaperId, 0],
  ]);
  for (const { papers, removed } of stretches) {
    for (const { id, revision } of papers) known.set(id, revision);
    for (const id of removed) known.delete(id);
  }
  return known;
}

const ids = fc.constantFrom<PaperId[]>(...(['a', 'b', 'c', 'd'] as PaperId[]));
const stretch = fc.uniqueArray(fc.record({ id: ids, isRemoved: fc.boolean() }), {
  selector: ({ id }) => id,
});

it('stretches taken in together leave what they leave one by one', () => {
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 5 }), (history) => {
      const stretches = history.map((events, at) => ({
        papers: events
          .filter(({ isRemoved }) => !isRemoved)
          .map(({ id }) => paper(id, { revision: at + 1 })),
        removed: events.filter(({ isRemoved }) => isRemoved).map(({ id }) => id),
        revision: at + 1,
      }));
      const united = unitedChanges(stretches);
      expect(knownAfter([united])).toEqual(knownAfter(stretches));
      expect(united.revision).toBe(stretches.length);
    }),
  );
});
