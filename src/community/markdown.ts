/**
 * Markdown as people write it in comments, read into a small tree of our own. What stands in the
 * tree is all that can be shown; whatever else somebody writes stays the text that it is. HTML
 * is text. Nothing is escaped here and nothing trusted.
 *
 * Headings, pictures and tables would shout in a discussion: headings become strong paragraphs,
 * pictures links, tables text.
 */

import createMarkdownIt, { type MarkdownIt, type Token } from 'markdown-it';
import { isWebAddress } from '../papers/record.js';
import { readInlines } from './markdown-inlines.js';
import { addMathRules } from './markdown-math.js';
import { withoutInvisibles } from './markdown-text.js';
import type { Block, Findings, Markdown } from './markdown-tree.js';

/** Deeper quotes and lists are read as if they stood here; a phone has no room for them. */
const DEEPEST_BLOCK = 6;

/** The parser drops what is nested deeper; such a text is shown as it was written. */
const DEEPEST_PARSED = 100;

/** More signs of quotation at the beginning of a line say nothing that so many do not. */
const MOST_QUOTE_SIGNS = 20;

const TOO_MANY_QUOTE_SIGNS = new RegExp(`^((?: {0,3}>){${MOST_QUOTE_SIGNS}})[ >]*`, 'gm');

const parser = createParser();

/**
 * The tree of a text.
 *
 * @param text - cleaned and not longer than a comment may be (`readCommentText`)
 */
export function parseMarkdown(text: string): Markdown {
  const findings: Findings = { links: [], mentions: new Set(), arxivIds: new Set() };
  const tokens = parser.parse(text.replace(TOO_MANY_QUOTE_SIGNS, '$1 '), {});
  const blocks = isDropped(tokens) ? asWritten(text) : readBlocks(tokens, findings);
  return {
    blocks,
    links: findings.links,
    mentions: [...findings.mentions],
    arxivIds: [...findings.arxivIds],
  };
}

/**
 * Whether a link may lead there: an address of the web that says where it leads. A user name in
 * it only serves to look like another host.
 */
function isLinkable(url: string): boolean {
  if (!isWebAddress(url)) return false;
  const { username, password } = new URL(url);
  return username === '' && password === '';
}

function createParser(): MarkdownIt {
  const markdown = createMarkdownIt('commonmark', {
    html: false,
    linkify: true,
    maxNesting: DEEPEST_PARSED,
  });
  markdown.enable(['linkify', 'strikethrough']);
  // A line of hyphens under a sentence is meant as a line, not as a heading of the sentence.
  markdown.disable(['lheading', 'html_block', 'html_inline']);
  // Only whole addresses: what looks like a host (`e.g.it`) is most often none.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  for (const schema of ['ftp:', 'mailto:', '//']) markdown.linkify.add(schema, null);
  markdown.validateLink = isLinkable;
  // An address is shown as it was written: decoded, it may hold anything.
  markdown.normalizeLinkText = (url) => url;
  addMathRules(markdown);
  return markdown;
}

function isDropped(tokens: readonly Token[]): boolean {
  return tokens.some(({ nesting, level }) => nesting === 1 && level + 1 >= DEEPEST_PARSED);
}

function asWritten(text: string): Block[] {
  return text.split(/\n{2,}/).map((paragraph) => ({
    kind: 'paragraph',
    isTight: false,
    children: [{ kind: 'text', text: paragraph }],
  }));
}

/** A container that is being read. One that is too deep puts its blocks into the one around it. */
type Frame =
  | { readonly kind: 'blocks'; readonly blocks: Block[] }
  | { readonly kind: 'quote'; readonly blocks: Block[] }
  | { readonly kind: 'item'; readonly blocks: Block[] }
  | {
      readonly kind: 'list';
      readonly start: number | undefined;
      readonly items: Block[][];
      readonly blocks: Block[];
    };

function readBlocks(tokens: readonly Token[], findings: Findings): Block[] {
  const root: Block[] = [];
  const frames: Frame[] = [{ kind: 'blocks', blocks: root }];
  const around = (): Frame => frames.at(-1) ?? { kind: 'blocks', blocks: root };
  const add = (block: Block): void => {
    around().blocks.push(block);
  };
  const isDeep = (): boolean =>
    frames.filter(({ kind }) => kind === 'quote' || kind === 'list').length >= DEEPEST_BLOCK;

  tokens.forEach((token, at) => {
    switch (token.type) {
      case 'blockquote_open':
        frames.push(
          isDeep() ? { kind: 'blocks', blocks: around().blocks } : { kind: 'quote', blocks: [] },
        );
        break;
      case 'bullet_list_open':
      case 'ordered_list_open':
        frames.push(
          isDeep()
            ? { kind: 'blocks', blocks: around().blocks }
            : { kind: 'list', start: startOf(token), items: [], blocks: [] },
        );
        break;
      case 'list_item_open':
        frames.push(
          around().kind === 'list'
            ? { kind: 'item', blocks: [] }
            : { kind: 'blocks', blocks: around().blocks },
        );
        break;
      case 'blockquote_close':
      case 'bullet_list_close':
      case 'ordered_list_close':
      case 'list_item_close':
        close(frames);
        break;
      case 'fence':
      case 'code_block':
        add({ kind: 'code', text: token.content.replace(/\n$/, '') });
        break;
      case 'math_block':
        add({ kind: 'formula', tex: withoutInvisibles(token.content).trim() });
        break;
      case 'hr':
        add({ kind: 'rule' });
        break;
      case 'inline': {
        const children = readInlines(token.children ?? [], findings);
        const before = tokens[at - 1];
        if (children.length === 0) break;
        if (before?.type === 'heading_open') add({ kind: 'heading', children });
        else add({ kind: 'paragraph', isTight: before?.hidden === true, children });
      }
    }
  });
  return root;
}

function close(frames: Frame[]): void {
  const frame = frames.pop();
  const outer = frames.at(-1);
  if (!frame || !outer) return;
  if (frame.kind === 'quote') outer.blocks.push({ kind: 'quote', blocks: frame.blocks });
  if (frame.kind === 'item' && outer.kind === 'list') outer.items.push(frame.blocks);
  if (frame.kind === 'list') {
    outer.blocks.push({ kind: 'list', start: frame.start, items: frame.items });
  }
}

function startOf(token: Token): number | undefined {
  if (token.type !== 'ordered_list_open') return undefined;
  return Number(token.attrGet('start') ?? 1);
}
