/** `broadsheet account`: people, their roles, and a way in for whoever has none. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Account, ROLES, type Role } from '../../accounts/account.js';
import { type AccountStore, createAccountStore } from '../../accounts/account-store.js';
import {
  createOneTimeSecretStore,
  type OneTimeSecretStore,
} from '../../accounts/one-time-secret-store.js';
import { makeSignInLink, OPERATOR_LINK_HOURS } from '../../accounts/sign-in-link.js';
import { type Config, databaseLocation } from '../../config.js';
import { openDatabase } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import {
  type AddCommand,
  configFor,
  dataOption,
  jsonOption,
  printJson,
  printLine,
  requireCatalogue,
  wholeNumber,
} from '../command.js';
import type { Terminal } from '../terminal.js';

type Common = { readonly data?: string; readonly json?: boolean };

/** What the commands work on. */
type People = {
  readonly accounts: AccountStore;
  readonly secrets: OneTimeSecretStore;
  readonly config: Config;
};

export const addAccount: AddCommand = (program, terminal) => {
  const account = program
    .command('account')
    .description('people: make, list, change and remove accounts, and let somebody in');
  addCreate(account, terminal);
  addList(account, terminal);
  addShow(account, terminal);
  addRole(account, terminal);
  addLink(account, terminal);
  addBan(account, terminal);
  addUnban(account, terminal);
  addDelete(account, terminal);
};

type CreateOptions = Common & {
  readonly name?: string;
  readonly operator?: boolean;
  readonly role: Role;
};

function addCreate(parent: Command, terminal: Terminal): void {
  parent
    .command('create')
    .description('make an account, and print a link by which its owner signs in once')
    .argument('<email>', 'the address of its owner')
    .option('--name <name>', 'its name (default: made from the address)')
    .addOption(roleOption('--role <role>', 'what its owner may do').default('reader'))
    .addOption(new Option('--operator', 'the same as --role operator').conflicts('role'))
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (email: string, { name, operator, ...options }: CreateOptions) => {
      const role = operator ? 'operator' : options.role;
      await withPeople(terminal, options, { mayBeginAnew: true }, async (people) => {
        const account = await people.accounts.create({ email, name, role });
        const link = await linkFor(people, account);
        if (options.json) return printJson(terminal, { account: shown(account), link });
        printLine(terminal, `@${account.name} is made (${account.role}, ${account.email}).`);
        printLink(terminal, link);
      });
    });
}

type ListOptions = Common & {
  readonly search?: string;
  readonly role?: Role;
  readonly page: number;
};

const LIST_PAGE = 100;

function addList(parent: Command, terminal: Terminal): void {
  parent
    .command('list')
    .description('accounts, the newest first')
    .option('--search <text>', 'a part of the name, or a whole address')
    .addOption(roleOption('--role <role>', 'of this role alone'))
    .option('--page <n>', `the page, of ${LIST_PAGE} each`, wholeNumber(1), 1)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async ({ search, role, page, ...options }: ListOptions) => {
      await withPeople(terminal, options, {}, async ({ accounts }) => {
        const found = await accounts.page({ search, role, page, pageSize: LIST_PAGE });
        if (options.json) {
          return printJson(terminal, { ...found, accounts: found.accounts.map(shown) });
        }
        for (const account of found.accounts) printLine(terminal, line(account));
        const total = found.total === 1 ? '1 account' : `${found.total} accounts`;
        const pages = Math.max(1, Math.ceil(found.total / LIST_PAGE));
        printLine(terminal, `${total}${pages > 1 ? `, page ${page} of ${pages}` : ''}.`);
      });
    });
}

function addShow(parent: Command, terminal: Terminal): void {
  onOne(parent, terminal, 'show', 'one account', async ({ accounts }, account, { json }) => {
    const identities = await accounts.identitiesOf(account.id);
    if (json) return printJson(terminal, { account: shown(account), identities });
    printLine(terminal, line(account));
    if (account.banReason) printLine(terminal, `  banned because: ${account.banReason}`);
    for (const { issuer, label } of identities) printLine(terminal, `  ${issuer}: ${label}`);
  });
}

function addRole(parent: Command, terminal: Terminal): void {
  onOne<Common>(
    parent,
    terminal,
    'role',
    `give another role: ${ROLES.join(', ')}`,
    async ({ accounts }, account, { json }, role) => {
      const changed = await accounts.setRole(account.id, role as Role);
      if (json) return printJson(terminal, { account: shown(changed) });
      printLine(terminal, `@${changed.name} is ${withArticle(changed.role)} now.`);
    },
  ).argument('<role>', ROLES.join(', '), asRole);
}

function addLink(parent: Command, terminal: Terminal): void {
  onOne(
    parent,
    terminal,
    'link',
    'print a new link by which the owner of an account signs in once',
    async (people, account, { json }) => {
      if (account.bannedAtMs !== undefined) {
        throw new BroadsheetError('conflict', `@${account.name} is banned.`, {
          fix: `Lift the ban first: broadsheet account unban ${account.name}`,
        });
      }
      const link = await linkFor(people, account);
      if (json) return printJson(terminal, { account: shown(account), link });
      printLink(terminal, link);
    },
  );
}

function addBan(parent: Command, terminal: Terminal): void {
  onOne<Common & { readonly reason: string }>(
    parent,
    terminal,
    'ban',
    'keep somebody out: ends all their sessions and tokens',
    async ({ accounts }, account, { json, reason }) => {
      const banned = await accounts.ban(account.id, reason);
      if (json) return printJson(terminal, { account: shown(banned) });
      printLine(terminal, `@${banned.name} is banned.`);
    },
  ).requiredOption('--reason <text>', 'why; its owner is told');
}

function addUnban(parent: Command, terminal: Terminal): void {
  onOne(parent, terminal, 'unban', 'lift a ban', async ({ accounts }, account, { json }) => {
    const free = await accounts.unban(account.id);
    if (json) return printJson(terminal, { account: shown(free) });
    printLine(terminal, `@${free.name} may sign in again.`);
  });
}

function addDelete(parent: Command, terminal: Terminal): void {
  onOne<Common & { readonly yes?: boolean }>(
    parent,
    terminal,
    'delete',
    'remove an account for good, with all that is its own',
    async ({ accounts }, account, { json, yes }) => {
      if (!yes) {
        throw new BroadsheetError('bad_usage', `@${account.name} would be gone for good.`, {
          fix: 'Add --yes to the command if that is wanted.',
        });
      }
      await accounts.remove(account.id);
      if (json) return printJson(terminal, { deleted: account.name });
      printLine(terminal, `@${account.name} is deleted.`);
    },
  ).option('--yes', 'really do it');
}

/** A command about one account, which is named first: by its name or its address. */
function onOne<Options extends Common = Common>(
  parent: Command,
  terminal: Terminal,
  name: string,
  description: string,
  act: (
    people: People,
    account: Account,
    options: Options,
    more: string | undefined,
  ) => Promise<void>,
): Command {
  return parent
    .command(name)
    .description(description)
    .argument('<name>', 'the name or the address of the account')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (named: string, ...rest: readonly unknown[]) => {
      // Commander hands over further arguments, then the options, then the command.
      const options = rest.at(-2) as Options;
      const more = rest.length > 2 ? (rest[0] as string) : undefined;
      await withPeople(terminal, options, {}, async (people) => {
        await act(people, await requireNamed(people.accounts, named), options, more);
      });
    });
}

async function withPeople(
  terminal: Terminal,
  { data }: Common,
  { mayBeginAnew = false }: { readonly mayBeginAnew?: boolean },
  act: (people: People) => Promise<void>,
): Promise<void> {
  const config = await configFor(terminal, { data });
  if (!mayBeginAnew) requireCatalogue(config);
  await using database = await openDatabase(databaseLocation(config));
  const { now } = terminal.worldFor(config);
  await act({
    accounts: createAccountStore(database, { now }),
    secrets: createOneTimeSecretStore(database, { now }),
    config,
  });
}

async function requireNamed(accounts: AccountStore, named: string): Promise<Account> {
  const name = named.replace(/^@/, '');
  const account = (await accounts.byName(name)) ?? (await accounts.byEmail(named));
  if (account) return account;
  throw new BroadsheetError('not_found', `There is no account ${named}.`, {
    fix: 'List them with: broadsheet account list',
  });
}

/** The whole address; only its path matters to whoever reaches the site by another. */
async function linkFor({ secrets, config }: People, account: Account): Promise<string> {
  const origin = config.baseUrl?.replace(/\/+$/, '') ?? `http://localhost:${config.port}`;
  return origin + (await makeSignInLink(secrets, account.id));
}

function printLink(terminal: Terminal, link: string): void {
  printLine(terminal, `This link signs in once, within ${OPERATOR_LINK_HOURS} hours:`);
  printLine(terminal, link);
}

function line({ name, role, email, createdAtMs, bannedAtMs }: Account): string {
  const since = new Date(createdAtMs).toISOString().slice(0, 10);
  const parts = [`@${name}`, role, email, `since ${since}`, bannedAtMs !== undefined && 'banned'];
  return parts.filter(Boolean).join('  ');
}

/** For programs: without the key of the feed, which is the person's alone. */
function shown({ feedKey, ...account }: Account): Omit<Account, 'feedKey'> {
  return account;
}

function roleOption(flags: string, description: string): Option {
  return new Option(flags, description).choices(ROLES);
}

function asRole(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role) return role;
  throw new InvalidArgumentError(`Choose one of ${ROLES.join(', ')}.`);
}

function withArticle(role: Role): string {
  return `${role === 'operator' ? 'an' : 'a'} ${role}`;
}
