import { describe, expect, it } from 'vitest';
import { mathMarkup } from './math.js';

it('typesets a formula as MathML', () => {
  const markup = mathMarkup('\\alpha^2', false);
  expect(markup).toContain('<msup><mi>α</mi><mn>2</mn></msup>');
});

it.each([
  ['\\mathbb{R}', 'ℝ'],
  ['\\mathbb{k}', '𝕜'],
  ['\\mathcal{O}', '𝒪'],
  ['\\mathcal{L}', 'ℒ'],
  ['\\mathbf{x}', '𝐱'],
  ['\\mathbf{1}', '𝟏'],
  ['\\mathfrak{g}', '𝔤'],
  ['\\boldsymbol{x}', '𝒙'],
  ['\\mathsf{T}', '𝖳'],
  ['\\texttt{a<b}', '𝚊&lt;𝚋'],
])('writes %s as a character that every browser shows: %s', (tex, letter) => {
  expect(mathMarkup(tex, false)).toContain(`>${letter}<`);
});

it('sets a displayed formula on its own line', () => {
  expect(mathMarkup('x', true)).toContain('display="block"');
});

it('writes no inline styles and no colours', () => {
  const tex =
    '\\fcolorbox{red}{blue}{x} \\textcolor{white}{y} \\colorbox{black}{z} \\rule{1em}{1em}';
  const markup = mathMarkup(tex, false);
  expect(markup).toContain('<mi>y</mi>');
  expect(markup).not.toMatch(/ (?:style|mathcolor|mathbackground)=/);
});

it('keeps the words of a formula that look like attributes', () => {
  expect(mathMarkup('\\text{a style="b"}', false)).toContain('a style=&quot;b&quot;');
});

it('escapes what looks like HTML', () => {
  expect(mathMarkup('\\text{<script>}', false)).not.toContain('<script');
});

it('keeps rules to a size that fits a page', () => {
  expect(mathMarkup('\\rule{1e9em}{1e9em}', false) ?? '').not.toMatch(/"\d{3,}em"/);
});

describe('what is refused, and shown as source', () => {
  it.each([
    '\\href{javascript:alert(1)}{x}',
    '\\href{JaVaScRiPt:alert(1)}{x}',
    '\\url{javascript:alert(1)}',
    '\\htmlData{a=b}{x}',
    '\\htmlStyle{position:fixed}{x}',
    '\\includegraphics{https://a.example/x.png}',
    '\\class{a}{x}',
    '\\char"202E',
    '\\def\\a{\\a\\a}\\a',
    '\\edef\\a{xx}\\edef\\a{\\a\\a}\\a',
    '\\newcommand{\\a}{x}\\a',
    '\\nonsense',
    'x_a_b',
    '{',
    'x'.repeat(1_001),
  ])('%s', (tex) => expect(mathMarkup(tex, false)).toBeUndefined());
});
