/** The addresses that the digest may not be sent to, known by their keyed hash only. */

import { canBeStored } from '../../accounts/account-rows.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { hideAddresses } from './hide-addresses.js';
import type { Suppression, SuppressionReason } from './subscription.js';
import type { SubscriptionTables, SuppressionRow } from './subscription-rows-store.js';

export type SuppressionStore = {
  readonly find: (addressHash: string) => Promise<Suppression | undefined>;
  /** A complaint stays whatever comes after it; anything else is replaced by a complaint only. */
  readonly suppress: (
    suppression: Omit<Suppression, 'sinceMs'>,
    transaction?: AnyTransaction,
  ) => Promise<void>;
  /** Lets an address be written to again; for the operator alone. */
  readonly release: (addressHash: string) => Promise<{ readonly changed: boolean }>;
  /**
   * The same, of an address whose owner has read a letter that reached it: only if all that
   * speaks against it is that letters came back.
   */
  readonly releaseReached: (addressHash: string) => Promise<{ readonly changed: boolean }>;
  readonly list: (page: {
    readonly offset: number;
    readonly limit: number;
  }) => Promise<{ readonly suppressions: readonly Suppression[]; readonly total: number }>;
};

/** Why an address is not written to that somebody may yet prove to work. */
export const REFUTABLE_REASONS: readonly SuppressionReason[] = ['no-such-address', 'bounces'];

const LONGEST_DETAIL = 500;

export function createSuppressionStore(
  { connection }: Database,
  { now }: { readonly now: () => Date },
): SuppressionStore {
  const tables = connection.$extendTables<SubscriptionTables>();

  const remove = async (addressHash: string, reasons?: readonly SuppressionReason[]) => {
    const all = tables.deleteFrom('suppressions').where('address_hash', '=', addressHash);
    const { numDeletedRows } = await (reasons
      ? all.where('reason', 'in', reasons)
      : all
    ).executeTakeFirst();
    return { changed: numDeletedRows > 0n };
  };

  return {
    async find(addressHash) {
      if (!canBeStored(addressHash)) return undefined;
      const row = await tables
        .selectFrom('suppressions')
        .selectAll()
        .where('address_hash', '=', addressHash)
        .executeTakeFirst();
      return row && toSuppression(row);
    },

    async suppress({ addressHash, reason, detail }, transaction) {
      const said = {
        reason,
        detail: hideAddresses(detail.replaceAll('\0', '')).slice(0, LONGEST_DETAIL),
        since_ms: now().getTime(),
      };
      await (transaction ?? connection)
        .$extendTables<SubscriptionTables>()
        .insertInto('suppressions')
        .values({ address_hash: addressHash, ...said })
        .onConflict((conflict) =>
          reason === 'complaint'
            ? conflict
                .column('address_hash')
                .doUpdateSet(said)
                .where('suppressions.reason', '!=', 'complaint')
            : conflict.column('address_hash').doNothing(),
        )
        .execute();
    },

    release: (addressHash) => remove(addressHash),

    releaseReached: (addressHash) => remove(addressHash, REFUTABLE_REASONS),

    async list({ offset, limit }) {
      const [rows, { total }] = await Promise.all([
        tables
          .selectFrom('suppressions')
          .selectAll()
          .orderBy('since_ms', 'desc')
          .orderBy('address_hash')
          .offset(offset)
          .limit(limit)
          .execute(),
        tables
          .selectFrom('suppressions')
          .select(({ fn }) => fn.countAll<number>().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { suppressions: rows.map(toSuppression), total: Number(total) };
    },
  };
}

function toSuppression({ address_hash, reason, detail, since_ms }: SuppressionRow): Suppression {
  return { addressHash: address_hash, reason, detail, sinceMs: since_ms };
}
