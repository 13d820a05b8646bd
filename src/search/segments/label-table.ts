/** The labels of a segment's papers (`filters.ts`) as a table. */

import type { Segment } from './segment.js';
import { sharedNumbers } from './shared-arrays.js';
import { sortForTable, tableOf } from './string-table.js';

/** @param papersByLabel - the papers ascending, at least one for each label */
export function tableOfLabels(
  papersByLabel: ReadonlyMap<string, ArrayLike<number>>,
): Segment['labels'] {
  const labels = sortForTable([...papersByLabel.keys()]);
  const ends = sharedNumbers(labels.length);
  let end = 0;
  for (const [at, label] of labels.entries()) {
    end += papersByLabel.get(label)?.length ?? 0;
    ends[at] = end;
  }
  const values = sharedNumbers(end);
  for (const [at, label] of labels.entries()) {
    values.set(papersByLabel.get(label) ?? [], at === 0 ? 0 : ends[at - 1]);
  }
  return { names: tableOf(labels), papers: { values, ends } };
}
