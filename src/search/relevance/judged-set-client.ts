/**
 * Reads a judged set from its folder: `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`, each of
 * which may be packed. All or nothing: figures over half a set look like figures over the whole.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BroadsheetError } from '../../errors.js';
import { type Problem, shown } from '../../papers/record.js';
import { type OnProgress, readLines } from '../../sources/files/file-client.js';
import {
  isHeader,
  type JudgedSet,
  joinSet,
  parseAskedQuery,
  parseDocument,
  parseJudgement,
  type Read,
} from './judged-set.js';

/** Enough to see what is wrong; the rest is only counted. */
const PROBLEMS_TOLD = 5;

/** What may stand behind a file's name when it is packed. */
const ENDINGS: readonly string[] = ['', '.zst', '.gz'];

type Parse<Item> = (line: string, where: string) => Read<Item>;

/**
 * @param onProgress - told how much of the corpus was read
 * @throws BroadsheetError `unreadable_input` if a file is missing, breaks off or has lines that
 *   cannot be used, or if no query has an answer
 */
export async function readJudgedSet(folder: string, onProgress?: OnProgress): Promise<JudgedSet> {
  const places = {
    corpus: placeOf(folder, 'corpus.jsonl'),
    queries: placeOf(folder, 'queries.jsonl'),
    qrels: placeOf(folder, 'qrels.tsv'),
  };
  // The small files first: what is wrong with them is told without waiting for the large one.
  const judgements = await readItems(places.qrels, (line, where) =>
    where.endsWith(':1') && isHeader(line) ? {} : parseJudgement(line, where),
  );
  const queries = await readItems(places.queries, parseAskedQuery, ({ id }) => id);
  const documents = await readItems(places.corpus, parseDocument, ({ id }) => id, onProgress);

  const { set, problems } = joinSet({ documents, queries, judgements }, places.queries);
  refuse(problems);
  if (set.queries.length === 0) {
    throw new BroadsheetError(
      'unreadable_input',
      `No query of ${shown(folder)} has a relevant document.`,
      { fix: `Check the grades in ${shown(places.qrels)}.` },
    );
  }
  return set;
}

/** @param keyOf - what no two items may have in common */
async function readItems<Item>(
  place: string,
  parse: Parse<Item>,
  keyOf?: (item: Item) => string,
  onProgress?: OnProgress,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const problems: Problem[] = [];
  const known = new Set<string>();
  for await (const lines of readLines({ path: place }, onProgress)) {
    for (const line of lines) {
      const where = `${place}:${line.number}`;
      const { item, problem } =
        'text' in line ? parse(line.text, where) : { item: undefined, problem: { where, ...line } };
      if (problem) problems.push(problem);
      if (item === undefined) continue;
      const key = keyOf?.(item);
      if (key !== undefined && known.has(key)) {
        problems.push({ where, reason: `The id ${shown(key)} was there before.` });
      }
      if (key !== undefined) known.add(key);
      items.push(item);
    }
  }
  refuse(problems);
  return items;
}

function placeOf(folder: string, name: string): string {
  const places = ENDINGS.map((ending) => join(folder, `${name}${ending}`));
  const place = places.find((candidate) => existsSync(candidate));
  if (place !== undefined) return place;
  const what = existsSync(folder) ? `no ${name} in the folder` : 'no folder';
  throw new BroadsheetError('unreadable_input', `There is ${what} ${shown(folder)}.`, {
    fix: 'Name a folder with corpus.jsonl, queries.jsonl and qrels.tsv; each may end in .zst or .gz.',
  });
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const told = problems.slice(0, PROBLEMS_TOLD).map(({ where, reason }) => `${where}: ${reason}`);
  const others = problems.length - told.length;
  throw new BroadsheetError(
    'unreadable_input',
    [...told, ...(others > 0 ? [`… and ${others} more.`] : [])].join('\n'),
    { fix: 'Mend or remove these lines; a part of a set would give figures that mislead.' },
  );
}
