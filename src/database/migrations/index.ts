/** Every step of the schema, in order. A step that has been released is never changed. */

import type { Migration } from 'kysely/migration';
import { papers } from './0001-papers.js';
import { gathering } from './0002-gathering.js';
import { following } from './0003-following.js';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-papers': papers,
  '0002-gathering': gathering,
  '0003-following': following,
};
