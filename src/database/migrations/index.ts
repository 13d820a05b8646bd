/** Every step of the schema, in order. A step that has been released is never changed. */

import type { Migration } from 'kysely/migration';
import { papers } from './0001-papers.js';
import { gathering } from './0002-gathering.js';
import { following } from './0003-following.js';
import { models } from './0004-models.js';
import { embeddedTexts } from './0005-embedded-texts.js';
import { accounts } from './0006-accounts.js';
import { trending } from './0007-trending.js';
import { community } from './0008-community.js';
import { digest } from './0009-digest.js';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-papers': papers,
  '0002-gathering': gathering,
  '0003-following': following,
  '0004-models': models,
  '0005-embedded-texts': embeddedTexts,
  '0006-accounts': accounts,
  '0007-trending': trending,
  '0008-community': community,
  '0009-digest': digest,
};
