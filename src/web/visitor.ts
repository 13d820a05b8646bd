/** Who asks for a page: a stranger, or somebody signed in. Worked out once per request. */

import type { Context } from 'hono';
import type { Account } from '../accounts/account.js';
import { hasRole, type Role } from '../accounts/account.js';
import { BroadsheetError } from '../errors.js';

export type Visitor = {
  /** Who is signed in; nobody who is banned. */
  readonly account: Account | undefined;
  /** Names the session in lists; absent for strangers. */
  readonly sessionId: string | undefined;
  /** Goes into every form as the field `csrf` (see `CsrfField`). */
  readonly csrfToken: string;
  /** A keyed hash of the network the request came from; absent where it is not known. */
  readonly network: string | undefined;
  /** What waits to be read; 0 for strangers. */
  readonly unreadNotifications: number;
};

/** A reader of whom nothing is known. */
export const STRANGER: Visitor = {
  account: undefined,
  sessionId: undefined,
  csrfToken: '',
  network: undefined,
  unreadNotifications: 0,
};

const KEY = 'visitor';

export function setVisitor(c: Context, visitor: Visitor): void {
  c.set(KEY, visitor);
}

export function visitorOf(c: Context): Visitor {
  return (c.get(KEY) as Visitor | undefined) ?? STRANGER;
}

/** @throws BroadsheetError `signed_out` */
export function requireAccount(c: Context): Account {
  const { account } = visitorOf(c);
  if (account) return account;
  throw new BroadsheetError('signed_out', 'Only somebody who is signed in can do this.');
}

/** @throws BroadsheetError `signed_out` or `forbidden` */
export function requireRole(c: Context, role: Role): Account {
  const account = requireAccount(c);
  if (hasRole(account, role)) return account;
  throw new BroadsheetError('forbidden', `Only a ${role} can do this.`);
}
