import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { readJudgedSet } from './judged-set-client.js';

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'corpus.jsonl':
    '{"_id": "d1", "title": "Bees", "text": "They dance."}\n{"_id": "d2", "text": "Ants."}\n',
  'queries.jsonl': '{"_id": "q1", "text": "Do bees dance?"}\n',
  'qrels.tsv': 'query-id\tcorpus-id\tscore\nq1\td1\t1\n',
};

/** The folder of a set that is sound but for these files; `undefined` takes a file away. */
async function folderWith(files: Readonly<Record<string, string | Uint8Array | undefined>> = {}) {
  const folder = join(await temporaryFolder(), 'bees');
  await mkdir(folder);
  for (const [name, content] of Object.entries({ ...FILES, ...files })) {
    if (content !== undefined) await writeFile(join(folder, name), content);
  }
  return folder;
}

const refusal = async (files: Parameters<typeof folderWith>[0]) =>
  readJudgedSet(await folderWith(files)).then(
    () => expect.unreachable(),
    (error: Error) => error.message,
  );

describe('a judged set in a folder', () => {
  it('is read, packed or not, with or without the names of the columns', async () => {
    const plain = await readJudgedSet(await folderWith());
    expect(plain).toMatchObject({
      documents: [
        { id: 'd1', title: 'Bees' },
        { id: 'd2', title: '' },
      ],
      queries: [{ id: 'q1', text: 'Do bees dance?' }],
    });
    const packed = await folderWith({
      'corpus.jsonl': undefined,
      'corpus.jsonl.zst': zstdCompressSync(FILES['corpus.jsonl'] ?? ''),
      'queries.jsonl': undefined,
      'queries.jsonl.gz': gzipSync(FILES['queries.jsonl'] ?? ''),
      'qrels.tsv': 'q1\td1\t1\r\n',
    });
    expect(await readJudgedSet(packed)).toEqual(plain);
  });

  it('is refused when a file or the folder is not there', async () => {
    expect(await refusal({ 'qrels.tsv': undefined })).toMatch(
      /no qrels\.tsv in the folder ".*bees"/,
    );
    expect(await refusal({ 'corpus.jsonl': undefined })).toMatch(/no corpus\.jsonl in/);
    const gone = await folderWith();
    await rm(gone, { recursive: true });
    await expect(readJudgedSet(gone)).rejects.toThrow(`There is no folder "${gone}"`);
    await expect(readJudgedSet(gone)).rejects.toMatchObject({ exitStatus: 1 });
  });

  it('is refused when a file breaks off', async () => {
    const whole = zstdCompressSync(FILES['corpus.jsonl'] ?? '');
    const cut = { 'corpus.jsonl': undefined, 'corpus.jsonl.zst': whole.subarray(0, -5) };
    expect(await refusal(cut)).toMatch(/corpus\.jsonl\.zst" is cut short or damaged/);
    expect(await refusal({ 'queries.jsonl': '' })).toMatch(/queries\.jsonl" is empty/);
  });

  it('is refused with the place of each line that cannot be used', async () => {
    const message = await refusal({
      'corpus.jsonl': '{"_id": "d1", "text": "x"}\n{broken\n{"_id": "d1", "text": "y"}\n\n{}\n',
    });
    expect(message.split('\n').map((line) => line.replace(/^.*bees./, ''))).toEqual([
      'corpus.jsonl:2: The line is not valid JSON.',
      'corpus.jsonl:3: The id "d1" was there before.',
      'corpus.jsonl:5: The field "_id" is missing.',
    ]);
    expect(await refusal({ 'qrels.tsv': 'q9\td1\t1' })).toMatch(
      /qrels\.tsv:1: There is no query "q9"/,
    );
    expect(await refusal({ 'queries.jsonl': new Uint8Array([0xff, 0xfe, 0x0a]) })).toMatch(
      /UTF-16/,
    );
    expect(await refusal({ 'queries.jsonl': new Uint8Array([0x7b, 0xff, 0x0a]) })).toMatch(
      /queries\.jsonl:1: The line is not valid UTF-8/,
    );
  });

  it('tells a few of many such lines', async () => {
    const lines = (await refusal({ 'qrels.tsv': 'nonsense\n'.repeat(1_000) })).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe('… and 995 more.');
  });

  it('is refused when no query has an answer', async () => {
    expect(await refusal({ 'qrels.tsv': 'q1\td1\t0' })).toMatch(/No query of .* relevant document/);
  });
});
