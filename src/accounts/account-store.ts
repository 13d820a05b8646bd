/** Accounts as they are kept: making, changing and removing them. */

import { randomBytes, randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/database.js';
import { BroadsheetError } from '../errors.js';
import { cleanText } from '../papers/record.js';
import type { Account, AccountId, Preferences, Role } from './account.js';
import { nameShape, parseDisplayName, suggestNames } from './account-name.js';
import {
  type AccountReader,
  createAccountReader,
  type LinkedIdentity,
} from './account-reader-store.js';
import { ACCOUNT_COLUMNS, type AccountTables, type Tables, toAccount } from './account-rows.js';
import { linkIdentity } from './linked-identity-store.js';
import { keepAnOperator } from './operators-store.js';
import {
  acceptDisplayName,
  acceptEmail,
  acceptName,
  emailTaken,
  nameTaken,
  noAccount,
  refusingDuplicates,
} from './refusals.js';
import { newToken } from './secret-tokens.js';

export type { AccountReader, LinkedIdentity } from './account-reader-store.js';

export type NewAccount = {
  /** Checked to be the person's. */
  readonly email?: string | undefined;
  /** One that is free is made from the address or the name that is shown if absent. */
  readonly name?: string | undefined;
  /** The name is shown if it is absent, or not one that we would show. */
  readonly displayName?: string | undefined;
  readonly role?: Role;
  /** A keyed hash of where it is made. */
  readonly network?: string | undefined;
};

export type AccountChanges = {
  readonly displayName?: string | undefined;
  readonly biography?: string | undefined;
  /** Only those that are named are changed. */
  readonly preferences?: Preferences | undefined;
};

/**
 * Who is asked to change an account that is not there refuses with `not_found`; a name or an
 * address that is somebody else's is a `conflict`, and one that cannot be is `not_acceptable`.
 */
export type AccountStore = AccountReader & {
  readonly create: (account: NewAccount) => Promise<Account>;
  readonly rename: (id: AccountId, name: string) => Promise<Account>;
  readonly update: (id: AccountId, changes: AccountChanges) => Promise<Account>;
  readonly setEmail: (id: AccountId, address: string) => Promise<Account>;
  /** Throws `conflict` rather than leave the instance without an operator, as do two below. */
  readonly setRole: (id: AccountId, role: Role) => Promise<Account>;
  /** Ends all sessions and API tokens, too. */
  readonly ban: (id: AccountId, reason: string) => Promise<Account>;
  readonly unban: (id: AccountId) => Promise<Account>;
  /** A moderator has looked at what a new account does. */
  readonly trust: (id: AccountId) => Promise<Account>;
  /** Deletes the account and whatever hangs on it: sessions, tokens, passkeys, collections. */
  readonly remove: (id: AccountId) => Promise<void>;
  /** Unlinking may lock somebody out; see `identity-provider-store.ts`. */
  readonly linkIdentity: (
    id: AccountId,
    identity: Omit<LinkedIdentity, 'linkedAtMs'>,
  ) => Promise<void>;
};

const LONGEST_BIOGRAPHY = 1_000;
const LONGEST_REASON = 500;

export function createAccountStore(
  database: Database,
  { now }: { readonly now: () => Date },
): AccountStore {
  const tables: Tables = database.connection.$extendTables<AccountTables>();

  const reader = createAccountReader(tables);

  /** Changes one account, and gives it as it is then. */
  const change = async (
    id: AccountId,
    set: (row: Account) => Partial<AccountTables['accounts']>,
  ): Promise<Account> =>
    tables.transaction().execute(async (transaction) => {
      const before = await lock(transaction, id);
      const row = await transaction
        .updateTable('accounts')
        .set({ id, ...set(before) })
        .where('id', '=', id)
        .returning(ACCOUNT_COLUMNS)
        .executeTakeFirstOrThrow();
      return toAccount(row);
    });

  return {
    ...reader,

    async create({ email, name, displayName, role = 'reader', network }) {
      const checkedEmail = email === undefined ? undefined : acceptEmail(email);
      const names =
        name === undefined ? suggestions(checkedEmail?.address, displayName) : [acceptName(name)];
      const shown = displayName === undefined ? undefined : parseDisplayName(displayName);
      const shownName = shown && 'name' in shown ? shown.name : undefined;
      for (const tried of names) {
        // Whoever is there already, with this name, its shape or the address, stays.
        const row = await tables
          .insertInto('accounts')
          .values({
            id: randomUUID(),
            name: tried,
            name_shape: nameShape(tried),
            display_name: shownName ?? tried,
            biography: '',
            email: checkedEmail?.address ?? null,
            email_key: checkedEmail?.key ?? null,
            role,
            preferences: '{}',
            feed_key: newToken(),
            created_at_ms: now().getTime(),
            banned_at_ms: null,
            ban_reason: null,
            trusted_at_ms: null,
            network: network ?? null,
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning(ACCOUNT_COLUMNS)
          .executeTakeFirst();
        if (row) return toAccount(row);
        if (checkedEmail && (await reader.byEmail(checkedEmail.address))) throw emailTaken();
      }
      throw nameTaken(name ?? 'that was tried');
    },

    async rename(id, text) {
      const name = acceptName(text);
      return refusingDuplicates(nameTaken(name), () =>
        change(id, (before) => ({
          name,
          name_shape: nameShape(name),
          // Who never chose another name to be shown is shown by the new one.
          ...(before.displayName === before.name && { display_name: name }),
        })),
      );
    },

    async update(id, { displayName, biography, preferences }) {
      const shown = displayName === undefined ? undefined : acceptDisplayName(displayName);
      const about = biography === undefined ? undefined : acceptBiography(biography);
      return change(id, (before) => ({
        ...(shown !== undefined && { display_name: shown || before.name }),
        ...(about !== undefined && { biography: about }),
        ...(preferences && {
          preferences: JSON.stringify({ ...before.preferences, ...preferences }),
        }),
      }));
    },

    async setEmail(id, address) {
      const email = acceptEmail(address);
      return refusingDuplicates(emailTaken(), () =>
        change(id, () => ({ email: email.address, email_key: email.key })),
      );
    },

    async setRole(id, role) {
      return tables.transaction().execute(async (transaction) => {
        if (role !== 'operator') await keepAnOperator(transaction, id);
        const row = await transaction
          .updateTable('accounts')
          .set({ role })
          .where('id', '=', id)
          .returning(ACCOUNT_COLUMNS)
          .executeTakeFirst();
        if (!row) throw noAccount();
        return toAccount(row);
      });
    },

    async ban(id, reason) {
      return tables.transaction().execute(async (transaction) => {
        await keepAnOperator(transaction, id);
        const row = await transaction
          .updateTable('accounts')
          .set((set) => ({
            banned_at_ms: set.fn.coalesce('banned_at_ms', sql.lit(now().getTime())),
            ban_reason: cleanText(reason).slice(0, LONGEST_REASON),
          }))
          .where('id', '=', id)
          .returning(ACCOUNT_COLUMNS)
          .executeTakeFirst();
        if (!row) throw noAccount();
        await endAccess(transaction, id);
        return toAccount(row);
      });
    },

    unban: (id) => change(id, () => ({ banned_at_ms: null, ban_reason: null })),

    trust: (id) =>
      change(id, (before) => ({ trusted_at_ms: before.trustedAtMs ?? now().getTime() })),

    remove: (id) => tables.transaction().execute((transaction) => removeAccount(transaction, id)),

    linkIdentity: (id, identity) => linkIdentity(tables, id, identity, now()),
  };
}

/**
 * Deletes an account within a transaction that deletes more. What hangs on its row goes with it,
 * and so do links and codes that were made for it.
 *
 * @throws BroadsheetError `conflict` for the last operator
 */
export async function removeAccount(
  transaction: Transaction<AccountTables>,
  id: AccountId,
): Promise<void> {
  await keepAnOperator(transaction, id);
  const { numDeletedRows } = await transaction
    .deleteFrom('accounts')
    .where('id', '=', id)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw noAccount();
  await transaction.deleteFrom('one_time_secrets').where('subject', '=', id).execute();
}

/** Nobody who was signed in to an account, by a person or a program, is any more. */
async function endAccess(transaction: Transaction<AccountTables>, id: AccountId): Promise<void> {
  await transaction.deleteFrom('sessions').where('account_id', '=', id).execute();
  await transaction.deleteFrom('api_tokens').where('account_id', '=', id).execute();
  await transaction.deleteFrom('one_time_secrets').where('subject', '=', id).execute();
}

/** The account, which until the end of the transaction only we change. */
async function lock(transaction: Transaction<AccountTables>, id: AccountId): Promise<Account> {
  const row = await transaction
    .updateTable('accounts')
    .set({ id })
    .where('id', '=', id)
    .returning(ACCOUNT_COLUMNS)
    .executeTakeFirst();
  if (!row) throw noAccount();
  return toAccount(row);
}

function* suggestions(
  address: string | undefined,
  displayName: string | undefined,
): Generator<string> {
  const random = () => randomBytes(8).toString('hex').slice(0, 4);
  yield* suggestNames(address?.split('@')[0] ?? displayName, random);
}

function acceptBiography(text: string): string {
  const biography = cleanText(text);
  if (biography.length <= LONGEST_BIOGRAPHY) return biography;
  throw new BroadsheetError(
    'not_acceptable',
    `What you say about yourself has ${biography.length} characters; at most ${LONGEST_BIOGRAPHY} are kept.`,
  );
}
