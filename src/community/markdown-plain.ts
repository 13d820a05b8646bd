/** Markdown without its marks, for places of plain text: notifications, letters, feeds. */

import { parseMarkdown } from './markdown.js';
import { isVisible } from './markdown-text.js';
import type { Block, Inline } from './markdown-tree.js';

/**
 * The words of a text on one line, what it quotes left out.
 *
 * @param most - characters; a longer text ends in `…`
 */
export function excerpt(text: string, most: number): string {
  const line = wordsOf(parseMarkdown(text).blocks).replace(/\s+/g, ' ').trim();
  const words = isVisible(line) ? line : text.replace(/\s+/g, ' ').trim();
  return words.length <= most
    ? words
    : `${words
        .slice(0, most - 1)
        .toWellFormed()
        .trimEnd()}…`;
}

function wordsOf(blocks: readonly Block[]): string {
  return blocks.map(wordsOfBlock).join('\n');
}

function wordsOfBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return block.children.map(wordsOfInline).join('');
    case 'list':
      return block.items.map(wordsOf).join('\n');
    case 'code':
      return block.text;
    case 'formula':
      return block.tex;
    case 'quote':
    case 'rule':
      return '';
  }
}

function wordsOfInline(inline: Inline): string {
  switch (inline.kind) {
    case 'math':
      return inline.tex;
    case 'break':
      return ' ';
    case 'emphasis':
    case 'strong':
    case 'struck':
    case 'link':
      return inline.children.map(wordsOfInline).join('');
    default:
      return inline.text;
  }
}
