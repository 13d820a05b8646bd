/** How accounts lie in the database. */

import type { Kysely } from 'kysely';
import type { Account, AccountId, Preferences, PublicAccount, Role } from './account.js';

export type AccountRow = {
  id: string;
  name: string;
  name_shape: string;
  display_name: string;
  biography: string;
  email: string | null;
  email_key: string | null;
  role: Role;
  preferences: string;
  feed_key: string;
  created_at_ms: number;
  banned_at_ms: number | null;
  ban_reason: string | null;
  trusted_at_ms: number | null;
  network: string | null;
};

export type IdentityRow = {
  issuer: string;
  subject: string;
  account_id: string;
  label: string;
  linked_at_ms: number;
};

export type SessionRow = {
  token_hash: string;
  id: string;
  account_id: string;
  created_at_ms: number;
  seen_at_ms: number;
  user_agent: string;
  method: string;
};

export type ApiTokenRow = {
  id: string;
  token_hash: string;
  account_id: string;
  label: string;
  scopes: string;
  created_at_ms: number;
  expires_at_ms: number | null;
  used_at_ms: number | null;
};

export type SecretRow = {
  secret_hash: string;
  purpose: string;
  subject: string;
  browser_hash: string | null;
  code_hash: string | null;
  tries: number;
  details: string;
  made_at_ms: number;
  expires_at_ms: number;
  used_at_ms: number | null;
};

export type AccountTables = {
  accounts: AccountRow;
  account_identities: IdentityRow;
  sessions: SessionRow;
  api_tokens: ApiTokenRow;
  one_time_secrets: SecretRow;
};

export type Tables = Kysely<AccountTables>;

/** What an {@link Account} is made of. */
export const ACCOUNT_COLUMNS = [
  'accounts.id',
  'accounts.name',
  'accounts.display_name',
  'accounts.biography',
  'accounts.email',
  'accounts.role',
  'accounts.preferences',
  'accounts.feed_key',
  'accounts.created_at_ms',
  'accounts.banned_at_ms',
  'accounts.ban_reason',
  'accounts.trusted_at_ms',
] as const;

export type AccountColumns = Omit<AccountRow, 'name_shape' | 'email_key' | 'network'>;

export function toAccount(row: AccountColumns): Account {
  return {
    id: row.id as AccountId,
    name: row.name,
    displayName: row.display_name,
    biography: row.biography,
    email: row.email ?? undefined,
    role: row.role,
    preferences: JSON.parse(row.preferences) as Preferences,
    feedKey: row.feed_key,
    createdAtMs: Number(row.created_at_ms),
    bannedAtMs: row.banned_at_ms ?? undefined,
    banReason: row.ban_reason ?? undefined,
    trustedAtMs: row.trusted_at_ms ?? undefined,
  };
}

export function toPublicAccount({
  id,
  name,
  displayName,
  biography,
  role,
  createdAtMs,
}: Account): PublicAccount {
  return { id, name, displayName, biography, role, createdAtMs };
}

/** What no column of ours holds; PostgreSQL refuses a statement with a NUL in a text. */
export function canBeStored(text: string): boolean {
  return text.length <= 500 && !text.includes('\0');
}
