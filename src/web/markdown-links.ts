/** Where the links of a comment lead, and whether they say so. */

import { arxivIdOfAddress } from '../community/markdown-inlines.js';
import type { Inline } from '../community/markdown-tree.js';
import { type PaperId, paperIdFrom, parseArxivId, parseIdentifier } from '../papers/identifiers.js';

/** A text that begins like an address, with the host it pretends to lead to. */
const LOOKS_LIKE_ADDRESS = /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,})(?:[/:?#\s]|$)/iu;

/** The paper of ours that an address leads to: on this site, or at arXiv. */
export function paperAt(
  url: string,
  known: {
    readonly titles: ReadonlyMap<PaperId, string>;
    readonly baseUrl: string | undefined;
  },
): { readonly id: PaperId; readonly title: string } | undefined {
  const id = ownPaperId(url, known.baseUrl) ?? arxivIdOfAddress(url);
  const title = id === undefined ? undefined : known.titles.get(id as PaperId);
  return id === undefined || title === undefined ? undefined : { id: id as PaperId, title };
}

/** The id in an address of this site that is the page of a paper. */
export function ownPaperId(url: string, baseUrl: string | undefined): PaperId | undefined {
  if (!baseUrl || !url.startsWith(`${baseUrl}/papers/`)) return undefined;
  const name = url.slice(`${baseUrl}/papers/`.length);
  // A page that is asked for in a certain way, or a part of it, is not just the paper.
  if (/[?#%]/.test(name)) return undefined;
  const identifier = parseIdentifier(parseArxivId(name) ?? name);
  return identifier && paperIdFrom(identifier);
}

/**
 * The host that a link leads to, where its text names another one: a reader must not be led
 * elsewhere than they read.
 */
export function foreignHost(url: string, children: readonly Inline[]): string | undefined {
  const named = LOOKS_LIKE_ADDRESS.exec(children.map(textOf).join(''))?.[1];
  if (!named) return undefined;
  const host = withoutWww(new URL(url).hostname);
  const pretended = URL.canParse(`http://${named}`)
    ? withoutWww(new URL(`http://${named}`).hostname)
    : undefined;
  return host === pretended ? undefined : host;
}

function textOf(inline: Inline): string {
  switch (inline.kind) {
    case 'emphasis':
    case 'strong':
    case 'struck':
    case 'link':
      return inline.children.map(textOf).join('');
    case 'math':
      return inline.tex;
    case 'break':
      return ' ';
    default:
      return inline.text;
  }
}

function withoutWww(host: string): string {
  return host.replace(/^www\./, '');
}
