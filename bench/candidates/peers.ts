/**
 * The libraries of other engines. They are installed apart from the program's own, by
 * `npm run bench:peers`, and are loaded only here, so that neither the program nor its checks
 * know whether they are there.
 */

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../peers/', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: nothing is known of libraries that may be absent.
export type Library = any;

/** @throws Error if it is not installed */
export async function loadPeer(name: string): Promise<Library> {
  return import(pathToFileURL(require.resolve(name)).href);
}

/** The version that is installed. */
export async function peerVersion(name: string): Promise<string> {
  const { default: manifest } = await import(
    new URL(`../peers/node_modules/${name}/package.json`, import.meta.url).href,
    { with: { type: 'json' } }
  );
  return manifest.version;
}
