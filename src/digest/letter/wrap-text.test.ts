import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLUMNS, columnsOf, wrapped } from './wrap-text.js';

describe('wrapped text', () => {
  it('breaks between words, and indents every line but the first as it is told', () => {
    const text = wrapped(`${'word '.repeat(20)}end`, '    ', '1.  ');
    expect(text.split('\n')).toEqual([
      `1.  ${'word '.repeat(14).trim()}`,
      `    ${'word '.repeat(6)}end`,
    ]);
  });

  it('breaks where there are no blanks', () => {
    const lines = wrapped('漢'.repeat(40)).split('\n');
    expect(lines).toEqual(['漢'.repeat(37), '漢'.repeat(3)]);
  });

  it('is nothing for nothing', () => expect(wrapped('  ', '    ')).toBe(''));

  it('keeps to its width and loses nothing but blanks', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
    );
    fc.assert(
      fc.property(fc.array(word), fc.constantFrom('', '    '), (words, indent) => {
        const text = words.join(' ');
        const lines = wrapped(text, indent).split('\n');
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(COLUMNS);
        const without = (all: string): string => all.replace(/\s+/g, '');
        expect(without(lines.join(''))).toBe(without(text));
      }),
    );
  });
});
