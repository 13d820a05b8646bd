/** Who somebody is here, and what they may do. */

/** A random name of an account, never shown and never used twice. */
export type AccountId = string & { readonly brand: 'AccountId' };

/**
 * What somebody may do, each one all of what stands before it: a reader votes, comments and
 * submits; a curator shapes the list of a day; a moderator decides what is shown; an operator
 * runs the instance and gives roles.
 */
export const ROLES = ['reader', 'curator', 'moderator', 'operator'] as const;

export type Role = (typeof ROLES)[number];

/** What a person has chosen for themselves; a choice that was never made is absent. */
export type Preferences = {
  /** Whether notifications are mailed, too. */
  readonly mailsNotifications?: boolean;
  /** Whether the profile shows votes. */
  readonly showsVotes?: boolean;
};

export type Account = {
  readonly id: AccountId;
  /** In addresses and mentions: `@ana`. Lower case, 2 to 30 of a–z, 0–9 and single hyphens. */
  readonly name: string;
  /** As the person writes it; any language. Never shown without `name` where it could deceive. */
  readonly displayName: string;
  readonly biography: string;
  /** Absent for accounts from elsewhere that told none. */
  readonly email: string | undefined;
  readonly role: Role;
  readonly preferences: Preferences;
  /** In the address of the feed of notifications. A secret of its account. */
  readonly feedKey: string;
  readonly createdAtMs: number;
  readonly bannedAtMs: number | undefined;
  readonly banReason: string | undefined;
  /** When a moderator first let something of it pass; absent for those not yet looked at. */
  readonly trustedAtMs: number | undefined;
};

/** What anybody may know of an account. */
export type PublicAccount = Pick<
  Account,
  'id' | 'name' | 'displayName' | 'biography' | 'role' | 'createdAtMs'
>;

/** For so long an account is new: what it does counts less and is looked at more. */
export const NEW_ACCOUNT_HOURS = 48;

const MS_PER_HOUR = 3_600_000;

/** Whether somebody may do what a role may. */
export function hasRole(account: Pick<Account, 'role'> | undefined, role: Role): boolean {
  return account !== undefined && ROLES.indexOf(account.role) >= ROLES.indexOf(role);
}

/** Whether an account is too young to be trusted by itself, and nobody has vouched for it. */
export function isNewAccount(
  account: Pick<Account, 'role' | 'createdAtMs' | 'trustedAtMs'>,
  now: Date,
): boolean {
  if (account.role !== 'reader' || account.trustedAtMs !== undefined) return false;
  return now.getTime() - account.createdAtMs < NEW_ACCOUNT_HOURS * MS_PER_HOUR;
}
