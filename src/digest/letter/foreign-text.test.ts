import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutLine, sourceLine, typedLine } from './foreign-text.js';

const line = fc.string({ unit: 'grapheme', maxLength: 200 });

/** The signs that readers see. */
function signsOf(text: string): string[] {
  const segments = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text);
  return [...segments].map(({ segment }) => segment);
}

describe('a line that is cut', () => {
  it('ends between words, with a sign that it goes on', () => {
    expect(cutLine('Small models that look back', 20)).toBe('Small models that …');
  });

  it('ends within a word when there is hardly another end', () => {
    expect(cutLine('A counterrevolutionary', 12)).toBe('A counterr…');
  });

  it('stays whole when it is short enough', () => {
    expect(cutLine('Graphs', 6)).toBe('Graphs');
  });

  it('keeps a family, a flag and an accent in one piece', () => {
    expect(cutLine('👩‍👩‍👧🇩🇪e\u0301x', 11)).toBe('👩‍👩‍👧…');
    expect(cutLine('👩‍👩‍👧🇩🇪e\u0301xyz', 15)).toBe('👩‍👩‍👧🇩🇪…');
  });

  it('is never too long, and is a beginning of whole signs', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 5, max: 60 }), (text, longest) => {
        const cut = cutLine(text, longest);
        expect(cut.length).toBeLessThanOrEqual(longest);
        if (cut === text) return;
        const kept = signsOf(cut.replace(/ ?…$/, ''));
        expect(signsOf(text).slice(0, kept.length)).toEqual(kept);
      }),
    );
  });
});

describe('words of other people', () => {
  it('are one line without signs that control anything', () => {
    expect(typedLine('a\r\nBcc: b\u0000\u2028c\u2029d\u202ee\ttwo', 99)).toBe('a Bcc: b c de two');
  });

  it('lose the beginning of addresses, so that no mail program makes links of them', () => {
    expect(typedLine('see https://example.org/x and HTTP://b.example', 99)).toBe(
      'see example.org/x and b.example',
    );
  });

  it('never hold a control character or an address, whatever they are', () => {
    const pieces = fc.constantFrom(
      ...['https://', 'http', 'ht', 'tp://', ':', '//', 'mail', 'mailto:', 'to:', 'x'],
      ...['\r\n', '\u2028', '\0', '$', '&#58;', '\ud83d', '\u202e'],
    );
    const hostile = fc
      .array(fc.oneof(pieces, fc.string({ unit: 'binary-ascii' })))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(hostile, (text) => {
        for (const read of [typedLine(text, 500), sourceLine(text, 500)]) {
          expect(read).not.toMatch(/[\p{Cc}\u2028\u2029]|https?:\/\/|mailto:/iu);
          expect(read.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('have their mathematics as signs', () => {
    expect(sourceLine('$\\alpha$-Entmax for \\emph{all} of $k$', 99)).toBe('α-Entmax for all of k');
  });
});
