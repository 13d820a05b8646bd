/** Changing the blocklist, and writing down who did. */

import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import type { AuditLog } from './audit-log-store.js';
import { type Moderator, nameOf, requireAuthority } from './authority.js';
import type { BlocklistEntry } from './blocklist.js';
import type { BlocklistStore } from './blocklist-store.js';

export type BlocklistActs = {
  /** @returns whether it was not there before */
  readonly block: (moderator: Moderator, entry: BlocklistEntry, note: string) => Promise<boolean>;
  /** @returns whether it was there */
  readonly unblock: (moderator: Moderator, entry: BlocklistEntry) => Promise<boolean>;
};

export function createBlocklistActs(
  { connection }: Database,
  { audit, blocklist }: { readonly audit: AuditLog; readonly blocklist: BlocklistStore },
): BlocklistActs {
  const change = async (
    moderator: Moderator,
    { kind, pattern }: BlocklistEntry,
    action: 'blocked' | 'unblocked',
    note: string,
    act: (transaction: AnyTransaction) => Promise<boolean>,
  ): Promise<boolean> => {
    requireAuthority(moderator, undefined);
    const changed = await connection.transaction().execute(async (transaction) => {
      if (!(await act(transaction))) return false;
      await audit.append(transaction, {
        actor: nameOf(moderator),
        action,
        targetKind: `blocklist-${kind}`,
        targetId: pattern,
        details: { note },
      });
      return true;
    });
    blocklist.refresh();
    return changed;
  };

  return {
    block: (moderator, entry, note) =>
      change(moderator, entry, 'blocked', note, (transaction) =>
        blocklist.add(transaction, entry, note),
      ),
    unblock: (moderator, entry) =>
      change(moderator, entry, 'unblocked', '', (transaction) =>
        blocklist.remove(transaction, entry),
      ),
  };
}
