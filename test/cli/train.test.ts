/** A training as a person has it: files in, a model out. It runs here, so that it can be stopped. */

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { readModelFile } from '../../src/embedding/model-file-client.js';
import { createStaticEmbedder } from '../../src/embedding/static-embedder.js';
import { createLog } from '../../src/log.js';
import { madeUpPapers } from '../support/made-up-field.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SMALL = '--batch 32 --passes 2 --threads 1'.split(' ');

type Run = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** @param stopAt - asks the program to stop when it says this */
async function run(args: readonly string[], stopAt?: string): Promise<Run> {
  let stop = (): void => {};
  const said = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof said) => {
    const written = new PassThrough().on('data', (text) => {
      said[name] += text;
    });
    const write = written.write.bind(written);
    written.write = (text: string) => {
      if (stopAt && text.includes(stopAt)) stop();
      return write(text);
    };
    return written as unknown as NodeJS.WriteStream;
  };
  const terminal: Terminal = {
    environment: { BROADSHEET_GATHER: 'false' },
    stdin: new PassThrough().end(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    worldFor: (config) => ({
      fetch: () => Promise.reject(new Error('no network')),
      now: () => new Date(),
      random: () => 0.5,
      sleep: () => Promise.resolve(),
      log: createLog({ ...config, logLevel: 'error' }),
    }),
    onSignal: (asked) => {
      stop = asked;
    },
  };
  const status = await runCommand(args, terminal);
  return { status, ...said };
}

/** A file of a made-up field, with lines that are no papers. */
async function fieldFile(folder: string, papers = 300): Promise<string> {
  const rows = madeUpPapers(papers).map((paper) => JSON.stringify(paper));
  const path = join(folder, 'field.jsonl.gz');
  await writeFile(path, gzipSync(['not JSON', ...rows, '{"title": "No abstract"}'].join('\n')));
  return path;
}

describe('broadsheet train', () => {
  it('writes a model that embeds texts, with a card that says how it was made', async () => {
    const folder = await temporaryFolder();
    const file = await fieldFile(folder);
    const out = join(folder, 'field.model');
    const { status, stdout, stderr } = await run(['train', file, '--out', out, ...SMALL]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain('field.jsonl.gz:1: ');
    expect(stdout).toMatch(/field\.model: field-\w{12}, \d+ words from 300 papers/);

    const { model, card } = await readModelFile(out);
    expect(card).toMatchObject({
      name: 'field',
      rows: model.scales.length,
      seed: 1,
      data: [{ name: 'field.jsonl.gz', papers: 300 }],
      settings: { passes: 2, batch: 32 },
      scores: [],
    });
    const [paper] = madeUpPapers(1);
    const vector = createStaticEmbedder(model).embed(paper?.title ?? '');
    expect(Math.hypot(...vector)).toBeCloseTo(1);
  });

  it('that was stopped is gone on with, and gives the same model', async () => {
    const folder = await temporaryFolder();
    const file = await fieldFile(folder);
    const [whole, out] = [join(folder, 'a', 'one.model'), join(folder, 'one.model')];
    await mkdir(join(folder, 'a'));
    await run(['train', file, '--out', whole, ...SMALL]);

    const stopped = await run(['train', file, '--out', out, ...SMALL], 'After 0');
    expect(stopped.status).toBe(1);
    expect(stopped.stderr).toContain('the same command with --resume goes on');
    expect(existsSync(out)).toBe(false);

    const other = ['train', file, '--out', out, ...SMALL, '--seed', '2', '--resume'];
    const refused = await run(other);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('other papers or settings');

    const resumed = await run(['train', file, '--out', out, ...SMALL, '--resume']);
    expect(resumed.status).toBe(0);
    const [one, same] = await Promise.all([readModelFile(whole), readModelFile(out)]);
    expect(same.model.id).toBe(one.model.id);
    expect(existsSync(`${out}.checkpoint`)).toBe(false);
  });

  it('learns from the catalogue, going on from a model', async () => {
    const folder = await temporaryFolder();
    const file = await fieldFile(folder);
    const base = join(folder, 'base.model');
    await run(['train', file, '--out', base, ...SMALL]);
    await run(['import', file, '--data', folder]);
    const out = join(folder, 'ours.model');
    const args = ['--catalogue', '--data', folder, '--from', base, '--out', out, '--json'];
    const { status, stdout } = await run(['train', ...args, ...SMALL]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      model: expect.stringMatching(/^ours-/),
      data: [{ name: 'catalogue', papers: 300 }],
    });
    const [{ model }, before] = await Promise.all([readModelFile(out), readModelFile(base)]);
    expect(model.scales.length).toBe(before.model.scales.length);
    expect((await readModelFile(out)).card.settings.from).toBe(before.model.id);
  });

  it('is refused in words without papers, a place, or good settings', async () => {
    const folder = await temporaryFolder();
    const out = join(folder, 'field.model');
    const file = await fieldFile(folder, 10);
    expect(await run(['train', '--out', out])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('nothing to learn from'),
    });
    expect(await run(['train', file])).toMatchObject({ status: 2 });
    expect(await run(['train', file, '--out', out])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('There are 10 papers'),
    });
    expect(await run(['train', file, '--out', out, '--temperature', '0'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('temperature'),
    });
    expect(await run(['train', file, '--out', out, '--name', 'our field'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('cannot be called "our field"'),
    });
    const long = ['--licence', 'x'.repeat(5_000), ...SMALL];
    const enough = await fieldFile(await temporaryFolder());
    expect(await run(['train', enough, '--out', out, ...long])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('licence: Too big'),
    });
    expect(await run(['train', file, '--out', out, '--resume', ...SMALL])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('There is no checkpoint'),
    });
    expect(await run(['train', file, '--out', join(folder, 'none', 'field.model')])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('cannot be written'),
    });
    expect(await run(['train', join(folder, 'none.jsonl'), '--out', out])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('There is no file'),
    });
  });
});
