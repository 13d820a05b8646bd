/**
 * TeX mathematics as MathML, which browsers typeset without a style sheet, a font or a script.
 * What KaTeX cannot read, or what could cost more than it is worth, is `undefined`: the reader
 * then sees the source.
 */

import katex from 'katex';
import { withMathLetters } from './math-letters.js';

/** The longest formulas of abstracts have some 300; larger ones cost time and tell nobody. */
const LONGEST_FORMULA = 1_000;

/**
 * Definitions multiply a short source into a long formula; links, pictures and raw HTML need a
 * trust that no source has; `\char` writes characters that the catalogue's cleaning took out.
 */
const REFUSED_COMMANDS =
  /\\(?:[egx]?def|let|futurelet|(?:re)?newcommand|providecommand|href|url|html[A-Za-z]*|includegraphics|@?char)(?![A-Za-z])/;

/**
 * Attributes that are dropped: our Content-Security-Policy forbids inline styles, and colours
 * chosen for white paper cannot be read on black. KaTeX escapes quotes in text, so none of these
 * can be part of what the formula says.
 */
const UNWANTED_ATTRIBUTES = / (?:style|mathcolor|mathbackground)="[^"]*"/g;

/** The markup of a formula, safe to place in a page as it is. */
export function mathMarkup(tex: string, isDisplay: boolean): string | undefined {
  if (tex.length > LONGEST_FORMULA || REFUSED_COMMANDS.test(tex)) return undefined;
  try {
    const markup = katex.renderToString(tex, {
      output: 'mathml',
      displayMode: isDisplay,
      trust: false,
      strict: 'ignore',
      maxExpand: 200,
      maxSize: 10,
      throwOnError: true,
    });
    return withMathLetters(markup.replace(UNWANTED_ATTRIBUTES, ''));
  } catch {
    // KaTeX's messages may hold the source unescaped, and tell a reader nothing.
    return undefined;
  }
}
