/** What the commands about the daily mail work with, and the words that they share. */

import type { App } from '../app.js';
import type { Digest } from '../app-digest.js';
import type { Config } from '../config.js';
import type { DeliveryCounts, Pause } from '../digest/delivery/delivery.js';
import type { Day } from '../papers/dates.js';
import { type Common, withApp } from './command.js';
import type { Terminal } from './terminal.js';

/** Lets one command work with the daily mail, as `withApp` does. */
export function withDigest(
  terminal: Terminal,
  options: Common,
  act: (digest: Digest, app: App, config: Config) => Promise<void>,
  more?: { readonly mayBeginAnew?: boolean },
): Promise<void> {
  return withApp(terminal, options, (app, config) => act(app.digest, app, config), more);
}

/** The counts of an edition for programs: each row once. */
export function statusOf(edition: Day, counts: DeliveryCounts): Record<string, string | number> {
  const { queued, leased, handing_over: handingOver, sent, failed, deferred } = counts;
  const { ambiguous, skipped } = counts;
  return {
    edition,
    queued: queued + leased,
    handingOver,
    sent,
    failed,
    deferred,
    ambiguous,
    skipped,
  };
}

/** How many letters are still to be sent. */
export function waitingOf({ queued, leased, handing_over, deferred }: DeliveryCounts): number {
  return queued + leased + handing_over + deferred;
}

/** Who stopped the mail, when and why; and how to let it go on. */
export function pauseInWords({ by, reason, sinceMs }: Pause): {
  readonly words: string;
  readonly fix: string;
} {
  const who = { operator: 'an operator', brake: 'the brake', restored: 'a restored backup' }[by];
  const since = `${new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return {
    words: `The daily mail was stopped by ${who} at ${since}${reason && `: ${reason}`}`,
    fix:
      by === 'restored'
        ? 'Run "digest resume", which skips what was due; with --send-overdue it is sent.'
        : 'Run "digest resume" to let it go on.',
  };
}
