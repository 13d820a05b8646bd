/**
 * A sender in a process of its own, which tests start, stop and kill. It is told what to do as
 * JSON, says `ready` when it could begin, begins when it hears anything, and in the end says what
 * became of the edition.
 */

import { once } from 'node:events';
import { type DatabaseLocation, openDatabase } from '../../src/database/database.js';
import { createSender, type Drained } from '../../src/digest/delivery/sender.js';
import { senderParts, TODAY } from './senders.js';

export type SendingTask = {
  readonly database: DatabaseLocation;
  readonly smtpUrl: string;
  readonly connections: number;
  readonly leaseMs: number;
  readonly longestWaitMs: number;
};

export type SendingReport = Drained;

const [json = ''] = process.argv.slice(2);
const task = JSON.parse(json) as SendingTask;
await using database = await openDatabase(task.database);
const { smtpUrl, connections, leaseMs, longestWaitMs } = task;
const sender = createSender({ ...senderParts(database, { smtpUrl }), connections, leaseMs });

process.send?.('ready');
await once(process, 'message');
const report: SendingReport = await sender.drain({
  editionOn: TODAY,
  longestWaitMs,
  signal: new AbortController().signal,
});
process.send?.(report);
process.disconnect();
