/**
 * What people do here speaks for papers. Whoever keeps that evidence is handed in, and told in
 * the same transaction, so that no act is without its evidence and no evidence without its act.
 */

import type { AccountId } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import type { PaperId } from '../papers/identifiers.js';

/** The acts of this folder that count, as they are handed over. */
export type ActKind = 'vote' | 'save';

/** Keeps the evidence and the counts that follow from it. */
export type EvidenceKeeper = {
  readonly put: (
    transaction: AnyTransaction,
    evidence: {
      readonly paperId: PaperId;
      readonly kind: ActKind;
      readonly actor: string;
      readonly atMs: number;
      readonly isOwn: boolean;
      readonly isNew: boolean;
      readonly network: string | undefined;
    },
  ) => Promise<void>;
  readonly withdraw: (
    transaction: AnyTransaction,
    evidence: { readonly paperId: PaperId; readonly kind: ActKind; readonly actor: string },
  ) => Promise<void>;
  readonly neutralise: (
    transaction: AnyTransaction,
    which: { readonly actor: string; readonly paperId: PaperId; readonly remark: 'own' },
  ) => Promise<void>;
  /** The votes that count, of the papers that have any. */
  readonly standings: (
    ids: readonly PaperId[],
  ) => Promise<ReadonlyMap<PaperId, { readonly votes: number }>>;
};

/** Where an act came from, as far as its weight depends on it. */
export type ActOrigin = {
  /** A keyed hash of the network; absent where it is not known. */
  readonly network?: string | undefined;
};

/** Somebody who acts: what the weight of the act depends on. */
export type Actor = {
  readonly id: AccountId;
  readonly role: 'reader' | 'curator' | 'moderator' | 'operator';
  readonly createdAtMs: number;
  readonly trustedAtMs: number | undefined;
};
