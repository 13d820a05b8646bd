/** Mathematics in Markdown: `$…$` in a line, `$$…$$` on its own, alone or over several lines. */

import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it';

const DOLLAR = 0x24;

/** Longer ones are not typeset, and looking for their end would take long. */
const LONGEST_FORMULA = 2_000;

/** The end is looked for in so many; each line of a text may be a beginning. */
const MOST_LINES = 50;

/** Code of four blanks is no formula. */
const CODE_INDENT = 4;

/** Adds the tokens `math_inline` (`markup` tells whether `$` or `$$`) and `math_block`. */
export function addMathRules(markdown: MarkdownIt): void {
  markdown.inline.ruler.before('escape', 'math_inline', readInlineMath);
  markdown.block.ruler.before('fence', 'math_block', readMathBlock, {
    alt: ['paragraph', 'blockquote', 'list'],
  });
}

/**
 * A single dollar opens mathematics and does not name a price if no blank stands inside of
 * either dollar and no digit behind the second (the rule of Pandoc's Markdown).
 */
function readInlineMath(state: StateInline, isSilent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (src.charCodeAt(pos) !== DOLLAR) return false;
  const marker = src.charCodeAt(pos + 1) === DOLLAR ? '$$' : '$';
  const start = pos + marker.length;
  const end = closerAt(src, marker, start, Math.min(posMax, start + LONGEST_FORMULA));
  const tex = end === undefined ? '' : src.slice(start, end);
  const isMoney =
    marker === '$' && (/^\s|\s$/.test(tex) || /\d/.test(src.charAt((end ?? pos) + 1)));
  if (end === undefined || isMoney || !tex.trim()) {
    // The whole sign, or the second dollar would be tried as a first one.
    if (!isSilent) state.pending += marker;
    state.pos += marker.length;
    return true;
  }
  if (!isSilent) {
    const token = state.push('math_inline', 'math', 0);
    token.markup = marker;
    token.content = tex.trim();
  }
  state.pos = end + marker.length;
  return true;
}

/** Where the closing sign stands that no backslash takes away. */
function closerAt(source: string, marker: string, from: number, until: number): number | undefined {
  for (let at = from; at < until; at += 1) {
    const character = source.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '$') return source.startsWith(marker, at) ? at : undefined;
  }
  return undefined;
}

/** From a line that begins with two dollars to one that ends with them, without an empty line. */
function readMathBlock(
  state: StateBlock,
  startLine: number,
  endLine: number,
  isSilent: boolean,
): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= CODE_INDENT) return false;
  if (!state.src.startsWith('$$', startOf(state, startLine))) return false;
  const last = lastLine(state, startLine, endLine);
  if (last === undefined) return false;
  const lines = state.getLines(startLine, last + 1, state.blkIndent, false).trim();
  const tex = lines.slice(2, -2);
  // More dollars inside are formulas and words in one line, which the inline rule reads.
  if (!tex.trim() || tex.includes('$')) return false;
  if (isSilent) return true;
  const token = state.push('math_block', 'math', 0);
  token.block = true;
  token.content = tex.trim();
  token.map = [startLine, last + 1];
  state.line = last + 1;
  return true;
}

/** The first line from here on that ends with two dollars, other than those that open. */
function lastLine(state: StateBlock, startLine: number, endLine: number): number | undefined {
  const until = Math.min(endLine, startLine + MOST_LINES);
  for (let line = startLine; line < until; line += 1) {
    const isOutside = (state.sCount[line] ?? 0) < state.blkIndent;
    if (line > startLine && (isOutside || state.isEmpty(line))) return undefined;
    const start = startOf(state, line) + (line === startLine ? 2 : 0);
    const end = state.eMarks[line] ?? start;
    if (end - start >= 2 && state.src.startsWith('$$', end - 2)) return line;
  }
  return undefined;
}

function startOf(state: StateBlock, line: number): number {
  return (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
}
