/** `broadsheet subscribers`: who gets the daily mail. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Digest } from '../../app-digest.js';
import { COMMAND_LINE } from '../../community/moderation/audit-log-store.js';
import {
  ADDRESS_HASH,
  CADENCES,
  type Cadence,
  type Subscriber,
} from '../../digest/subscriptions/subscription.js';
import type { ListedSubscriber } from '../../digest/subscriptions/subscription-store.js';
import { BroadsheetError } from '../../errors.js';
import { isTimeZone } from '../../papers/dates.js';
import { addSubscriber } from '../add-subscriber.js';
import {
  type AddCommand,
  type Common,
  printJson,
  printLine,
  printOutcome,
  reason,
  withCommon,
} from '../command.js';
import { withDigest } from '../digest-app.js';
import type { Terminal } from '../terminal.js';
import { forPrograms, line, requireAddress, requireSubscriber } from './subscriber-named.js';
import { addImport } from './subscribers-import.js';

export const addSubscribers: AddCommand = (program, terminal, finish) => {
  const subscribers = program
    .command('subscribers')
    .description('who gets the daily mail: add, import, list and remove them');
  addAdd(subscribers, terminal);
  addImport(subscribers, terminal, finish);
  addList(subscribers, terminal);
  addRemove(subscribers, terminal);
  addRelease(subscribers, terminal);
};

type AddOptions = Common & {
  readonly confirmed?: boolean;
  readonly timeZone?: string;
  readonly hour?: number;
  readonly cadence?: Cadence;
};

function addAdd(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('add')
      .description('add an address; its owner is asked by a letter, or by a link that is printed')
      .argument('<email>', 'the address')
      .option('--confirmed', 'its owner wants it, as you know for certain: nobody is asked')
      .option('--time-zone <zone>', "an IANA name (default: the site's)", timeZone)
      .option('--hour <n>', "0 to 23, by that zone's clock (default: digestHour)", hour)
      .addOption(new Option('--cadence <how>', 'how often').choices(CADENCES)),
  ).action((address: string, { confirmed = false, ...options }: AddOptions) =>
    withDigest(
      terminal,
      options,
      async (digest, { people }, config) => {
        const email = requireAddress(address);
        const addition = await addSubscriber(digest, email, options, {
          origin: 'operator',
          isConfirmed: confirmed,
          usual: { hour: config.digestHour, timeZone: config.timeZone },
          keyedHash: people.keyedHash,
        });
        if (addition.outcome === 'refused') {
          throw new BroadsheetError('conflict', `${capital(addition.reason)}.`, {
            fix: addition.fix,
          });
        }
        const { outcome, subscriber } = addition;
        const asked = await ask(digest, subscriber);
        const added = { email: email.address, outcome, status: subscriber.state, ...asked };
        if (options.json) return printJson(terminal, added);
        printLine(terminal, `${email.address} is ${subscriber.state}.`);
        if (asked.letter === 'sent') printLine(terminal, 'A letter asks its owner to confirm.');
        if (asked.letter === 'not-again') printLine(terminal, 'A letter has asked already.');
        if (asked.link) {
          printLine(terminal, 'There is no mail server. Its owner confirms within a week by');
          printLine(terminal, asked.link);
        }
      },
      { mayBeginAnew: true },
    ),
  );
}

/** Asks who is not confirmed yet: by a letter, or by a link for the operator to hand on. */
async function ask(
  { subscribing, mailDelivers }: Digest,
  subscriber: Subscriber,
): Promise<{ readonly letter?: 'sent' | 'not-again'; readonly link?: string }> {
  if (subscriber.state !== 'pending') return {};
  if (!mailDelivers) return { link: await subscribing.confirmationLink(subscriber) };
  const { sent } = await subscribing.sendConfirmation(subscriber);
  return { letter: sent ? 'sent' : 'not-again' };
}

const STATUSES = ['pending', 'confirmed', 'unsubscribed', 'suppressed'] as const;

type ListOptions = Common & { readonly status?: (typeof STATUSES)[number] };

const LIST_PAGE = 500;

function addList(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('list')
      .description('all of them, in the order in which they asked')
      .addOption(new Option('--status <status>', 'of this status alone').choices(STATUSES)),
  ).action(({ status, ...options }: ListOptions) =>
    withDigest(terminal, options, async ({ subscriptions }) => {
      const programs: object[] = [];
      let offset = 0;
      for (;;) {
        const { subscribers, total } = await subscriptions.list({
          status,
          offset,
          limit: LIST_PAGE,
        });
        for (const listed of subscribers) show(listed);
        offset += subscribers.length;
        if (subscribers.length === LIST_PAGE) continue;
        if (options.json) printJson(terminal, { subscribers: programs, total });
        else printLine(terminal, `${total} ${total === 1 ? 'subscriber' : 'subscribers'}.`);
        return;
      }

      function show(listed: ListedSubscriber): void {
        if (options.json) programs.push(forPrograms(listed));
        else printLine(terminal, line(listed));
      }
    }),
  );
}

function addRemove(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('remove')
      .description('end a subscription, as its owner can')
      .argument('<email>', 'the address')
      .option('--forget', 'and erase the address'),
  ).action((address: string, { forget = false, ...options }: Common & { forget?: boolean }) =>
    withDigest(terminal, options, async (digest) => {
      const subscriber = await requireSubscriber(digest, address);
      await digest.subscribing.leave(subscriber, 'operator');
      if (forget) await digest.subscribing.forget(subscriber);
      const words = forget ? 'The address is forgotten.' : `${address} gets no more mail.`;
      printOutcome(terminal, options, { removed: address, forgotten: forget }, words);
    }),
  );
}

function addRelease(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('release')
      .description('let an address be written to again that letters came back from')
      .argument('<email>', 'the address')
      .option('--reason <text>', 'why, for the audit log', reason, ''),
  ).action((address: string, { reason: why, ...options }: Common & { reason: string }) =>
    withDigest(terminal, options, async ({ acts }, { people }) => {
      const email = requireAddress(address);
      const hash = people.keyedHash(ADDRESS_HASH, email.key);
      const { changed } = await acts.release({ id: COMMAND_LINE }, hash, why);
      if (!changed) {
        throw new BroadsheetError('not_found', `${email.address} is not suppressed.`, {
          fix: 'List those that are: broadsheet subscribers list --status suppressed',
        });
      }
      const words = `${email.address} may be written to again.`;
      printOutcome(terminal, options, { released: email.address }, words);
    }),
  );
}

function timeZone(text: string): string {
  if (isTimeZone(text)) return text;
  throw new InvalidArgumentError('It must be the name of a time zone, such as Europe/Berlin.');
}

function hour(text: string): number {
  if (/^([01]?\d|2[0-3])$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be an hour from 0 to 23.');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
