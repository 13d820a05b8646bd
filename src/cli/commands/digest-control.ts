/** `broadsheet digest pause` and `resume`. Both acts stand in the audit log. */

import type { Command } from 'commander';
import type { Digest } from '../../app-digest.js';
import { COMMAND_LINE } from '../../community/moderation/audit-log-store.js';
import type { Pause } from '../../digest/delivery/delivery.js';
import type { Day } from '../../papers/dates.js';
import { type Common, printOutcome, reason, withCommon } from '../command.js';
import { waitingOf, withDigest } from '../digest-app.js';
import type { Terminal } from '../terminal.js';

const OPERATOR = { id: COMMAND_LINE };

/** Time zones are a day apart at most, so no more than these can be sent at a time. */
const EDITIONS_AT_A_TIME = 3;

export function addControl(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('pause')
      .description('stop the daily mail at the next letter')
      .argument('[reason]', 'why, for other operators', reason, ''),
  ).action((why: string, options: Common) =>
    withDigest(terminal, options, async ({ acts, control }) => {
      await acts.stop(OPERATOR, why);
      const pause = await control.pause();
      printOutcome(terminal, options, { pause: forPrograms(pause) }, 'The daily mail is stopped.');
    }),
  );
  withCommon(
    parent
      .command('resume')
      .description('let the daily mail go on')
      .option('--send-overdue', 'after a restored backup: also send what was due meanwhile'),
  ).action(({ sendOverdue = false, ...options }: Common & { sendOverdue?: boolean }) =>
    withDigest(terminal, options, async (digest) => {
      const pause = await digest.control.pause();
      if (pause) {
        await digest.acts.resume(OPERATOR, {
          sendsOverdue: sendOverdue,
          editionOn: pause.by === 'brake' ? await brakedEdition(digest) : undefined,
        });
      }
      const words = pause ? 'The daily mail goes on.' : 'The daily mail was not stopped.';
      printOutcome(terminal, options, { wasStopped: forPrograms(pause) }, words);
    }),
  );
}

/** The brake tells no edition: of those that are being sent, it is the one that waits most. */
async function brakedEdition({ deliveries, today }: Digest): Promise<Day> {
  const days = await deliveries.editions(EDITIONS_AT_A_TIME);
  const waiting = await Promise.all(
    days.map(async (day) => ({ day, count: waitingOf(await deliveries.counts(day)) })),
  );
  return waiting.sort((one, other) => other.count - one.count)[0]?.day ?? today();
}

function forPrograms(pause: Pause | undefined): object | null {
  if (!pause) return null;
  const { by, reason: why, sinceMs } = pause;
  return { by, reason: why, since: new Date(sinceMs).toISOString() };
}
