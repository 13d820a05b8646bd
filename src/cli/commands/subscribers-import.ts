/** `broadsheet subscribers import`: addresses from a list that another program wrote. */

import { createReadStream } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Digest } from '../../app-digest.js';
import { BroadsheetError } from '../../errors.js';
import { type Adding, addSubscriber } from '../add-subscriber.js';
import { type Common, printJson, printLine, withCommon } from '../command.js';
import { withDigest } from '../digest-app.js';
import { type EmailList, type ListProblem, readEmailList } from '../email-list.js';
import { type Progress, startProgress } from '../progress.js';
import type { Terminal } from '../terminal.js';

type ImportOptions = Common & {
  readonly confirmed?: boolean;
  readonly sendConfirmations?: boolean;
};

type Summary = { added: number; known: number; letters: number; problems: ListProblem[] };

/** Some two hundred thousand addresses with names. */
const MOST_BYTES = 20 * 1024 * 1024;

/** More than a screen of problems hides the sums; `--json` gives them all. */
const PROBLEMS_SHOWN = 20;

export function addImport(
  parent: Command,
  terminal: Terminal,
  finish: (status: number) => void,
): void {
  withCommon(
    parent
      .command('import')
      .description(
        'add people who asked for the mail elsewhere, from a CSV file with a column "email"',
      )
      .argument('<file>', 'the file, or -')
      .addOption(
        new Option(
          '--confirmed',
          'you vouch that each has asked for it (so it is without it)',
        ).conflicts('sendConfirmations'),
      )
      .option('--send-confirmations', 'ask each of them by a letter, and wait for the answer'),
  ).action((file: string, { sendConfirmations: asks = false, ...options }: ImportOptions) =>
    withDigest(
      terminal,
      options,
      async (digest, { people }, config) => {
        const list = readEmailList(await textOf(file, terminal.stdin));
        if (asks && !digest.mailDelivers) throw noMailServer();
        const progress = startProgress(terminal.stderr, file);
        const summary = await takeIn(digest, list, asks, progress, {
          origin: 'import',
          isConfirmed: !asks,
          usual: { hour: config.digestHour, timeZone: config.timeZone },
          keyedHash: people.keyedHash,
        }).finally(progress.end);
        print(terminal, options, summary, list);
        // A file of nothing but broken lines was not imported, whatever the sums say.
        if (summary.problems.length > 0 && summary.added + summary.known === 0) finish(1);
      },
      { mayBeginAnew: true },
    ),
  );
}

async function takeIn(
  digest: Digest,
  { addresses, problems }: EmailList,
  asks: boolean,
  progress: Progress,
  adding: Adding,
): Promise<Summary> {
  const summary: Summary = { added: 0, known: 0, letters: 0, problems: [...problems] };
  for (const [at, { line, email, ...wishes }] of addresses.entries()) {
    progress.done(at, addresses.length);
    const addition = await addSubscriber(digest, email, wishes, adding);
    if (addition.outcome === 'refused') {
      summary.problems.push({ line, reason: `Left out: ${addition.reason}.` });
      continue;
    }
    summary[addition.outcome] += 1;
    if (!asks) continue;
    try {
      const { sent } = await digest.subscribing.sendConfirmation(addition.subscriber);
      if (sent) summary.letters += 1;
    } catch (thrown) {
      // One address that the mail server does not like keeps no other from being asked.
      if (!(thrown instanceof BroadsheetError)) throw thrown;
      summary.problems.push({ line, reason: `No letter was sent: ${thrown.message}` });
    }
  }
  summary.problems.sort((one, other) => one.line - other.line);
  return summary;
}

function print(terminal: Terminal, { json }: Common, summary: Summary, list: EmailList): void {
  if (json) {
    printJson(terminal, summary);
    return;
  }
  const { added, known, letters, problems } = summary;
  for (const { line, reason } of problems.slice(0, PROBLEMS_SHOWN)) {
    terminal.stderr.write(`line ${line}: ${reason}\n`);
  }
  const hidden = problems.length - PROBLEMS_SHOWN;
  if (hidden > 0) terminal.stderr.write(`… and ${hidden} more (--json lists them all).\n`);
  const asked = letters > 0 ? `, ${letters} letters sent` : '';
  printLine(
    terminal,
    `${list.addresses.length} addresses: ${added} added, ${known} known${asked}, ` +
      `${problems.length} problems`,
  );
}

function noMailServer(): BroadsheetError {
  return new BroadsheetError('bad_configuration', 'There is no mail server to ask them by.', {
    fix: 'Set SMTP_URL. Leave --send-confirmations out only if each of them has asked for the mail.',
  });
}

/** @throws BroadsheetError `unreadable_input`, `too_large` */
async function textOf(file: string, standardInput: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === '-' ? standardInput : createReadStream(file)) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) break;
      chunks.push(chunk as Uint8Array);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new BroadsheetError('unreadable_input', `${file} cannot be read (${code}).`, { cause });
  }
  if (bytes > MOST_BYTES) {
    throw new BroadsheetError('too_large', `${file} has more than ${MOST_BYTES / 2 ** 20} MiB.`, {
      fix: 'Divide it into several files, each with its line of names.',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new BroadsheetError('unreadable_input', `${file} is not UTF-8.`, {
      fix: 'Save it as "CSV UTF-8" and try again.',
      cause,
    });
  }
}
