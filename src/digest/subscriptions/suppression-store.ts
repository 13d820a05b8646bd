/** The addresses that the digest may not be sent to, known by their keyed hash only. */

import type { AnyTransaction } from '../../database/connection.js';
import type { Suppression } from './subscription.js';

export type SuppressionStore = {
  readonly find: (addressHash: string) => Promise<Suppression | undefined>;
  /** A complaint stays whatever comes after it; anything else is replaced by a complaint only. */
  readonly suppress: (
    suppression: Omit<Suppression, 'sinceMs'>,
    transaction?: AnyTransaction,
  ) => Promise<void>;
  /** Lets an address be written to again; for the operator alone. */
  readonly release: (addressHash: string) => Promise<{ readonly changed: boolean }>;
  readonly list: (page: {
    readonly offset: number;
    readonly limit: number;
  }) => Promise<{ readonly suppressions: readonly Suppression[]; readonly total: number }>;
};
