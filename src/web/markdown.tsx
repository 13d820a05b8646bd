/**
 * Comments as markup. Each kind of the tree has its element here and there are no others; JSX
 * escapes all text, and only KaTeX's formulas are placed as they are.
 */

import { raw } from 'hono/html';
import type { Block, Inline, Markdown } from '../community/markdown-tree.js';
import { type PaperId, paperPath } from '../papers/identifiers.js';
import type { Formulas } from './markdown-formulas.js';
import { foreignHost, paperAt } from './markdown-links.js';
import type { Markup } from './markup.js';

/** What a text can lead to here. */
export type Known = {
  /** The names that accounts have, of those that are mentioned. */
  readonly names: ReadonlySet<string>;
  /** The titles of our papers, of those that are named or linked. */
  readonly titles: ReadonlyMap<PaperId, string>;
  readonly formulas: Formulas;
  /** The address of this site, without a slash at its end. */
  readonly baseUrl: string | undefined;
};

/** A formula with more TeX than this may be wider than a phone and scrolls in its own box. */
const LONGEST_SURE_TO_FIT = 40;

export function MarkdownText({
  markdown,
  known,
}: {
  readonly markdown: Markdown;
  readonly known: Known;
}): Markup {
  return <div class="markdown">{blocksOf(markdown.blocks, known)}</div>;
}

function blocksOf(blocks: readonly Block[], known: Known): readonly Markup[] {
  return blocks.map((block) => renderBlock(block, known));
}

function renderBlock(block: Block, known: Known): Markup {
  switch (block.kind) {
    case 'paragraph':
      if (block.isTight) return <>{inlinesOf(block.children, known)}</>;
      return <p dir="auto">{inlinesOf(block.children, known)}</p>;
    case 'heading':
      return (
        <p dir="auto">
          <strong>{inlinesOf(block.children, known)}</strong>
        </p>
      );
    case 'quote':
      return <blockquote dir="auto">{blocksOf(block.blocks, known)}</blockquote>;
    case 'list': {
      const items = block.items.map((item) => <li dir="auto">{blocksOf(item, known)}</li>);
      if (block.start === undefined) return <ul>{items}</ul>;
      return <ol start={block.start === 1 ? undefined : block.start}>{items}</ol>;
    }
    case 'code':
      return (
        <pre tabindex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'formula':
      return <p>{formula(block.tex, true, known)}</p>;
    case 'rule':
      return <hr />;
  }
}

function inlinesOf(inlines: readonly Inline[], known: Known): readonly (Markup | string)[] {
  return inlines.map((inline) => renderInline(inline, known));
}

function renderInline(inline: Inline, known: Known): Markup | string {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'math':
      return formula(inline.tex, inline.isDisplay, known);
    case 'break':
      return <br />;
    case 'emphasis':
      return <em>{inlinesOf(inline.children, known)}</em>;
    case 'strong':
      return <strong>{inlinesOf(inline.children, known)}</strong>;
    case 'struck':
      return <s>{inlinesOf(inline.children, known)}</s>;
    case 'link':
      return link(inline, known);
    case 'mention':
      if (!known.names.has(inline.name)) return inline.text;
      return <a href={`/@${inline.name}`}>{inline.text}</a>;
    case 'paper':
      return paperLink(inline, known);
  }
}

function link(inline: Extract<Inline, { kind: 'link' }>, known: Known): Markup {
  const { url, isBare, children } = inline;
  const paper = isBare ? paperAt(url, known) : undefined;
  if (paper) {
    return (
      <a href={paperPath(paper.id)} dir="auto">
        {paper.title}
      </a>
    );
  }
  const host = isBare ? undefined : foreignHost(url, children);
  return (
    <>
      <a href={url} rel="nofollow ugc noopener">
        {inlinesOf(children, known)}
      </a>
      {host && ` (${host})`}
    </>
  );
}

function paperLink({ arxivId, text }: Extract<Inline, { kind: 'paper' }>, known: Known): Markup {
  const id = arxivId as PaperId;
  const title = known.titles.get(id);
  if (title !== undefined) {
    return (
      <a href={paperPath(id)} title={title}>
        {text}
      </a>
    );
  }
  return (
    <a href={`https://arxiv.org/abs/${arxivId}`} rel="nofollow ugc noopener">
      {text}
    </a>
  );
}

function formula(tex: string, isDisplay: boolean, { formulas }: Known): Markup {
  const markup = formulas.typeset(tex, isDisplay);
  if (markup === undefined) return <code class="tex">{tex}</code>;
  if (!isDisplay && tex.length <= LONGEST_SURE_TO_FIT) return <>{raw(markup)}</>;
  return (
    <span class={isDisplay ? 'formula formula-display' : 'formula'} tabindex={0}>
      {raw(markup)}
    </span>
  );
}
