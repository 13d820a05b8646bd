/** Who may act on whom: on those below, and nobody on themselves or among equals. */

import { type Account, hasRole, ROLES } from '../../accounts/account.js';
import { BroadsheetError } from '../../errors.js';

/** Who acts: an account, or somebody on the command line of the machine, who may do all. */
export type Moderator = Pick<Account, 'id' | 'role'> | 'command-line';

/** Whom something belongs to; nobody any more when the account is gone. */
export type Owner = Pick<Account, 'id' | 'role'> | undefined;

/** @throws BroadsheetError `forbidden` */
export function requireAuthority(moderator: Moderator, owner: Owner): void {
  if (moderator === 'command-line') return;
  if (!hasRole(moderator, 'moderator')) {
    throw new BroadsheetError('forbidden', 'Only a moderator can do this.');
  }
  if (owner?.id === moderator.id) {
    throw new BroadsheetError('forbidden', 'Nobody decides about their own.', {
      fix: 'Ask another moderator.',
    });
  }
  if (owner && ROLES.indexOf(owner.role) >= ROLES.indexOf(moderator.role)) {
    throw new BroadsheetError('forbidden', `A ${moderator.role} cannot act on a ${owner.role}.`, {
      fix: 'Ask an operator of this instance.',
    });
  }
}

/** As the audit log names who acts. */
export function nameOf(moderator: Moderator): string {
  return moderator === 'command-line' ? moderator : moderator.id;
}
