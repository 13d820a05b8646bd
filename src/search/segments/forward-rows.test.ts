import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createByteSink, sharedBytesFrom } from './byte-sink.js';
import { readForwardRow, wordsInMemory, writeForwardRow } from './forward-rows.js';

it('gives back the words of each paper', () => {
  const row = fc
    .uniqueArray(fc.oneof(fc.nat(300), fc.nat(2 ** 32 - 1)), { maxLength: 20 })
    .map((words) => words.sort((a, b) => a - b));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
      const sink = createByteSink(1);
      const ends = rows.map((words) => {
        // What stands behind the words of a paper is not hers.
        writeForwardRow(sink, [...words, 7], words.length);
        return sink.length;
      });
      const wordsOf = wordsInMemory({
        bytes: sharedBytesFrom(sink),
        ends: Uint32Array.from(ends),
      });
      const read = rows.map((_, paper) => wordsOf(paper));
      expect(read.map((words) => [...words])).toEqual(rows);
    }),
  );
});

it('reads a row that stands alone', () => {
  const sink = createByteSink();
  writeForwardRow(sink, [3, 200, 100_000], 3);
  expect([...readForwardRow(sink.bytes.slice(0, sink.length))]).toEqual([3, 200, 100_000]);
});
