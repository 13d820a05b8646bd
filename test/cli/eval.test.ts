/** The measure of a search, from a folder on the disk to figures: the whole of `eval`. */

import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { broadsheet, broadsheetJson } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DOCUMENTS = [
  { _id: 'rye', title: 'Sourdough rye', text: 'Sourdough of rye rises slowly.' },
  { _id: 'oven', title: 'A clay oven', text: 'It bakes sourdough and pizza.' },
  { _id: 'mill', title: 'Water mills', text: 'They grind wheat.' },
  { _id: 'pie', title: 'Apple pie', text: 'Apples below a crust.' },
];

const QUERIES = [
  // Finds rye, then oven; people liked the oven better.
  { _id: 'q1', text: 'Sourdough: rye' },
  // Finds the mill, since the minus is only a sign, and misses the pie.
  { _id: 'q2', text: 'wheat -mills' },
  // Is a document itself, and finds the oven behind it.
  { _id: 'pie', text: 'Apple pie from a clay oven' },
  // Finds rye before the oven; among what was judged there is only the oven.
  { _id: 'q4', text: 'slowly rising sourdough of rye' },
  // Has no answer.
  { _id: 'q5', text: 'pizza' },
];

const JUDGEMENTS = [
  ['q1', 'oven', 2],
  ['q1', 'rye', 1],
  ['q2', 'mill', 1],
  ['q2', 'pie', 1],
  ['pie', 'pie', 3],
  ['pie', 'oven', 1],
  ['q4', 'oven', 1],
  ['q5', 'oven', 0],
];

const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** The folder of the set above, called `bakery`. */
async function bakery(): Promise<string> {
  const folder = join(await temporaryFolder(), 'bakery');
  await mkdir(folder);
  await writeFile(join(folder, 'corpus.jsonl.zst'), zstdCompressSync(lines(DOCUMENTS)));
  await writeFile(join(folder, 'queries.jsonl'), lines(QUERIES));
  const rows = [['query-id', 'corpus-id', 'score'], ...JUDGEMENTS];
  await writeFile(join(folder, 'qrels.tsv'), rows.map((row) => `${row.join('\t')}\n`).join(''));
  return folder;
}

type Figures = { 'ndcg@10': number; 'recall@100': number; 'mrr@10': number; ci95: number[] };
type Answer = {
  set: string;
  documents: number;
  queries: number;
  modes: Record<string, Figures>;
};
type Failure = { error: { code: string; message: string } };

describe('eval', () => {
  it('measures every mode, with figures that a pencil gives', async () => {
    const folder = await bakery();
    const { status, answer } = await broadsheetJson<Answer>(['eval', folder]);
    expect(status).toBe(0);
    expect(answer).toMatchObject({ set: 'bakery', documents: 4, queries: 4 });
    expect(Object.keys(answer.modes)).toEqual(['lexical', 'dense', 'hybrid']);
    // nDCG: (1 + 2/log₂3) / (2 + 1/log₂3) = .8597, 1 / (1 + 1/log₂3) = .6131, 1, 1/log₂3 = .6309.
    expect(answer.modes.lexical).toEqual({
      'ndcg@10': 0.7759,
      'recall@100': 0.875,
      'mrr@10': 0.875,
      ci95: [expect.any(Number), expect.any(Number)],
    });
    const [low = 0, high = 0] = answer.modes.lexical?.ci95 ?? [];
    expect(low).toBeGreaterThanOrEqual(0.6131);
    expect(high).toBeLessThanOrEqual(1);
    expect(low).toBeLessThan(0.7759);
    expect(high).toBeGreaterThan(0.7759);
    expect((await broadsheetJson<Answer>(['eval', folder])).answer).toEqual(answer);
  });

  it('ranks only what was judged when it is told to', async () => {
    const args = ['eval', await bakery(), '--pool', '--mode', 'lexical'];
    const { answer } = await broadsheetJson<Answer>(args);
    expect(Object.keys(answer.modes)).toEqual(['lexical']);
    expect(answer.modes.lexical).toMatchObject({ 'ndcg@10': 0.8682, 'mrr@10': 1 });
  });

  it('prints a table, and apart from it what the figures leave out', async () => {
    const { status, stdout, stderr } = await broadsheet(['eval', await bakery()]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^bakery: 4 documents, 4 queries\n.*nDCG@10.*recall@100.*MRR@10\n/);
    expect(stdout).toMatch(/^lexical +0\.7759 +0\.\d{3} to \d\.\d{3} +0\.8750 +0\.8750$/m);
    expect(stdout.trim().split('\n')).toHaveLength(5);
    expect(stderr).toBe('Queries without any relevant document, left out: 1.\n');
  });

  it('fails with one error that names what is missing, cut or malformed', async () => {
    const folder = await bakery();
    const failure = async (): Promise<string> => {
      const { status, answer } = await broadsheetJson<Failure>(['eval', folder]);
      expect({ status, code: answer.error.code }).toEqual({ status: 1, code: 'unreadable_input' });
      return answer.error.message;
    };
    await writeFile(join(folder, 'qrels.tsv'), 'q1\toven\t1\nq1 rye 1\n');
    expect(await failure()).toMatch(/qrels\.tsv:2: The line does not have three columns/);
    await truncate(join(folder, 'corpus.jsonl.zst'), 60);
    await writeFile(join(folder, 'qrels.tsv'), 'q1\toven\t1\n');
    expect(await failure()).toMatch(/corpus\.jsonl\.zst" is cut short or damaged/);
    await rm(join(folder, 'corpus.jsonl.zst'));
    expect(await failure()).toMatch(/no corpus\.jsonl in the folder/);
  });

  it.each([[[]], [['--mode', 'psychic']], [['--depth', '3']]])(
    'ends with status 2 when it is used wrongly: %j',
    async (options) => {
      const args = options.length === 0 ? ['eval'] : ['eval', 'anywhere', ...options];
      expect((await broadsheet(args)).status).toBe(2);
    },
  );
});
