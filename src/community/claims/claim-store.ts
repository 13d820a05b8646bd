/**
 * Claims to be an author of a paper. What an account does for a paper that is its own counts
 * nothing from then on.
 */

import { randomUUID } from 'node:crypto';
import type { Account, AccountId } from '../../accounts/account.js';
import type { KeyedHash } from '../../accounts/keyed-hash.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperId } from '../../papers/identifiers.js';
import { refusingMissingPapers, takeTurn, takeTurnOf } from '../account-turn-store.js';
import type { AuditLog } from '../moderation/audit-log-store.js';
import { type Moderator, nameOf, requireAuthority } from '../moderation/authority.js';
import { because } from '../moderation/reasons.js';
import { findTarget } from '../moderation/report-target-store.js';
import type { ModerationTables } from '../moderation/tables.js';
import { writeNotices } from '../notification-writer-store.js';
import { provenAuthor, type Verification } from './author-match.js';
import { type Claim, MOST_PENDING_CLAIMS } from './claim.js';
import { type ClaimReader, createClaimReader, toClaim } from './claim-reader-store.js';

export type { ClaimReader } from './claim-reader-store.js';

export type ClaimStore = ClaimReader & {
  /**
   * Claims a paper, once. A claim that proves itself is accepted at once, any other waits for a
   * moderator.
   *
   * @throws BroadsheetError `not_found` for an unknown paper, `not_acceptable` for a name that is
   *   none of its authors, `conflict` after a refusal or with too many claims undecided
   */
  readonly claim: (
    account: Pick<Account, 'id'>,
    paperId: PaperId,
    words: { readonly authorName: string; readonly statement: string },
  ) => Promise<Claim>;
  /** Looks again at what an account claims; it may have another identity or address by now. */
  readonly proveAgain: (accountId: AccountId) => Promise<number>;
  /**
   * Takes a claim back that was not refused. What the account has done for the paper still
   * counts nothing.
   */
  readonly withdraw: (accountId: AccountId, paperId: PaperId) => Promise<boolean>;
  /**
   * Accepts a claim, or refuses it; also one that was decided before.
   *
   * @throws BroadsheetError `not_found`, `forbidden`
   */
  readonly decide: (
    moderator: Moderator,
    id: string,
    decision: { readonly isAccepted: boolean; readonly reason: string },
  ) => Promise<void>;
};

type Parts = {
  readonly now: () => Date;
  readonly keyedHash: KeyedHash;
  readonly audit: AuditLog;
  /** Lets what an account does for a paper of its own count nothing. */
  readonly votes: {
    readonly markOwn: (
      transaction: AnyTransaction,
      accountId: AccountId,
      paperId: PaperId,
    ) => Promise<unknown>;
  };
};

export function createClaimStore(
  { connection }: Database,
  { now, keyedHash, audit, votes }: Parts,
): ClaimStore {
  const proof = async (transaction: AnyTransaction, accountId: AccountId, paperId: PaperId) => {
    const own = transaction.$extendTables<ModerationTables>();
    const account = await own
      .selectFrom('accounts')
      .select('email')
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow();
    const identities = await own
      .selectFrom('account_identities')
      .select(['issuer', 'subject'])
      .where('account_id', '=', accountId)
      .execute();
    const authors = await own
      .selectFrom('paper_authors')
      .select(['kind', 'value', 'author_name as authorName'])
      .where('paper_id', '=', paperId)
      .orderBy('value')
      .execute();
    return provenAuthor({ identities, email: account.email ?? undefined }, authors, keyedHash);
  };

  const setStatus = async (
    transaction: AnyTransaction,
    claim: Pick<Claim, 'id' | 'accountId' | 'paperId'>,
    status: Claim['status'],
    verifiedBy: Verification,
    authorName?: string,
  ): Promise<void> => {
    await transaction
      .$extendTables<ModerationTables>()
      .updateTable('authorship_claims')
      .set({
        status,
        verified_by: verifiedBy,
        decided_at_ms: now().getTime(),
        ...(authorName && { author_name: authorName }),
      })
      .where('id', '=', claim.id)
      .execute();
    if (status === 'accepted') await votes.markOwn(transaction, claim.accountId, claim.paperId);
  };

  return {
    ...createClaimReader({ connection }),

    claim: ({ id: accountId }, paperId, { authorName, statement }) =>
      refusingMissingPapers(
        connection.transaction().execute(async (transaction) => {
          await takeTurnOf(transaction, accountId);
          const own = transaction.$extendTables<ModerationTables>();
          await requireAuthorName(transaction, paperId, authorName);
          const known = await own
            .selectFrom('authorship_claims')
            .selectAll()
            .where('account_id', '=', accountId)
            .where('paper_id', '=', paperId)
            .executeTakeFirst();
          if (known?.status === 'refused') throw refusedBefore();
          if (known) return toClaim(known);

          const proven = await proof(transaction, accountId, paperId);
          if (!proven) await requireFewPending(transaction, accountId);
          const row = await own
            .insertInto('authorship_claims')
            .values({
              id: randomUUID(),
              account_id: accountId,
              paper_id: paperId,
              author_name: authorName,
              statement,
              status: 'pending',
              verified_by: null,
              claimed_at_ms: now().getTime(),
              decided_at_ms: null,
            })
            .returningAll()
            .executeTakeFirstOrThrow();
          const claim = toClaim(row);
          if (!proven) return claim;
          await setStatus(transaction, claim, 'accepted', proven.by, proven.authorName);
          return { ...claim, status: 'accepted', verifiedBy: proven.by };
        }),
      ),

    proveAgain: (accountId) =>
      connection.transaction().execute(async (transaction) => {
        await takeTurnOf(transaction, accountId);
        const pending = await transaction
          .$extendTables<ModerationTables>()
          .selectFrom('authorship_claims')
          .selectAll()
          .where('account_id', '=', accountId)
          .where('status', '=', 'pending')
          .orderBy('paper_id')
          .execute();
        let accepted = 0;
        for (const row of pending) {
          const proven = await proof(transaction, accountId, row.paper_id as PaperId);
          if (!proven) continue;
          await setStatus(transaction, toClaim(row), 'accepted', proven.by, proven.authorName);
          accepted += 1;
        }
        return accepted;
      }),

    async withdraw(accountId, paperId) {
      const row = await connection
        .$extendTables<ModerationTables>()
        .deleteFrom('authorship_claims')
        .where('account_id', '=', accountId)
        .where('paper_id', '=', paperId)
        .where('status', '!=', 'refused')
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    decide: (moderator, id, { isAccepted, reason }) =>
      connection.transaction().execute(async (transaction) => {
        const find = () =>
          transaction
            .$extendTables<ModerationTables>()
            .selectFrom('authorship_claims')
            .selectAll()
            .where('id', '=', id)
            .executeTakeFirst();
        const seen = await find();
        if (seen) await takeTurn(transaction, seen.account_id as AccountId);
        const row = seen && (await find());
        if (!row) throw new BroadsheetError('not_found', 'There is no such claim.');
        const claim = toClaim(row);
        const target = await findTarget(transaction, { kind: 'account', id: claim.accountId });
        requireAuthority(moderator, target?.owner);
        const status = isAccepted ? 'accepted' : 'refused';
        if (claim.status === status) return;
        await setStatus(transaction, claim, status, 'moderator');
        await writeNotices(transaction, now().getTime(), [
          {
            accountId: claim.accountId,
            kind: 'claim',
            paperId: claim.paperId,
            text: because(
              isAccepted
                ? 'You are known as an author of this paper from now on.'
                : 'Your claim to be an author of this paper was refused.',
              reason,
            ),
          },
        ]);
        await audit.append(transaction, {
          actor: nameOf(moderator),
          action: isAccepted ? 'claim-accepted' : 'claim-refused',
          targetKind: 'claim',
          targetId: claim.id,
          details: { reason, account: claim.accountId, paper: claim.paperId },
        });
      }),
  };
}

async function requireAuthorName(
  transaction: AnyTransaction,
  paperId: PaperId,
  authorName: string,
): Promise<void> {
  const paper = await transaction
    .$extendTables<ModerationTables>()
    .selectFrom('papers')
    .select('authors')
    .where('id', '=', paperId)
    .executeTakeFirst();
  if (!paper) throw new BroadsheetError('not_found', 'There is no such paper here.');
  const authors = JSON.parse(paper.authors) as readonly string[];
  // A source may name no authors at all; then the person says their own name.
  const isOne = authors.length === 0 ? authorName !== '' : authors.includes(authorName);
  if (isOne) return;
  throw new BroadsheetError('not_acceptable', 'The paper names no such author.', {
    fix: 'Choose your name as the paper writes it.',
  });
}

async function requireFewPending(transaction: AnyTransaction, accountId: AccountId): Promise<void> {
  const { pending } = await transaction
    .$extendTables<ModerationTables>()
    .selectFrom('authorship_claims')
    .select((build) => build.fn.countAll().as('pending'))
    .where('account_id', '=', accountId)
    .where('status', '=', 'pending')
    .executeTakeFirstOrThrow();
  if (Number(pending) < MOST_PENDING_CLAIMS) return;
  throw new BroadsheetError('conflict', `${MOST_PENDING_CLAIMS} of your claims are undecided.`, {
    fix: 'Wait until moderators have looked at them, or link your ORCID iD.',
  });
}

function refusedBefore(): BroadsheetError {
  return new BroadsheetError('conflict', 'A moderator has refused this claim.', {
    fix: 'Write to the people who run this instance if that is a mistake.',
  });
}
