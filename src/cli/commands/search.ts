/** `broadsheet search QUERY`: the engine of the site, on the command line. */

import { type Command, Option } from 'commander';
import { type App, openApp } from '../../app.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperReader } from '../../papers/catalogue.js';
import type { PartialDate } from '../../papers/dates.js';
import { parseIdentifier } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { shown } from '../../papers/record.js';
import type { Findings } from '../../search/find-papers.js';
import type { Query } from '../../search/query.js';
import { LONGEST_ASKED, readQuery } from '../../search/read-query.js';
import type {
  SearchHit,
  SearchMode,
  SearchOptions,
  SearchSort,
} from '../../search/search-engine.js';
import { queryLike } from '../../search/similar-papers.js';
import {
  type AddCommand,
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

/** Stands for standard input in place of a query. */
const STANDARD_INPUT = '-';

/** Of a long text, a hundred words may have a part in a score. JSON has them all. */
const MOST_PARTS_PRINTED = 12;

/** Scores in which meaning has a part are rarely above 1. */
const DECIMALS = 3;

type SearchCommandOptions = {
  readonly data?: string;
  readonly json?: boolean;
  readonly limit: number;
  readonly mode: SearchMode;
  readonly sort: SearchSort;
  readonly like?: string;
  readonly explain?: boolean;
};

/** What is searched for, and what is left out of the answer. */
type Asked = { readonly query: Query } & Pick<SearchOptions, 'without'>;

export const addSearch: AddCommand = (program, terminal) => {
  program
    .command('search')
    .description('find papers')
    .argument(
      '[query...]',
      'words, "phrases", -not, title: author: cat: source: after: before: …; ' +
        'an abstract or a BibTeX entry, to find papers like it; - for standard input',
    )
    // `-word` is a part of the query; `--word` can only be an option.
    .allowUnknownOption()
    .option('--like <id>', 'find papers like this one, in place of a query')
    .addOption(new Option('--limit <n>', 'how many results').argParser(wholeNumber(1)).default(10))
    .addOption(
      new Option('--mode <mode>', 'by words, by meaning, or both')
        .choices(['hybrid', 'lexical', 'dense'])
        .default('hybrid'),
    )
    .addOption(
      new Option('--sort <order>', 'what comes first')
        .choices(['relevance', 'newest', 'trending'])
        .default('relevance'),
    )
    .option('--explain', 'say what each score is made of')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (words: string[], options: SearchCommandOptions, command: Command) => {
      refuseMisuse(words, options, command);
      const config = await configFor(terminal, { data: options.data });
      requireCatalogue(config);
      const text = await textOf(words, terminal);
      await using app = await openApp(config, terminal.worldFor(config));
      const { query, without } = await askedFor(text, options, app.papers);
      await waitForSearch(app, terminal);

      const startedAtMs = performance.now();
      const findings = await app.search(query, {
        mode: options.mode,
        sort: options.sort,
        offset: 0,
        limit: options.limit,
        explain: options.explain === true,
        ...(without !== undefined && { without }),
      });
      const tookMs = Math.round((performance.now() - startedAtMs) * 100) / 100;

      if (options.json) printJson(terminal, asJson(query, options, findings, tookMs));
      else printFindings(terminal, query, findings, tookMs);
    });
};

function refuseMisuse(words: readonly string[], { like }: SearchCommandOptions, command: Command) {
  const unknown = words.find((word) => word.startsWith('--'));
  if (unknown) command.error(`error: unknown option '${unknown}'`);
  if (words.length === 0 && like === undefined) {
    command.error("error: missing required argument 'query'");
  }
  if (words.length > 0 && like !== undefined) {
    command.error("error: option '--like' takes the place of a query");
  }
}

/** The text of the query; what is more than can be searched is not even read. */
async function textOf(words: readonly string[], { stdin, stderr }: Terminal): Promise<string> {
  if (words.join() !== STANDARD_INPUT) return words.join(' ');
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of stdin) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > LONGEST_ASKED) break;
  }
  if (text.length <= LONGEST_ASKED) return text;
  const most = LONGEST_ASKED.toLocaleString('en-GB');
  stderr.write(`Only the first ${most} characters were read.\n`);
  return text.slice(0, LONGEST_ASKED);
}

/** @throws BroadsheetError `not_found` if the catalogue lacks the paper that others are to be like */
async function askedFor(
  text: string,
  { like }: SearchCommandOptions,
  papers: Pick<PaperReader, 'find'>,
): Promise<Asked> {
  if (like === undefined) return { query: readQuery(text) };
  const paper = parseIdentifier(like) && (await papers.find(like));
  if (!paper) throw new BroadsheetError('not_found', `There is no paper ${shown(like)} here.`);
  return { query: queryLike(paper), without: paper.id };
}

async function waitForSearch(app: App, terminal: Terminal): Promise<void> {
  const progress = startProgress(terminal.stderr, 'Reading the catalogue');
  await app.searchIsReady((papers) => progress.remark(`${papers} papers`)).finally(progress.end);
}

function asJson(
  query: Query,
  { sort, like }: SearchCommandOptions,
  { answer, results }: Findings,
  tookMs: number,
): object {
  return {
    query: query.text,
    ...(like !== undefined && { like }),
    mode: answer.mode,
    sort,
    total: answer.total,
    tookMs,
    ...(answer.didYouMean !== undefined && { didYouMean: answer.didYouMean }),
    notes: [...query.notes, ...answer.notes],
    results: results.map(({ hit, paper }) => ({
      id: paper.id,
      title: paper.title,
      date: dateOf(paper),
      score: hit.score,
      ...(hit.explanation && { explanation: hit.explanation }),
    })),
  };
}

function printFindings(
  terminal: Terminal,
  query: Query,
  { answer, results }: Findings,
  tookMs: number,
): void {
  for (const note of [...query.notes, ...answer.notes]) terminal.stderr.write(`${note}\n`);
  if (answer.didYouMean) printLine(terminal, `Did you mean: ${answer.didYouMean}`);
  const papers = answer.total === 1 ? 'paper' : 'papers';
  printLine(terminal, `${answer.total} ${papers} (${tookMs} ms)`);
  for (const [at, { hit, paper }] of results.entries()) {
    const facts = [paper.id, dateOf(paper) ?? 'undated', ...scoreInWords(hit)];
    printLine(terminal, `${String(at + 1).padStart(3)}. ${paper.title}`);
    printLine(terminal, `     ${facts.join(' · ')}`);
    for (const line of explanationOf(hit)) printLine(terminal, `       ${line}`);
  }
}

/** Nothing where papers are listed by something else. */
function scoreInWords({ score }: SearchHit): string[] {
  return score === 0 ? [] : [score.toFixed(DECIMALS)];
}

/** The parts of a score that add most, the others together, and their sum. */
function explanationOf({ score, explanation = [] }: SearchHit): string[] {
  if (explanation.length === 0) return [];
  const parts = explanation.toSorted((a, b) => b.value - a.value);
  const others = parts.splice(MOST_PARTS_PRINTED);
  const value = others.reduce((sum, part) => sum + part.value, 0);
  if (others.length > 0) parts.push({ label: `${others.length} smaller parts`, value });
  return [...parts, { label: 'sum', value: score }].map(
    (part) => `${part.label}: ${part.value.toFixed(DECIMALS)}`,
  );
}

/** When it appeared; `null` in JSON where no source says, which is not the day it was added. */
function dateOf({ announcedOn, publishedOn }: Paper): PartialDate | null {
  return announcedOn ?? publishedOn ?? null;
}
