/**
 * `npm run bench -- encode`: how many papers one thread embeds in a second, with and without
 * compiled kernels, beside what reading their words takes by itself.
 *
 * Times are those that the processor worked, not those on the clock, so that other programs
 * disturb them less; the ways take turns, and the median of the rounds counts. Nothing in the
 * time depends on what the numbers of a model are, so that without one they are made up.
 */

import { DIMENSIONS, textToEmbed } from '../src/embedding/embedder.js';
import { loadEmbeddingKernels } from '../src/embedding/kernels-client.js';
import { readModelFile } from '../src/embedding/model-file-client.js';
import { createStaticEmbedder } from '../src/embedding/static-embedder.js';
import { quantisedModel, type TermModel } from '../src/embedding/static-model.js';
import { isStopWord, visitTokens } from '../src/text/analysis.js';
import { missingCorpus, readCorpus } from './corpus.js';
import { createRandom } from './random.js';
import { percentile } from './statistics.js';

export type EncodeOptions = {
  readonly papers: number;
  /** The file of a model. */
  readonly model?: string;
};

/** As many as our own model has. */
const MADE_UP_ROWS = 60_000;

const ROUNDS = 7;

/** What the figures say, in lines for a terminal. */
export async function benchEncode({ papers, model: path }: EncodeOptions): Promise<string> {
  const missing = missingCorpus();
  if (missing) return `Skipped: ${missing}`;
  const { module, problem } = await loadEmbeddingKernels();
  if (!module) return `Skipped: ${problem}`;
  const texts: string[] = [];
  for await (const batch of readCorpus(papers)) texts.push(...batch.map(textToEmbed));

  const openedAtMs = performance.now();
  const model = path === undefined ? madeUpModel(texts) : (await readModelFile(path)).model;
  const openedMs = performance.now() - openedAtMs;
  const plain = createStaticEmbedder(model);
  const compiled = createStaticEmbedder(model, module);
  const ways = [
    { name: 'words only', read: (text: string) => visitTokens(text, () => undefined) },
    { name: 'TypeScript', read: plain.embed },
    { name: 'WebAssembly', read: compiled.embed },
  ].map((way) => ({ ...way, times: [] as number[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { read, times } of ways) times.push(microsecondsOf(texts, read));
  }

  let tokens = 0;
  for (const text of texts) visitTokens(text, () => (tokens += 1));
  return [
    `${model.id}: ${model.scales.length} rows`,
    ...(path === undefined ? [] : [`opened in ${openedMs.toFixed(0)} ms`]),
    `${texts.length} papers of ${(tokens / texts.length).toFixed(0)} words`,
    ...ways.map(({ name, times }) => {
      const medianMicroseconds = percentile(
        times.toSorted((a, b) => a - b),
        50,
      );
      const perSecond = Math.round(1e6 / medianMicroseconds);
      return `${name.padEnd(12)}${medianMicroseconds.toFixed(1)} µs a paper, ${perSecond}/s`;
    }),
  ].join('\n');
}

/** What one text takes of the processor. */
function microsecondsOf(texts: readonly string[], read: (text: string) => unknown): number {
  const before = process.threadCpuUsage();
  for (const text of texts) read(text);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / texts.length;
}

/** With rows for the terms that most of the texts have. */
function madeUpModel(texts: readonly string[]): TermModel {
  const counts = new Map<string, number>();
  for (const text of texts) {
    visitTokens(text, ({ word, term }) => {
      if (!isStopWord(word)) counts.set(term, (counts.get(term) ?? 0) + 1);
    });
  }
  const words = [...counts.keys()]
    .sort((a, b) => (counts.get(b) as number) - (counts.get(a) as number))
    .slice(0, MADE_UP_ROWS);
  const random = createRandom(2026);
  const rows = Float32Array.from({ length: words.length * DIMENSIONS }, () => random.next() - 0.5);
  return quantisedModel({ name: 'made-up', words, rows, unknownScale: 0.5 });
}
