/** `broadsheet account`: people, their roles, and a way in for whoever has none. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Account, ROLES, type Role } from '../../accounts/account.js';
import { makeSignInLink, OPERATOR_LINK_HOURS } from '../../accounts/sign-in-link.js';
import type { App } from '../../app.js';
import type { People } from '../../app-people.js';
import { COMMAND_LINE } from '../../community/moderation/audit-log-store.js';
import type { Config } from '../../config.js';
import { BroadsheetError } from '../../errors.js';
import {
  type AddCommand,
  type Common,
  printJson,
  printLine,
  printOutcome,
  reason,
  wholeNumber,
  withApp,
  withCommon,
} from '../command.js';
import type { Terminal } from '../terminal.js';
import { asIs, forPrograms, onOne } from './account-named.js';

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
  withCommon(
    parent
      .command('create')
      .description('make an account, and print a link by which its owner signs in once')
      .argument('<email>', 'the address of its owner')
      .option('--name <name>', 'its name (default: made from the address)')
      .addOption(roleOption('--role <role>', 'what its owner may do').default('reader'))
      .addOption(new Option('--operator', 'the same as --role operator').conflicts('role')),
  ).action(async (email: string, { name, operator, ...options }: CreateOptions) => {
    const role = operator ? 'operator' : options.role;
    const make = async ({ people }: Pick<App, 'people'>, config: Config): Promise<void> => {
      const { id } = await people.accounts.create({ email, name });
      // Roles are given in one way, which is written down.
      if (role !== 'reader') await people.moderation.setRole(COMMAND_LINE, id, role);
      const account = await asIs(people, id);
      const link = await linkFor(people, config, account);
      if (options.json) return printJson(terminal, { account: forPrograms(account), link });
      printLine(terminal, `@${account.name} is made (${account.role}, ${account.email}).`);
      printLink(terminal, link);
    };
    await withApp(terminal, options, make, { mayBeginAnew: true });
  });
}

type ListOptions = Common & {
  readonly search?: string;
  readonly role?: Role;
  readonly page: number;
};

const LIST_PAGE = 100;

function addList(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('list')
      .description('accounts, the newest first')
      .option('--search <text>', 'a part of the name, or a whole address')
      .addOption(roleOption('--role <role>', 'of this role alone'))
      .option('--page <n>', `the page, of ${LIST_PAGE} each`, wholeNumber(1), 1),
  ).action(async ({ search, role, page, ...options }: ListOptions) => {
    await withApp(terminal, options, async ({ people: { accounts } }) => {
      const found = await accounts.page({ search, role, page, pageSize: LIST_PAGE });
      if (options.json) {
        return printJson(terminal, { ...found, accounts: found.accounts.map(forPrograms) });
      }
      for (const account of found.accounts) printLine(terminal, line(account));
      const total = found.total === 1 ? '1 account' : `${found.total} accounts`;
      const pages = Math.max(1, Math.ceil(found.total / LIST_PAGE));
      printLine(terminal, `${total}${pages > 1 ? `, page ${page} of ${pages}` : ''}.`);
    });
  });
}

function addShow(parent: Command, terminal: Terminal): void {
  onOne(parent, terminal, 'show', 'one account', async ({ people }, account, { json }) => {
    const identities = await people.accounts.identitiesOf(account.id);
    if (json) return printJson(terminal, { account: forPrograms(account), identities });
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
    async ({ people }, account, options, role) => {
      await people.moderation.setRole(COMMAND_LINE, account.id, role as Role);
      const changed = await asIs(people, account.id);
      const words = `@${changed.name} is ${withArticle(changed.role)} now.`;
      printOutcome(terminal, options, { account: forPrograms(changed) }, words);
    },
  ).argument('<role>', ROLES.join(', '), asRole);
}

function addLink(parent: Command, terminal: Terminal): void {
  onOne(
    parent,
    terminal,
    'link',
    'print a new link by which the owner of an account signs in once',
    async ({ people, config }, account, { json }) => {
      if (account.bannedAtMs !== undefined) {
        throw new BroadsheetError('conflict', `@${account.name} is banned.`, {
          fix: `Lift the ban first: broadsheet account unban ${account.name}`,
        });
      }
      const link = await linkFor(people, config, account);
      if (json) return printJson(terminal, { account: forPrograms(account), link });
      printLink(terminal, link);
    },
  );
}

function addBan(parent: Command, terminal: Terminal): void {
  onOne<Common & { readonly reason: string; readonly hideComments?: boolean }>(
    parent,
    terminal,
    'ban',
    'keep somebody out: ends all their sessions and tokens',
    async ({ people }, account, { hideComments = false, ...options }) => {
      const { hiddenComments } = await people.moderation.ban(COMMAND_LINE, account.id, {
        reason: options.reason,
        hidesComments: hideComments,
      });
      const banned = await asIs(people, account.id);
      const hidden = hideComments ? ` Comments hidden: ${hiddenComments}.` : '';
      const outcome = { account: forPrograms(banned), hiddenComments };
      printOutcome(terminal, options, outcome, `@${banned.name} is banned.${hidden}`);
    },
  )
    .requiredOption('--reason <text>', 'why; its owner is told', reason)
    .option('--hide-comments', 'and nobody but moderators reads what they wrote');
}

function addUnban(parent: Command, terminal: Terminal): void {
  onOne<Common & { readonly reason: string }>(
    parent,
    terminal,
    'unban',
    'lift a ban',
    async ({ people }, account, options) => {
      await people.moderation.unban(COMMAND_LINE, account.id, options.reason);
      const free = await asIs(people, account.id);
      const words = `@${free.name} may sign in again.`;
      printOutcome(terminal, options, { account: forPrograms(free) }, words);
    },
  ).option('--reason <text>', 'why, for moderators', reason, '');
}

function addDelete(parent: Command, terminal: Terminal): void {
  onOne<Common & { readonly yes?: boolean }>(
    parent,
    terminal,
    'delete',
    'remove an account for good, as its owner can (docs/privacy.md tells what stays)',
    async ({ people }, account, { yes, ...options }) => {
      if (!yes) {
        throw new BroadsheetError('bad_usage', `@${account.name} would be gone for good.`, {
          fix: 'Add --yes to the command if that is wanted.',
        });
      }
      await people.deletions.remove(account.id, COMMAND_LINE);
      const words = `@${account.name} is deleted.`;
      printOutcome(terminal, options, { deleted: account.name }, words);
    },
  ).option('--yes', 'really do it');
}

/** The whole address; only its path matters to whoever reaches the site by another. */
async function linkFor({ secrets }: People, config: Config, { id }: Account): Promise<string> {
  const origin = config.baseUrl?.replace(/\/+$/, '') ?? `http://localhost:${config.port}`;
  return origin + (await makeSignInLink(secrets, id));
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
