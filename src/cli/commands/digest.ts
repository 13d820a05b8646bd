/** `broadsheet digest`: the daily mail, looked at, sent, stopped and let go on. */

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Digest } from '../../app-digest.js';
import type { DeliveryCounts } from '../../digest/delivery/delivery.js';
import { asWriteError } from '../../durable-files-client.js';
import { BroadsheetError } from '../../errors.js';
import { type Day, parseDay } from '../../papers/dates.js';
import {
  type AddCommand,
  type Common,
  printJson,
  printLine,
  printOutcome,
  withCommon,
} from '../command.js';
import { pauseInWords, statusOf, waitingOf, withDigest } from '../digest-app.js';
import { startProgress } from '../progress.js';
import type { Terminal } from '../terminal.js';
import { addControl } from './digest-control.js';
import { addDkimKey } from './digest-dkim-key.js';
import { addReturned } from './digest-returned.js';
import { requireAddress } from './subscriber-named.js';

export const addDigest: AddCommand = (program, terminal, finish) => {
  const digest = program
    .command('digest')
    .description('the daily mail: see it, send it, stop it, and take what comes back');
  addPreview(digest, terminal);
  addSend(digest, terminal, finish);
  addStatus(digest, terminal);
  addControl(digest, terminal);
  addDkimKey(digest, terminal);
  addReturned(digest, terminal, finish);
};

const PREVIEW_FILE = 'digest-preview.eml';

function addPreview(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('preview')
      .description("write today's letter for an address to a file; nothing is sent or kept")
      .requiredOption('--to <address>', 'whose letter; a stranger gets what new subscribers get')
      .option('--output <file>', 'where to write it', PREVIEW_FILE),
  ).action(({ to, output, ...options }: Common & { to: string; output: string }) =>
    withDigest(terminal, options, async (digest) => {
      const { address } = requireAddress(to);
      const { eml, subject, papers } = await digest.preview(address);
      const path = resolve(output);
      await writeFile(path, eml).catch((error: unknown) => {
        throw asWriteError(error, `The letter ${path}`);
      });
      const words = `${path}\n${subject} (${papers} ${papers === 1 ? 'paper' : 'papers'})`;
      printOutcome(terminal, options, { path, subject, papers }, words);
    }),
  );
}

function addSend(parent: Command, terminal: Terminal, finish: (status: number) => void): void {
  withCommon(
    parent
      .command('send')
      .description("send today's edition now, whatever hour its subscribers chose"),
  ).action((options: Common) =>
    withDigest(terminal, options, async (digest) => {
      await requireMayGo(digest);
      const editionOn = digest.today();
      const stopping = new AbortController();
      terminal.onSignal(() => stopping.abort());
      const progress = startProgress(terminal.stderr, `edition of ${editionOn}`);
      const { counts, end } = await digest
        .send({
          editionOn,
          longestWaitMs: LONGEST_WAIT_MS,
          signal: stopping.signal,
          onProgress: (so) => {
            progress.done(totalOf(so) - waitingOf(so), totalOf(so));
            progress.remark(`${so.sent} sent, ${so.failed} failed`);
          },
        })
        .finally(progress.end);
      printCounts(terminal, options, editionOn, counts);
      await tellTroubles(terminal, digest, editionOn, counts);
      const pause = await digest.control.pause();
      if (pause) terminal.stderr.write(`${pauseInWords(pause).words}\n`);
      if (end !== 'done' || waitingOf(counts) > 0 || pause) finish(1);
    }),
  );
}

/**
 * Longer than a dead sender's letters stay with it; what has to wait longer than this is tried by
 * the running site.
 */
const LONGEST_WAIT_MS = 90_000;

/** Why letters wait or have failed, by the example of the first. */
async function tellTroubles(
  terminal: Terminal,
  { deliveries }: Digest,
  editionOn: Day,
  counts: DeliveryCounts,
): Promise<void> {
  const tell = async (state: 'deferred' | 'failed', words: string): Promise<void> => {
    if (counts[state] === 0) return;
    const { deliveries: found } = await deliveries.list(editionOn, { state, offset: 0, limit: 1 });
    if (found[0]) terminal.stderr.write(`${counts[state]} ${words}: ${found[0].detail}\n`);
  };
  await tell('failed', 'failed');
  await tell('deferred', 'to be tried again, by the running site or by this command');
}

/** @throws BroadsheetError saying why nothing can be sent, and what would change that */
async function requireMayGo(digest: Digest): Promise<void> {
  if (!digest.mailDelivers) {
    throw new BroadsheetError('bad_configuration', 'There is no mail server to send by.', {
      fix: 'Set SMTP_URL (docs/digest.md), and look at "doctor mail".',
    });
  }
  await digest.guard.check();
  const pause = await digest.control.pause();
  if (!pause) return;
  const { words, fix } = pauseInWords(pause);
  throw new BroadsheetError('conflict', `${words.replace(/\.$/, '')}.`, { fix });
}

function addStatus(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('status')
      .description('what became of the letters of an edition')
      .option('--edition <date>', 'of which day (YYYY-MM-DD); today if absent', day),
  ).action(({ edition, ...options }: Common & { edition?: Day }) =>
    withDigest(terminal, options, async (digest) => {
      const editionOn = edition ?? digest.today();
      printCounts(terminal, options, editionOn, await digest.deliveries.counts(editionOn));
      const pause = options.json ? undefined : await digest.control.pause();
      if (pause) printLine(terminal, pauseInWords(pause).words);
    }),
  );
}

/** What each count is of. */
const WORDS = {
  queued: 'wait to be sent',
  handingOver: 'being handed over now',
  sent: 'taken by the mail server',
  deferred: 'to be tried again',
  failed: 'refused, or given up after a day',
  ambiguous: 'perhaps sent: the server vanished before it answered',
  skipped: 'not sent, with a reason',
} as const;

function printCounts(
  terminal: Terminal,
  options: Common,
  editionOn: Day,
  counts: DeliveryCounts,
): void {
  const status = statusOf(editionOn, counts);
  if (options.json) {
    printJson(terminal, status);
    return;
  }
  const total = totalOf(counts);
  printLine(terminal, `Edition of ${editionOn}: ${total} ${total === 1 ? 'letter' : 'letters'}`);
  for (const [name, words] of Object.entries(WORDS)) {
    const count = String(status[name] ?? 0).padStart(7);
    printLine(terminal, `${count}  ${nameInWords(name).padEnd(12)}  ${words}`);
  }
}

function nameInWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function totalOf(counts: DeliveryCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function day(text: string): Day {
  const parsed = parseDay(text);
  if (!parsed) throw new InvalidArgumentError('It must be a day such as 2026-11-20.');
  return parsed;
}
