/** Reports damaged at random, always the same ones for the same seed. */

import { BOUNCE_REPORTS } from './bounce-reports.js';

/** What confuses readers of messages. */
const NASTY: readonly string[] = [
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  '--part-of-the-report\r\n',
  '--part-of-the-report--\r\n',
  'Content-Type: multipart/report; boundary=""\r\n',
  'Content-Type: multipart/mixed; boundary=part-of-the-report\r\n',
  'Content-Type: message/delivery-status\r\n\r\n',
  'Content-Type: text/plain; charset=utf-16be\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  'Subject: =?utf-8?B?',
  '=?utf-8?Q?=',
  'Action: failed\r\n',
  'Status: 5.1.1\r\n',
  'Final-Recipient: utf-8; \\x{110000}\\x{',
  '550 5.1.1',
  '#5.1.1#',
  'user unknown',
  '<<<<<<<<',
  '&lt;&amp;',
  '\u{1F4A9}',
  '\ufeff',
];

/** Longer ones make the whole slow and find nothing more. */
const LONGEST_SOURCE = 30_000;

const SOURCES: readonly Buffer[] = BOUNCE_REPORTS.map(({ source }) =>
  Buffer.from(source.slice(0, LONGEST_SOURCE)),
);

/** Numbers from 0 up to 1. */
export type Random = () => number;

/** Marsaglia's xorshift. */
export function randomOf(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}

/** One of the reports, with one to eight things done to it. */
export function mutatedReport(random: Random): Buffer {
  let report = oneOf(SOURCES, random);
  const times = 1 + Math.floor(random() * 8);
  for (let time = 0; time < times; time += 1) report = oneOf(MUTATIONS, random)(report, random);
  return report;
}

type Mutation = (report: Buffer, random: Random) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (report, random) => report.subarray(0, placeIn(report, random)),
  (report, random) => {
    const [start, end] = spanIn(report, random);
    return Buffer.concat([report.subarray(0, start), report.subarray(end)]);
  },
  (report, random) => {
    const [start, end] = spanIn(report, random);
    return Buffer.concat([report.subarray(0, end), report.subarray(start)]);
  },
  (report, random) => inserted(report, Buffer.from(oneOf(NASTY, random)), random),
  (report, random) => {
    const times = 1 + Math.floor(random() * 500);
    return inserted(report, Buffer.from(oneOf(NASTY, random).repeat(times)), random);
  },
  (report, random) => {
    const changed = Buffer.from(report);
    for (let times = 0; times < 20 && changed.length > 0; times += 1) {
      changed[placeIn(changed, random)] = Math.floor(random() * 256);
    }
    return changed;
  },
  (report, random) => {
    const other = oneOf(SOURCES, random);
    const [start, end] = spanIn(other, random);
    return inserted(report, other.subarray(start, end), random);
  },
];

function inserted(report: Buffer, piece: Buffer, random: Random): Buffer {
  const at = placeIn(report, random);
  return Buffer.concat([report.subarray(0, at), piece, report.subarray(at)]);
}

function placeIn(report: Buffer, random: Random): number {
  return Math.floor(random() * report.length);
}

function spanIn(report: Buffer, random: Random): readonly [number, number] {
  const start = placeIn(report, random);
  return [start, Math.min(report.length, start + Math.floor(random() * 2_000))];
}

function oneOf<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)] as Item;
}
