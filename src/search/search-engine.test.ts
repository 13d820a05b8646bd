/**
 * What every search engine does, whichever it is: the same examples for all.
 */

import { describe, expect, it } from 'vitest';
import { changes } from '../../test/support/catalogue-changes.js';
import { paper } from '../../test/support/papers.js';
import { createHashedEmbedder } from '../embedding/hashed-embedder.js';
import type { PartialDate } from '../papers/dates.js';
import type { Identifier } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { parseQuery } from './parse-query.js';
import { createPlainEngine } from './plain-engine.js';
import { plainQuery } from './plain-query.js';
import type { SearchEngine } from './search-engine.js';
import { createSegmentEngine } from './segments/segment-engine.js';

const embedder = createHashedEmbedder();

const ENGINES = [
  { name: 'the plain engine', create: () => createPlainEngine(embedder) },
  { name: 'the engine of segments', create: () => createSegmentEngine({ embedder }) },
];

const ALL = { mode: 'lexical', offset: 0, limit: 1_000 } as const;

describe.each(ENGINES)('$name', ({ create }) => {
  async function engineOf(...papers: readonly Paper[]): Promise<SearchEngine> {
    const engine = create();
    await engine.update(changes(...papers));
    return engine;
  }

  /** What an engine of these papers, named by their titles, finds: the best first. */
  async function found(query: string, ...titles: readonly string[]): Promise<string[]> {
    const engine = await engineOf(...titles.map((title) => paper(title, { title })));
    const { hits } = await engine.search(parseQuery(query), ALL);
    return hits.map(({ id }) => id);
  }

  const dated = (id: string, date: string) => paper(id, { publishedOn: date as PartialDate });

  describe('a paper is found', () => {
    it('by any of the words, best by all of them', async () => {
      expect(await found('topic modelling', 'Models', 'A topic', 'Topic models', 'Graphs')).toEqual(
        ['Topic models', 'Models', 'A topic'],
      );
    });

    it('by a phrase only where its words follow each other', async () => {
      expect(await found('"state of the art"', 'The state of the art', 'Art of the state')).toEqual(
        ['The state of the art'],
      );
    });

    it('only where it has a phrase, though a word beside it says the same', async () => {
      expect(await found('model "models"', 'Graphs', 'A model')).toEqual(['A model']);
      expect(await found('graph model "models"', 'Graphs', 'A model')).toEqual(['A model']);
    });

    it('only where it has every phrase', async () => {
      expect(
        await found('"topic model" graph', 'A topic model', 'Graph topic model', 'Graph'),
      ).toEqual(['Graph topic model', 'A topic model']);
    });

    it('not by what is excluded', async () => {
      expect(await found('topic -speech', 'Topic of speech', 'Topic of text')).toEqual([
        'Topic of text',
      ]);
      expect(await found('topic -"of speech"', 'Topic of speech', 'Speech topic')).toEqual([
        'Speech topic',
      ]);
    });

    it('by words joined, hyphened or apart', async () => {
      const titles = ['Few-shot', 'Few shot', 'Fewshot'];
      for (const query of titles) {
        expect((await found(query, ...titles)).toSorted()).toEqual(titles.toSorted());
      }
    });

    it('by the beginning of its last word, where there is no such word', async () => {
      expect(await found('deep matryo', 'Matryoshka dolls')).toEqual(['Matryoshka dolls']);
      expect(await found('matryo deep', 'Matryoshka dolls')).toEqual([]);
      expect(await found('model', 'Model', 'Modelica')).toEqual(['Model']);
    });

    it('by stop words where there is nothing else', async () => {
      expect(await found('to be', 'To be or not', 'Graphs')).toEqual(['To be or not']);
    });

    it('by its authors, of whom none runs into the next', async () => {
      const engine = await engineOf(paper('1', { authors: ['Jane Doe', 'John Roe'] }));
      const totalOf = async (query: string) => (await engine.search(parseQuery(query), ALL)).total;
      expect(await totalOf('author:roe')).toBe(1);
      expect(await totalOf('"Jane Doe"')).toBe(1);
      expect(await totalOf('"Doe John"')).toBe(0);
      expect(await totalOf('title:roe')).toBe(0);
    });

    it('by the name of an author in any order, with what stands between', async () => {
      const engine = await engineOf(
        paper('1', { authors: ['Percy Liang', 'Christopher D. Manning'] }),
        paper('2', { authors: ['Christopher Potts', 'Aurelia Manning'] }),
        paper('3', { authors: ['Xiao-Ming Wang', 'Li Li'] }),
      );
      const idsOf = async (query: string) =>
        (await engine.search(parseQuery(query), ALL)).hits.map(({ id }) => id);
      for (const name of ['Manning, Christopher', 'Christopher Manning', 'christopher d manning']) {
        expect(await idsOf(`author:"${name}"`), name).toEqual(['1']);
      }
      expect(await idsOf('author:Manning,Christopher')).toEqual(['1']);
      expect(await idsOf('author:manning -author:"Manning, Christopher"')).toEqual(['2']);
      expect(await idsOf('author:"Xiaoming Wang"')).toEqual(['3']);
      expect(await idsOf('author:"Wang, Xiao-Ming"')).toEqual(['3']);
      expect(await idsOf('author:"Li Li"')).toEqual(['3']);
      expect(await idsOf('author:"Wang Wang"')).toEqual([]);
    });

    it('by a phrase at once, however often its words stand there', async () => {
      const engine = await engineOf(paper('1', { abstract: 'qa '.repeat(33_000) }));
      const began = performance.now();
      const { total } = await engine.search(parseQuery('"qa qa qa qa"'), ALL);
      expect(performance.now() - began).toBeLessThan(300);
      expect(total).toBe(1);
    });
  });

  describe('a query that only restricts', () => {
    it('lists the newest first, those of one date by their ids', async () => {
      const engine = await engineOf(
        dated('b', '2025-01'),
        dated('a', '2025-01'),
        dated('c', '2026'),
        dated('d', '2023'),
      );
      const { hits } = await engine.search(parseQuery('after:2024'), ALL);
      expect(hits).toEqual([
        { id: 'c', score: 0 },
        { id: 'a', score: 0 },
        { id: 'b', score: 0 },
      ]);
    });

    it('lists last what has no date, by when it came', async () => {
      const editionOn = (day: string) => ({ editionOn: day as PartialDate });
      const engine = await engineOf(
        paper('a', { categories: ['cs.CL'], ...editionOn('2026-11-19') }),
        paper('b', { categories: ['cs.CL'], ...editionOn('2026-11-20') }),
        paper('c', {
          categories: ['cs.CL'],
          ...editionOn('2024'),
          publishedOn: '2024' as PartialDate,
        }),
      );
      const idsOf = async (query: string) =>
        (await engine.search(parseQuery(query), ALL)).hits.map(({ id }) => id);
      expect(await idsOf('cat:cs')).toEqual(['c', 'b', 'a']);
      expect(await idsOf('cat:cs after:2016')).toEqual(['c']);
    });

    it('lists nothing where it asks nothing', async () => {
      expect(await found('', 'A topic')).toEqual([]);
      expect(await found('?!', 'A topic')).toEqual([]);
    });
  });

  describe('a query that names a paper', () => {
    const names = ['arxiv:2303.01234', 'doi:10.1145/3292500'] as Identifier[];

    it.each(['2303.01234', 'https://arxiv.org/abs/2303.01234v2', '10.1145/3292500'])(
      'finds it alone: %s',
      async (query) => {
        const engine = await engineOf(
          paper('2303.01234', { identifiers: names }),
          paper('other', { title: '2303.01234' }),
        );
        const { hits, total } = await engine.search(parseQuery(query), ALL);
        expect(hits).toEqual([{ id: '2303.01234', score: 0 }]);
        expect(total).toBe(1);
      },
    );

    it('finds what mentions it where there is no such paper, and says so', async () => {
      const engine = await engineOf(
        paper('other', { title: 'A reply to 2303.01234' }),
        paper('neither', { title: '2303.01234567' }),
      );
      const { hits, notes } = await engine.search(parseQuery('arxiv.org/abs/2303.01234v1'), ALL);
      expect(hits.map(({ id }) => id)).toEqual(['other']);
      expect(notes).toEqual([
        'There is no paper "arxiv.org/abs/2303.01234v1" here. What was found mentions it.',
      ]);
    });

    it.each([
      '2303.01235',
      'https://arxiv.org/abs/2303.01235',
      'http://example.com',
      'https://aclanthology.org/N18-1049',
      'acl:N18-1049',
      'id:nope',
      'id:nope models',
    ])('finds nothing else where there is no such paper, and says so: %s', async (query) => {
      const engine = await engineOf(
        paper('1', {
          title: 'Models of http, www and com at arxiv.org',
          abstract: 'An example: nope',
        }),
        paper('2', { title: 'Node models', abstract: 'See https://example.org/abs and acl.' }),
      );
      const { paperName } = parseQuery(query);
      const answer = await engine.search(parseQuery(query), ALL);
      expect(answer).toEqual({
        mode: 'lexical',
        total: 0,
        hits: [],
        notes: [`There is no paper "${paperName}" here.`],
      });
    });
  });

  describe('did you mean', () => {
    const papers = [
      paper('1', { title: 'Matryoshka representation learning', abstract: 'Of language models.' }),
      paper('2', { title: 'Language models', abstract: 'Languages and more, put into graphs.' }),
      paper('3', { title: 'Neural nets: https://example.com', authors: ['Jane Nodes'] }),
    ];
    it.each([
      ['matroyshka', 'matryoshka'],
      ['title:matroyshka -speech "langauge models"', 'title:matryoshka -speech "language models"'],
      ['Matroyshka-style lerning', 'matryoshka-style learning'],
      ['language models', undefined],
      ['"matryoshka language"', undefined],
      ['matryosh', undefined],
      ['cat:matroyshka after:2020 xyzzyxyzzy', undefined],
      // No stop word, no word of another field, and no word that is right in another.
      ['hinto', undefined],
      ['author:hinto', undefined],
      ['author:graphz', undefined],
      ['author:neural', undefined],
      ['author:node', undefined],
      ['author:nodse', 'author:nodes'],
      // No name and no address.
      ['id:graphz', undefined],
      ['http://example.com', undefined],
      ['graphs http://exampel.com', undefined],
      // Also where another word finds something already, but not what then finds nothing.
      ['langauge models', 'language models'],
      ['title:langauge title:matroyshka', undefined],
      // As often as it was typed.
      ['matroyshka graphs Matroyshka', 'matryoshka graphs matryoshka'],
    ])('%s', async (query, better) => {
      const engine = await engineOf(...papers);
      expect((await engine.search(parseQuery(query), ALL)).didYouMean).toBe(better);
    });
  });

  it('means six words of a query at most', async () => {
    const words = 'transformer language attention embedding translation summary retrieval'.split(
      ' ',
    );
    const engine = await engineOf(...words.map((title) => paper(title, { title })));
    const misspelt = words.map((word) => word.replace(/(.)(.)$/, '$2$1'));
    const { didYouMean } = await engine.search(parseQuery(misspelt.join(' ')), ALL);
    expect(didYouMean).toBe([...words.slice(0, 6), misspelt[6]].join(' '));
  });

  it('means nothing else by a text that was pasted', async () => {
    const engine = await engineOf(paper('1', { title: 'Matryoshka' }));
    expect((await engine.search(parseQuery('matroyshka'), ALL)).didYouMean).toBe('matryoshka');
    expect(await engine.search(plainQuery('matroyshka'), ALL)).not.toHaveProperty('didYouMean');
  });

  it('does not mean a word that is there no more', async () => {
    const engine = await engineOf(paper('1', { title: 'Matryoshka' }));
    await engine.update(changes(paper('1', { title: 'Dolls' })));
    expect((await engine.search(parseQuery('matroyshka'), ALL)).didYouMean).toBeUndefined();
  });

  describe('an answer', () => {
    it('has the page that was asked for, and the number of all', async () => {
      const engine = await engineOf(...['a', 'b', 'c'].map((id) => paper(id, { title: 'Topic' })));
      const query = parseQuery('topic');
      const { hits, total } = await engine.search(query, { ...ALL, offset: 1, limit: 1 });
      expect(hits.map(({ id }) => id)).toEqual(['b']);
      expect(total).toBe(3);
    });

    it.each(['lexical', 'dense', 'hybrid'] as const)(
      'has the same number of all on every page, %s',
      async (mode) => {
        const engine = await engineOf(
          ...Array.from({ length: 130 }, (_, at) => paper(`${at}`, { title: `Topic ${at}` })),
        );
        const pageAt = (offset: number) =>
          engine.search(parseQuery('topic'), { mode, offset, limit: 20 });
        const pages = await Promise.all([0, 80, 100, 120, 140].map(pageAt));
        const total = mode === 'dense' ? 100 : 130;
        expect(pages.map((page) => page.total)).toEqual(pages.map(() => total));
        const shown = pages.map(({ hits }) => hits.length);
        expect(shown).toEqual(mode === 'dense' ? [20, 20, 0, 0, 0] : [20, 20, 20, 10, 0]);
      },
    );

    it.each(['lexical', 'hybrid'] as const)(
      'explains what its scores are the sum of, %s',
      async (mode) => {
        const engine = await engineOf(
          paper('1', { title: 'Topic models', abstract: 'Of some neural topic.' }),
          paper('2', { title: 'Graphs', abstract: 'Neural graphs model topics.' }),
          paper('3', { title: 'Speech', authors: ['Jane Topic'] }),
        );
        const { hits } = await engine.search(parseQuery('neural topic models'), {
          ...ALL,
          mode,
          explain: true,
        });
        expect(hits).toHaveLength(3);
        for (const { score, explanation = [] } of hits) {
          expect(explanation.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(score, 9);
        }
      },
    );

    it('explains its scores by words and fields that add up', async () => {
      const engine = await engineOf(
        paper('1', {
          title: 'Topic models',
          abstract: 'We find a topic.',
          authors: ['Jane Topic'],
        }),
        paper('2', { title: 'Graphs' }),
      );
      const { hits } = await engine.search(parseQuery('topic modelling'), {
        ...ALL,
        explain: true,
      });
      const parts = hits[0]?.explanation ?? [];
      expect(parts.map(({ label }) => label)).toEqual([
        'topic in the title',
        'topic in the abstract',
        'topic as an author',
        'modelling in the title',
        'words close together',
      ]);
      expect(parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(hits[0]?.score ?? 0);
    });
  });
});
