/** A key that somebody's device keeps, as far as it is known here. */

import type { AccountId } from './account.js';

export type Passkey = {
  /** The credential's own name, in base64url. */
  readonly id: string;
  readonly accountId: AccountId;
  /** As its person calls it. */
  readonly label: string;
  /** Whether it is kept by a service that brings it to other devices. */
  readonly isSynced: boolean;
  readonly createdAtMs: number;
  readonly usedAtMs: number | undefined;
};

export type StoredPasskey = Passkey & {
  /** COSE, in base64url. */
  readonly publicKey: string;
  /** How often the key says it was used; 0 for those that do not count. */
  readonly counter: number;
  /** How a browser can reach it, such as `internal` or `usb`. */
  readonly transports: readonly string[];
};
