/** The figures of a run as tables, in Markdown that also reads well on a terminal. */

import { QUERY_KINDS, type QueryKind } from './candidates/candidate.js';
import type { EngineResult, SearchResults } from './results.js';

const MEBIBYTE = 2 ** 20;

const NOTHING = '–';

export const KIND_NAMES: Readonly<Record<QueryKind, string>> = {
  lexical: 'lexical',
  dense: 'dense',
  hybrid: 'hybrid',
  'lexical-filtered': 'lexical, filtered',
  'hybrid-filtered': 'hybrid, filtered',
  'as-you-type': 'as you type',
  language: 'query language',
};

/** Where and over what it was measured, both tables, and what went wrong. */
export function reportOf(results: SearchResults): string {
  const { machine, papers, copies, date, engines } = results;
  const ran = engines.filter(({ built }) => built);
  return [
    `${papers.toLocaleString('en')} papers` +
      (copies > 0 ? ` (${copies.toLocaleString('en')} of them copies with replaced words)` : '') +
      `, ${date}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGib} GiB, ` +
      `Node ${machine.node}, vectors of ${results.embedding}.`,
    table([
      ['', 'version', 'papers/s', 'on disk', 'memory', 'cold start', 'recall'],
      ...ran.map((engine) => indexRow(engine)),
    ]),
    'Milliseconds of one search, p50 / p95 / p99:',
    table([['', ...ran.map(({ name }) => name)], ...kindRows(ran)]),
    ...engines.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : [])),
    ...engines.flatMap(searchProblems),
  ].join('\n\n');
}

function indexRow({ name, built, asked, recall }: EngineResult): string[] {
  const indexed = asked?.papers;
  return [
    name,
    built?.version ?? NOTHING,
    built && indexed ? Math.round(indexed / built.seconds).toLocaleString('en') : NOTHING,
    built && built.bytesOnDisk > 0 ? mebibytes(built.bytesOnDisk) : NOTHING,
    asked ? mebibytes(asked.memory.resident) : NOTHING,
    asked ? duration(asked.coldStartMs) : NOTHING,
    recall === undefined ? NOTHING : recall.toFixed(3),
  ];
}

function kindRows(engines: readonly EngineResult[]): string[][] {
  return QUERY_KINDS.map((kind) => [
    KIND_NAMES[kind],
    ...engines.map(({ asked }) => {
      const times = asked?.searches[kind];
      if (!times) return NOTHING;
      if ('problem' in times) return 'failed';
      const { p50Ms, p95Ms, p99Ms } = times;
      return [p50Ms, p95Ms, p99Ms].map(milliseconds).join(' / ');
    }),
  ]);
}

function searchProblems({ name, asked }: EngineResult): string[] {
  return Object.entries(asked?.searches ?? {}).flatMap(([kind, times]) =>
    'problem' in times ? [`${name}, ${KIND_NAMES[kind as QueryKind]}: ${times.problem}`] : [],
  );
}

/** Two digits say all that a repetition would say again. */
export function milliseconds(ms: number | undefined): string {
  if (ms === undefined) return NOTHING;
  if (ms >= 9.95) return ms.toFixed(0);
  return ms >= 0.995 ? ms.toFixed(1) : ms.toFixed(2);
}

function duration(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MEBIBYTE).toLocaleString('en')} MiB`;
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length), 3));
  const line = (cells: readonly string[]) =>
    `| ${cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join(' | ')} |`;
  const rule = widths.map((width, at) => '-'.repeat(width - 1) + (at === 0 ? '-' : ':'));
  return [line(head), line(rule), ...rows.slice(1).map(line)].join('\n');
}
