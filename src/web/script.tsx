/** Asks the browser for one of our scripts; a page works without it. */

import type { BrowserScriptName, BrowserScripts } from './browser-scripts.js';
import type { Markup } from './markup.js';

type ScriptProps = { readonly scripts: BrowserScripts; readonly name: BrowserScriptName };

export function Script({ scripts, name }: ScriptProps): Markup {
  return <script type="module" src={scripts[name].path} />;
}
