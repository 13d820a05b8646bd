/**
 * Whether an edition survives its sender: it is sent by one process after the other, each killed
 * after a few letters, and what the rows say is compared with what the mail server has. Run it
 * from the repository root:
 *
 *     tsx bench/digest-kills.ts [--kills 300] [--letters 2000] [--halt-seconds 0]
 *
 * With `--halt-seconds 600` it halts a sender for ten minutes instead, has another one take over,
 * and lets the first go on. It exits with 1 when a letter was lost or doubled.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/database/database.js';
import { queueLetters } from '../test/support/senders.js';
import {
  type Comparison,
  type KillReport,
  sendWhileHalting,
  sendWhileKilling,
} from '../test/support/sending-processes.js';
import { startUnrulyMailServer } from '../test/support/unruly-mail-server.js';
import { createRandom } from './random.js';

const CONNECTIONS = 5;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    letters: { type: 'string', default: '2000' },
    'halt-seconds': { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});

async function run(): Promise<boolean> {
  const letters = Number(values.letters);
  const haltMs = Number(values['halt-seconds']) * 1_000;
  const folder = await mkdtemp(join(tmpdir(), 'broadsheet-kills-'));
  const path = join(folder, 'broadsheet.db');
  const database = await openDatabase({ kind: 'sqlite', path });
  const server = await startUnrulyMailServer({ thinksMs: 3 });
  await queueLetters(database, { count: letters });
  const startedAtMs = performance.now();
  const given = {
    database,
    server,
    task: {
      database: { kind: 'sqlite', path },
      smtpUrl: server.url,
      connections: CONNECTIONS,
      leaseMs: haltMs > 0 ? 45_000 : 3_000,
      longestWaitMs: 600_000,
    },
  } as const;
  const report: Comparison & Partial<KillReport> =
    haltMs > 0
      ? await sendWhileHalting({ ...given, haltMs, afterLetters: Math.floor(letters / 4) })
      : await sendWhileKilling({
          ...given,
          kills: Number(values.kills),
          lettersPerKill: Math.max(1, Math.floor(letters / Number(values.kills))),
          random: createRandom(Number(values.seed)).next,
          onKill(kills) {
            if (kills % 25 === 0) console.log(`${kills} kills, ${server.stored.length} letters`);
          },
        });
  const { counts, lost, doubled, unexplained, ambiguousStored } = report;
  const { sent, ambiguous } = counts;
  console.log(`${letters} letters in ${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s`);
  console.log(`rows: ${sent} sent, ${ambiguous} ambiguous, ${letters - sent - ambiguous} other`);
  console.log(`server: ${lost} lost, ${doubled} doubled, ${unexplained} unexplained`);
  console.log(`of the ambiguous, the server has ${ambiguousStored}`);
  if (report.kills !== undefined) {
    console.log(`kills: ${report.kills}, with at most ${report.mostHandingOver} letters in hand`);
  }
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
  return lost + doubled + unexplained === 0 && sent + ambiguous === letters;
}

if (!(await run())) process.exitCode = 1;
