/** All that moderators look at and do, put together. */

import type { Database } from '../../database/database.js';
import type { CollectionStore } from '../collection-store.js';
import type { CommentModeration } from '../comment-moderation-store.js';
import { type AccountActs, createAccountActs } from './account-acts-store.js';
import { type AuditLog, createAuditLog } from './audit-log-store.js';
import { type BlocklistActs, createBlocklistActs } from './blocklist-acts-store.js';
import { type BlocklistStore, createBlocklistStore } from './blocklist-store.js';
import { type ContentActs, createContentActs } from './content-acts-store.js';
import { createQueueStore, type QueueStore } from './queue-store.js';
import { createReportStore, type ReportStore } from './report-store.js';
import { createSignalStore, type SignalStore } from './signal-store.js';
import { createVoteActs, type EvidenceKeeper, type VoteActs } from './vote-acts-store.js';

export type Moderation = AccountActs &
  ContentActs &
  VoteActs &
  BlocklistActs & {
    readonly audit: AuditLog;
    readonly blocklist: BlocklistStore;
    readonly reports: ReportStore;
    readonly queue: QueueStore;
    readonly signals: SignalStore['signals'];
  };

type Parts = {
  readonly now: () => Date;
  readonly comments: Pick<CommentModeration, 'setStatus' | 'hideAllBy'>;
  readonly collections: Pick<CollectionStore, 'setHidden'>;
  readonly evidence: EvidenceKeeper;
};

export function createModeration(database: Database, parts: Parts): Moderation {
  const { now, comments, collections, evidence } = parts;
  const audit = createAuditLog(database, { now });
  const blocklist = createBlocklistStore(database, { now });
  const reports = createReportStore(database, { now });
  const shared = { now, audit, reports, comments };
  return {
    audit,
    blocklist,
    reports,
    queue: createQueueStore(database),
    ...createAccountActs(database, shared),
    ...createContentActs(database, { ...shared, collections }),
    ...createVoteActs(database, { audit, evidence }),
    ...createBlocklistActs(database, { audit, blocklist }),
    ...createSignalStore(database, { now }),
  };
}
