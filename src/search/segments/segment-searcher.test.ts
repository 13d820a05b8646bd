import { describe, expect, it } from 'vitest';
import { changes, removals } from '../../../test/support/catalogue-changes.js';
import { paper } from '../../../test/support/papers.js';
import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import type { Paper } from '../../papers/paper.js';
import { parseQuery } from '../parse-query.js';
import { createIndexWriter } from './index-writer.js';
import { createSegmentSearcher } from './segment-searcher.js';

const embedder = createHashedEmbedder();

const LEXICAL = { mode: 'lexical', offset: 0, limit: 10 } as const;

/** A searcher over an index of which each batch is a segment, and the index's writer. */
function searcherOf(...batches: readonly (readonly Paper[])[]) {
  const writer = createIndexWriter(embedder);
  for (const batch of batches) writer.takeIn(changes(...batch));
  return { writer, searcher: createSegmentSearcher(writer.state, { embedder, thread: 0 }) };
}

describe('a search over segments', () => {
  const topic = (id: string) => paper(id, { title: 'Topic models' });

  it('has one order for the papers of all of them', () => {
    const { writer, searcher } = searcherOf([topic('b'), topic('d')], [topic('a'), topic('c')]);
    expect(writer.state.segments()).toHaveLength(2);
    const { hits, total } = searcher.search(parseQuery('topic'), { ...LEXICAL, limit: 3 });
    expect(hits.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(new Set(hits.map(({ score }) => score)).size).toBe(1);
    expect(total).toBe(4);
  });

  it('completes a word only if no segment has it', () => {
    const { searcher } = searcherOf(
      [paper('1', { title: 'Model' })],
      [paper('2', { title: 'Modelica' })],
    );
    const idsOf = (text: string) =>
      searcher.search(parseQuery(text), LEXICAL).hits.map(({ id }) => id);
    expect(idsOf('model')).toEqual(['1']);
    expect(idsOf('modeli')).toEqual(['2']);
  });

  it('sees what changed since it was made', () => {
    const { writer, searcher } = searcherOf([topic('a')]);
    writer.takeIn(removals('a'));
    expect(searcher.search(parseQuery('topic'), LEXICAL).total).toBe(0);
    writer.takeIn(changes(topic('b')));
    expect(searcher.search(parseQuery('topic'), LEXICAL).total).toBe(1);
  });

  it('ends where the answer is no longer wanted', () => {
    const { searcher } = searcherOf([topic('a')]);
    const stop = () => {
      throw new Error('gone');
    };
    expect(() => searcher.search(parseQuery('topic'), LEXICAL, stop)).toThrow('gone');
  });
});
