/** `broadsheet moderate`: what moderators do, at a terminal. */

import type { Command } from 'commander';
import { COMMAND_LINE } from '../../community/moderation/audit-log-store.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperStore } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import { shown } from '../../papers/record.js';
import {
  type AddCommand,
  type Common,
  printJson,
  printLine,
  printOutcome,
  reason,
  withApp,
  withCommon,
} from '../command.js';
import type { Terminal } from '../terminal.js';
import { addAudit } from './moderate-audit.js';
import { addBlocklist } from './moderate-blocklist.js';
import { addReplay } from './moderate-replay.js';

type Reasoned = Common & { readonly reason: string };

const QUEUE_LENGTH = 100;

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
  withCommon(parent.command('queue').description('what waits for a moderator')).action(
    (options: Common) =>
      withApp(terminal, options, async ({ people }) => {
        const { queue } = people.moderation;
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
    withCommon(
      parent
        .command(verb)
        .description(`let a comment be ${status}`)
        .argument('<comment>', 'its id, as in its address /comments/ID')
        .option('--reason <text>', 'why; the author is told', reason, ''),
    ).action((id: string, options: Reasoned) =>
      withApp(terminal, options, async ({ people: { moderation } }) => {
        await moderation.decideComment(COMMAND_LINE, id, status, options.reason);
        printOutcome(terminal, options, { comment: id, status }, `The comment is ${status}.`);
      }),
    );
  }
}

function addDiscussions(parent: Command, terminal: Terminal): void {
  const paper = ['<paper>', 'its number, or any other name of it'] as const;
  withCommon(
    parent
      .command('lock')
      .description('let nobody add to the discussion of a paper')
      .argument(...paper)
      .option('--reason <text>', 'why; it stands above the discussion', reason, ''),
  ).action((named: string, options: Reasoned) =>
    withApp(terminal, options, async ({ papers, people: { moderation } }) => {
      const id = await paperNamed(papers, named);
      await moderation.lock(COMMAND_LINE, id, options.reason);
      printOutcome(
        terminal,
        options,
        { paper: id, locked: true },
        `The discussion of ${id} is closed.`,
      );
    }),
  );
  withCommon(
    parent
      .command('unlock')
      .description('open the discussion of a paper again')
      .argument(...paper),
  ).action((named: string, options: Common) =>
    withApp(terminal, options, async ({ papers, people: { moderation } }) => {
      const id = await paperNamed(papers, named);
      await moderation.unlock(COMMAND_LINE, id);
      printOutcome(
        terminal,
        options,
        { paper: id, locked: false },
        `The discussion of ${id} is open.`,
      );
    }),
  );
}

async function paperNamed(papers: Pick<PaperStore, 'find'>, named: string): Promise<PaperId> {
  const paper = await papers.find(named);
  if (paper) return paper.id;
  throw new BroadsheetError('not_found', `There is no paper ${shown(named)} here.`);
}

function firstLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
