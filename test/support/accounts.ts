/** Accounts for tests that are about something else. */

import { randomUUID } from 'node:crypto';
import type { Account, AccountId } from '../../src/accounts/account.js';
import { nameShape } from '../../src/accounts/account-name.js';
import type { AccountTables } from '../../src/accounts/account-rows.js';
import { parseEmailAddress } from '../../src/accounts/email-address.js';
import type { Database } from '../../src/database/database.js';
import { NOON } from './catalogue.js';

const A_YEAR_MS = 365 * 86_400_000;

/** An account that has been here for a year, stored; only what the test is about need be said. */
export async function addAccount(
  { connection }: Database,
  { name, ...given }: Partial<Account> & { readonly name: string },
): Promise<Account> {
  const account: Account = {
    id: randomUUID() as string as AccountId,
    name,
    displayName: name,
    biography: '',
    email: `${name}@example.org`,
    role: 'reader',
    preferences: {},
    feedKey: randomUUID(),
    createdAtMs: NOON.getTime() - A_YEAR_MS,
    bannedAtMs: undefined,
    banReason: undefined,
    trustedAtMs: undefined,
    ...given,
  };
  await connection
    .$extendTables<AccountTables>()
    .insertInto('accounts')
    .values({
      id: account.id,
      name,
      name_shape: nameShape(name),
      display_name: account.displayName,
      biography: account.biography,
      email: account.email ?? null,
      email_key: parseEmailAddress(account.email ?? '')?.key ?? null,
      role: account.role,
      preferences: JSON.stringify(account.preferences),
      feed_key: account.feedKey,
      created_at_ms: account.createdAtMs,
      banned_at_ms: account.bannedAtMs ?? null,
      ban_reason: account.banReason ?? null,
      trusted_at_ms: account.trustedAtMs ?? null,
      network: null,
    })
    .execute();
  return account;
}
