/** Reading comments: a discussion as somebody sees it, and single comments. */

import type { Kysely } from 'kysely';
import { type AccountId, hasRole } from '../accounts/account.js';
import type { Database } from '../database/database.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Comment, CommentAuthor, CommentId, CommentViewer } from './comment.js';
import { type CommentTables, toComment } from './comment-rows.js';
import { arrange, type CommentOutline, type Entry, pagesOf } from './comment-threads.js';

/** One entry of a discussion with all that is shown of it. */
export type DiscussionEntry = Omit<Entry, 'length'> & {
  /** Empty where it does not appear whole. */
  readonly text: string;
  readonly status: Comment['status'];
  /** Told to its author and to moderators only. */
  readonly statusReason: string;
  readonly isOwn: boolean;
  /** Absent when the account is gone, and where the comment does not appear whole. */
  readonly author: CommentAuthor | undefined;
  /** Whether whoever wrote it is known to be an author of the paper. */
  readonly isByPaperAuthor: boolean;
  /** Who wrote what it answers, where that appears whole. */
  readonly answered: CommentAuthor | undefined;
  readonly writtenAtMs: number;
  readonly editedAtMs: number | undefined;
};

export type Discussion = {
  readonly paperId: PaperId;
  /** Comments that everybody may read. */
  readonly count: number;
  /** The entries of this page, in the order in which they are read. */
  readonly entries: readonly DiscussionEntry[];
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  /** Why nobody may write any more; absent while everybody may. */
  readonly lock: { readonly reason: string } | undefined;
};

export type CommentReader = {
  readonly byId: (id: CommentId) => Promise<Comment | undefined>;
  /**
   * A page of the discussion of a paper: the one that is numbered, from 1, or the one that holds
   * a comment; the last or the first where there is none such.
   */
  readonly discussionOf: (
    paperId: PaperId,
    viewer: CommentViewer,
    page?: number | CommentId,
  ) => Promise<Discussion>;
  /** How many comments everybody may read, of the papers that have any. */
  readonly countsOf: (ids: readonly PaperId[]) => Promise<ReadonlyMap<PaperId, number>>;
  /** The comments of an account that everybody may read, the latest first, and how many. */
  readonly recentBy: (
    accountId: AccountId,
    page: { readonly offset: number; readonly limit: number },
  ) => Promise<{ readonly comments: readonly Comment[]; readonly total: number }>;
  /** Those of these names that accounts have. */
  readonly namesAmong: (names: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly isLocked: (paperId: PaperId) => Promise<boolean>;
};

/** Ids of one question; SQLite takes 32,766 parameters. */
const IDS_PER_STATEMENT = 5_000;

export function createCommentReader({ connection }: Database): CommentReader {
  const tables = connection.$extendTables<CommentTables>();

  const lockOf = (paperId: PaperId) =>
    tables
      .selectFrom('locked_discussions')
      .select('reason')
      .where('paper_id', '=', paperId)
      .executeTakeFirst();

  return {
    async byId(id) {
      const row = await tables
        .selectFrom('comments')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row && toComment(row);
    },

    async discussionOf(paperId, viewer, asked = 1) {
      const outlines = await outlinesOf(tables, paperId);
      const pages = pagesOf(arrange(outlines, viewer));
      const number = pageNumber(pages, asked);
      return {
        paperId,
        count: outlines.filter(({ status }) => status === 'shown').length,
        entries: await filled(tables, paperId, pages[number - 1] ?? [], outlines, viewer),
        page: number,
        pages: pages.length,
        lock: await lockOf(paperId),
      };
    },

    async countsOf(ids) {
      const counts = new Map<PaperId, number>();
      for (let at = 0; at < ids.length; at += IDS_PER_STATEMENT) {
        const rows = await tables
          .selectFrom('comments')
          .select(['paper_id', ({ fn }) => fn.countAll<number>().as('comments')])
          .where('paper_id', 'in', ids.slice(at, at + IDS_PER_STATEMENT))
          .where('status', '=', 'shown')
          .groupBy('paper_id')
          .execute();
        for (const row of rows) counts.set(row.paper_id as PaperId, Number(row.comments));
      }
      return counts;
    },

    async recentBy(accountId, { offset, limit }) {
      const own = tables
        .selectFrom('comments')
        .where('account_id', '=', accountId)
        .where('status', '=', 'shown');
      const { total } = await own
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      const rows = await own
        .selectAll()
        .orderBy('written_at_ms', 'desc')
        .orderBy('id')
        .offset(offset)
        .limit(limit)
        .execute();
      return { comments: rows.map(toComment), total: Number(total) };
    },

    async namesAmong(names) {
      const found = new Set<string>();
      for (let at = 0; at < names.length; at += IDS_PER_STATEMENT) {
        const rows = await tables
          .selectFrom('accounts')
          .select('name')
          .where('name', 'in', names.slice(at, at + IDS_PER_STATEMENT))
          .where('banned_at_ms', 'is', null)
          .execute();
        for (const { name } of rows) found.add(name);
      }
      return found;
    },

    isLocked: async (paperId) => (await lockOf(paperId)) !== undefined,
  };
}

async function outlinesOf(
  tables: Kysely<CommentTables>,
  paperId: PaperId,
): Promise<CommentOutline[]> {
  const rows = await tables
    .selectFrom('comments')
    .select(['id', 'parent_id', 'account_id', 'status', 'written_at_ms'])
    .select(({ fn }) => fn<number>('length', ['text']).as('length'))
    .where('paper_id', '=', paperId)
    .execute();
  return rows.map((row) => ({
    id: row.id as CommentId,
    parentId: (row.parent_id as CommentId | null) ?? undefined,
    accountId: (row.account_id as AccountId | null) ?? undefined,
    status: row.status,
    writtenAtMs: row.written_at_ms,
    length: Number(row.length),
  }));
}

function pageNumber(pages: readonly (readonly Entry[])[], asked: number | CommentId): number {
  if (typeof asked === 'number') return Math.min(Math.max(1, asked), pages.length);
  return pages.findIndex((entries) => entries.some(({ id }) => id === asked)) + 1 || 1;
}

/** The entries of one page with texts and authors: one statement for each. */
async function filled(
  tables: Kysely<CommentTables>,
  paperId: PaperId,
  entries: readonly Entry[],
  outlines: readonly CommentOutline[],
  viewer: CommentViewer,
): Promise<DiscussionEntry[]> {
  if (entries.length === 0) return [];
  const ids = entries.map(({ id }) => id);
  const rows = await tables.selectFrom('comments').selectAll().where('id', 'in', ids).execute();
  const comments = new Map(rows.map((row) => [row.id, toComment(row)]));
  const readable = new Map(
    outlines.filter(({ status }) => status === 'shown').map((outline) => [outline.id, outline]),
  );
  const authors = await authorsOf(tables, paperId, [
    ...rows.flatMap((row) => row.account_id ?? []),
    ...entries.flatMap(({ parentId }) => (parentId && readable.get(parentId)?.accountId) ?? []),
  ]);
  const isModerator = viewer !== undefined && hasRole(viewer, 'moderator');

  return entries.flatMap((entry) => {
    const comment = comments.get(entry.id);
    // Somebody has taken it back since the outlines were read.
    if (!comment) return [];
    const { length, ...place } = entry;
    const isWhole = entry.appearance === 'whole';
    const isOwn = viewer !== undefined && comment.accountId === viewer.id;
    const author = isWhole ? authors.get(comment.accountId) : undefined;
    const answeredId = entry.parentId && readable.get(entry.parentId)?.accountId;
    return {
      ...place,
      text: isWhole ? comment.text : '',
      status: comment.status,
      statusReason: isOwn || isModerator ? comment.statusReason : '',
      isOwn,
      author: author?.account,
      isByPaperAuthor: author?.isPaperAuthor ?? false,
      answered: authors.get(answeredId)?.account,
      writtenAtMs: comment.writtenAtMs,
      editedAtMs: comment.editedAtMs,
    };
  });
}

type KnownAuthor = { readonly account: CommentAuthor; readonly isPaperAuthor: boolean };

async function authorsOf(
  tables: Kysely<CommentTables>,
  paperId: PaperId,
  ids: readonly string[],
): Promise<ReadonlyMap<AccountId | undefined, KnownAuthor>> {
  if (ids.length === 0) return new Map();
  const rows = await tables
    .selectFrom('accounts')
    .leftJoin('authorship_claims', (join) =>
      join
        .onRef('authorship_claims.account_id', '=', 'accounts.id')
        .on('authorship_claims.paper_id', '=', paperId)
        .on('authorship_claims.status', '=', 'accepted'),
    )
    .select([
      'accounts.id',
      'accounts.name',
      'accounts.display_name',
      'accounts.role',
      'authorship_claims.paper_id as claimed',
    ])
    .where('accounts.id', 'in', [...new Set(ids)])
    .execute();
  return new Map(
    rows.map((row) => [
      row.id as AccountId,
      {
        account: {
          id: row.id as AccountId,
          name: row.name,
          displayName: row.display_name,
          role: row.role,
        },
        isPaperAuthor: row.claimed !== null,
      },
    ]),
  );
}
