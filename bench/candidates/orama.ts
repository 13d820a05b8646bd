/**
 * Orama: full text, vectors and filters in JavaScript objects. Every word of its queries is taken
 * as a beginning, since its exact mode wants all words at once and letter for letter. Its vectors
 * are compared one by one; it is asked for the nearest however far they are.
 */

import { EMBEDDER } from '../vectors.js';
import { type BenchQuery, type Candidate, dateNumber, PAGE, type QueryKind } from './candidate.js';
import { readObject, writeObject } from './object-file.js';
import { type Library, loadPeer, peerVersion } from './peers.js';

const PACKAGE = '@orama/orama';

export const ORAMA: Candidate = {
  name: 'Orama',
  about: 'English stemmer, boosted titles and authors, any word matches as a beginning',
  kinds: ['lexical', 'dense', 'hybrid', 'lexical-filtered', 'hybrid-filtered', 'as-you-type'],
  takesVectors: true,
  async version() {
    await loadPeer(PACKAGE);
    return peerVersion(PACKAGE);
  },
  async build(batches, folder) {
    const orama = await loadPeer(PACKAGE);
    const database = emptyDatabase(orama);
    for await (const { papers, vectors } of batches) {
      const documents = papers.map(
        ({ id, title, abstract, authors, publishedOn, categories }, at) => ({
          id,
          title,
          abstract,
          authors: authors.join('; '),
          date: dateNumber(publishedOn),
          categories,
          vector: Array.from(vectors[at] as Float32Array),
        }),
      );
      await orama.insertMultiple(database, documents, documents.length);
    }
    const { index, ...others } = orama.save(database);
    await writeObject(folder, { ...others, ...prefixed(index) });
  },
  async open(folder) {
    const orama = await loadPeer(PACKAGE);
    const database = emptyDatabase(orama);
    orama.load(database, unprefixed(await readObject(folder)));
    return {
      async search(query, kind) {
        const { hits } = await orama.search(database, paramsOf(query, kind, EMBEDDER.embed));
        return hits.map(({ id }: Library) => id);
      },
      size: () => orama.count(database),
      close: () => {},
    };
  },
};

function emptyDatabase(orama: Library): Library {
  return orama.create({
    schema: {
      title: 'string',
      abstract: 'string',
      authors: 'string',
      date: 'number',
      categories: 'enum[]',
      vector: 'vector[256]',
    },
    sort: { enabled: false },
    components: { tokenizer: { stemming: true } },
  });
}

function paramsOf(
  { text, words, filter }: BenchQuery,
  kind: QueryKind,
  embed: (text: string) => Float32Array,
): Library {
  const wantsVector = kind === 'dense' || kind === 'hybrid' || kind === 'hybrid-filtered';
  const mode = kind === 'dense' ? 'vector' : wantsVector ? 'hybrid' : 'fulltext';
  return {
    mode,
    limit: PAGE,
    ...(mode !== 'vector' && {
      term: words.join(' '),
      properties: ['title', 'abstract', 'authors'],
      boost: { title: 2, authors: 2 },
    }),
    ...(wantsVector && { vector: { value: embed(text), property: 'vector' }, similarity: 0 }),
    ...(filter && {
      where: {
        date: { gte: dateNumber(filter.after) },
        ...(filter.category && { categories: { containsAll: [filter.category] } }),
      },
    }),
  };
}

const INDEX_KEY = 'index.';

/** The index of a saved database as members beside the others: whole it is too large to write. */
function prefixed(index: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(index).map(([key, value]) => [`${INDEX_KEY}${key}`, value]),
  );
}

function unprefixed(parts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const index: Record<string, unknown> = {};
  const others: Record<string, unknown> = { index };
  for (const [key, value] of Object.entries(parts)) {
    if (key.startsWith(INDEX_KEY)) index[key.slice(INDEX_KEY.length)] = value;
    else others[key] = value;
  }
  return others;
}
