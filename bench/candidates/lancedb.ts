/**
 * LanceDB: a table of Arrow columns on disk, searched by native code on all cores, with indexes
 * for words, vectors, dates and categories. Its own reranker joins words and meaning by
 * reciprocal ranks. It finds no words by their beginnings.
 */

import { EMBEDDER } from '../vectors.js';
import { type Batch, type BenchQuery, type Candidate, dateNumber, PAGE } from './candidate.js';
import { type Library, loadPeer, peerVersion } from './peers.js';

const PACKAGE = '@lancedb/lancedb';
const TABLE = 'papers';

/**
 * How many vectors the index keeps while it searches. With its usual 15 it finds 80 % of the
 * nearest, with 100 more than 90 %, at hardly more time.
 */
const CANDIDATES = 100;

/** Fewer vectors than this cannot train the index; they are compared one by one. */
const FEWEST_FOR_VECTOR_INDEX = 5_000;

export const LANCEDB: Candidate = {
  name: 'LanceDB',
  about:
    'full-text index per field, HNSW index over vectors of 8 bits a number, filters before search',
  kinds: ['lexical', 'dense', 'hybrid', 'lexical-filtered', 'hybrid-filtered'],
  takesVectors: true,
  async version() {
    // It would warn at every search that it will one day give fewer columns than it does.
    process.env.LANCEDB_LOG ??= 'error';
    await loadPeer(PACKAGE);
    return peerVersion(PACKAGE);
  },
  async build(batches, folder) {
    const { connect, Index } = await loadPeer(PACKAGE);
    const arrow = await loadPeer('apache-arrow');
    const database = await connect(folder);
    const table = await database.createEmptyTable(TABLE, schemaOf(arrow));
    for await (const batch of batches) await table.add(arrowTableOf(arrow, batch));
    for (const column of ['title', 'abstract', 'authors']) {
      await table.createIndex(column, { config: Index.fts({ withPosition: false }) });
    }
    await table.createIndex('date', { config: Index.btree() });
    await table.createIndex('categories', { config: Index.labelList() });
    if ((await table.countRows()) >= FEWEST_FOR_VECTOR_INDEX) {
      await table.createIndex('vector', { config: Index.hnswSq({ distanceType: 'cosine' }) });
    }
    await table.optimize();
    database.close();
  },
  async open(folder) {
    const { connect, MultiMatchQuery, rerankers } = await loadPeer(PACKAGE);
    const database = await connect(folder);
    const table = await database.openTable(TABLE);
    const reranker = await rerankers.RRFReranker.create();

    const words = (query: BenchQuery): Library =>
      new MultiMatchQuery(query.words.join(' '), ['title', 'abstract', 'authors'], {
        boosts: [2, 1, 2],
      });
    const near = (search: Library, { text }: BenchQuery): Library =>
      search.nearestTo(EMBEDDER.embed(text)).distanceType('cosine').ef(CANDIDATES);

    return {
      async search(query, kind) {
        let search = table.query();
        if (query.filter) search = search.where(conditionOf(query.filter));
        if (kind !== 'dense') search = search.fullTextSearch(words(query));
        if (kind !== 'lexical' && kind !== 'lexical-filtered') search = near(search, query);
        if (kind === 'hybrid' || kind === 'hybrid-filtered') search = search.rerank(reranker);
        const rows: Library[] = await search.select(['id']).limit(PAGE).toArray();
        return rows.map(({ id }) => id);
      },
      size: () => table.countRows(),
      close: () => database.close(),
    };
  },
};

function schemaOf(arrow: Library): Library {
  const { Field, Schema, Utf8, Int32, List, FixedSizeList, Float32 } = arrow;
  const vector = new FixedSizeList(256, new Field('item', new Float32(), true));
  return new Schema([
    new Field('id', new Utf8()),
    new Field('title', new Utf8()),
    new Field('abstract', new Utf8()),
    new Field('authors', new Utf8()),
    new Field('date', new Int32()),
    new Field('categories', new List(new Field('item', new Utf8(), true))),
    new Field('vector', vector, true),
  ]);
}

function arrowTableOf(arrow: Library, { papers, vectors }: Batch): Library {
  const schema = schemaOf(arrow);
  const values: readonly (readonly unknown[])[] = [
    papers.map(({ id }) => id),
    papers.map(({ title }) => title),
    papers.map(({ abstract }) => abstract),
    papers.map(({ authors }) => authors.join('; ')),
    papers.map(({ publishedOn }) => dateNumber(publishedOn)),
    papers.map(({ categories }) => categories),
    vectors,
  ];
  const columns = schema.fields.map((field: Library, at: number) => [
    field.name,
    arrow.vectorFromArray(values[at], field.type),
  ]);
  return new arrow.Table(schema, Object.fromEntries(columns));
}

function conditionOf({ after, category }: NonNullable<BenchQuery['filter']>): string {
  const since = `date >= ${dateNumber(after)}`;
  return category ? `${since} and array_has_any(categories, ['${category}'])` : since;
}
