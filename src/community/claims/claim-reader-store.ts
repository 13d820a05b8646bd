/** Who claims to be an author of what, and who is known to be one. */

import type { Selectable } from 'kysely';
import type { AccountId } from '../../accounts/account.js';
import type { Database } from '../../database/database.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { ModerationTables } from '../moderation/tables.js';
import type { Verification } from './author-match.js';
import type { Claim, ClaimId } from './claim.js';

/** Who is known to have written a paper. */
export type ClaimedAuthor = {
  readonly accountId: AccountId;
  readonly name: string;
  readonly displayName: string;
  readonly authorName: string;
};

export type ClaimReader = {
  /** Of an account on a paper; `undefined` if it makes none. */
  readonly claimOn: (accountId: AccountId, paperId: PaperId) => Promise<Claim | undefined>;
  /** All of an account, the latest first, with the titles of the papers. */
  readonly claimsOf: (
    accountId: AccountId,
  ) => Promise<readonly (Claim & { readonly title: string })[]>;
  /** The accounts of authors, of those papers that have any; none that are banned. */
  readonly authorsOf: (
    ids: readonly PaperId[],
  ) => Promise<ReadonlyMap<PaperId, readonly ClaimedAuthor[]>>;
};

const IDS_PER_STATEMENT = 5_000;

export function createClaimReader({ connection }: Pick<Database, 'connection'>): ClaimReader {
  const tables = connection.$extendTables<ModerationTables>();

  return {
    async claimOn(accountId, paperId) {
      const row = await tables
        .selectFrom('authorship_claims')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('paper_id', '=', paperId)
        .executeTakeFirst();
      return row && toClaim(row);
    },

    async claimsOf(accountId) {
      const rows = await tables
        .selectFrom('authorship_claims')
        .innerJoin('papers', 'papers.id', 'authorship_claims.paper_id')
        .selectAll('authorship_claims')
        .select('papers.title')
        .where('account_id', '=', accountId)
        .orderBy('claimed_at_ms', 'desc')
        .orderBy('authorship_claims.id')
        .execute();
      return rows.map((row) => ({ ...toClaim(row), title: row.title }));
    },

    async authorsOf(ids) {
      const found = new Map<PaperId, ClaimedAuthor[]>();
      for (let at = 0; at < ids.length; at += IDS_PER_STATEMENT) {
        const rows = await tables
          .selectFrom('authorship_claims')
          .innerJoin('accounts', 'accounts.id', 'authorship_claims.account_id')
          .select(['paper_id', 'account_id', 'author_name', 'name', 'display_name'])
          .where('paper_id', 'in', ids.slice(at, at + IDS_PER_STATEMENT))
          .where('status', '=', 'accepted')
          .where('banned_at_ms', 'is', null)
          .orderBy('name')
          .execute();
        for (const row of rows) {
          const author: ClaimedAuthor = {
            accountId: row.account_id as AccountId,
            name: row.name,
            displayName: row.display_name,
            authorName: row.author_name,
          };
          const paperId = row.paper_id as PaperId;
          found.set(paperId, [...(found.get(paperId) ?? []), author]);
        }
      }
      return found;
    },
  };
}

export function toClaim(row: Selectable<ModerationTables['authorship_claims']>): Claim {
  return {
    id: row.id as ClaimId,
    accountId: row.account_id as AccountId,
    paperId: row.paper_id as PaperId,
    authorName: row.author_name,
    statement: row.statement,
    status: row.status,
    verifiedBy: (row.verified_by as Verification | null) ?? undefined,
    claimedAtMs: Number(row.claimed_at_ms),
    decidedAtMs: row.decided_at_ms === null ? undefined : Number(row.decided_at_ms),
  };
}
