/**
 * `npm run bench -- model-change`: what a search loses while another model takes the place of the
 * one that has embedded the papers, on judged sets, from the first moment until all papers are
 * embedded anew.
 */

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Alignments, NO_ALIGNMENTS } from '../src/embedding/alignment.js';
import type { Embedder } from '../src/embedding/embedder.js';
import { embedderOf } from '../src/embedding/model-source.js';
import { openModelSource } from '../src/embedding/model-source-client.js';
import type { PaperId } from '../src/papers/identifiers.js';
import type { Paper } from '../src/papers/paper.js';
import { evaluate } from '../src/search/relevance/evaluate.js';
import { type JudgedSet, toPaper } from '../src/search/relevance/judged-set.js';
import { readJudgedSet } from '../src/search/relevance/judged-set-client.js';
import type { SearchMode } from '../src/search/search-engine.js';
import { createIndexWriter, type IndexWriter } from '../src/search/segments/index-writer.js';
import { learnAlignments } from '../src/search/segments/learn-alignments.js';
import { mergeSegments } from '../src/search/segments/merge-segments.js';
import { newestOutdated, sampleOfOthers } from '../src/search/segments/outdated-papers.js';
import { createSegmentSearcher } from '../src/search/segments/segment-searcher.js';
import { loadKernels } from '../src/search/vectors/kernels-client.js';
import type { CompiledModule } from '../src/web-assembly.js';

export type ModelChangeOptions = {
  /** Models, as `model use` takes them. */
  readonly from: string;
  readonly to: string;
  /** Folders of judged sets. */
  readonly sets: readonly string[];
};

const FOLDER = new URL('../../shared/data/ir/', import.meta.url);

/** What is measured if nothing else is named. */
export const JUDGED_SETS: readonly string[] = ['scifact', 'nfcorpus', 'csfcube', 'scitldr'].map(
  (name) => fileURLToPath(new URL(name, FOLDER)),
);

/** The site learns from as many. */
const PAPERS_TO_LEARN_FROM = 4_000;

const MODES: readonly SearchMode[] = ['dense', 'hybrid'];

/** A moment of the change, in the order in which they come. */
type Stage = {
  readonly name: string;
  readonly queries: Embedder;
  readonly alignments: Alignments;
};

/** Prints nDCG@10 in hundredths, for each set and mode one line. */
export async function benchModelChange({ from, to, sets }: ModelChangeOptions): Promise<void> {
  const [former, latter] = [await openModelSource(from), await openModelSource(to)].map(embedderOf);
  if (!former || !latter) return;
  const { module: kernels } = await loadKernels();
  console.log(`From ${former.modelId} to ${latter.modelId}: nDCG@10 in hundredths`);
  for (const folder of sets) {
    if (!existsSync(folder)) {
      console.log(`Skipped: There is no ${folder}.`);
      continue;
    }
    const set = await readJudgedSet(folder);
    const papers = set.documents.map((document, at) => toPaper(document, at + 1));
    const byId = new Map(papers.map((paper) => [paper.id, paper]));
    const writer = createIndexWriter(former);
    writer.takeIn({ papers, removed: [] });
    const paperOf = (id: PaperId): Paper[] => [byId.get(id) ?? []].flat();
    const sample = sampleOfOthers(writer.state, latter.modelId, PAPERS_TO_LEARN_FROM);
    const alignments = learnAlignments(writer.state, latter, sample.flatMap(paperOf));

    const rows: { readonly name: string; readonly figures: readonly string[] }[] = [];
    const measure = async ({ name, ...stage }: Stage): Promise<void> => {
      rows.push({ name, figures: await figuresAt(writer, set, stage, kernels) });
    };
    await measure({ name: 'former, all', queries: former, alignments: NO_ALIGNMENTS });
    await measure({ name: 'not turned', queries: latter, alignments: asTheyAre(former) });
    const asked = { queries: latter, alignments };
    await measure({ name: 'none anew', ...asked });
    writer.embedBy(latter);
    for (const share of [1 / 4, 1 / 2, 3 / 4, 1]) {
      const left = Math.round(papers.length * (1 - share));
      renewUntil(writer, latter, left, paperOf);
      await measure({ name: `${share * 100} % anew`, ...asked });
    }
    console.log(`\n${basename(folder)}: ${papers.length} papers`);
    console.log(['', ...MODES].map((cell) => cell.padEnd(14)).join(''));
    for (const { name, figures } of rows) {
      console.log([name, ...figures].map((cell) => cell.padEnd(14)).join(''));
    }
  }
}

/** What happens to vectors that are compared as if they were of one model. */
function asTheyAre({ modelId, dimensions }: Embedder): Alignments {
  const identity = new Float32Array(dimensions * dimensions);
  for (let at = 0; at < dimensions; at += 1) identity[at * dimensions + at] = 1;
  return new Map([[modelId, identity]]);
}

async function figuresAt(
  { state }: IndexWriter,
  { queries }: JudgedSet,
  { queries: embedder, alignments }: Omit<Stage, 'name'>,
  kernels: CompiledModule | undefined,
): Promise<string[]> {
  const searcher = createSegmentSearcher(state, { embedder, alignments, thread: 0, kernels });
  const engine = {
    search: async (...asked: Parameters<typeof searcher.search>) => searcher.search(...asked),
  };
  const figures = await evaluate({ engine, queries, modes: MODES, among: 'all' });
  return MODES.map((mode) => ((figures.get(mode)?.ndcgAt10 ?? 0) * 100).toFixed(1));
}

/** Embeds papers anew, the newest first, until only so many are left. */
function renewUntil(
  writer: IndexWriter,
  { modelId }: Embedder,
  left: number,
  paperOf: (id: PaperId) => readonly Paper[],
): void {
  const outdated = newestOutdated(writer.state, modelId, writer.state.size());
  writer.renew(outdated.slice(0, outdated.length - left).flatMap(paperOf));
  for (let plan = writer.planMerge(); plan; plan = writer.planMerge()) {
    writer.completeMerge(plan, mergeSegments(plan.parts));
  }
}
