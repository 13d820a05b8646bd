/**
 * What runs in the reader's browser: a few short modules, none of which a page needs to be read.
 * Read at start, served under names that change with their content.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';

/** `passkeys` for `scripts/passkeys.ts`. */
export type BrowserScriptName = 'passkeys' | 'votes';

export type BrowserScript = { readonly path: string; readonly text: string };

export type BrowserScripts = Readonly<Record<BrowserScriptName, BrowserScript>>;

const FOLDER = new URL('./scripts/', import.meta.url);

/** The scripts that lie beside this file: compiled in a build, TypeScript in the sources. */
export async function readBrowserScripts(): Promise<BrowserScripts> {
  const files = (await readdir(FOLDER)).filter((file) => /\.(js|ts)$/.test(file));
  const scripts = await Promise.all(
    files.map(async (file) => {
      const name = file.replace(/\.\w+$/, '');
      const text = plainScript(file, await readFile(new URL(file, FOLDER), 'utf8'));
      return [name, { path: pathOf(name, text), text }] as const;
    }),
  );
  return Object.fromEntries(scripts) as BrowserScripts;
}

/** A build has compiled them; who runs the sources as they are has the types taken out here. */
function plainScript(file: string, text: string): string {
  return file.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
}

function pathOf(name: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `/assets/${name}-${hash}.js`;
}
