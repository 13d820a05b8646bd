/** The inside of a paragraph of Markdown: from the parser's tokens to our tree. */

import type { Token } from 'markdown-it';
import { parseArxivId } from '../papers/identifiers.js';
import { withoutInvisibles } from './markdown-text.js';
import type { Findings, Inline } from './markdown-tree.js';

/** Bold in italic in bold says no more; what is deeper is read without. */
const DEEPEST_STYLE = 4;

/** Names as accounts have them, in any case; what stands around must not make it an address. */
const MENTION = /(?<![\p{L}\p{N}_@./+-])@([A-Za-z0-9](?:-?[A-Za-z0-9]){1,29})(?![\p{L}\p{N}_@-])/u;

const PAPER =
  /(?<![\p{L}\p{N}/])[aA][rR][xX][iI][vV]:[ \u00a0]?(\d{4}\.\d{4,5}|[a-z-]{2,9}(?:\.[A-Z]{2})?\/\d{7})(v\d{1,3})?(?![\p{L}\p{N}])/u;

const NAMED = new RegExp(`${MENTION.source}|${PAPER.source}`, 'gu');

type Style = 'emphasis' | 'strong' | 'struck';

/** An element that is being read; one that is too deep gives its children to the one around. */
type Frame =
  | { readonly kind: 'through'; readonly children: Inline[] }
  | { readonly kind: Style; readonly children: Inline[] }
  | {
      readonly kind: 'link';
      readonly url: string;
      readonly isBare: boolean;
      readonly children: Inline[];
    };

export function readInlines(tokens: readonly Token[], findings: Findings): Inline[] {
  const root: Inline[] = [];
  const frames: Frame[] = [{ kind: 'through', children: root }];
  const place = (): Inline[] => frames.at(-1)?.children ?? root;
  const isInLink = (): boolean => frames.some(({ kind }) => kind === 'link');

  function open(kind: Style): void {
    const depth = frames.filter((frame) => frame.kind !== 'through').length;
    frames.push(
      depth >= DEEPEST_STYLE ? { kind: 'through', children: place() } : { kind, children: [] },
    );
  }

  function close(): void {
    const frame = frames.pop();
    if (frame && frame.kind !== 'through' && frame.children.length > 0) place().push(frame);
  }

  function note(url: string): void {
    findings.links.push(url);
    const arxivId = arxivIdOfAddress(url);
    if (arxivId) findings.arxivIds.add(arxivId);
  }

  for (const token of tokens) {
    switch (token.type) {
      case 'text':
        addText(place(), token.content, isInLink() ? undefined : findings);
        break;
      case 'code_inline':
        place().push({ kind: 'code', text: token.content });
        break;
      case 'math_inline':
        place().push({
          kind: 'math',
          tex: withoutInvisibles(token.content),
          isDisplay: token.markup === '$$',
        });
        break;
      case 'softbreak':
      case 'hardbreak':
        place().push({ kind: 'break' });
        break;
      case 'em_open':
        open('emphasis');
        break;
      case 'strong_open':
        open('strong');
        break;
      case 's_open':
        open('struck');
        break;
      case 'link_open': {
        const url = String(token.attrGet('href') ?? '');
        note(url);
        const isBare = token.markup === 'linkify' || token.markup === 'autolink';
        frames.push({ kind: 'link', url, isBare, children: [] });
        break;
      }
      case 'em_close':
      case 'strong_close':
      case 's_close':
      case 'link_close':
        close();
        break;
      case 'image': {
        const url = String(token.attrGet('src') ?? '');
        const text = withoutInvisibles(token.content).trim() || url;
        if (isInLink()) {
          addText(place(), text, undefined);
          break;
        }
        note(url);
        place().push({ kind: 'link', url, isBare: false, children: [{ kind: 'text', text }] });
        break;
      }
      default:
        // A kind that we do not know is shown as the text it holds.
        addText(place(), token.content, undefined);
    }
  }
  // Every opening token has its closing one; should one lack, nothing is lost.
  while (frames.length > 1) close();
  return root;
}

/** The number of the arXiv paper that an address leads to, if it leads to one. */
export function arxivIdOfAddress(url: string): string | undefined {
  return /^https?:\/\/(?:www\.|export\.)?arxiv\.org\//i.test(url) ? parseArxivId(url) : undefined;
}

/** A text with the people and papers that it names; in a link they are part of the text. */
function addText(place: Inline[], source: string, findings: Findings | undefined): void {
  const text = withoutInvisibles(source);
  let at = 0;
  if (findings) {
    for (const match of text.matchAll(NAMED)) {
      const [whole, name, number] = match;
      append(place, text.slice(at, match.index));
      at = match.index + whole.length;
      if (name && name.length <= 30) {
        findings.mentions.add(name.toLowerCase());
        place.push({ kind: 'mention', name: name.toLowerCase(), text: whole });
      } else {
        const arxivId = number && parseArxivId(number);
        if (!arxivId) {
          append(place, whole);
          continue;
        }
        findings.arxivIds.add(arxivId);
        place.push({ kind: 'paper', arxivId, text: whole });
      }
    }
  }
  append(place, text.slice(at));
}

function append(place: Inline[], text: string): void {
  if (text) place.push({ kind: 'text', text });
}
