/**
 * MiniSearch: a full-text index in JavaScript objects. It is given our stemmer and our stop
 * words, as its documentation proposes, and is kept on disk as its own plain object.
 */

import { isStopWord, termOf } from '../../src/text/analysis.js';
import { type BenchQuery, type Candidate, dateNumber, PAGE } from './candidate.js';
import { readObject, writeObject } from './object-file.js';
import { type Library, loadPeer, peerVersion } from './peers.js';

/** The same stem for a word whenever it comes; a Map is faster than stemming. */
const stems = new Map<string, string | null>();

export const MINISEARCH: Candidate = {
  name: 'MiniSearch',
  about: 'BM25+ with boosted titles and authors, our stemmer and stop words, any word matches',
  kinds: ['lexical', 'lexical-filtered', 'as-you-type'],
  takesVectors: false,
  async version() {
    await loadPeer('minisearch');
    return peerVersion('minisearch');
  },
  async build(batches, folder) {
    const { default: MiniSearch } = await loadPeer('minisearch');
    const index = new MiniSearch(options());
    for await (const { papers } of batches) {
      for (const { id, title, abstract, authors, publishedOn, categories } of papers) {
        const date = dateNumber(publishedOn);
        index.add({ id, title, abstract, authors: authors.join('; '), date, categories });
      }
    }
    await writeObject(folder, index.toJSON());
  },
  async open(folder) {
    const { default: MiniSearch } = await loadPeer('minisearch');
    const index = MiniSearch.loadJS(await readObject(folder), options());
    return {
      async search(query, kind) {
        const found: Library[] = index.search(
          kind === 'as-you-type' ? unfinished(query) : query.words.join(' '),
          filterOf(query),
        );
        return found.slice(0, PAGE).map(({ id }) => id);
      },
      size: () => index.documentCount,
      close: () => {},
    };
  },
};

function options(): Library {
  return {
    fields: ['title', 'abstract', 'authors'],
    storeFields: ['date', 'categories'],
    processTerm: stemOf,
    searchOptions: { boost: { title: 2, authors: 2 }, combineWith: 'OR' },
  };
}

function stemOf(word: string): string | null {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const lower = word.toLowerCase();
  const stem = isStopWord(lower) ? null : termOf(lower);
  stems.set(word, stem);
  return stem;
}

/** The last word as the beginning of some, the others as they are. */
function unfinished({ words }: BenchQuery): Library {
  const last = { queries: [words.at(-1)], prefix: true, processTerm: (word: string) => word };
  return { combineWith: 'OR', queries: [...words.slice(0, -1), last] };
}

function filterOf({ filter }: BenchQuery): Library {
  if (!filter) return {};
  const after = dateNumber(filter.after);
  const { category } = filter;
  return {
    filter: ({ date, categories }: Library) =>
      date >= after && (category === undefined || categories.includes(category)),
  };
}
