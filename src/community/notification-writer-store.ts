/** Writing down what somebody is to be told, in the transaction of what happened. */

import { randomUUID } from 'node:crypto';
import type { AnyTransaction } from '../database/connection.js';
import { type Notice, wantsMails } from './notification.js';
import { NOT_TO_BE_MAILED, type NotificationTables } from './notification-rows.js';

/** Rows of one insert; each has ten parameters, and a comment on a famous paper has readers. */
const ROWS_PER_INSERT = 500;

/** Nobody is told of what they did themselves; whoever has no account any more is passed over. */
export async function writeNotices(
  transaction: AnyTransaction,
  atMs: number,
  notices: readonly Notice[],
): Promise<void> {
  const due = notices.filter(({ accountId, actorId }) => accountId !== actorId);
  const tables = transaction.$extendTables<NotificationTables>();
  for (let at = 0; at < due.length; at += ROWS_PER_INSERT) {
    const some = due.slice(at, at + ROWS_PER_INSERT);
    const accounts = await tables
      .selectFrom('accounts')
      .select(['id', 'email', 'preferences'])
      .where('id', 'in', [...new Set(some.map(({ accountId }) => accountId))])
      .execute();
    const known = new Map(accounts.map((account) => [account.id, account]));
    const rows = some.flatMap((notice) => {
      const account = known.get(notice.accountId);
      if (!account) return [];
      const isMailed = account.email !== null && wantsMails(account.preferences);
      return {
        id: randomUUID(),
        account_id: notice.accountId,
        kind: notice.kind,
        paper_id: notice.paperId ?? null,
        comment_id: notice.commentId ?? null,
        actor_id: notice.actorId ?? null,
        text: notice.text,
        made_at_ms: atMs,
        read_at_ms: null,
        mailed_at_ms: isMailed ? null : NOT_TO_BE_MAILED,
      };
    });
    if (rows.length > 0) await tables.insertInto('notifications').values(rows).execute();
  }
}
