/**
 * What proves that somebody holds a letter of ours: good for ending these letters, without
 * signing in, and for nothing else. It is not stored and holds as long as the secret of the
 * instance.
 */

import { timingSafeEqual } from 'node:crypto';
import type { AccountId } from '../accounts/account.js';

export type MailKeys = {
  readonly keyFor: (accountId: AccountId) => string;
  /** Whose letter it came with; `undefined` for a key that we never gave. */
  readonly accountOf: (key: string) => AccountId | undefined;
};

const PURPOSE = 'notification-mails-off';

const KEY = /^([\w-]{1,64})\.([0-9a-f]{64})$/;

/** @param keyedHash - of a text for a purpose, in hexadecimal digits; 256 bits */
export function createMailKeys(keyedHash: (purpose: string, text: string) => string): MailKeys {
  return {
    keyFor: (accountId) => `${accountId}.${keyedHash(PURPOSE, accountId)}`,
    accountOf(key) {
      const [, accountId = '', given = ''] = KEY.exec(key) ?? [];
      const wanted = keyedHash(PURPOSE, accountId);
      if (given.length !== wanted.length) return undefined;
      const isOurs = timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
      return isOurs ? (accountId as AccountId) : undefined;
    },
  };
}
