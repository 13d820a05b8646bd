/** What comes back: letters that were not delivered, complaints, and requests to leave. */

import type { Day } from '../../papers/dates.js';
import type { SubscriberId } from '../subscriptions/subscription.js';

/**
 * `no-such-address` suppresses at once; `refused` (another 5.x.x) when it comes twice within a
 * week; `mailbox-full` (5.2.2) and `for-now` (4.x.x) when they go on for a fortnight; `policy`
 * (5.7.x) concerns us, not the reader; `complaint` ends it for ever; `leave` is a request by
 * mail; the rest has no effect.
 */
export const RETURN_KINDS = [
  'no-such-address',
  'refused',
  'mailbox-full',
  'for-now',
  'policy',
  'complaint',
  'leave',
  'delayed',
  'delivered',
  'auto-reply',
  'unknown',
] as const;

export type ReturnKind = (typeof RETURN_KINDS)[number];

/** What one report says of one letter to one recipient. */
export type Return = {
  readonly kind: ReturnKind;
  /** The enhanced status (RFC 3463), `5.1.1`; empty where none was given. */
  readonly status: string;
  /** In words of the other server, cleaned and short. */
  readonly detail: string;
};

/** A return of which we know whose it is. */
export type KnownReturn = Return & {
  /** Tells this report from others: the same one counts once. */
  readonly id: string;
  readonly addressHash: string;
  readonly subscriberId: SubscriberId | undefined;
  readonly editionOn: Day | undefined;
  /** `smtp`, `receiver`, `command`, or the id of a hook. */
  readonly source: string;
};

export type ReturnCounts = { readonly [Kind in ReturnKind]: number };

export type ReturnStore = {
  /**
   * Puts a return down and does what follows from it, in one transaction.
   *
   * @returns what followed; `known` for a report that was there already
   */
  readonly take: (known: KnownReturn) => Promise<'suppressed' | 'unsubscribed' | 'noted' | 'known'>;
  /** How many letters of one edition came back so; a letter is counted once for each kind. */
  readonly counts: (editionOn: Day) => Promise<ReturnCounts>;
  /** The latest first. */
  readonly latest: (
    limit: number,
  ) => Promise<readonly (KnownReturn & { readonly receivedAtMs: number })[]>;
  /** Forgets what came in before a moment; gives how many. Suppressions stay. */
  readonly removeBefore: (atMs: number) => Promise<number>;
};

/** Whose an address of ours is, at which something has come in. */
export type ReturnAddress =
  /** The envelope sender of one letter, with a signature that is right. */
  | {
      readonly kind: 'letter';
      readonly editionOn: Day;
      readonly subscriberId: SubscriberId;
    }
  /** Where one subscriber leaves by mail. */
  | { readonly kind: 'leave'; readonly linkKey: string }
  /** The address itself, of which the others are made: complaints are often sent there. */
  | { readonly kind: 'plain' }
  /** It looks like one of ours, and is not. */
  | { readonly kind: 'forged' };

/** Where letters to one subscriber come back to. */
export type ReturnPaths = {
  /** The envelope sender of one letter, a mailbox of its own; absent where no address is set. */
  readonly pathFor: (letter: {
    readonly editionOn: Day;
    readonly subscriberId: SubscriberId;
  }) => string | undefined;
  /** Which letter a report came back for; absent for one that we did not make. */
  readonly letterOf: (
    address: string,
  ) => { readonly editionOn: Day; readonly subscriberId: SubscriberId } | undefined;
  /** The key of whoever leaves at an address; absent where nobody does. */
  readonly leaveKeyOf: (address: string) => string | undefined;
  /** What an address is to us; absent for one of other people. */
  readonly read: (address: string) => ReturnAddress | undefined;
};
