/**
 * The times of a run as a picture: for every kind of query and every engine a bar from the median
 * to the 95th percentile, on a scale on which each step is ten times the one before. It follows
 * the reader's light or dark theme, and reads without colours.
 */

import { QUERY_KINDS, type QueryKind } from './candidates/candidate.js';
import { KIND_NAMES, milliseconds } from './report.js';
import type { SearchResults } from './results.js';

const WIDTH = 760;
const ROW_HEIGHT = 18;
const HEADING_HEIGHT = 30;
const TOP = 54;
const BOTTOM = 34;
/** Between names on the left and figures on the right. */
const LEFT = 150;
const RIGHT = WIDTH - 110;

/** Ours has the one that stands out; the others differ in lightness too. */
const COLOURS = ['#c2410c', '#2563eb', '#0e7490', '#7c3aed', '#4d7c0f', '#6b7280'] as const;

/** Readers get the kinds that somebody else has, too. */
const KINDS: readonly QueryKind[] = QUERY_KINDS.filter((kind) => kind !== 'language');

type Bar = {
  readonly name: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  colour: string;
};

/** The picture as SVG, complete in itself. */
export function plotOf(results: SearchResults): string {
  const groups = KINDS.map((kind) => ({ name: KIND_NAMES[kind], bars: barsOf(results, kind) }));
  const shown = groups.filter(({ bars }) => bars.length > 0);
  const times = shown.flatMap(({ bars }) => bars.flatMap(({ p50Ms, p95Ms }) => [p50Ms, p95Ms]));
  const fromPower = Math.floor(Math.log10(Math.min(...times)));
  const untilPower = Math.ceil(Math.log10(Math.max(...times)));
  const x = (ms: number) =>
    LEFT + ((Math.log10(ms) - fromPower) / Math.max(untilPower - fromPower, 1)) * (RIGHT - LEFT);

  const marks: string[] = [];
  let y = TOP;
  for (const { name, bars } of shown) {
    marks.push(text(16, y + 20, name, 'class="kind"'));
    y += HEADING_HEIGHT;
    for (const bar of bars) {
      marks.push(...marksOf(bar, x, y + ROW_HEIGHT / 2));
      y += ROW_HEIGHT;
    }
  }
  const powers = Array.from({ length: untilPower - fromPower + 1 }, (_, at) => fromPower + at);
  const grid = powers.flatMap((power) => {
    const at = x(10 ** power).toFixed(1);
    return [
      `<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${y + 6}"/>`,
      text(Number(at), y + 22, `${10 ** power} ms`, 'class="axis"'),
    ];
  });
  const height = y + BOTTOM;
  const title = `Times of one search over ${results.papers.toLocaleString('en')} papers`;
  const { processor, cores } = results.machine;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">`,
    STYLE,
    `<rect class="page" width="${WIDTH}" height="${height}" rx="8"/>`,
    text(16, 24, title, 'class="title"'),
    text(16, 42, `from p50 (dot) to p95; ${processor}, ${cores} cores, ${results.date}`, ''),
    ...grid,
    ...marks,
    '</svg>',
  ].join('\n')}\n`;
}

const STYLE = `<style>
text { font: 12px system-ui, sans-serif; fill: #4b5563 }
.title { font-size: 15px; font-weight: 600; fill: #111827 }
.kind { font-weight: 600; fill: #111827 }
.page { fill: #ffffff }
.axis { text-anchor: middle }
.name { text-anchor: end }
.grid { stroke: #d1d5db }
@media (prefers-color-scheme: dark) {
  .page { fill: #111827 }
  text { fill: #9ca3af }
  .title, .kind { fill: #f3f4f6 }
  .grid { stroke: #374151 }
  .bar { filter: brightness(1.5) }
}
</style>`;

function barsOf({ engines }: SearchResults, kind: QueryKind): Bar[] {
  return engines.flatMap(({ name, asked }, at) => {
    const times = asked?.searches[kind];
    if (!times || 'problem' in times) return [];
    const { p50Ms, p95Ms = times.slowestMs } = times;
    return [{ name, p50Ms, p95Ms, colour: COLOURS[at % COLOURS.length] ?? COLOURS[0] }];
  });
}

function marksOf({ name, p50Ms, p95Ms, colour }: Bar, x: (ms: number) => number, y: number) {
  const [from, until] = [x(p50Ms).toFixed(1), x(p95Ms).toFixed(1)];
  return [
    text(LEFT - 10, y + 4, name, 'class="name"'),
    `<line class="bar" x1="${from}" x2="${until}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="4" stroke-linecap="round"/>`,
    `<circle class="bar" cx="${from}" cy="${y}" r="5" fill="${colour}"/>`,
    text(RIGHT + 14, y + 4, `${milliseconds(p50Ms)} – ${milliseconds(p95Ms)} ms`, ''),
  ];
}

function text(x: number, y: number, words: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
