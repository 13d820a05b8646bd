/** `broadsheet trending`, from its arguments to its output. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addTrending } from '../../src/cli/commands/trending.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { openDatabase } from '../../src/database/database.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { parsePriorModel } from '../../src/trending/prior/prior-model.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { NOON, record } from '../support/catalogue.js';
import { wordOf, writeSmallModel } from '../support/models.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Runs the command in this process; what it throws is what the program would put into words. */
async function trending(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof texts) =>
    new Writable({
      write(chunk, _, done) {
        texts[name] += String(chunk);
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const terminal = {
    environment: {},
    stdin: (async function* () {})(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    worldFor: () => ({ now: () => NOON }),
    onSignal: () => {},
  } as unknown as Terminal;
  const program = new Command().exitOverride();
  addTrending(program, terminal, () => {});
  await program.parseAsync(['trending', ...args], { from: 'user' });
  return texts;
}

describe('trending show', () => {
  it('tells the constants and the prior, for people and for programs', async () => {
    expect((await trending('show')).stdout).toContain('half after 36 hours');
    const { constants, prior } = JSON.parse((await trending('show', '--json')).stdout);
    expect(constants.weights.ofKind.vote).toBe(1);
    expect(prior.id).toMatch(/^broadsheet-1-prior-/);
  });
});

describe('trending explain and rebuild', () => {
  it('tell what the heat of a paper is the sum of, and mend sums', async () => {
    const data = await temporaryFolder();
    const location = { kind: 'sqlite', path: join(data, 'broadsheet.db') } as const;
    const database = await openDatabase(location);
    const papers = createPaperStore(database, { now: () => NOON, timeZone: 'UTC' });
    const [added] = await papers.add([record({ title: 'A paper', names: ['2611.00001'] })]);
    const store = createTrendingStore(database, { now: () => NOON });
    await database.connection.transaction().execute((transaction) =>
      store.put(transaction, {
        paperId: added?.id as NonNullable<typeof added>['id'],
        actor: 'ana',
        kind: 'vote',
        atMs: NOON.getTime(),
      }),
    );
    await database.connection
      .$extendTables<{ standings: { merit: number } }>()
      .updateTable('standings')
      .set({ merit: 7 })
      .execute();
    await database[Symbol.asyncDispose]();

    const { stdout } = await trending('explain', 'arXiv:2611.00001', '--data', data);
    expect(stdout).toMatch(/1 vote +1\.000 .*\nheat +1\.000\n$/);
    const explained = await trending('explain', '2611.00001', '--data', data, '--json');
    expect(JSON.parse(explained.stdout)).toMatchObject({ id: '2611.00001', heat: 1 });
    const rebuilt = await trending('rebuild', '--data', data, '--json');
    expect(JSON.parse(rebuilt.stdout)).toEqual({ papers: 1, changed: 1, fields: 1 });
    const again = await trending('rebuild', '--data', data, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ changed: 0 });
    const missing = trending('explain', '2611.99999', '--data', data);
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
  });

  it('do not make a catalogue where there is none', async () => {
    const data = join(await temporaryFolder(), 'nothing');
    for (const args of [['explain', '1'], ['rebuild']]) {
      await expect(trending(...args, '--data', data)).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});

describe('trending fit', () => {
  it('learns a prior from records and papers, and tells how good it is', async () => {
    const folder = await temporaryFolder();
    const place = (name: string) => join(folder, name);
    await writeSmallModel(place('small.model'), 1);
    const records: string[] = ['not a record'];
    const papers: string[] = [];
    for (let number = 0; number < 240; number += 1) {
      const arxiv = `2401.${String(number).padStart(5, '0')}`;
      const day = new Date(Date.UTC(2026, 0, 1 + Math.floor(number / 6)))
        .toISOString()
        .slice(0, 10);
      // People like what is about topic 3.
      const topic = (number * 7) % 5;
      const title = `${wordOf(topic, 1)} ${wordOf(topic, 2)} ${number}`;
      const upvotes = topic === 3 ? 40 + (number % 9) : 5 + (number % 9);
      records.push(JSON.stringify({ arxiv, title, dailyDate: day, observedAt: day, upvotes }));
      papers.push(JSON.stringify({ id: arxiv, title, abstract: wordOf(topic, 3) }));
    }
    await writeFile(place('records.jsonl'), records.join('\n'));
    await writeFile(place('papers.jsonl'), papers.join('\n'));
    const { stdout, stderr } = await trending(
      'fit',
      place('records.jsonl'),
      '--papers',
      place('papers.jsonl'),
      '--out',
      place('prior.json'),
      '--model',
      place('small.model'),
      '--name',
      'trial',
      '--json',
    );
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ isUseful: true, file: place('prior.json') });
    expect(answer.scores[0]).toMatchObject({ order: 'the prior', days: 8 });
    expect(answer.scores[0].tau).toBeGreaterThan(0.5);
    expect(answer.problems).toHaveLength(1);
    expect(stderr).toContain('records.jsonl:1');
    const prior = parsePriorModel(await readFile(place('prior.json'), 'utf8'));
    expect(prior).toMatchObject({ id: answer.id, model: answer.model });
    expect(prior.id).toMatch(/^trial-/);
  });

  it('says what is missing where there is too little to learn from', async () => {
    const folder = await temporaryFolder();
    const records = join(folder, 'records.jsonl');
    const one = {
      arxiv: '1',
      title: 'A',
      dailyDate: '2026-01-01',
      observedAt: '2026-01-01',
      upvotes: 1,
    };
    await writeFile(records, JSON.stringify(one));
    const model = join(folder, 'small.model');
    await writeSmallModel(model, 1);
    const fit = trending('fit', records, '--out', join(folder, 'prior.json'), '--model', model);
    await expect(fit).rejects.toMatchObject({ code: 'bad_usage' });
  });
});
