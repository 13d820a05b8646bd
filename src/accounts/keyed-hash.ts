/**
 * Hashes that only this installation can make: so that an address or a network can be recognised
 * again, and nobody who sees the hash can find it by trying all there are.
 */

import { createHmac } from 'node:crypto';

/** The hash of a text for one purpose, as hexadecimal digits. Those of two purposes never meet. */
export type KeyedHash = (purpose: string, text: string) => string;

/** @param secret - of the installation; see `secret-client.ts` */
export function createKeyedHash(secret: string): KeyedHash {
  return (purpose, text) => {
    const key = createHmac('sha256', secret).update(purpose).digest();
    return createHmac('sha256', key).update(text).digest('hex');
  };
}
