/**
 * The comments of a page read for showing: their trees, and in one question each, which of the
 * people and papers that they name are here.
 */

import type { CommentReader } from '../community/comment-reader-store.js';
import { parseMarkdown } from '../community/markdown.js';
import type { Markdown } from '../community/markdown-tree.js';
import type { PaperReader } from '../papers/catalogue.js';
import type { PaperId } from '../papers/identifiers.js';
import { plainLine } from '../papers/text-pieces.js';
import type { Site } from './context.js';
import type { Known } from './markdown.js';
import { formulasOfPage } from './markdown-formulas.js';
import { ownPaperId } from './markdown-links.js';

export type CommentTexts = {
  readonly markdownOf: (text: string) => Markdown;
  readonly known: Known;
};

export type CommentTextsContext = {
  readonly comments: Pick<CommentReader, 'namesAmong'>;
  readonly papers: Pick<PaperReader, 'byIds'>;
  readonly site: Pick<Site, 'baseUrl'>;
};

/** A few pages of comments; what is read again is not taken apart again. */
const MOST_CHARACTERS_REMEMBERED = 2_000_000;

const remembered = new Map<string, Markdown>();
let charactersRemembered = 0;

export async function readCommentTexts(
  { comments, papers, site: { baseUrl } }: CommentTextsContext,
  texts: readonly string[],
): Promise<CommentTexts> {
  const trees = new Map(texts.map((text) => [text, remember(text)]));
  const names = new Set<string>();
  const ids = new Set<PaperId>();
  for (const { mentions, arxivIds, links } of trees.values()) {
    for (const name of mentions) names.add(name);
    for (const id of arxivIds) ids.add(id as PaperId);
    for (const url of links) {
      const id = ownPaperId(url, baseUrl);
      if (id) ids.add(id);
    }
  }
  const found = ids.size > 0 ? await papers.byIds([...ids]) : new Map();
  return {
    markdownOf: (text) => trees.get(text) ?? parseMarkdown(text),
    known: {
      names: names.size > 0 ? await comments.namesAmong([...names]) : new Set(),
      titles: new Map([...found.values()].map(({ id, title }) => [id, plainLine(title)])),
      formulas: formulasOfPage(),
      baseUrl,
    },
  };
}

function remember(text: string): Markdown {
  const known = remembered.get(text);
  if (known) {
    // Taken out and put back, the oldest stands first.
    remembered.delete(text);
    remembered.set(text, known);
    return known;
  }
  const markdown = parseMarkdown(text);
  remembered.set(text, markdown);
  charactersRemembered += text.length;
  for (const oldest of remembered.keys()) {
    if (charactersRemembered <= MOST_CHARACTERS_REMEMBERED) break;
    remembered.delete(oldest);
    charactersRemembered -= oldest.length;
  }
  return markdown;
}
