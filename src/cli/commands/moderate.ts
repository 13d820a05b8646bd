/** `broadsheet moderate`: what moderators do, at a terminal. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createKeyedHash } from '../../accounts/keyed-hash.js';
import { createCollectionStore } from '../../community/collection-store.js';
import { createCommentStore } from '../../community/comment-store.js';
import { type BlocklistKind, parseBlocklistEntry } from '../../community/moderation/blocklist.js';
import { createModeration, type Moderation } from '../../community/moderation/moderation-store.js';
import { createPickStore } from '../../community/pick-store.js';
import { createDeletionStore, type DeletionStore } from '../../community/privacy/deletion-store.js';
import {
  createTombstoneFile,
  type TombstoneFile,
} from '../../community/privacy/tombstones-client.js';
import { createVoteStore } from '../../community/vote-store.js';
import { type Config, databaseLocation } from '../../config.js';
import { openDatabase } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperStore } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import { createPaperStore } from '../../papers/paper-store.js';
import { readSecret } from '../../secret-client.js';
import { createTrendingStore } from '../../trending/trending-store.js';
import {
  type AddCommand,
  configFor,
  dataOption,
  jsonOption,
  printJson,
  printLine,
  requireCatalogue,
} from '../command.js';
import type { Terminal } from '../terminal.js';

type Common = { readonly data?: string; readonly json?: boolean };

type Reasoned = Common & { readonly reason?: string };

/** What the commands work on. */
type Parts = {
  readonly moderation: Moderation;
  readonly papers: PaperStore;
  readonly deletion: () => Promise<DeletionStore>;
  readonly tombstones: TombstoneFile;
};

const QUEUE_LENGTH = 100;
const ACTS_SHOWN = 50;

/** In the data folder, beside the database and not in it. */
const TOMBSTONE_FILE = 'deletions.txt';

const WHO = 'command-line';

export const addModerate: AddCommand = (program, terminal, finish) => {
  const moderate = program
    .command('moderate')
    .description('what waits for moderators, their decisions, the blocklist, the audit log');
  addQueue(moderate, terminal);
  addComments(moderate, terminal);
  addDiscussions(moderate, terminal);
  addBlocklist(moderate, terminal);
  addAudit(moderate, terminal, finish);
  addReplay(moderate, terminal);
};

function addQueue(parent: Command, terminal: Terminal): void {
  withOptions(parent.command('queue').description('what waits for a moderator')).action(
    (options: Common) =>
      withParts(terminal, options, async ({ moderation: { queue } }) => {
        const waiting = {
          comments: await queue.heldComments(QUEUE_LENGTH),
          reports: await queue.reportedThings(QUEUE_LENGTH),
          claims: await queue.pendingClaims(QUEUE_LENGTH),
        };
        if (options.json) return printJson(terminal, waiting);
        for (const { id, author, reason, text } of waiting.comments) {
          printLine(terminal, `held      ${id}  @${author?.name ?? '?'}  ${reason}`);
          printLine(terminal, `          ${firstLine(text)}`);
        }
        for (const { target, reports } of waiting.reports) {
          const of = target.owner ? `  @${target.owner.name}` : '';
          const times = reports.length === 1 ? 'once' : `${reports.length} times`;
          printLine(terminal, `reported  ${target.kind} ${target.id}${of}  ${times}`);
          printLine(terminal, `          ${firstLine(target.text)}`);
        }
        for (const { id, claimant, authorName, paperId } of waiting.claims) {
          const who = `@${claimant?.name ?? '?'} as ${authorName}`;
          printLine(terminal, `claim     ${id}  ${who} of ${paperId}`);
        }
        const { comments, reports, claims } = waiting;
        if (comments.length + reports.length + claims.length === 0) {
          printLine(terminal, 'Nothing waits.');
        }
      }),
  );
}

function addComments(parent: Command, terminal: Terminal): void {
  const words = { hide: 'hidden', show: 'shown' } as const;
  for (const [verb, status] of Object.entries(words)) {
    withOptions(
      parent
        .command(verb)
        .description(`let a comment be ${status}`)
        .argument('<comment>', 'its id, as in its address /comments/ID')
        .option('--reason <text>', 'why; the author is told', ''),
    ).action((id: string, options: Reasoned) =>
      withParts(terminal, options, async ({ moderation }) => {
        await moderation.decideComment(WHO, id, status, options.reason ?? '');
        report(terminal, options, { comment: id, status }, `The comment is ${status}.`);
      }),
    );
  }
}

function addDiscussions(parent: Command, terminal: Terminal): void {
  const paper = ['<paper>', 'its number, or any other name of it'] as const;
  withOptions(
    parent
      .command('lock')
      .description('let nobody add to the discussion of a paper')
      .argument(...paper)
      .option('--reason <text>', 'why; it stands above the discussion', ''),
  ).action((named: string, options: Reasoned) =>
    withParts(terminal, options, async ({ moderation, papers }) => {
      const id = await paperNamed(papers, named);
      await moderation.lock(WHO, id, options.reason ?? '');
      report(terminal, options, { paper: id, locked: true }, `The discussion of ${id} is closed.`);
    }),
  );
  withOptions(
    parent
      .command('unlock')
      .description('open the discussion of a paper again')
      .argument(...paper),
  ).action((named: string, options: Common) =>
    withParts(terminal, options, async ({ moderation, papers }) => {
      const id = await paperNamed(papers, named);
      await moderation.unlock(WHO, id);
      report(terminal, options, { paper: id, locked: false }, `The discussion of ${id} is open.`);
    }),
  );
}

type BlockOptions = Reasoned & { readonly domain?: boolean; readonly address?: boolean };

function addBlocklist(parent: Command, terminal: Terminal): void {
  const pattern = ['[pattern]', 'the word or phrase, domain or mail address'] as const;
  const kinds = (command: Command) =>
    withOptions(
      command
        .argument(...pattern)
        .option('--domain', 'it is a domain; what stands below it is meant, too')
        .option('--address', 'it is a mail address, or @example.org for all of a domain'),
    );
  kinds(
    parent
      .command('block')
      .description('add to the blocklist; without a pattern, print it')
      .option('--reason <text>', 'why, for moderators', ''),
  ).action((text: string | undefined, options: BlockOptions) =>
    withParts(terminal, options, async ({ moderation }) => {
      if (text === undefined) {
        const entries = await moderation.blocklist.all();
        if (options.json) return printJson(terminal, { entries });
        for (const { kind, pattern: what, note } of entries) {
          printLine(terminal, [kind.padEnd(8), what, note].filter(Boolean).join('  '));
        }
        return;
      }
      const entry = parseBlocklistEntry(kindOf(options), text);
      const changed = await moderation.block(WHO, entry, options.reason ?? '');
      const words = changed ? 'is blocked from now on' : 'was blocked already';
      report(
        terminal,
        options,
        { ...entry, changed },
        `The ${entry.kind} ${entry.pattern} ${words}.`,
      );
    }),
  );
  kinds(parent.command('unblock').description('take from the blocklist')).action(
    (text: string | undefined, options: BlockOptions) =>
      withParts(terminal, options, async ({ moderation }) => {
        const entry = parseBlocklistEntry(kindOf(options), text ?? '');
        const changed = await moderation.unblock(WHO, entry);
        const words = changed ? 'is blocked no more' : 'was not blocked';
        report(
          terminal,
          options,
          { ...entry, changed },
          `The ${entry.kind} ${entry.pattern} ${words}.`,
        );
      }),
  );
}

function kindOf({ domain, address }: BlockOptions): BlocklistKind {
  if (domain && address) {
    throw new BroadsheetError('bad_usage', 'Give --domain or --address, not both.');
  }
  if (domain) return 'domain';
  return address ? 'address' : 'word';
}

function addAudit(parent: Command, terminal: Terminal, finish: (status: number) => void): void {
  withOptions(
    parent
      .command('audit')
      .description('what moderators did last')
      .option('--verify', 'read the whole log, and fail if it was tampered with'),
  ).action((options: Common & { readonly verify?: boolean }) =>
    withParts(terminal, options, async ({ moderation: { audit } }) => {
      if (options.verify) {
        const verdict = await audit.verify();
        const isWhole = verdict.brokenAt === undefined;
        if (!isWhole) finish(1);
        const words = isWhole
          ? `All ${verdict.rows} lines follow from each other; the last has ${verdict.lastHash}.`
          : `Number ${verdict.brokenAt} does not follow from what stands before it.`;
        return report(terminal, options, { ok: isWhole, ...verdict }, words);
      }
      const { rows, total } = await audit.page({ offset: 0, limit: ACTS_SHOWN });
      if (options.json) return printJson(terminal, { total, rows });
      for (const { number, atMs, actor, action, targetKind, targetId } of rows) {
        const when = new Date(atMs).toISOString();
        printLine(terminal, `${number}  ${when}  ${actor}  ${action}  ${targetKind} ${targetId}`);
      }
      if (total === 0) printLine(terminal, 'Nothing was done yet.');
    }),
  );
}

function addReplay(parent: Command, terminal: Terminal): void {
  withOptions(
    parent
      .command('replay-deletions')
      .description('after a backup was restored: delete again the accounts that were deleted since')
      .option('--from <file>', `more deletions than DIR/${TOMBSTONE_FILE} and the database hold`),
  ).action((options: Common & { readonly from?: string }) =>
    withParts(terminal, options, async ({ deletion, tombstones }) => {
      const store = await deletion();
      const known = new Set([...(await store.tombstones()), ...(await tombstones.all())]);
      if (options.from !== undefined) {
        for (const line of await linesOf(options.from)) known.add(line);
      }
      // What only the database knew is beside it from now on.
      await tombstones.add(await store.tombstones());
      const deleted = await store.replay(known);
      const accounts = deleted === 1 ? '1 account' : `${deleted} accounts`;
      report(terminal, options, { known: known.size, deleted }, `${accounts} deleted again.`);
    }),
  );
}

async function linesOf(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new BroadsheetError('unreadable_input', `${path} cannot be read (${code}).`, { cause });
  }
}

async function withParts(
  terminal: Terminal,
  { data }: Common,
  act: (parts: Parts) => Promise<void>,
): Promise<void> {
  const config = await configFor(terminal, { data });
  requireCatalogue(config);
  await using database = await openDatabase(databaseLocation(config));
  const { now } = terminal.worldFor(config);
  const evidence = createTrendingStore(database, { now });
  const comments = createCommentStore(database, { now, evidence });
  const collections = createCollectionStore(database, { now, evidence });
  const moderation = createModeration(database, { now, comments, collections, evidence });
  const tombstones = tombstoneFile(config);
  const { audit } = moderation;
  await act({
    moderation,
    tombstones,
    papers: createPaperStore(database, { now, timeZone: config.timeZone }),
    deletion: async () =>
      createDeletionStore(database, {
        keyedHash: createKeyedHash(await readSecret(config)),
        audit,
        votes: createVoteStore(database, { now, evidence }),
        comments,
        picks: createPickStore(database, { now, audit }),
        collections,
        evidence,
        keepTombstones: tombstones.add,
      }),
  });
}

function tombstoneFile({ data }: Pick<Config, 'data'>): TombstoneFile {
  return createTombstoneFile(resolve(data, TOMBSTONE_FILE));
}

async function paperNamed(papers: Pick<PaperStore, 'find'>, named: string): Promise<PaperId> {
  const paper = await papers.find(named);
  if (paper) return paper.id;
  throw new BroadsheetError('not_found', `There is no paper ${named} here.`);
}

function withOptions(command: Command): Command {
  return command.addOption(dataOption()).addOption(jsonOption());
}

function report(terminal: Terminal, { json }: Common, outcome: object, words: string): void {
  if (json) printJson(terminal, outcome);
  else printLine(terminal, words);
}

function firstLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
