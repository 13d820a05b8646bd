/** What these tables hold about one person, for them to take away. Holds no secret and no hash. */

import type { Database } from '../database/database.js';
import type { Account, AccountId } from './account.js';
import { type AccountReader, createAccountReader } from './account-reader-store.js';
import type { AccountTables } from './account-rows.js';
import { type ApiToken, createApiTokenStore } from './api-token-store.js';
import { createSessionStore, type Session } from './session-store.js';

export type AccountData = {
  readonly account: Omit<Account, 'feedKey'>;
  readonly identities: Awaited<ReturnType<AccountReader['identitiesOf']>>;
  readonly sessions: readonly Session[];
  readonly tokens: readonly ApiToken[];
};

export type AccountDataStore = {
  readonly accountData: (id: AccountId) => Promise<AccountData | undefined>;
};

export function createAccountDataStore(
  database: Database,
  world: { readonly now: () => Date },
): AccountDataStore {
  const accounts = createAccountReader(database.connection.$extendTables<AccountTables>());
  const sessions = createSessionStore(database, world);
  const tokens = createApiTokenStore(database, world);
  return {
    async accountData(id) {
      const found = await accounts.find(id);
      if (!found) return undefined;
      const { feedKey, ...account } = found;
      return {
        account,
        identities: await accounts.identitiesOf(id),
        sessions: await sessions.listOf(id),
        tokens: await tokens.listOf(id),
      };
    },
  };
}
