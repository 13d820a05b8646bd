/** What the commands about one account share: how it is named, and how it is printed. */

import type { Command } from 'commander';
import type { Account, AccountId } from '../../accounts/account.js';
import type { AccountStore } from '../../accounts/account-store.js';
import type { People } from '../../app-people.js';
import type { Config } from '../../config.js';
import { BroadsheetError } from '../../errors.js';
import { shown } from '../../papers/record.js';
import { type Common, withApp, withCommon } from '../command.js';
import type { Terminal } from '../terminal.js';

/** A command about one account, which is named first: by its name or its address. */
export function onOne<Options extends Common = Common>(
  parent: Command,
  terminal: Terminal,
  name: string,
  description: string,
  act: (
    site: { readonly people: People; readonly config: Config },
    account: Account,
    options: Options,
    more: string | undefined,
  ) => Promise<void>,
): Command {
  const command = parent
    .command(name)
    .description(description)
    .argument('<name>', 'the name or the address of the account');
  return withCommon(command).action(async (named: string, ...rest: readonly unknown[]) => {
    // Commander hands over further arguments, then the options, then the command.
    const options = rest.at(-2) as Options;
    const more = rest.length > 2 ? (rest[0] as string) : undefined;
    await withApp(terminal, options, async ({ people }, config) => {
      const account = await requireNamed(people.accounts, named);
      await act({ people, config }, account, options, more);
    });
  });
}

/** An account after something was done to it. */
export async function asIs({ accounts }: People, id: AccountId): Promise<Account> {
  const account = await accounts.find(id);
  if (account) return account;
  throw new BroadsheetError('not_found', 'This account was removed meanwhile.');
}

/** For programs: without the key of the feed, which is the person's alone. */
export function forPrograms({ feedKey, ...account }: Account): Omit<Account, 'feedKey'> {
  return account;
}

async function requireNamed(accounts: AccountStore, named: string): Promise<Account> {
  const name = named.replace(/^@/, '');
  const account = (await accounts.byName(name)) ?? (await accounts.byEmail(named));
  if (account) return account;
  throw new BroadsheetError('not_found', `There is no account ${shown(named)}.`, {
    fix: 'List them with: broadsheet account list',
  });
}
