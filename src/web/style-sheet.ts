/** The one style sheet: read at start, served under a name that changes with its content. */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

const FOLDER = new URL('./styles/', import.meta.url);

/** What all others build on, and so stands first. */
const FIRST = 'broadsheet.css';

/** The style sheets that lie beside this file, in the sources and in a build, as one. */
export async function readStyleSheet(): Promise<string> {
  const others = (await readdir(FOLDER)).filter((name) => name !== FIRST).sort();
  const texts = [FIRST, ...others].map((name) => readFile(new URL(name, FOLDER), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

/** Where this text is served: another text has another address, so browsers may keep it. */
export function styleSheetPath(styleSheet: string): string {
  const hash = createHash('sha256').update(styleSheet).digest('hex').slice(0, 16);
  return `/assets/broadsheet-${hash}.css`;
}
