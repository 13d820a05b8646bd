/**
 * Deleting an account, so that nothing here tells of the person any more: their name, their
 * address, their id, and which of what is left was theirs.
 *
 * What others rely on stays as nobody's: votes count as before, a comment with answers is a place
 * in its thread, a paper stays in the list of its day. Everything else goes. One line in the
 * audit log says that somebody was deleted; by its hash, and only by that, the account is known
 * again if a backup from before brings it back.
 */

import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { AccountId } from '../../accounts/account.js';
import type { AccountTables } from '../../accounts/account-rows.js';
import { removeAccount } from '../../accounts/account-store.js';
import type { KeyedHash } from '../../accounts/keyed-hash.js';
import { keepAnOperator } from '../../accounts/operators-store.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import { takeTurn } from '../account-turn-store.js';
import type { CollectionStore } from '../collection-store.js';
import type { CommentModeration } from '../comment-moderation-store.js';
import { type AuditLog, COMMAND_LINE, THE_PERSON } from '../moderation/audit-log-store.js';
import type { ModerationTables } from '../moderation/tables.js';
import type { PickStore } from '../pick-store.js';
import type { VoteStore } from '../vote-store.js';
import { ACCOUNT_DELETED, createTombstoneStore } from './tombstones-store.js';

export type DeletionStore = {
  /**
   * Deletes an account and all that tells of it.
   *
   * @param actor - who stands behind it in the audit log; the person if absent
   * @throws BroadsheetError `not_found`, or `conflict` for the last operator
   */
  readonly remove: (accountId: AccountId, actor?: typeof COMMAND_LINE) => Promise<void>;
  /** What stands for the accounts that were deleted. */
  readonly tombstones: () => Promise<ReadonlySet<string>>;
  /** Deletes again what was deleted before and is back; gives how many accounts. */
  readonly replay: (tombstones: ReadonlySet<string>) => Promise<number>;
};

type Parts = {
  readonly keyedHash: KeyedHash;
  readonly audit: AuditLog;
  readonly votes: Pick<VoteStore, 'anonymise'>;
  readonly comments: Pick<CommentModeration, 'anonymise'>;
  readonly picks: Pick<PickStore, 'anonymise'>;
  readonly collections: Pick<CollectionStore, 'removeAll'>;
  readonly evidence: {
    readonly renameActor: (
      transaction: AnyTransaction,
      from: string,
      to: string,
    ) => Promise<unknown>;
  };
  /** Ends what is mailed to them, and forgets the address. */
  readonly subscriptions: {
    readonly erase: (
      transaction: AnyTransaction,
      who: { readonly accountId: AccountId },
      by: 'account-deleted',
    ) => Promise<void>;
  };
  /** Keeps a tombstone outside of the database, too. */
  readonly keepTombstones: (tombstones: Iterable<string>) => Promise<void>;
};

type DeletionTables = ModerationTables & {
  one_time_secrets: { secret_hash: string; subject: string; details: string };
  notifications: { account_id: string; actor_id: string | null };
};

/** A shorter name is part of many words; details that hold it are not for that about the person. */
const SHORTEST_TELLING_NAME = 4;

const ACCOUNTS_AT_ONCE = 1_000;

export function createDeletionStore(database: Database, parts: Parts): DeletionStore {
  const { connection } = database;
  const { audit } = parts;
  const tombstones = createTombstoneStore(database, parts);

  const removeBy = async (actor: string, accountId: AccountId): Promise<void> => {
    await connection.transaction().execute(async (transaction) => {
      // Before the turn: operators are locked in one order, whichever of them is leaving.
      await keepAnOperator(accountsIn(transaction), accountId);
      await takeTurn(transaction, accountId);
      const own = transaction.$extendTables<DeletionTables>();
      const account = await own
        .selectFrom('accounts')
        .select(['name', 'display_name', 'email'])
        .where('id', '=', accountId)
        .executeTakeFirst();
      if (!account) throw new BroadsheetError('not_found', 'There is no such account.');
      // Before they are gone, whatever is theirs is noted: others may have reported it.
      const ids = await idsOfTheirs(transaction, accountId);

      await parts.votes.anonymise(transaction, accountId);
      await parts.comments.anonymise(transaction, accountId);
      await parts.collections.removeAll(transaction, accountId);
      await own
        .updateTable('picks')
        .set({ note: '' })
        .where('account_id', '=', accountId)
        .execute();
      await parts.picks.anonymise(transaction, accountId);
      await forgetEvidence(transaction, accountId, parts.evidence);
      await forgetReports(transaction, accountId, ids);
      await own.deleteFrom('notifications').where('actor_id', '=', accountId).execute();
      await parts.subscriptions.erase(transaction, { accountId }, 'account-deleted');
      await forgetSecrets(transaction, [accountId, account.email]);
      // What is left hangs on the row of the account.
      await removeAccount(accountsIn(transaction), accountId);
      const names = [account.name, account.display_name].filter(
        (name) => name.length >= SHORTEST_TELLING_NAME,
      );
      await audit.forget(transaction, {
        ids: [accountId, ...ids],
        words: [accountId, `@${account.name}`, ...names, account.email ?? accountId],
      });
      await audit.append(transaction, {
        actor,
        action: ACCOUNT_DELETED,
        targetKind: 'tombstone',
        targetId: tombstones.tombstoneOf(accountId),
      });
    });
    await parts.keepTombstones([tombstones.tombstoneOf(accountId)]);
  };

  return {
    remove: (accountId, actor) => removeBy(actor ?? THE_PERSON, accountId),

    tombstones: tombstones.all,

    async replay(known) {
      let removed = 0;
      for await (const id of tombstones.returned(known)) {
        await removeBy(COMMAND_LINE, id);
        removed += 1;
      }
      return removed;
    },
  };
}

/** The transaction as the stores of accounts know it. */
function accountsIn(transaction: AnyTransaction): Transaction<AccountTables> {
  return transaction.$extendTables<AccountTables>() as Transaction<AccountTables>;
}

/** The names of what a person wrote, collected and claimed. */
async function idsOfTheirs(
  transaction: AnyTransaction,
  accountId: AccountId,
): Promise<readonly string[]> {
  const own = transaction.$extendTables<ModerationTables>();
  const rows = await own
    .selectFrom('comments')
    .select('id')
    .where('account_id', '=', accountId)
    .unionAll(own.selectFrom('collections').select('id').where('account_id', '=', accountId))
    .unionAll(own.selectFrom('authorship_claims').select('id').where('account_id', '=', accountId))
    .execute();
  return rows.map(({ id }) => id);
}

/** What is left of their evidence after votes, comments and collections: what counts nothing. */
async function forgetEvidence(
  transaction: AnyTransaction,
  accountId: AccountId,
  evidence: Parts['evidence'],
): Promise<void> {
  await transaction
    .$extendTables<ModerationTables>()
    .deleteFrom('evidence')
    .where('actor', '=', accountId)
    .where('amount', '=', 0)
    .execute();
  await evidence.renameActor(transaction, accountId, `gone:${randomUUID()}`);
}

/** Reports about them go; those that they made stay, as nobody's and without their words. */
async function forgetReports(
  transaction: AnyTransaction,
  accountId: AccountId,
  ids: readonly string[],
): Promise<void> {
  const reports = transaction.$extendTables<ModerationTables>();
  const targets = [accountId, ...ids];
  for (let at = 0; at < targets.length; at += ACCOUNTS_AT_ONCE) {
    await reports
      .deleteFrom('reports')
      .where('target_kind', 'in', ['account', 'comment', 'collection'])
      .where('target_id', 'in', targets.slice(at, at + ACCOUNTS_AT_ONCE))
      .execute();
  }
  const made = await reports
    .selectFrom('reports')
    .select(['id', 'reason'])
    .where('reporter_id', '=', accountId)
    .execute();
  for (const { id, reason } of made) {
    await reports
      .updateTable('reports')
      .set({ reporter_id: null, reason: reason.split(':', 1)[0] ?? '' })
      .where('id', '=', id)
      .execute();
  }
}

/** Links and codes that were made for the person or hold their address. */
async function forgetSecrets(
  transaction: AnyTransaction,
  words: readonly (string | null)[],
): Promise<void> {
  const secrets = transaction.$extendTables<DeletionTables>();
  const told = await secrets
    .selectFrom('one_time_secrets')
    .select(['secret_hash', 'details'])
    .execute();
  const telling = words.filter((word) => word !== null).map((word) => word.toLowerCase());
  for (const { secret_hash, details } of told) {
    if (!telling.some((word) => details.toLowerCase().includes(word))) continue;
    await secrets.deleteFrom('one_time_secrets').where('secret_hash', '=', secret_hash).execute();
  }
}
