/** The commands as a person or a script uses them: real processes, files and exit statuses. */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { broadsheet, broadsheetJson, npmStart, serve, start } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Summary = {
  added: number;
  updated: number;
  unchanged: number;
  problems: { where: string; reason: string }[];
};
type Failure = { error: { code: string; message: string; fix: string } };

const PAPERS = [
  {
    id: '2303.00001',
    title: 'Nested dolls for vectors',
    abstract: 'Small ones inside large ones.',
  },
  { id: 'cs/9809007', title: 'An old paper on parsing', abstract: 'Before the numbers changed.' },
];
const LINES = PAPERS.map((paper) => JSON.stringify(paper)).join('\n');

/** A data folder, and a file of papers beside it. */
async function folderWith(lines: string | Uint8Array = LINES, name = 'papers.jsonl') {
  const folder = await temporaryFolder();
  const file = join(folder, name);
  await writeFile(file, lines);
  return { file, data: ['--data', join(folder, 'data')] };
}

describe('import', () => {
  it('tells what it added, and the second time that nothing changed', async () => {
    const { file, data } = await folderWith();
    const first = await broadsheetJson<Summary>(['import', file, ...data]);
    expect(first).toEqual({
      status: 0,
      answer: { added: 2, updated: 0, unchanged: 0, problems: [] },
    });
    const again = await broadsheet(['import', file, ...data]);
    expect(again).toMatchObject({
      status: 0,
      stdout: '0 added, 0 updated, 2 unchanged, 0 problems\n',
    });
  });

  it('reads standard input and compressed files by what they are', async () => {
    const { file, data } = await folderWith(zstdCompressSync(LINES), 'papers.txt');
    expect((await broadsheetJson<Summary>(['import', file, ...data])).answer.added).toBe(2);
    const piped = await broadsheetJson<Summary>(['import', '-', ...data], {
      input: gzipSync(LINES),
    });
    expect(piped.answer.unchanged).toBe(2);
  });

  it('names the file and line of what it could not use, and takes the rest', async () => {
    const { file, data } = await folderWith(
      `${LINES}\n{"id": "x", "title": "No abstract"}\n{broken`,
    );
    const { status, answer } = await broadsheetJson<Summary>(['import', file, ...data]);
    expect(status).toBe(0);
    expect(answer.added).toBe(2);
    expect(answer.problems.map(({ where }) => where)).toEqual([`${file}:3`, `${file}:4`]);
  });

  it('fails, naming the file, when it is missing or cut short, and keeps what came before', async () => {
    const { data } = await folderWith();
    const missing = await broadsheetJson<Failure>(['import', '/nowhere/papers.jsonl', ...data]);
    expect(missing.status).toBe(1);
    expect(missing.answer.error).toMatchObject({ code: 'unreadable_input' });
    expect(missing.answer.error.message).toContain('/nowhere/papers.jsonl');

    const many = Array.from({ length: 3_000 }, (_, n) =>
      JSON.stringify({ id: `p-${n}`, title: `Paper ${n}`, abstract: `${Math.random()}`.repeat(9) }),
    ).join('\n');
    const whole = gzipSync(many);
    const cut = await folderWith(whole.subarray(0, whole.length - 1_000), 'cut.jsonl.gz');
    const { status, answer } = await broadsheetJson<Failure>(['import', cut.file, ...cut.data]);
    expect(status).toBe(1);
    expect(answer.error.message).toContain('cut.jsonl.gz');
    const { stdout } = await broadsheet(['export', ...cut.data]);
    expect(stdout.split('\n').length).toBeGreaterThan(1_000);
  });

  it('goes on after a file that cannot be read, and fails in the end', async () => {
    const { file, data } = await folderWith();
    const files = ['/nowhere/first.jsonl', file, '/nowhere/last.jsonl'];
    const { status, answer } = await broadsheetJson<Summary>(['import', ...files, ...data]);
    expect(status).toBe(1);
    expect(answer.added).toBe(2);
    expect(answer.problems.map(({ where }) => where)).toEqual([files[0], files[2]]);
  });

  it('fails when a file has nothing but broken lines, whatever the others had', async () => {
    const { file, data } = await folderWith();
    const broken = await folderWith('{"id": "x"}\n{"id": "y"}', 'broken.jsonl');
    const { status, answer } = await broadsheetJson<Summary>([
      'import',
      file,
      broken.file,
      ...data,
    ]);
    expect({ status, added: answer.added }).toEqual({ status: 1, added: 2 });
  });

  it('never loads the sample', async () => {
    const { file, data } = await folderWith();
    await broadsheet(['import', file, ...data]);
    const { stdout } = await broadsheet(['export', ...data]);
    expect(stdout.trim().split('\n')).toHaveLength(2);
  });
});

describe('search', () => {
  it('prints results with their score, as text and as JSON', async () => {
    const { file, data } = await folderWith();
    await broadsheet(['import', file, ...data]);
    const { status, answer } = await broadsheetJson<Record<string, unknown>>([
      'search',
      'vector dolls',
      ...data,
    ]);
    expect(status).toBe(0);
    expect(answer).toMatchObject({
      query: 'vector dolls',
      mode: 'hybrid',
      sort: 'relevance',
      total: 1,
      tookMs: expect.any(Number),
      results: [
        {
          id: '2303.00001',
          title: 'Nested dolls for vectors',
          date: '2023-03',
          score: expect.any(Number),
        },
      ],
    });
    const text = await broadsheet(['search', 'parsing', '--explain', ...data]);
    expect(text.stdout).toMatch(/An old paper on parsing\n.*cs\/9809007/);
    expect(text.stdout).toMatch(/^ +parsing in the title: 0\.\d{3}$/m);
    const [, score] = /cs\/9809007 · 1998-09 · (0\.\d{3})$/m.exec(text.stdout) ?? [];
    expect(text.stdout).toMatch(new RegExp(`^ +sum: ${score}$`, 'm'));
  });

  it('reads a text from standard input, and finds papers like it', async () => {
    const { file, data } = await folderWith();
    await broadsheet(['import', file, ...data]);
    const input = `Nested vectors: -dolls, "of old".\n${'We show that it is so. '.repeat(9)}`;
    const { status, stdout, stderr } = await broadsheet(['search', '-', ...data], { input });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}1\. Nested dolls for vectors$/m);
    expect(stderr).toContain('This is a text, so papers like it were searched.');
    const long = await broadsheet(['search', '-', ...data], { input: 'parsing '.repeat(9_000) });
    expect(long.stdout).toContain('An old paper on parsing');
    expect(long.stderr).toContain('Only the first 20,000 characters were read.');
  });

  it('finds papers like one that it has', async () => {
    const more = { ...PAPERS[0], id: '2303.00002', title: 'More nested dolls' };
    const { file, data } = await folderWith(`${LINES}\n${JSON.stringify(more)}`);
    await broadsheet(['import', file, ...data]);
    const { answer } = await broadsheetJson<{ like: string; results: { id: string }[] }>([
      'search',
      '--like',
      'arXiv:2303.00001v2',
      ...data,
    ]);
    expect(answer.like).toBe('arXiv:2303.00001v2');
    expect(answer.results.map(({ id }) => id)).toEqual(['2303.00002']);
    const unknown = await broadsheet(['search', '--like', '2303.99999', ...data]);
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toContain('There is no paper "2303.99999" here.');
  });

  it('lists what is newest first when asked to', async () => {
    const { file, data } = await folderWith();
    await broadsheet(['import', file, ...data]);
    const words = ['search', 'parsing', 'numbers', 'dolls', ...data];
    const best = await broadsheet(words);
    expect(best.stdout).toMatch(/^ {2}1\. An old paper on parsing$/m);
    const newest = await broadsheet([...words, '--sort', 'newest']);
    expect(newest.stdout).toMatch(/^ {2}1\. Nested dolls for vectors$/m);
  });
});

describe('search on the command line', () => {
  it('takes -word as what must not be in it, and refuses an option that it does not know', async () => {
    const { file, data } = await folderWith();
    await broadsheet(['import', file, ...data]);
    const { answer } = await broadsheetJson<{ results: { id: string }[] }>([
      'search',
      'paper',
      'inside',
      '-parsing',
      '--limit',
      '5',
      ...data,
    ]);
    expect(answer.results.map(({ id }) => id)).toEqual(['2303.00001']);
    const wrong = await broadsheet(['search', 'paper', '--explian', ...data]);
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining("'--explian'") });
  });

  it('names a data folder that is not there, instead of making one', async () => {
    const { data } = await folderWith();
    for (const command of [['search', 'x'], ['export']]) {
      const { status, stderr } = await broadsheet([...command, ...data]);
      expect(status).toBe(1);
      expect(stderr).toContain(`There is no catalogue in ${data[1]}`);
    }
  });

  it('is content when nobody reads its output to the end', async () => {
    const { file, data } = await folderWith();
    await broadsheet(['import', file, ...data]);
    const child = start(['search', 'paper', '--explain', ...data]);
    let complaints = '';
    child.stderr?.on('data', (text) => {
      complaints += text;
    });
    child.stdout?.destroy();
    const [status] = await once(child, 'close');
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
  });
});

describe('export', () => {
  it('writes what import reads again to the same catalogue', async () => {
    const { file, data } = await folderWith();
    await broadsheet(['import', file, ...data]);
    const output = `${file}.out`;
    expect((await broadsheet(['export', '--output', output, ...data])).status).toBe(0);
    const copy = ['--data', join(await temporaryFolder(), 'copy')];
    await broadsheet(['import', output, ...copy]);
    const { stdout } = await broadsheet(['export', ...copy]);
    expect(stdout).toBe(await readFile(output, 'utf8'));
    expect((await broadsheetJson<Summary>(['import', output, ...data])).answer.unchanged).toBe(2);
  });
});

describe('doctor', () => {
  it('finds a fresh installation well', async () => {
    const { file, data } = await folderWith();
    await broadsheet(['import', file, ...data]);
    const { status, answer } = await broadsheetJson<{
      ok: boolean;
      checks: { name: string; ok: boolean }[];
    }>(['doctor', ...data]);
    expect(status).toBe(0);
    expect(answer.ok).toBe(true);
    expect(answer.checks.map(({ name }) => name)).toContain('catalogue');
  });

  it('makes nothing where there is nothing', async () => {
    const { data } = await folderWith();
    const { status, stdout } = await broadsheet(['doctor', ...data]);
    expect(status).toBe(0);
    expect(stdout).toContain(`there is no ${data[1]}`);
    expect(existsSync(data[1] ?? '')).toBe(false);
  });

  it('reports pages that are damaged, and search does not wait for them for ever', async () => {
    const { data } = await folderWith();
    const many = Array.from({ length: 2_000 }, (_, n) =>
      JSON.stringify({ id: `p-${n}`, title: `Paper ${n}`, abstract: `Words of ${n}. `.repeat(20) }),
    );
    await broadsheet(['import', '-', ...data], { input: many.join('\n') });
    const path = join(data[1] ?? '', 'broadsheet.db');
    const bytes = await readFile(path);
    bytes.fill(0xff, 40_000, bytes.length - 40_000);
    await writeFile(path, bytes);
    const { status, answer } = await broadsheetJson<{ ok: boolean; checks: { ok: boolean }[] }>([
      'doctor',
      ...data,
    ]);
    expect({ status, ok: answer.ok }).toEqual({ status: 1, ok: false });
    const search = await broadsheet(['search', 'paper', ...data]);
    expect(search.status).toBe(1);
    expect(search.stderr).toMatch(/database/);
  });

  it('says what to do about a damaged database', async () => {
    const { file, data } = await folderWith();
    await broadsheet(['import', file, ...data]);
    await writeFile(join(data[1] ?? '', 'broadsheet.db'), 'not a database at all '.repeat(500));
    const { status, stdout } = await broadsheet(['doctor', ...data]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/FAIL {2}database.*\n.*backup/);
  });
});

describe('wrong usage ends with status 2 and one sentence', () => {
  it.each([
    [['serach', 'x'], /unknown command.*search/is],
    [['import'], /missing required argument/],
    [['import', 'x', '--format', 'pdf'], /Allowed choices are auto, jsonl, listing/],
    [['search', 'x', '--limit', '0'], /whole number from 1/],
    [['search'], /missing required argument/],
    [['search', 'x', '--like', '2303.00001'], /'--like' takes the place of a query/],
    [['search', 'x', '--sort', 'oldest'], /Allowed choices are relevance, newest, trending/],
    [['gather', 'arxiv', '--since', '2026-02-30'], /day such as/],
    [['serve', '--port', '70000'], /port .*between 0 and 65535/],
  ])('%j', async (args, words) => {
    const { status, stderr } = await broadsheet(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('    at ');
  });

  it('an unknown setting, with the nearest known one', async () => {
    const { status, stderr } = await broadsheet(['doctor'], {
      environment: { BROADSHEET_PRT: '1' },
    });
    expect(status).toBe(2);
    expect(stderr).toContain('BROADSHEET_PORT');
  });
});

describe('serve', () => {
  it('prints its address, answers, and stops cleanly when it is told to', async () => {
    const { data } = await folderWith();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const site = await serve([...data, '--no-gather']);
      expect((await fetch(`${site.url}/healthz`)).status).toBe(200);
      const exited = new Promise((resolve) => site.child.on('exit', resolve));
      site.child.kill(signal);
      expect(await exited).toBe(0);
    }
  });

  it('says that its port is taken', async () => {
    const { data } = await folderWith();
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { status, stderr } = await broadsheet(['serve', '--port', String(port), ...data]);
    other.close();
    expect(status).toBe(1);
    expect(stderr).toContain(`The port ${port} is taken`);
  });

  it('says that its data folder cannot be written', async () => {
    const { file } = await folderWith();
    const { status, stderr } = await broadsheet([
      'serve',
      '--port',
      '0',
      '--data',
      join(file, 'data'),
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain('cannot be made');
  });
});

describe('npm start', () => {
  it('passes its arguments on, and stops when npm is told to', async () => {
    const { data } = await folderWith();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const site = await npmStart(['--port', '0', '--no-gather', ...data]);
      expect((await fetch(`${site.url}/healthz`)).status).toBe(200);
      const exited = once(site.child, 'exit');
      site.child.kill(signal);
      await exited;
      expect(await isServed(site.url)).toBe(false);
    }
  });
});

function isServed(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  );
}
