/** `broadsheet trending fit RECORDS…`: dated lists of elsewhere to a prior, and how good it is. */

import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { databaseLocation } from '../../config.js';
import { openDatabase } from '../../database/database.js';
import { textToEmbed } from '../../embedding/embedder.js';
import { embedderOf } from '../../embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../../embedding/model-source-client.js';
import { BroadsheetError } from '../../errors.js';
import { parseIdentifier } from '../../papers/identifiers.js';
import type { PaperFacts } from '../../papers/paper.js';
import { createPaperStore } from '../../papers/paper-store.js';
import type { Problem } from '../../papers/record.js';
import { bootstrapInterval, ndcgAt } from '../../search/relevance/measures.js';
import { readLines, toFileInput } from '../../sources/files/file-client.js';
import { readPapers } from '../../sources/files/read-papers.js';
import type { ReadPaper } from '../../trending/prior/design.js';
import {
  dailyLists,
  type EngagementRecord,
  engagementRecord,
} from '../../trending/prior/engagement.js';
import { fitPrior } from '../../trending/prior/fit-prior.js';
import type { Featured } from '../../trending/prior/plain-features.js';
import type { PriorModel, PriorScore } from '../../trending/prior/prior-model.js';
import { TRENDING } from '../../trending/standing-sums.js';
import {
  configFor,
  dataOption,
  jsonOption,
  printJson,
  printLine,
  requireCatalogue,
  wholeNumber,
} from '../command.js';
import { startProgress } from '../progress.js';
import type { Terminal } from '../terminal.js';

type FitOptions = {
  readonly papers?: readonly string[];
  readonly catalogue?: boolean;
  readonly data?: string;
  readonly out: string;
  readonly model: string;
  readonly name: string;
  readonly seed: number;
  readonly json?: boolean;
};

/** More than a screen of problems hides the rest. */
const PROBLEMS_SHOWN = 10;

/** Papers of the catalogue that are asked for at once. */
const PAGE = 500;

export function addFit(trending: Command, terminal: Terminal): void {
  trending
    .command('fit')
    .description('learn from dated lists with upvotes what the content of a paper lets expect')
    .argument(
      '<records...>',
      'JSON Lines of arxiv, title, dailyDate, observedAt, upvotes (plain, .gz or .zst)',
    )
    .option('--papers <file...>', 'JSON Lines of papers, for their abstracts')
    .option('--catalogue', 'take abstracts from the catalogue, too')
    .addOption(dataOption())
    .requiredOption('--out <file>', 'where the prior goes, such as field.prior.json')
    .option('--model <model>', `a model file or folder, or "${BUILT_IN}"`, BUILT_IN)
    .option('--name <name>', 'what its id begins with', 'broadsheet-1-prior')
    .option('--seed <number>', 'of the order by chance', wholeNumber(0), 1)
    .addOption(jsonOption())
    .action(async (files: string[], options: FitOptions) => {
      const problems: Problem[] = [];
      const records = await readRecords(files, terminal, problems);
      const lists = dailyLists(records);
      const wanted = new Map(records.map(({ arxiv, title }) => [arxiv, titleOnly(title)]));
      const facts = new Map([
        ...wanted,
        ...(await readFacts(new Set(wanted.keys()), options, terminal, problems)),
      ]);
      tellProblems(terminal, problems);
      const embedder = embedderOf(await openModelSource(options.model));
      const papers = new Map<string, ReadPaper>();
      for (const [arxiv, paper] of facts) {
        papers.set(arxiv, { facts: paper, vector: embedder.embed(textToEmbed(paper)) });
      }
      const { prior, seenTwice } = fitted(() =>
        fitPrior(
          {
            lists,
            papers,
            modelId: embedder.modelId,
            name: options.name,
            seed: options.seed,
            measures: { ndcgAt, interval: bootstrapInterval },
            prior: TRENDING.prior,
          },
          (words) => terminal.stderr.write(`${words}\n`),
        ),
      );
      await writeFile(options.out, inLines(prior));
      const { vector, ...rest } = prior;
      if (options.json) printJson(terminal, { ...rest, file: options.out, seenTwice, problems });
      else for (const line of inWords(prior, seenTwice)) printLine(terminal, line);
    });
}

async function readRecords(
  files: readonly string[],
  terminal: Terminal,
  problems: Problem[],
): Promise<EngagementRecord[]> {
  const records: EngagementRecord[] = [];
  for (const file of files) {
    for await (const lines of readLines(toFileInput(file, terminal.stdin))) {
      for (const line of lines) {
        const where = `${file}:${line.number}`;
        if ('reason' in line) problems.push({ where, reason: line.reason });
        else if (line.text.trim() !== '') {
          const record = recordIn(line.text);
          if (record) records.push(record);
          else problems.push({ where, reason: 'it is no record of a daily list' });
        }
      }
    }
  }
  return records;
}

/** Of a paper without an abstract, its title is what there is. */
function titleOnly(title: string): Featured {
  return { title, abstract: '', authors: [], categories: [], links: [] };
}

function recordIn(text: string): EngagementRecord | undefined {
  try {
    return engagementRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What is known of the papers that lists name, from all sources together. */
async function readFacts(
  wanted: ReadonlySet<string>,
  { papers: files = [], catalogue, data }: FitOptions,
  terminal: Terminal,
  problems: Problem[],
): Promise<ReadonlyMap<string, Featured>> {
  const facts = new Map<string, Featured>();
  const take = (arxiv: string, paper: PaperFacts): void => {
    if (paper.abstract !== '') facts.set(arxiv, together(facts.get(arxiv), paper));
  };
  for (const file of files) {
    const progress = startProgress(terminal.stderr, file);
    const input = toFileInput(file, terminal.stdin);
    try {
      const onProgress = (done: number, total: number | undefined) => progress.done(done, total);
      for await (const parsed of readPapers(input, { format: 'jsonl', onProgress })) {
        problems.push(...parsed.problems);
        for (const record of parsed.papers) {
          const arxiv = arxivNumbers(record.identifiers).find((number) => wanted.has(number));
          if (arxiv !== undefined) take(arxiv, record);
        }
      }
    } finally {
      progress.end();
    }
  }
  if (!catalogue) return facts;
  const config = await configFor(terminal, { data });
  requireCatalogue(config);
  await using database = await openDatabase(databaseLocation(config));
  const { now } = terminal.worldFor(config);
  const store = createPaperStore(database, { now, timeZone: config.timeZone });
  for (let after = 0; ; ) {
    const page = await store.pageByAddition(after, PAGE);
    for (const { paper, addedRevision } of page) {
      after = addedRevision;
      const arxiv = arxivNumbers(paper.identifiers).find((number) => wanted.has(number));
      if (arxiv !== undefined && !paper.isSample) take(arxiv, paper);
    }
    if (page.length < PAGE) return facts;
  }
}

function arxivNumbers(identifiers: readonly string[]): string[] {
  return identifiers
    .map((identifier) => parseIdentifier(identifier) ?? '')
    .filter((identifier) => identifier.startsWith('arxiv:'))
    .map((identifier) => identifier.slice('arxiv:'.length));
}

/** Each fact from whoever knows more of it. */
function together(known: Featured | undefined, paper: PaperFacts): Featured {
  const longer = <Item>(one: readonly Item[], other: readonly Item[]) =>
    other.length > one.length ? other : one;
  const { title, abstract, authors, categories, links, comment } = paper;
  if (!known) {
    return { title, abstract, authors, categories, links, ...(comment && { comment }) };
  }
  return {
    ...known,
    authors: longer(known.authors, authors),
    categories: longer(known.categories, categories),
    links: longer(known.links, links),
  };
}

/** @throws BroadsheetError `bad_usage` where there is too little to learn from */
function fitted<Result>(fit: () => Result): Result {
  try {
    return fit();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new BroadsheetError('bad_usage', `Nothing can be learned: ${cause.message}.`, {
      fix: 'Name more records, and with --papers the files that have their abstracts.',
      cause,
    });
  }
}

/** JSON with a line to every fact and one for the vector, so that a change can be read. */
function inLines({ vector, ...facts }: PriorModel): string {
  const text = JSON.stringify(facts, undefined, 2).replace(/\n\}$/, '');
  return `${text},\n  "vector": [${vector.join(',')}]\n}\n`;
}

function inWords(prior: PriorModel, seenTwice: readonly PriorScore[]): string[] {
  const spans = prior.spans.map(
    ({ use, from, until, days, papers }) =>
      `${use}: ${papers} papers of ${days} days, ${from} to ${until}`,
  );
  return [
    `${prior.id}, of the vectors of ${prior.model} (${prior.method})`,
    ...spans,
    '',
    ...tableOf(prior.scores),
    ...(seenTwice.length > 0
      ? ['', 'Papers that were looked at twice:', '', ...tableOf(seenTwice)]
      : []),
    '',
    prior.isUseful
      ? 'It is clearly better than order of submission and chance.'
      : 'It is not clearly better than order of submission and chance, so it is switched off.',
  ];
}

function tableOf(scores: readonly PriorScore[]): string[] {
  return [
    '| order | days | nDCG@10 | 95 % interval | tau-b | 95 % interval |',
    '|---|---:|---:|---:|---:|---:|',
    ...scores.map(
      ({ order, days, ndcgAt10, ndcgInterval, tau, tauInterval }) =>
        `| ${order} | ${days} | ${digits(ndcgAt10)} | ${spanOf(ndcgInterval)} ` +
        `| ${digits(tau)} | ${spanOf(tauInterval)} |`,
    ),
  ];
}

function digits(value: number): string {
  return value.toFixed(3);
}

function spanOf([low, high]: readonly [number, number]): string {
  return `${digits(low)} to ${digits(high)}`;
}

function tellProblems({ stderr }: Terminal, problems: readonly Problem[]): void {
  for (const { where, reason } of problems.slice(0, PROBLEMS_SHOWN)) {
    stderr.write(`${where}: ${reason}\n`);
  }
  const hidden = problems.length - PROBLEMS_SHOWN;
  if (hidden > 0) stderr.write(`… and ${hidden} more lines that could not be read.\n`);
}
