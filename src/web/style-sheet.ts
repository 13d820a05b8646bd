/** The one style sheet: read at start, served under a name that changes with its content. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The text of the style sheet that lies beside this file, in the sources and in a build. */
export function readStyleSheet(): Promise<string> {
  return readFile(new URL('./broadsheet.css', import.meta.url), 'utf8');
}

/** Where this text is served: another text has another address, so browsers may keep it. */
export function styleSheetPath(styleSheet: string): string {
  const hash = createHash('sha256').update(styleSheet).digest('hex').slice(0, 16);
  return `/assets/broadsheet-${hash}.css`;
}
