/** What a single look-up of a paper found: its record, and who its authors are. */

import type { PaperRecord } from '../papers/paper.js';
import type { AuthorId } from './orcid.js';

export type LookedUp = {
  readonly record: PaperRecord;
  /** Of those authors whose iD the source names. */
  readonly authorIds: readonly AuthorId[];
};
