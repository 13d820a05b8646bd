/**
 * SQLite as a search engine, through Node's own `node:sqlite`: FTS5 for words and, in one of the
 * two candidates, sqlite-vec for vectors, the two rankings joined by reciprocal ranks.
 *
 * The full-text table keeps no texts, only their index. It stems as ours does, weighs the fields
 * as ours does, and has indexes of beginnings for queries that are being typed. SQLite gets
 * enough cache for the whole database, since we measure engines and not disks.
 */

import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { EMBEDDER } from '../vectors.js';
import { type BenchQuery, type Candidate, dateNumber, type OpenIndex, PAGE } from './candidate.js';
import { loadPeer, peerVersion } from './peers.js';

const TABLES = `
  create table papers (number integer primary key, id text not null, date integer not null);
  create index papers_by_date on papers (date);
  create table categories (
    category text not null, number integer not null, primary key (category, number)
  ) without rowid;
  create virtual table texts using fts5(
    title, abstract, authors,
    content = '', tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3 4'
  );
  insert into texts(texts, rank) values ('rank', 'bm25(2.0, 1.0, 2.0)');
`;

const VECTOR_TABLE = `
  create virtual table vectors using vec0(
    number integer primary key, embedding float[256] distance_metric=cosine, date integer
  );
`;

const CACHE = 'pragma cache_size = -1048576; pragma mmap_size = 8589934592;';

/** How many results of each ranking are joined, and how slowly ranks lose weight. */
const JOINED = 50;
const RANK_OFFSET = 60;

export const FTS5: Candidate = {
  name: 'SQLite FTS5',
  about: 'contentless FTS5 table, Porter stemmer, BM25 with weighted fields, any word matches',
  kinds: ['lexical', 'lexical-filtered', 'as-you-type'],
  takesVectors: false,
  version: async () => sqliteVersion(),
  build: (batches, folder) => build(batches, folder, { withVectors: false }),
  open: (folder) => open(folder, { withVectors: false }),
};

export const FTS5_AND_VEC: Candidate = {
  name: 'FTS5 + sqlite-vec',
  about: `the same, with exact nearest vectors of sqlite-vec; ${JOINED} results of each joined by reciprocal ranks`,
  kinds: ['lexical', 'dense', 'hybrid', 'lexical-filtered', 'hybrid-filtered', 'as-you-type'],
  takesVectors: true,
  async version() {
    await loadPeer('sqlite-vec');
    return `${sqliteVersion()} + ${await peerVersion('sqlite-vec')}`;
  },
  build: (batches, folder) => build(batches, folder, { withVectors: true }),
  open: (folder) => open(folder, { withVectors: true }),
};

type Parts = { readonly withVectors: boolean };

function sqliteVersion(): string {
  return process.versions.sqlite ?? 'unknown';
}

async function openDatabase(folder: string, { withVectors }: Parts): Promise<DatabaseSync> {
  const database = new DatabaseSync(join(folder, 'papers.db'), { allowExtension: withVectors });
  if (withVectors) (await loadPeer('sqlite-vec')).load(database);
  database.exec(CACHE);
  return database;
}

async function build(
  batches: Parameters<Candidate['build']>[0],
  folder: string,
  parts: Parts,
): Promise<void> {
  const database = await openDatabase(folder, parts);
  database.exec(`pragma journal_mode = wal; pragma synchronous = normal; ${TABLES}`);
  if (parts.withVectors) database.exec(VECTOR_TABLE);
  const addPaper = database.prepare('insert into papers values (?, ?, ?)');
  const addCategory = database.prepare('insert or ignore into categories values (?, ?)');
  const addTexts = database.prepare(
    'insert into texts(rowid, title, abstract, authors) values (?, ?, ?, ?)',
  );
  const addVector = parts.withVectors
    ? database.prepare('insert into vectors(number, embedding, date) values (?, ?, ?)')
    : undefined;
  let number = 0;
  for await (const { papers, vectors } of batches) {
    database.exec('begin');
    for (const [at, paper] of papers.entries()) {
      number += 1;
      const date = dateNumber(paper.publishedOn);
      addPaper.run(number, paper.id, date);
      for (const category of paper.categories) addCategory.run(category, number);
      addTexts.run(number, paper.title, paper.abstract, paper.authors.join('; '));
      addVector?.run(BigInt(number), vectors[at] as Float32Array, BigInt(date));
    }
    database.exec('commit');
  }
  database.exec(`insert into texts(texts) values ('optimize'); pragma optimize`);
  database.close();
}

async function open(folder: string, parts: Parts): Promise<OpenIndex> {
  const database = await openDatabase(folder, parts);
  const statements = new Map<string, StatementSync>();
  const run = (sql: string, ...values: (string | number | bigint | Float32Array)[]) => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement.all(...values) as { number: number; id: string }[];
  };

  const byWords = ({ filter }: BenchQuery, match: string, limit: number) =>
    run(
      `select number, id from texts join papers on number = texts.rowid where texts match ?
       ${filter ? 'and date >= ?' : ''}
       ${filter?.category ? 'and number in (select number from categories where category = ?)' : ''}
       order by rank limit ${limit}`,
      match,
      ...(filter ? [dateNumber(filter.after)] : []),
      ...(filter?.category ? [filter.category] : []),
    );
  const byMeaning = ({ text, filter }: BenchQuery, limit: number) =>
    run(
      `select v.number, id from vectors v join papers using (number)
       where embedding match ? and k = ${limit}
       ${filter ? 'and v.date >= ?' : ''}
       ${filter?.category ? 'and v.number in (select number from categories where category = ?)' : ''}
       order by distance`,
      EMBEDDER.embed(text),
      ...(filter ? [BigInt(dateNumber(filter.after))] : []),
      ...(filter?.category ? [filter.category] : []),
    );

  return {
    async search(query, kind) {
      switch (kind) {
        case 'dense':
          return byMeaning(query, PAGE).map(({ id }) => id);
        case 'hybrid':
        case 'hybrid-filtered':
          return joined(byWords(query, anyWord(query), JOINED), byMeaning(query, JOINED));
        case 'as-you-type':
          return byWords(query, `${anyWord(query)}*`, PAGE).map(({ id }) => id);
        default:
          return byWords(query, anyWord(query), PAGE).map(({ id }) => id);
      }
    },
    size: () => Number(database.prepare('select count(*) as papers from papers').get()?.papers),
    close: () => database.close(),
  };
}

function anyWord({ words }: BenchQuery): string {
  return words.map((word) => `"${word}"`).join(' OR ');
}

/** Reciprocal ranks added up, as in the documentation of sqlite-vec. */
function joined(...rankings: readonly (readonly { readonly id: string }[])[]): string[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings) {
    for (const [rank, { id }] of ranking.entries()) {
      scores.set(id, (scores.get(id) ?? 0) + 1 / (RANK_OFFSET + rank + 1));
    }
  }
  return [...scores]
    .sort(([, a], [, b]) => b - a)
    .slice(0, PAGE)
    .map(([id]) => id);
}
