import { join } from 'node:path';
import fc from 'fast-check';
import type { KyselyPlugin } from 'kysely';
import { describe, expect, it } from 'vitest';
import { NOON, record } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import { temporaryFolder } from '../../test/support/temporary-folder.js';
import { openDatabase } from '../database/database.js';
import type { PaperReader } from './catalogue.js';
import type { Day } from './dates.js';
import type { Identifier, PaperId } from './identifiers.js';
import { createPaperStore } from './paper-store.js';

describeOnEveryDatabase('the catalogue', (database) => {
  const open = () => createPaperStore(database(), { now: () => NOON, timeZone: 'UTC' });

  describe('one paper', () => {
    it('comes back as it was stored', async () => {
      const papers = open();
      await papers.add([
        record({
          names: ['2303.01234v2', '10.1145/3292500'],
          title: 'Räume & $\\alpha$ <b>bold</b> 😀',
          authors: ['Zoë Ångström', 'Bob'],
          categories: ['cs.CL', 'stat.ML'],
          links: [{ kind: 'code', url: 'https://example.org/code' }],
          published: '2023-03-02',
          version: 2,
          venue: 'A Workshop',
        }),
      ]);
      const paper = await papers.find('2303.01234');
      expect(paper).toMatchObject({
        id: '2303.01234',
        identifiers: ['arxiv:2303.01234', 'doi:10.1145/3292500'],
        title: 'Räume & $\\alpha$ <b>bold</b> 😀',
        authors: ['Zoë Ångström', 'Bob'],
        categories: ['cs.CL', 'stat.ML'],
        links: [{ kind: 'code', url: 'https://example.org/code' }],
        publishedOn: '2023-03-02',
        editionOn: '2023-03-02',
        versions: [{ number: 2 }],
        venue: 'A Workshop',
        withdrawn: false,
        isSample: false,
        provenance: { title: 'jsonl', abstract: 'jsonl' },
      });
    });

    it('is found by each of its names, in any spelling', async () => {
      const papers = open();
      await papers.add([
        record({ title: 'Known by two names', names: ['cs/9809007', '10.1145/ABC'] }),
      ]);
      const spellings = [
        'cs/9809007',
        'cs.AI/9809007v3',
        'https://arxiv.org/abs/cs/9809007',
        'https://doi.org/10.1145/abc',
        'doi:10.1145/ABC',
      ];
      for (const name of spellings) {
        expect((await papers.find(name))?.id, name).toBe('cs/9809007');
      }
    });

    it('is not found under a name that nobody gave it', async () => {
      expect(await open().find('2303.99999')).toBeUndefined();
      expect(await open().find('../etc/passwd')).toBeUndefined();
      expect(await open().find('')).toBeUndefined();
    });
  });

  describe('the same paper again', () => {
    it('changes nothing, and says so', async () => {
      const papers = open();
      const paper = record({ title: 'Twice', names: ['2303.01234', 'acl:N18-1049'] });
      expect(await changes(papers.add([paper, paper]))).toEqual(['added', 'unchanged']);
      const revision = await papers.revision();
      expect(await changes(papers.add([paper]))).toEqual(['unchanged']);
      expect(await papers.revision()).toBe(revision);
    });

    it('in a later version is one paper with the later words', async () => {
      const papers = open();
      await papers.add([record({ title: 'First words', names: ['2303.01234v1'], version: 1 })]);
      await papers.add([record({ title: 'Better words', names: ['2303.01234v2'], version: 2 })]);
      expect(
        await changes(
          papers.add([record({ title: 'First words', names: ['2303.01234v1'], version: 1 })]),
        ),
      ).toEqual(['unchanged']);
      expect(await papers.count()).toBe(1);
      expect(await papers.find('2303.01234')).toMatchObject({
        title: 'Better words',
        versions: [{ number: 1 }, { number: 2 }],
      });
    });

    it('from a page without names is recognised by its title', async () => {
      const papers = open();
      const title = 'Top2Vec: Distributed Representations of Topics';
      await papers.add([record({ source: 'listing', title, authors: [] })]);
      await papers.add([
        record({ title: `${title}.`, names: ['2008.09470'], authors: ['D. Angelov'] }),
      ]);
      expect(await papers.count()).toBe(1);
      expect((await papers.find('2008.09470'))?.provenance.abstract).toBe('jsonl');
    });

    it('by the same authors under a preprint and a proceedings name is one paper', async () => {
      const papers = open();
      const title = 'A title long enough to be told apart';
      await papers.add([record({ title, names: ['2303.01234'], authors: ['Ana Ruiz', 'Bo Li'] })]);
      await papers.add([record({ title, names: ['acl:2023.acl-long.1'], authors: ['Li, Bo'] })]);
      expect(await papers.count()).toBe(1);
    });

    it('is not assumed of two preprints that name one article as theirs', async () => {
      const papers = open();
      const doi = '10.1145/3292500';
      await papers.add([
        record({ title: 'A study of nets, part one', names: ['2303.00001', doi] }),
        record({ title: 'A study of nets, part two', names: ['2303.00002', doi] }),
      ]);
      expect(await papers.count()).toBe(2);
      expect((await papers.find(doi))?.id).toBe('2303.00001');
      expect((await papers.find('2303.00002'))?.identifiers).toEqual(['arxiv:2303.00002']);
    });

    it('is not assumed of two files that use the same names for their rows', async () => {
      const papers = open();
      const outcomes = papers.add([
        record({ title: 'Whales and how they sing', names: ['doc1'], authors: ['Ana Ruiz'] }),
        record({ title: 'Four colours are enough', names: ['doc1'], authors: ['Bea Ruiz'] }),
      ]);
      expect(await changes(outcomes)).toEqual(['added', 'added']);
      expect((await papers.find('doc1'))?.title).toBe('Whales and how they sing');
    });

    it('is seen where two files name it differently, and all else agrees', async () => {
      const papers = open();
      const title = 'A title long enough to be told apart';
      await papers.add([
        record({ title, names: ['alpha-17'], authors: ['Ana Ruiz'] }),
        record({ title, names: ['zeta-99'], authors: ['Ana Ruiz'] }),
        record({ title, names: ['other'], abstract: 'Something else.', authors: ['Bo Li'] }),
      ]);
      expect(await papers.count()).toBe(2);
      expect((await papers.find('zeta-99'))?.id).toBe('alpha-17');
    });

    it('is not assumed of a file that uses the id of a paper as its own name', async () => {
      const papers = open();
      await papers.add([record({ title: 'Known by its title alone' })]);
      const [first] = (await papers.changesSince(0, 1)).papers;
      const name = `local:${first?.id}` as Identifier;
      const other = { ...record({ title: 'Quite another paper' }), identifiers: [name] };
      const [outcome] = await papers.add([other]);
      expect(outcome).toEqual({ id: name, change: 'added' });
      expect(await papers.count()).toBe(2);
    });

    it('stores a title of two thousand characters of any script', async () => {
      const papers = open();
      // Characters that do not repeat, since a database may compress those that do.
      const title = Array.from({ length: 2_000 }, (_, at) =>
        String.fromCodePoint(0x4e00 + ((at * 7_919) % 20_000)),
      ).join('');
      await papers.add([record({ title })]);
      expect(await changes(papers.add([record({ title })]))).toEqual(['unchanged']);
    });

    it('is not assumed of two files that only number their rows alike', async () => {
      const papers = open();
      const rows = [
        record({ title: 'Whales and how they sing', names: ['17'] }),
        record({ title: 'A proof of the four colour theorem', names: ['17'] }),
        record({ title: 'Whales, and how they sing to us', names: ['17'] }),
      ];
      expect(await changes(papers.add(rows))).toEqual(['added', 'added', 'updated']);
      expect(await changes(papers.add(rows.slice(1)))).toEqual(['unchanged', 'unchanged']);
      expect(await papers.count()).toBe(2);
      expect((await papers.find('17'))?.title).toBe('Whales, and how they sing to us');
    });

    it('is not assumed when two names of one collection or the authors differ', async () => {
      const papers = open();
      const title = 'Proceedings of the Workshop on Everything';
      await papers.add([
        record({ title, names: ['acl:W1'], authors: ['Ana Ruiz'] }),
        record({ title, names: ['acl:W2'], authors: ['Ana Ruiz'] }),
        record({ title, names: ['2303.01234'], authors: ['Bo Li'] }),
      ]);
      expect(await papers.count()).toBe(3);
    });
  });

  describe('the sample', () => {
    const sample = record({
      source: 'sample',
      title: 'A sample paper of some length',
      published: '2019-04-01',
    });

    it('is an edition of the day it was loaded, until something real arrives', async () => {
      const papers = open();
      await papers.add([sample]);
      expect(await papers.isSampleOnly()).toBe(true);
      await papers.add([
        record({ title: 'Real', names: ['2611.00001'], announcedOn: '2026-11-19' as Day }),
      ]);
      expect(await papers.isSampleOnly()).toBe(false);
    });

    it('gives way to the abstract itself', async () => {
      const papers = open();
      await papers.add([sample]);
      await papers.add([
        record({
          source: 'listing',
          title: 'A Sample Paper of Some Length',
          abstract: 'The real one.',
        }),
      ]);
      const [paper] = (await papers.changesSince(0, 10)).papers;
      expect(paper).toMatchObject({
        abstract: 'The real one.',
        isSample: false,
        editionOn: '2019-04-01',
      });
    });
  });

  describe('the revision', () => {
    it('lets a follower see all that several writers add and remove at once', async () => {
      const writers = [open(), open(), open(), open()];
      const reader = open();
      const seen = new Set<string>();
      let at = 0;
      let isWriting = true;
      const follow = async () => {
        const changes = await reader.changesSince(at, 3);
        for (const paper of changes.papers) {
          expect(paper.revision).toBeGreaterThan(at);
          expect(paper.revision).toBeLessThanOrEqual(changes.revision);
          seen.add(paper.id);
        }
        for (const id of changes.removed) seen.delete(id);
        at = changes.revision;
      };
      const following = (async () => {
        while (isWriting) await follow();
      })();
      await Promise.all(
        writers.map(async (papers, writer) => {
          for (let batch = 0; batch < 5; batch += 1) {
            const outcomes = await papers.add(
              [0, 1, 2].map((n) => record({ title: 'x', names: [`w-${writer}-${batch}-${n}`] })),
            );
            await papers.remove(outcomes.slice(0, 1).map(({ id }) => id));
          }
        }),
      );
      isWriting = false;
      await following;
      while (at < (await reader.revision())) await follow();
      expect(seen.size).toBe(4 * 5 * 2);
      expect(await reader.byIds(ids(...seen))).toHaveProperty('size', seen.size);
    });
  });

  describe('a paper that is removed', () => {
    it('is gone under all of its names, and told of once', async () => {
      const papers = open();
      await papers.add([
        record({ title: 'Stays', names: ['stays'] }),
        record({ title: 'Goes', names: ['2303.01234', '10.1145/goes'] }),
      ]);
      const before = await papers.revision();
      expect(await papers.remove(ids('unknown', '2303.01234', '2303.01234'))).toEqual([
        '2303.01234',
      ]);
      expect(await papers.find('2303.01234')).toBeUndefined();
      expect(await papers.find('10.1145/goes')).toBeUndefined();
      expect(await papers.count()).toBe(1);
      const changes = await papers.changesSince(before, 10);
      expect(changes).toMatchObject({
        papers: [],
        removed: ['2303.01234'],
        revision: await papers.revision(),
      });
      expect(changes.revision).toBeGreaterThan(before);
      expect(await papers.remove(ids('2303.01234'))).toEqual([]);
      expect(await papers.revision()).toBe(changes.revision);
    });

    it('leaves its names to others', async () => {
      const papers = open();
      const names = ['10.1145/shared'];
      const [first] = await papers.add([record({ title: 'First', names })]);
      await papers.remove(ids(first?.id ?? ''));
      const [second] = await papers.add([record({ title: 'Second', names })]);
      expect(second).toEqual({ id: first?.id, change: 'added' });
    });

    it('is no longer told of when it has come back', async () => {
      const papers = open();
      await papers.add([record({ title: 'Comes back', names: ['wanderer'] })]);
      await papers.remove(ids('wanderer'));
      await papers.add([record({ title: 'Comes back', names: ['wanderer'] })]);
      const { papers: found, removed } = await papers.changesSince(0, 10);
      expect(found.map(({ id }) => id)).toEqual(['wanderer']);
      expect(removed).toEqual([]);
    });

    it('may be one of a thousand', async () => {
      const papers = open();
      const names = Array.from({ length: 1_100 }, (_, at) => `p${at}`);
      await papers.add(names.map((name) => record({ title: name, names: [name] })));
      expect(await papers.remove(ids(...names))).toEqual(names);
      expect(await papers.count()).toBe(0);
      expect((await papers.changesSince(0, 2_000)).removed).toEqual(names);
    });
  });

  it('tells a follower, in steps of any size, just what there is, whatever comes and goes', async () => {
    let run = 0;
    const deed = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 5 }), version: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ remove: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1 }) }),
      fc.record({ follow: fc.integer({ min: 1, max: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 25 }), async (deeds) => {
        run += 1;
        const papers = open();
        const nameOf = (paper: number) => `doi:10.1145/run-${run}-paper-${paper}`;
        const start = await papers.revision();
        const there = new Map<string, string>();
        const copy = new Map<string, string>();
        let at = start;
        const follow = async (limit: number) => {
          const changes = await papers.changesSince(at, limit);
          expect(changes.papers.length + changes.removed.length).toBeLessThanOrEqual(limit);
          expect(changes.commit).toBe(await papers.commitAt(changes.revision));
          for (const paper of changes.papers) copy.set(paper.id, paper.title);
          for (const id of changes.removed) copy.delete(id);
          if (at < (await papers.revision())) expect(changes.revision).toBeGreaterThan(at);
          at = changes.revision;
        };
        for (const one of deeds) {
          if ('follow' in one) await follow(one.follow);
          else if ('remove' in one) {
            const names = one.remove.map(nameOf);
            expect(await papers.remove(ids(...names))).toEqual(
              names.filter((name) => there.delete(name)),
            );
          } else {
            const name = nameOf(one.add);
            await papers.add([
              record({ title: `v${one.version}`, names: [name], version: one.version }),
            ]);
            there.set(name, (await papers.find(name))?.title ?? '');
          }
        }
        while (at < (await papers.revision())) await follow(2);
        expect(copy).toEqual(there);
      }),
      { numRuns: 40 },
    );
  });

  describe('the identity of the catalogue', () => {
    it('is text of some length that stays', async () => {
      const identity = await open().identity();
      expect(identity).toMatch(/^[-0-9a-f]{36}$/);
      await open().add([record({ title: 'A paper' })]);
      expect(await open().identity()).toBe(identity);
    });
  });

  describe('the commit that made a revision', () => {
    it('is the same for all revisions of one batch, and differs from batch to batch', async () => {
      const papers = open();
      await papers.add([record({ title: 'One' }), record({ title: 'Two' })]);
      await papers.add([record({ title: 'Three' })]);
      const commits = await Promise.all([1, 2, 3, 4].map(papers.commitAt));
      expect(commits[0]).toBe(commits[1]);
      expect(commits[2]).not.toBe(commits[1]);
      expect(commits[2]).toMatch(/^[-0-9a-f]{36}$/);
      expect(commits[3]).toBeUndefined();
    });

    it('stays as it was when more is written', async () => {
      const papers = open();
      await papers.add([record({ title: 'One' })]);
      const commit = await papers.commitAt(1);
      await papers.remove(ids((await papers.changesSince(0, 1)).papers[0]?.id ?? ''));
      await papers.add([record({ title: 'Two' })]);
      expect(await papers.commitAt(1)).toBe(commit);
    });
  });

  it('is counted up to a revision', async () => {
    const papers = open();
    expect(await papers.census(10)).toEqual({ papers: 0, revisionSum: 0 });
    await papers.add(['a', 'b', 'c'].map((name) => record({ title: name, names: [name] })));
    await papers.remove(ids('b'));
    expect(await papers.census(2)).toEqual({ papers: 1, revisionSum: 1 });
    expect(await papers.census(10)).toEqual({ papers: 2, revisionSum: 1 + 3 });
  });

  it('holds, after any records in any batches, the words of the latest version seen', async () => {
    let run = 0;
    const statement = fc.record({
      paper: fc.integer({ min: 0, max: 4 }),
      version: fc.integer({ min: 1, max: 3 }),
      title: fc.constantFrom('One', 'Two', 'Three'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(statement, { maxLength: 6 })), async (batches) => {
        run += 1;
        const papers = open();
        const before = await papers.count();
        const model = new Map<string, { version: number; title: string }>();
        for (const batch of batches) {
          const records = batch.map(({ paper, version, title }) => {
            const name = `10.1145/run-${run}-paper-${paper}`;
            if (version >= (model.get(name)?.version ?? 0)) model.set(name, { version, title });
            return record({ title, names: [name], version });
          });
          await papers.add(records);
        }
        expect((await papers.count()) - before).toBe(model.size);
        for (const [name, { title }] of model) expect((await papers.find(name))?.title).toBe(title);
      }),
      { numRuns: 40 },
    );
  });
});

it('a follower misses nothing that is committed while it reads', async () => {
  const path = join(await temporaryFolder(), 'broadsheet.db');
  const settings = { now: () => NOON, timeZone: 'UTC' };
  await using writing = await openDatabase({ kind: 'sqlite', path });
  await using reading = await openDatabase({ kind: 'sqlite', path });
  const writer = createPaperStore(writing, settings);
  const addNamed = (...names: string[]) =>
    writer.add(names.map((name) => record({ title: name, names: [name] })));
  await addNamed('a', 'b', 'c');

  let isFound = false;
  const writeBetweenPapersAndRemovals: KyselyPlugin = {
    transformQuery({ node }) {
      isFound ||= JSON.stringify(node).includes('"papers"');
      return node;
    },
    async transformResult({ result }) {
      if (isFound) {
        await addNamed('d');
        await writer.remove(ids('a', 'b'));
      }
      return result;
    },
  };
  const connection = reading.connection.withPlugin(writeBetweenPapersAndRemovals);
  const reader = createPaperStore({ ...reading, connection }, settings);

  const copy = new Set(['a', 'b', 'c']);
  let at = await writer.revision();
  const follow = async (papers: PaperReader) => {
    const changes = await papers.changesSince(at, 2);
    for (const { id } of changes.papers) copy.add(id);
    for (const id of changes.removed) copy.delete(id);
    at = changes.revision;
  };
  await follow(reader);
  expect(isFound).toBe(true);
  while (at < (await writer.revision())) await follow(writer);
  expect(copy).toEqual(new Set(['c', 'd']));
});

const ids = (...names: readonly string[]) => names as readonly PaperId[];

async function changes(outcomes: Promise<readonly { readonly change: string }[]>) {
  return (await outcomes).map(({ change }) => change);
}
