import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, LONGEST_LINE_BYTES, splitLines } from './lines.js';

async function* asChunks(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function linesOf(...chunks: readonly (string | Uint8Array)[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const some of splitLines(asChunks(...chunks))) lines.push(...some);
  return lines;
}

describe('lines', () => {
  it('are counted from one, and the last needs no line break', async () => {
    expect(await linesOf('one\ntwo')).toEqual([
      { number: 1, text: 'one' },
      { number: 2, text: 'two' },
    ]);
    expect(await linesOf('one\ntwo\n')).toHaveLength(2);
    expect(await linesOf('')).toEqual([]);
  });

  it('may end as on Windows', async () => {
    expect(await linesOf('one\r', '\n\r\ntwo\r\n')).toEqual([
      { number: 1, text: 'one' },
      { number: 2, text: '' },
      { number: 3, text: 'two' },
    ]);
  });

  it('lose their byte-order marks, as joined files have several', async () => {
    expect(await linesOf('\ufeffone\n\ufefftwo')).toEqual([
      { number: 1, text: 'one' },
      { number: 2, text: 'two' },
    ]);
  });

  it('that are no UTF-8 are told of, and the next is read', async () => {
    const latin1 = Buffer.from('Gödel', 'latin1');
    expect(await linesOf('Gödel\n', latin1, '\nGödel\n')).toEqual([
      { number: 1, text: 'Gödel' },
      { number: 2, reason: 'The line is not valid UTF-8.' },
      { number: 3, text: 'Gödel' },
    ]);
  });

  it('of exactly the longest length are read, one byte more is too long', async () => {
    const longest = Buffer.alloc(LONGEST_LINE_BYTES, 'x');
    const lines = await linesOf(longest, '\n', longest, 'x\nafter');
    expect(lines.map((line) => ('text' in line ? line.text.length : line.reason))).toEqual([
      LONGEST_LINE_BYTES,
      'The line is longer than 8 MB.',
      'after'.length,
    ]);
  });

  it('are those of the text split at its line breaks, however the bytes come', async () => {
    const unit = fc.constantFrom('a', 'ä', '語', '😀', '\n', '\n', '\r\n');
    const cuts = fc.array(fc.nat({ max: 100 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { maxLength: 40 }), cuts, async (units, places) => {
        const text = units.join('');
        const bytes = Buffer.from(text);
        const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
        ends.sort((one, other) => one - other);
        const chunks = ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));

        const expected = text.split(/\r?\n/);
        if (expected.at(-1) === '') expected.pop();
        const lines = await linesOf(...chunks);
        expect(lines).toEqual(expected.map((line, at) => ({ number: at + 1, text: line })));
      }),
    );
  });
});
