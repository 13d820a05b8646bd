/** What waits for a moderator, each thing with what is needed to decide about it. */

import type { AccountId } from '../../accounts/account.js';
import type { Database } from '../../database/database.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { ReportTargetKind } from './report.js';
import { type FoundTarget, findTarget, type Owner, ownerOf } from './report-target-store.js';
import type { ModerationTables } from './tables.js';

/** What moderators have decided about an account before. */
export type TrackRecord = {
  /** Comments that are shown. */
  readonly shownComments: number;
  /** Comments that were hidden by a moderator. */
  readonly hiddenComments: number;
};

export type HeldComment = {
  readonly id: string;
  readonly paperId: PaperId;
  readonly title: string;
  readonly text: string;
  readonly reason: string;
  readonly writtenAtMs: number;
  readonly author: Owner | undefined;
  readonly record: TrackRecord;
};

export type ReportedThing = {
  readonly target: FoundTarget;
  readonly record: TrackRecord;
  readonly reports: readonly {
    readonly reporter: string | undefined;
    readonly reason: string;
    readonly reportedAtMs: number;
  }[];
};

export type PendingClaim = {
  readonly id: string;
  readonly paperId: PaperId;
  readonly title: string;
  readonly authorName: string;
  readonly statement: string;
  readonly claimedAtMs: number;
  readonly claimant: Owner | undefined;
  /** Others who are known as authors of the paper. */
  readonly authorsKnown: readonly string[];
};

export type QueueCounts = {
  readonly heldComments: number;
  readonly reportedThings: number;
  readonly pendingClaims: number;
};

export type QueueStore = {
  readonly counts: () => Promise<QueueCounts>;
  /** The longest waiting first, as are the others. Those of banned accounts stay held unseen. */
  readonly heldComments: (limit: number) => Promise<readonly HeldComment[]>;
  /** What has open reports. */
  readonly reportedThings: (limit: number) => Promise<readonly ReportedThing[]>;
  readonly pendingClaims: (limit: number) => Promise<readonly PendingClaim[]>;
  readonly lockedDiscussions: (
    limit: number,
  ) => Promise<
    readonly { readonly paperId: PaperId; readonly title: string; readonly reason: string }[]
  >;
};

const NO_RECORD: TrackRecord = { shownComments: 0, hiddenComments: 0 };

/** Reports of one thing that are shown; more say nothing new. */
const MOST_REPORTS_OF_ONE = 20;

const OWNER = [
  'accounts.id as owner_id',
  'accounts.name',
  'accounts.display_name',
  'accounts.role',
  'accounts.created_at_ms',
  'accounts.banned_at_ms',
  'accounts.trusted_at_ms',
] as const;

export function createQueueStore({ connection }: Database): QueueStore {
  const tables = connection.$extendTables<ModerationTables>();

  const held = () =>
    tables
      .selectFrom('comments')
      .innerJoin('accounts', 'accounts.id', 'comments.account_id')
      .where('comments.status', '=', 'held')
      .where('accounts.banned_at_ms', 'is', null);

  const reported = () =>
    tables
      .selectFrom('reports')
      .where('resolved_at_ms', 'is', null)
      .groupBy(['target_kind', 'target_id']);

  const records = async (ids: readonly (AccountId | undefined)[]) => {
    const found = new Map<string, TrackRecord>();
    const known = [...new Set(ids)].filter((id) => id !== undefined);
    if (known.length === 0) return found;
    const rows = await tables
      .selectFrom('comments')
      .select(['account_id', 'status'])
      .select((build) => build.fn.countAll().as('count'))
      .where('account_id', 'in', known)
      .where('status', 'in', ['shown', 'hidden'])
      .groupBy(['account_id', 'status'])
      .execute();
    for (const { account_id, status, count } of rows) {
      const record = found.get(account_id ?? '') ?? NO_RECORD;
      const part = status === 'shown' ? 'shownComments' : 'hiddenComments';
      found.set(account_id ?? '', { ...record, [part]: Number(count) });
    }
    return found;
  };

  return {
    async counts() {
      const { heldComments } = await held()
        .select((build) => build.fn.countAll().as('heldComments'))
        .executeTakeFirstOrThrow();
      const { reportedThings } = await tables
        .selectFrom(reported().select(['target_kind', 'target_id']).as('things'))
        .select((build) => build.fn.countAll().as('reportedThings'))
        .executeTakeFirstOrThrow();
      const { pendingClaims } = await tables
        .selectFrom('authorship_claims')
        .where('status', '=', 'pending')
        .select((build) => build.fn.countAll().as('pendingClaims'))
        .executeTakeFirstOrThrow();
      return {
        heldComments: Number(heldComments),
        reportedThings: Number(reportedThings),
        pendingClaims: Number(pendingClaims),
      };
    },

    async heldComments(limit) {
      const rows = await held()
        .innerJoin('papers', 'papers.id', 'comments.paper_id')
        .select([...OWNER, 'comments.id', 'comments.paper_id', 'comments.text'])
        .select(['papers.title', 'comments.status_reason', 'comments.written_at_ms'])
        .orderBy('written_at_ms')
        .orderBy('comments.id')
        .limit(limit)
        .execute();
      const owners = rows.map(ownerOf);
      const known = await records(owners.map((owner) => owner?.id));
      return rows.map((row, at) => ({
        id: row.id,
        paperId: row.paper_id as PaperId,
        title: row.title,
        text: row.text,
        reason: row.status_reason,
        writtenAtMs: Number(row.written_at_ms),
        author: owners[at],
        record: known.get(owners[at]?.id ?? '') ?? NO_RECORD,
      }));
    },

    async reportedThings(limit) {
      const things = await reported()
        .select(['target_kind', 'target_id'])
        .select((build) => build.fn.min('reported_at_ms').as('first'))
        .orderBy('first')
        .orderBy('target_id')
        .limit(limit)
        .execute();
      const found: { target: FoundTarget; reports: ReportedThing['reports'] }[] = [];
      for (const { target_kind, target_id } of things) {
        const kind = target_kind as ReportTargetKind;
        const target = (await findTarget(connection, { kind, id: target_id })) ?? {
          kind,
          id: target_id,
          owner: undefined,
          text: '',
          paperId: undefined,
          madeAtMs: 0,
          status: 'gone',
        };
        const reports = await tables
          .selectFrom('reports')
          .leftJoin('accounts', 'accounts.id', 'reports.reporter_id')
          .select(['accounts.name as reporter', 'reason', 'reported_at_ms'])
          .where('target_kind', '=', target_kind)
          .where('target_id', '=', target_id)
          .where('resolved_at_ms', 'is', null)
          .orderBy('reported_at_ms')
          .limit(MOST_REPORTS_OF_ONE)
          .execute();
        found.push({
          target,
          reports: reports.map(({ reporter, reason, reported_at_ms }) => ({
            reporter: reporter ?? undefined,
            reason,
            reportedAtMs: Number(reported_at_ms),
          })),
        });
      }
      const known = await records(found.map(({ target }) => target.owner?.id));
      return found.map((thing) => ({
        ...thing,
        record: known.get(thing.target.owner?.id ?? '') ?? NO_RECORD,
      }));
    },

    async pendingClaims(limit) {
      const rows = await tables
        .selectFrom('authorship_claims')
        .innerJoin('accounts', 'accounts.id', 'authorship_claims.account_id')
        .innerJoin('papers', 'papers.id', 'authorship_claims.paper_id')
        .select([...OWNER, 'authorship_claims.id', 'paper_id', 'title', 'author_name'])
        .select(['statement', 'claimed_at_ms'])
        .where('status', '=', 'pending')
        .orderBy('claimed_at_ms')
        .orderBy('authorship_claims.id')
        .limit(limit)
        .execute();
      const papers = [...new Set(rows.map(({ paper_id }) => paper_id))];
      const others =
        papers.length === 0
          ? []
          : await tables
              .selectFrom('authorship_claims')
              .innerJoin('accounts', 'accounts.id', 'authorship_claims.account_id')
              .select(['paper_id', 'accounts.name', 'author_name'])
              .where('status', '=', 'accepted')
              .where('paper_id', 'in', papers)
              .execute();
      return rows.map((row) => ({
        id: row.id,
        paperId: row.paper_id as PaperId,
        title: row.title,
        authorName: row.author_name,
        statement: row.statement,
        claimedAtMs: Number(row.claimed_at_ms),
        claimant: ownerOf(row),
        authorsKnown: others
          .filter(({ paper_id }) => paper_id === row.paper_id)
          .map(({ name, author_name }) => `${author_name} (@${name})`),
      }));
    },

    async lockedDiscussions(limit) {
      const rows = await tables
        .selectFrom('locked_discussions')
        .innerJoin('papers', 'papers.id', 'locked_discussions.paper_id')
        .select(['paper_id', 'title', 'reason'])
        .orderBy('locked_at_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ paper_id, title, reason }) => ({
        paperId: paper_id as PaperId,
        title,
        reason,
      }));
    },
  };
}
