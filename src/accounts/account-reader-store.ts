/** Finding accounts, by whatever names them. */

import type { Account, AccountId, PublicAccount, Role } from './account.js';
import { isAccountName, nameShape } from './account-name.js';
import {
  ACCOUNT_COLUMNS,
  canBeStored,
  type Tables,
  toAccount,
  toPublicAccount,
} from './account-rows.js';
import { parseEmailAddress } from './email-address.js';

export type AccountReader = {
  readonly find: (id: string) => Promise<Account | undefined>;
  readonly byName: (name: string) => Promise<Account | undefined>;
  /** By any spelling of its address. */
  readonly byEmail: (address: string) => Promise<Account | undefined>;
  /** Whether nobody has the name, or one that looks like it. */
  readonly isNameFree: (name: string) => Promise<boolean>;
  readonly byFeedKey: (key: string) => Promise<Account | undefined>;
  /** Who is that elsewhere: an OpenID issuer and its name for a person. */
  readonly byIdentity: (issuer: string, subject: string) => Promise<Account | undefined>;
  readonly publicByIds: (
    ids: Iterable<AccountId>,
  ) => Promise<ReadonlyMap<AccountId, PublicAccount>>;
  readonly publicByNames: (names: Iterable<string>) => Promise<ReadonlyMap<string, PublicAccount>>;
  /** The newest first. */
  readonly page: (options: AccountPageOptions) => Promise<AccountPage>;
  readonly identitiesOf: (id: AccountId) => Promise<readonly LinkedIdentity[]>;
  /** Operators who are not banned. */
  readonly countOperators: () => Promise<number>;
};

export type AccountPageOptions = {
  /** A part of the name, or a whole address. */
  readonly search?: string | undefined;
  readonly role?: Role | undefined;
  /** From 1. */
  readonly page?: number;
  readonly pageSize?: number;
};

export type AccountPage = { readonly accounts: readonly Account[]; readonly total: number };

export type LinkedIdentity = {
  readonly issuer: string;
  readonly subject: string;
  /** The person's name there, for them to recognise. */
  readonly label: string;
  readonly linkedAtMs: number;
};

const USUAL_PAGE = 50;
const MOST_IN_ONE_STATEMENT = 500;

export function createAccountReader(tables: Tables): AccountReader {
  const select = () => tables.selectFrom('accounts').select(ACCOUNT_COLUMNS);

  const find = async (id: string): Promise<Account | undefined> => {
    if (!canBeStored(id)) return undefined;
    const row = await select().where('id', '=', id).executeTakeFirst();
    return row && toAccount(row);
  };

  const byEmail = async (text: string): Promise<Account | undefined> => {
    const email = parseEmailAddress(text);
    if (!email) return undefined;
    const row = await select().where('email_key', '=', email.key).executeTakeFirst();
    return row && toAccount(row);
  };

  return {
    find,
    byEmail,

    async byName(text) {
      const name = text.toLowerCase();
      if (!isAccountName(name)) return undefined;
      const row = await select().where('name', '=', name).executeTakeFirst();
      return row && toAccount(row);
    },

    async isNameFree(text) {
      if (!isAccountName(text)) return false;
      const row = await tables
        .selectFrom('accounts')
        .select('id')
        .where('name_shape', '=', nameShape(text))
        .executeTakeFirst();
      return row === undefined;
    },

    async byFeedKey(key) {
      if (!canBeStored(key)) return undefined;
      const row = await select().where('feed_key', '=', key).executeTakeFirst();
      return row && toAccount(row);
    },

    async byIdentity(issuer, subject) {
      if (!canBeStored(issuer) || !canBeStored(subject)) return undefined;
      const row = await select()
        .innerJoin('account_identities', 'account_identities.account_id', 'accounts.id')
        .where('account_identities.issuer', '=', issuer)
        .where('account_identities.subject', '=', subject)
        .executeTakeFirst();
      return row && toAccount(row);
    },

    async publicByIds(ids) {
      const found = new Map<AccountId, PublicAccount>();
      for (const some of inParts([...new Set(ids)].filter(canBeStored))) {
        const rows = await select().where('id', 'in', some).execute();
        for (const row of rows) found.set(row.id as AccountId, toPublicAccount(toAccount(row)));
      }
      return found;
    },

    async publicByNames(names) {
      const found = new Map<string, PublicAccount>();
      const lower = [...names].map((name) => name.toLowerCase());
      for (const some of inParts([...new Set(lower)].filter(isAccountName))) {
        const rows = await select().where('name', 'in', some).execute();
        for (const row of rows) found.set(row.name, toPublicAccount(toAccount(row)));
      }
      return found;
    },

    async page({ search, role, page = 1, pageSize = USUAL_PAGE }) {
      let matching = tables.selectFrom('accounts');
      if (role) matching = matching.where('role', '=', role);
      if (search) {
        const part = search
          .toLowerCase()
          .replace(/^@/, '')
          .replace(/[^a-z0-9-]/g, '');
        const key = parseEmailAddress(search)?.key;
        matching = key
          ? matching.where('email_key', '=', key)
          : matching.where('name', 'like', part ? `%${part}%` : '');
      }
      const [{ total }, rows] = await Promise.all([
        matching.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
        matching
          .select(ACCOUNT_COLUMNS)
          .orderBy('created_at_ms', 'desc')
          .orderBy('id')
          .limit(pageSize)
          .offset((page - 1) * pageSize)
          .execute(),
      ]);
      return { accounts: rows.map(toAccount), total: Number(total) };
    },

    async identitiesOf(id) {
      const rows = await tables
        .selectFrom('account_identities')
        .selectAll()
        .where('account_id', '=', id)
        .orderBy('linked_at_ms')
        .execute();
      return rows.map(({ issuer, subject, label, linked_at_ms }) => ({
        issuer,
        subject,
        label,
        linkedAtMs: linked_at_ms,
      }));
    },

    async countOperators() {
      const { count } = await tables
        .selectFrom('accounts')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('role', '=', 'operator')
        .where('banned_at_ms', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

function inParts<Value>(values: readonly Value[]): Value[][] {
  const parts: Value[][] = [];
  for (let at = 0; at < values.length; at += MOST_IN_ONE_STATEMENT) {
    parts.push(values.slice(at, at + MOST_IN_ONE_STATEMENT));
  }
  return parts;
}
