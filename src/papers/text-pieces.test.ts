import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Piece, parsePieces, plainLine } from './text-pieces.js';

/** A text taken apart, in one line: math in `⟨…⟩`, links in `[…]`, tags by name, `¶` between. */
function apart(source: string): string {
  return parsePieces(source)
    .map((paragraph) => paragraph.map(shown).join(''))
    .join('¶');
}

function shown(piece: Piece): string {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'math':
      return piece.isDisplay ? `⟨⟨${piece.tex}⟩⟩` : `⟨${piece.tex}⟩`;
    case 'link':
      return `[${piece.url}]`;
    case 'styled':
      return `${piece.tag}(${piece.pieces.map(shown).join('')})`;
  }
}

/** Each text and what becomes of it. */
function each(rows: readonly (readonly [source: string, expected: string])[]): void {
  it.each(rows)('%s', (source, expected) => expect(apart(source)).toBe(expected));
}

describe('mathematics', () => {
  each([
    ['an $O(n)$ method', 'an ⟨O(n)⟩ method'],
    ['so $$x = y$$ holds', 'so ⟨⟨x = y⟩⟩ holds'],
    ['so \\(x\\) and \\[ y \\] hold', 'so ⟨x⟩ and ⟨⟨y⟩⟩ hold'],
    ['$a$$b$', '⟨a⟩⟨b⟩'],
    ['$a &lt; b$', '⟨a < b⟩'],
    ['$\\text{costs \\$5}$', '⟨\\text{costs \\$5}⟩'],
  ]);
});

describe('a dollar that is money', () => {
  each([
    ['costs $5 and $10', 'costs $5 and $10'],
    ['costs $5 and $x$ more', 'costs $5 and ⟨x⟩ more'],
    ['from $5-$10 a month', 'from $5-$10 a month'],
    ['costs \\$5', 'costs $5'],
    ['US$ 5 or 5 US$', 'US$ 5 or 5 US$'],
    ['$ x $', '$ x $'],
    ['$$', '$$'],
    ['$a\n\nb$', '$a¶b$'],
    ['an open \\( bracket', 'an open bracket'],
  ]);
});

describe('tags', () => {
  each([
    ['H<sub>2</sub>O', 'Hsub(2)O'],
    ['<jats:p>One.</jats:p><jats:p>Two.</jats:p>', 'One.¶Two.'],
    ['<i>E. <b>coli</b></i>', 'i(E. b(coli))'],
    ['<em>never closed', '<em>never closed'],
    ['<i>crossed <b>over</i></b>', '<i>crossed b(over</i>)'],
    ['a </sub> b', 'a </sub> b'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['<i onclick="x">a</i>', '<i onclick="x">a</i>'],
    ['a < b > c', 'a < b > c'],
    ['<I>loud</I>', 'i(loud)'],
  ]);
});

describe('entities', () => {
  each([
    ['Smith &amp; Co', 'Smith & Co'],
    ['&lt;b&gt;', '<b>'],
    ['decoded &amp;lt;once&amp;gt;', 'decoded &lt;once&gt;'],
    ['&#233; &#xE9; &eacute;', 'é é &eacute;'],
    ['&#0; &#x202e; &#55296; &#9999999;', '&#0; &#x202e; &#55296; &#9999999;'],
  ]);
});

describe('addresses', () => {
  each([
    ['see https://a.example/x.', 'see [https://a.example/x].'],
    ['(https://a.example/x_(y))', '([https://a.example/x_(y)])'],
    ['\\url{https://a.example/a\\_b}', '[https://a.example/a_b]'],
    ['https://a.example/?a=1&amp;b=2', '[https://a.example/?a=1&b=2]'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['https:// nothing', 'https:// nothing'],
    ['http://[', 'http://['],
    ['https://a.example/x?!).', '[https://a.example/x]?!).'],
    [`https://a.example/${'x'.repeat(1_982)}`, `[https://a.example/${'x'.repeat(1_982)}]`],
    [`https://a.example/${'x'.repeat(1_983)}`, `https://a.example/${'x'.repeat(1_983)}`],
  ]);
});

describe('blanks beside a command', () => {
  each([
    [
      'available at \\url{https://a.example/b} under MIT.',
      'available at [https://a.example/b] under MIT.',
    ],
    ['see \\href{https://a.example}{our code} now', 'see [https://a.example] our code now'],
    ['get {\\tt https://a.example} now', 'get [https://a.example] now'],
    ['the {\\it best} $x$ of \\emph{all} $y$', 'the best ⟨x⟩ of all ⟨y⟩'],
    ['(\\url{https://a.example})', '([https://a.example])'],
    ['Figure~$x$ and $n$--gram', 'Figure ⟨x⟩ and ⟨n⟩–gram'],
  ]);
});

describe('TeX outside of mathematics', () => {
  each([
    ["Andr\\'e and \\textit{others}", 'André and others'],
    ['the \\emph{best} $x$ of all', 'the best ⟨x⟩ of all'],
    ['{BERT} for $n$ words', 'BERT for ⟨n⟩ words'],
    ['one\n\ntwo', 'one¶two'],
    ['  ', ''],
  ]);
});

it('is one line of words for places without markup', () => {
  expect(plainLine('The $\\alpha$-rule of <i>E. coli</i>\n\nand &amp; so on')).toBe(
    'The α-rule of E. coli and & so on',
  );
  expect(plainLine('Code at \\url{https://a.example/b} under MIT.')).toBe(
    'Code at https://a.example/b under MIT.',
  );
});

it('leaves words and blanks as they are, whatever surrounds them', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      expect(apart(words.join(' '))).toBe(words.join(' '));
    }),
  );
});

it('reads an address with ten thousand brackets in no time', () => {
  const source = `https://a.example/${')'.repeat(19_000)}a`;
  const before = process.threadCpuUsage();
  expect(apart(source)).toBe(source);
  expect(process.threadCpuUsage(before).user).toBeLessThan(50_000);
});

it('takes any text apart without a fault, and quickly', () => {
  const sign = fc.constantFrom(
    ...['$', '$$', '\\(', '\\)', '\\[', '\\$', '<i>', '</i>', '<b>', '<p>', '&lt;', '\n\n'],
    ...[' ', 'x', '5', '{', '}', 'https://a.b/', '\\', '<', '"', '\u0000', '\ud800'],
  );
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 60 }), fc.nat(300), (signs, times) => {
      const source = signs.join('').repeat(times).slice(0, 20_000);
      const startedAtMs = performance.now();
      parsePieces(source);
      expect(performance.now() - startedAtMs).toBeLessThan(500);
    }),
    { numRuns: 200 },
  );
});
