/** `broadsheet moderate block` and `unblock`: the blocklist. */

import type { Command } from 'commander';
import { COMMAND_LINE } from '../../community/moderation/audit-log-store.js';
import { type BlocklistKind, parseBlocklistEntry } from '../../community/moderation/blocklist.js';
import { BroadsheetError } from '../../errors.js';
import {
  type Common,
  printJson,
  printLine,
  printOutcome,
  reason,
  withApp,
  withCommon,
} from '../command.js';
import type { Terminal } from '../terminal.js';

type KindOptions = Common & { readonly domain?: boolean; readonly address?: boolean };

type BlockOptions = KindOptions & { readonly reason: string };

export function addBlocklist(parent: Command, terminal: Terminal): void {
  const pattern = ['[pattern]', 'the word or phrase, domain or mail address'] as const;
  const kinds = (command: Command) =>
    withCommon(
      command
        .argument(...pattern)
        .option('--domain', 'it is a domain; what stands below it is meant, too')
        .option('--address', 'it is a mail address, or @example.org for all of a domain'),
    );
  kinds(
    parent
      .command('block')
      .description('add to the blocklist; without a pattern, print it')
      .option('--reason <text>', 'why, for moderators', reason, ''),
  ).action((text: string | undefined, options: BlockOptions) =>
    withApp(terminal, options, async ({ people: { moderation } }) => {
      if (text === undefined) {
        const entries = await moderation.blocklist.all();
        if (options.json) return printJson(terminal, { entries });
        for (const { kind, pattern: what, note } of entries) {
          printLine(terminal, [kind.padEnd(8), what, note].filter(Boolean).join('  '));
        }
        return;
      }
      const entry = parseBlocklistEntry(kindOf(options), text);
      const changed = await moderation.block(COMMAND_LINE, entry, options.reason);
      const words = changed ? 'is blocked from now on' : 'was blocked already';
      printOutcome(
        terminal,
        options,
        { ...entry, changed },
        `The ${entry.kind} ${entry.pattern} ${words}.`,
      );
    }),
  );
  kinds(parent.command('unblock').description('take from the blocklist')).action(
    (text: string | undefined, options: KindOptions) =>
      withApp(terminal, options, async ({ people: { moderation } }) => {
        const entry = parseBlocklistEntry(kindOf(options), text ?? '');
        const changed = await moderation.unblock(COMMAND_LINE, entry);
        const words = changed ? 'is blocked no more' : 'was not blocked';
        printOutcome(
          terminal,
          options,
          { ...entry, changed },
          `The ${entry.kind} ${entry.pattern} ${words}.`,
        );
      }),
  );
}

function kindOf({ domain, address }: KindOptions): BlocklistKind {
  if (domain && address) {
    throw new BroadsheetError('bad_usage', 'Give --domain or --address, not both.');
  }
  if (domain) return 'domain';
  return address ? 'address' : 'word';
}
