/** What the sender is handed. */

import type { Log } from '../../log.js';
import type { PaperReader } from '../../papers/catalogue.js';
import type { Day } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import type { Contents } from '../contents/contents.js';
import type { ContentsMaker } from '../contents/contents-maker.js';
import type { ReturnPaths, ReturnStore } from '../returns/returns.js';

import type { Subscriber, SubscriberId } from '../subscriptions/subscription.js';
import type { ControlStore } from './control-store.js';
import type { DeliveryStore } from './delivery-store.js';
import type { HandOverConnection } from './sender-connection.js';

/** Makes the whole letter, signed, as it goes over the wire. */
export type ComposeLetter = (given: {
  readonly subscriber: Subscriber & { readonly address: string };
  readonly editionOn: Day;
  /** Without angle brackets. */
  readonly messageId: string;
  readonly contents: Contents;
  /** Papers that are gone are absent. */
  readonly papers: ReadonlyMap<PaperId, Paper>;
}) => Promise<Uint8Array>;

/** How fast mail may go; `*` is everybody behind our mail server. */
export type SenderPace = {
  /** Takes leave for one letter; a wait above 0 means that none was given. */
  readonly take: (domain: string) => Promise<{
    readonly waitMs: number;
    /** Who has to wait: the domain unless it says `*`. */
    readonly scope?: string | undefined;
  }>;
  readonly slowDown: (scope: string) => Promise<void>;
  readonly wentWell: (scope: string) => Promise<void>;
  /** Scopes that are not to be written to now. */
  readonly waiting: () => Promise<readonly string[]>;
};

/** Notices a database that is older than what was sent. */
export type SenderGuard = {
  /** Stops the mail if it is; asked before anything is sent. */
  readonly check: () => Promise<void>;
  /** Puts down beside the database that mail is being sent; cheap if it just was. */
  readonly keepAhead: () => Promise<void>;
};

export type SenderParts = {
  readonly deliveries: Pick<
    DeliveryStore,
    | 'claim'
    | 'renew'
    | 'giveBack'
    | 'keepContents'
    | 'handOver'
    | 'settle'
    | 'expire'
    | 'giveUp'
    | 'counts'
    | 'list'
  >;
  readonly control: Pick<ControlStore, 'pause' | 'stop' | 'isReleased'>;
  readonly pace: SenderPace;
  readonly guard: SenderGuard;
  readonly subscriptions: {
    readonly find: (id: SubscriberId) => Promise<Subscriber | undefined>;
  };
  readonly contents: ContentsMaker;
  readonly papers: Pick<PaperReader, 'byIds'>;
  readonly compose: ComposeLetter;
  /** The address that letters come from. */
  readonly from: string;
  readonly returnPathFor: ReturnPaths['pathFor'];
  readonly returns: Pick<ReturnStore, 'take' | 'counts'>;
  /** Makes a connection of its own for each of the letters that go side by side. */
  readonly connect: () => HandOverConnection;
  /** Why an edition is not to go on, judged by how it has fared. */
  readonly brake: (edition: {
    /** Letters that were handed to the server, whether it took them or not. */
    readonly sent: number;
    readonly hardBounces: number;
    readonly complaints: number;
  }) => string | undefined;
  readonly now: () => Date;
  /** Rejects when the signal aborts. */
  readonly sleep: (durationMs: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** A name that no other process has, nor had. */
  readonly holder: string;
  /** How many letters go side by side. */
  readonly connections: number;
  readonly log: Log;
  readonly leaseMs?: number;
};
