/** The engines that are measured, in the order of the tables: ours, then its peers. */

import { BROADSHEET } from './broadsheet.js';
import type { Candidate } from './candidate.js';
import { LANCEDB } from './lancedb.js';
import { MINISEARCH } from './minisearch.js';
import { ORAMA } from './orama.js';
import { FTS5, FTS5_AND_VEC } from './sqlite.js';

export const CANDIDATES: readonly Candidate[] = [
  BROADSHEET,
  FTS5,
  FTS5_AND_VEC,
  LANCEDB,
  MINISEARCH,
  ORAMA,
];
