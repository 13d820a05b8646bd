/**
 * How a whole edition goes out: personal letters of real papers, made, signed and handed to a
 * mail server on this machine, while readers search. Run it from the repository root:
 *
 *     node --expose-gc --import tsx bench/digest.ts [--letters 10000] [--papers 5000]
 *
 * It prints how long it took, what the server got, how much memory grew, how long the event loop
 * was held up, and how long searches took meanwhile. The server lives in a process of its own.
 */

import { fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/database/database.js';
import type { ChosenPaper, Contents, Reason } from '../src/digest/contents/contents.js';
import { createSender } from '../src/digest/delivery/sender.js';
import type { SenderParts } from '../src/digest/delivery/sender-parts.js';
import { createDigestLetter } from '../src/digest/letter/make-letter.js';
import { letterAsMime } from '../src/digest/letter/mime.js';
import { BUILT_IN, openModelSource } from '../src/embedding/model-source-client.js';
import type { Paper } from '../src/papers/paper.js';
import { parseQuery } from '../src/search/parse-query.js';
import { createSearchThreads } from '../src/search/threads/search-threads-client.js';
import { queueLetters, senderParts, TODAY } from '../test/support/senders.js';
import { missingCorpus, readCorpus } from './corpus.js';
import type { SinkReport } from './digest/sink.js';
import { PAPERS_FOR_QUERIES, queriesFrom } from './queries.js';
import { createRandom } from './random.js';
import { percentile } from './statistics.js';

const PAPERS_PER_LETTER = 10;

/** Between two searches of the one reader. */
const SEARCH_EVERY_MS = 20;

const SAMPLE_EVERY_MS = 200;

/** New papers of a day, from which letters are made. */
const PAPERS_OF_THE_DAY = 1_000;

const SITE = {
  title: 'Language Daily',
  tagline: 'New papers on how machines read and write',
  origin: 'https://paper.example',
  from: 'digest@paper.example',
};

const { values } = parseArgs({
  options: {
    letters: { type: 'string', default: '10000' },
    papers: { type: 'string', default: '5000' },
  },
});

/** What one reader gets; another for each, always the same for one. */
function contentsFor(papers: readonly Paper[], number: number): Contents {
  const random = createRandom(number);
  const reasons: readonly Reason[] = [
    { kind: 'trending', category: 'cs.CL' },
    { kind: 'like', papers: 3, title: 'Attention and what it looks at' },
    { kind: 'search', query: 'retrieval of long documents' },
    { kind: 'new', category: 'cs.LG' },
  ];
  const chosen = random.shuffled(papers.slice(0, PAPERS_OF_THE_DAY)).slice(0, PAPERS_PER_LETTER);
  return {
    day: TODAY,
    papers: chosen.map(
      ({ id }, at): ChosenPaper => ({
        paperId: id,
        section: at < 3 ? 'follows' : at < 6 ? 'interests' : 'edition',
        reasons: [reasons[random.below(reasons.length)] as Reason],
        votes: random.below(40),
      }),
    ),
    more: papers.length - chosen.length,
  };
}

function personalLetters(
  papers: readonly Paper[],
): Pick<SenderParts, 'contents' | 'papers' | 'compose'> {
  const byId = new Map(papers.map((paper) => [paper.id, paper]));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const dkim = { selector: 'bench', privateKey };
  const makeLetter = createDigestLetter();
  return {
    contents: { make: async ({ id }) => contentsFor(papers, Number(id.slice(-12))) },
    papers: {
      byIds: async (ids) =>
        new Map(
          ids.flatMap((id) => {
            const paper = byId.get(id);
            return paper ? [[id, paper] as const] : [];
          }),
        ),
    },
    compose: (given) =>
      letterAsMime(makeLetter({ site: SITE, ...given }), { date: new Date(), dkim }),
  };
}

async function run(letters: number, count: number): Promise<void> {
  const papers: Paper[] = [];
  for await (const batch of readCorpus(Math.max(count, PAPERS_FOR_QUERIES))) papers.push(...batch);
  const queries = Object.values(queriesFrom(papers.slice(0, PAPERS_FOR_QUERIES))).flat();
  papers.length = count;
  const folder = await mkdtemp(join(tmpdir(), 'broadsheet-digest-'));
  const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'broadsheet.db') });
  await queueLetters(database, { count: letters });
  const sink = fork(fileURLToPath(new URL('./digest/sink.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const [smtpUrl] = (await once(sink, 'message')) as [string];
  const engine = createSearchThreads({
    folder,
    model: () => openModelSource(BUILT_IN),
    threads: 1,
    catalogue: {
      identity: async () => 'digest',
      revision: async () => 0,
      commitAt: async () => undefined,
      byIds: async () => new Map(),
    },
    onNote: ({ text, error }) => console.log(text, error ?? ''),
  });
  const numbered = papers.map((paper, at) => ({ ...paper, revision: at + 1 }));
  await engine.update({ papers: numbered, removed: [], revision: count });
  engine.caughtUp();

  const searches = { alone: [] as number[], meanwhile: [] as number[] };
  let at = 0;
  const search = async (times: number[]): Promise<void> => {
    const { text } = queries[at++ % queries.length] as (typeof queries)[number];
    const startedAtMs = performance.now();
    await engine.search(parseQuery(text), { mode: 'hybrid', offset: 0, limit: 10 });
    times.push(performance.now() - startedAtMs);
    await wait(SEARCH_EVERY_MS);
  };
  for (let number = 0; number < 200; number++) await search(searches.alone);

  const usual = senderParts(database, { smtpUrl });
  const sender = createSender({ ...usual, ...personalLetters(papers), connections: 5 });
  globalThis.gc?.();
  const atFirst = process.memoryUsage.rss();
  let most = atFirst;
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, SAMPLE_EVERY_MS);
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const startedAtMs = performance.now();
  let isOver = false;
  const reader = async (): Promise<void> => {
    while (!isOver) await search(searches.meanwhile);
  };
  const drain = sender
    .drain({ editionOn: TODAY, signal: new AbortController().signal })
    .finally(() => {
      isOver = true;
    });
  const [drained] = await Promise.all([drain, reader()]);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  delays.disable();
  clearInterval(sampling);
  sink.send('report');
  const [report] = (await once(sink, 'message')) as [SinkReport];
  sink.disconnect();

  const { sent, failed, ambiguous } = drained.counts;
  const p95 = (times: number[]) =>
    percentile(
      times.toSorted((a, b) => a - b),
      95,
    ).toFixed(1);
  console.log(`rows: ${sent} sent, ${failed} failed, ${ambiguous} ambiguous (${drained.end})`);
  console.log(
    `server: ${report.letters} letters, ${report.doubled} doubled, ${(report.bytes / 1e6).toFixed(0)} MB`,
  );
  console.log(`time: ${seconds.toFixed(1)} s, ${(letters / seconds).toFixed(0)} letters a second`);
  console.log(
    `memory: ${(atFirst / 1e6).toFixed(0)} MB before, grew by ${((most - atFirst) / 1e6).toFixed(0)} MB`,
  );
  console.log(
    `event loop held up: p99 ${(delays.percentile(99) / 1e6).toFixed(1)} ms, at most ${(delays.max / 1e6).toFixed(1)} ms`,
  );
  console.log(
    `searches: p95 ${p95(searches.alone)} ms alone, ${p95(searches.meanwhile)} ms meanwhile (${searches.meanwhile.length})`,
  );
  await engine[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

const missing = missingCorpus();
if (missing) console.error(`Skipped: ${missing}`);
else await run(Number(values.letters), Number(values.papers));
