/** The daily mail of a site in tests, as the composition root makes it. */

import { setTimeout as sleep } from 'node:timers/promises';
import { createDigest, type Digest } from '../../src/app-digest.js';
import type { DigestParts } from '../../src/app-letters.js';
import type { MailHookSettings } from '../../src/config.js';
import { createHashedEmbedder } from '../../src/embedding/hashed-embedder.js';
import type { SearchEngine } from '../../src/search/search-engine.js';

type Given = Pick<
  DigestParts,
  'config' | 'database' | 'papers' | 'people' | 'mailer' | 'listensAt'
> & {
  readonly search: SearchEngine;
  readonly now: () => Date;
  readonly fetch: typeof globalThis.fetch;
  readonly logged: string[];
};

/** The provider of mail that tells of what came back, and signs what it tells. */
export const HOOK: MailHookSettings = {
  id: 'provider',
  kind: 'resend',
  secret: `whsec_${Buffer.from('a key that both sides know').toString('base64')}`,
};

export function openDigest(given: Given): Promise<Digest> {
  const { config, search, now, fetch, logged, ...parts } = given;
  const note = (...said: unknown[]): void => {
    logged.push(said.map(String).join(' '));
  };
  return createDigest({
    ...parts,
    config: { ...config, mailHooks: [HOOK] },
    search: { patientEngine: search, builtInEmbedder: async () => createHashedEmbedder() },
    world: {
      fetch,
      now,
      random: Math.random,
      sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
      log: { debug: note, info: note, warn: note, error: note },
    },
  });
}
