/** What a name in a report stands for: whose it is, what it says, and who may see it. */

import type { AccountId, Role } from '../../accounts/account.js';
import type { AnyTransaction, Connection } from '../../database/connection.js';
import type { PaperId } from '../../papers/identifiers.js';
import { parseSubmissionId, type ReportTarget } from './report.js';
import type { ModerationTables } from './tables.js';

export type Owner = {
  readonly id: AccountId;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly createdAtMs: number;
  readonly bannedAtMs: number | undefined;
  readonly trustedAtMs: number | undefined;
};

export type FoundTarget = ReportTarget & {
  /** Absent when the account is gone. */
  readonly owner: Owner | undefined;
  /** What it says, as it was written. */
  readonly text: string;
  readonly paperId: PaperId | undefined;
  readonly madeAtMs: number;
  /** `shown` is what all may see; the others are named by their own kind. */
  readonly status: string;
};

type Row = {
  readonly owner_id: string | null;
  readonly name: string | null;
  readonly display_name: string | null;
  readonly role: Role | null;
  readonly created_at_ms: number | null;
  readonly banned_at_ms: number | null;
  readonly trusted_at_ms: number | null;
};

const OWNER_COLUMNS = [
  'accounts.id as owner_id',
  'accounts.name',
  'accounts.display_name',
  'accounts.role',
  'accounts.created_at_ms',
  'accounts.banned_at_ms',
  'accounts.trusted_at_ms',
] as const;

/** What a report is about; `undefined` when there is no such thing, or not any more. */
export async function findTarget(
  connection: Connection | AnyTransaction,
  { kind, id }: ReportTarget,
): Promise<FoundTarget | undefined> {
  const tables = connection.$extendTables<ModerationTables>();
  if (kind === 'account') {
    const row = await tables
      .selectFrom('accounts')
      .select([...OWNER_COLUMNS, 'biography'])
      .where('id', '=', id)
      .executeTakeFirst();
    const owner = row && ownerOf(row);
    return (
      owner && {
        kind,
        id,
        owner,
        text: [row.display_name, row.biography].filter(Boolean).join('\n'),
        paperId: undefined,
        madeAtMs: owner.createdAtMs,
        status: owner.bannedAtMs === undefined ? 'shown' : 'banned',
      }
    );
  }
  if (kind === 'comment') {
    const row = await tables
      .selectFrom('comments')
      .leftJoin('accounts', 'accounts.id', 'comments.account_id')
      .select([...OWNER_COLUMNS, 'text', 'status', 'paper_id', 'written_at_ms'])
      .where('comments.id', '=', id)
      .executeTakeFirst();
    return (
      row && {
        kind,
        id,
        owner: ownerOf(row),
        text: row.text,
        paperId: row.paper_id as PaperId,
        madeAtMs: Number(row.written_at_ms),
        status: row.status,
      }
    );
  }
  if (kind === 'collection') {
    const row = await tables
      .selectFrom('collections')
      .leftJoin('accounts', 'accounts.id', 'collections.account_id')
      .select([...OWNER_COLUMNS, 'title', 'description', 'visibility', 'hidden_at_ms'])
      .select('collections.created_at_ms as made_at_ms')
      .where('collections.id', '=', id)
      .executeTakeFirst();
    return (
      row && {
        kind,
        id,
        owner: ownerOf(row),
        text: [row.title, row.description].filter(Boolean).join('\n'),
        paperId: undefined,
        madeAtMs: Number(row.made_at_ms),
        status: collectionStatus(row),
      }
    );
  }
  const submission = parseSubmissionId(id);
  if (!submission) return undefined;
  const row = await tables
    .selectFrom('picks')
    .innerJoin('papers', 'papers.id', 'picks.paper_id')
    .leftJoin('accounts', 'accounts.id', 'picks.account_id')
    .select([...OWNER_COLUMNS, 'papers.title', 'picks.note', 'picked_at_ms', 'removed_at_ms'])
    .where('picks.day', '=', submission.day)
    .where('picks.paper_id', '=', submission.paperId)
    .executeTakeFirst();
  return (
    row && {
      kind,
      id,
      owner: ownerOf(row),
      text: [row.title, row.note].filter(Boolean).join('\n'),
      paperId: submission.paperId,
      madeAtMs: Number(row.picked_at_ms),
      status: row.removed_at_ms === null ? 'shown' : 'removed',
    }
  );
}

function collectionStatus({
  visibility,
  hidden_at_ms,
}: Pick<ModerationTables['collections'], 'visibility' | 'hidden_at_ms'>): string {
  if (hidden_at_ms !== null) return 'hidden';
  return visibility === 'private' ? 'private' : 'shown';
}

export function ownerOf(row: Row): Owner | undefined {
  if (row.owner_id === null || row.name === null || row.role === null) return undefined;
  return {
    id: row.owner_id as AccountId,
    name: row.name,
    displayName: row.display_name ?? row.name,
    role: row.role,
    createdAtMs: Number(row.created_at_ms),
    bannedAtMs: row.banned_at_ms === null ? undefined : Number(row.banned_at_ms),
    trustedAtMs: row.trusted_at_ms === null ? undefined : Number(row.trusted_at_ms),
  };
}
