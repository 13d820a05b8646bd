/** `broadsheet moderate audit`: what moderators did, and whether the log of it is whole. */

import type { Command } from 'commander';
import {
  type Common,
  printJson,
  printLine,
  printOutcome,
  withApp,
  withCommon,
} from '../command.js';
import type { Terminal } from '../terminal.js';

const ACTS_SHOWN = 50;

export function addAudit(
  parent: Command,
  terminal: Terminal,
  finish: (status: number) => void,
): void {
  withCommon(
    parent
      .command('audit')
      .description('what moderators did last')
      .option('--verify', 'read the whole log, and fail if it was tampered with'),
  ).action((options: Common & { readonly verify?: boolean }) =>
    withApp(
      terminal,
      options,
      async ({
        people: {
          moderation: { audit },
        },
      }) => {
        if (options.verify) {
          const verdict = await audit.verify();
          const isWhole = verdict.brokenAt === undefined;
          if (!isWhole) finish(1);
          const words = isWhole
            ? `All ${verdict.rows} lines follow from each other; the last has ${verdict.lastHash}.`
            : `Number ${verdict.brokenAt} does not follow from what stands before it.`;
          return printOutcome(terminal, options, { ok: isWhole, ...verdict }, words);
        }
        const { rows, total } = await audit.page({ offset: 0, limit: ACTS_SHOWN });
        if (options.json) return printJson(terminal, { total, rows });
        for (const { number, atMs, actor, action, targetKind, targetId } of rows) {
          const when = new Date(atMs).toISOString();
          printLine(terminal, `${number}  ${when}  ${actor}  ${action}  ${targetKind} ${targetId}`);
        }
        if (total === 0) printLine(terminal, 'Nothing was done yet.');
      },
    ),
  );
}
