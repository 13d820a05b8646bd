/** How an import or a gathering tells what it did. */

import type { IntakeSummary } from '../sources/intake.js';
import { printJson, printLine } from './command.js';
import type { Terminal } from './terminal.js';

/** More than a screen of problems hides the sums; `--json` gives them all. */
const PROBLEMS_SHOWN = 20;

export function printSummary(terminal: Terminal, summary: IntakeSummary, asJson: boolean): void {
  if (asJson) {
    printJson(terminal, summary);
    return;
  }
  const { problems } = summary;
  for (const { where, reason } of problems.slice(0, PROBLEMS_SHOWN)) {
    terminal.stderr.write(`${where}: ${reason}\n`);
  }
  const hidden = problems.length - PROBLEMS_SHOWN;
  if (hidden > 0) terminal.stderr.write(`… and ${hidden} more (--json lists them all).\n`);
  printLine(terminal, `${inWords(summary)}, ${problems.length} problems`);
}

export function inWords({ added, updated, unchanged }: IntakeSummary): string {
  return `${added} added, ${updated} updated, ${unchanged} unchanged`;
}
