/** `broadsheet moderate replay-deletions`: who was deleted stays deleted. */

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { isTombstone } from '../../community/privacy/tombstones-client.js';
import { BroadsheetError } from '../../errors.js';
import { type Common, printOutcome, withApp, withCommon } from '../command.js';
import type { Terminal } from '../terminal.js';

export function addReplay(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('replay-deletions')
      .description('after a backup was restored: delete again the accounts that were deleted since')
      .option('--from <file>', 'more deletions than DIR/deletions.txt and the database hold'),
  ).action((options: Common & { readonly from?: string }) =>
    withApp(terminal, options, async ({ people: { deletions, tombstones } }) => {
      const noted = await deletions.tombstones();
      const known = new Set([...noted, ...(await tombstones.all())]);
      if (options.from !== undefined) {
        for (const tombstone of await tombstonesIn(options.from)) known.add(tombstone);
      }
      // What only the database knew is beside it from now on.
      await tombstones.add(noted);
      const deleted = await deletions.replay(known);
      const accounts = deleted === 1 ? '1 account' : `${deleted} accounts`;
      printOutcome(terminal, options, { known: known.size, deleted }, `${accounts} deleted again.`);
    }),
  );
}

async function tombstonesIn(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/).filter(isTombstone);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new BroadsheetError('unreadable_input', `${path} cannot be read (${code}).`, { cause });
  }
}
