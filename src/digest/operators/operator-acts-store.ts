/**
 * What operators do to the daily mail. Stopping it has to work when little else does, and letting
 * it go on touches files as well as the database, so an act cannot be one transaction with its
 * line in the audit log. The line is written first: an act without one cannot happen.
 */

import type { AuditEntry, AuditLog } from '../../community/moderation/audit-log-store.js';
import type { Database } from '../../database/database.js';
import type { Day } from '../../papers/dates.js';
import type { ControlStore } from '../delivery/control-store.js';
import type { SuppressionStore } from '../subscriptions/suppression-store.js';

export type OperatorActs = {
  /** Stops the mail at the next letter. */
  readonly stop: (by: Operator, reason: string) => Promise<void>;
  readonly resume: (by: Operator, options: ResumeOptions) => Promise<void>;
  /** Lets an address be written to again. */
  readonly release: (
    by: Operator,
    addressHash: string,
    reason: string,
  ) => Promise<{ readonly changed: boolean }>;
};

export type ResumeOptions = {
  /** The edition that the brake does not stop again. */
  readonly editionOn?: Day | undefined;
  /** After a restored backup: whether what was due meanwhile is sent, or put down as skipped. */
  readonly sendsOverdue: boolean;
};

/** Whose act it is: an account, or `COMMAND_LINE`. */
type Operator = { readonly id: string };

export type OperatorActParts = {
  readonly audit: Pick<AuditLog, 'append'>;
  readonly control: Pick<ControlStore, 'stop'>;
  /** Lets the mail go on, whoever stopped it. */
  readonly resume: (options: ResumeOptions) => Promise<void>;
  readonly suppressions: Pick<SuppressionStore, 'find' | 'release'>;
};

export function createOperatorActs(
  { connection }: Pick<Database, 'connection'>,
  { audit, control, resume, suppressions }: OperatorActParts,
): OperatorActs {
  const put = (entry: AuditEntry): Promise<void> =>
    connection.transaction().execute((transaction) => audit.append(transaction, entry));
  const ofDigest = { targetKind: 'digest', targetId: 'digest' };

  return {
    async stop({ id: actor }, reason) {
      await put({ actor, action: 'digest-stopped', ...ofDigest, details: { reason } });
      await control.stop('operator', reason);
    },

    async resume({ id: actor }, options) {
      await put({ actor, action: 'digest-resumed', ...ofDigest, details: { ...options } });
      await resume(options);
    },

    async release({ id: actor }, addressHash, reason) {
      if (!(await suppressions.find(addressHash))) return { changed: false };
      await put({
        actor,
        action: 'address-released',
        targetKind: 'address',
        targetId: addressHash,
        details: { reason },
      });
      return suppressions.release(addressHash);
    },
  };
}
