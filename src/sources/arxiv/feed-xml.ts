/**
 * Feeds taken apart into their items before any is parsed, so that a malformed one or a tail
 * that was cut off loses itself and nothing else.
 */

import { setImmediate as othersHadTheirTurn } from 'node:timers/promises';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { shown } from '../../papers/record.js';

/** One item as it stands in the feed; not whole when its end is missing. */
export type FeedPiece = { readonly xml: string; readonly isWhole: boolean };

export type CutFeed = {
  /** What stands before the first item. */
  readonly head: string;
  readonly pieces: readonly FeedPiece[];
  /** Whether the end of the feed has been seen. */
  readonly isComplete: boolean;
};

/** A body that is no feed, or not one to be read, and why, in words for people. */
export type NoFeed = { readonly reason: string };

/** An element's children and, behind `@`, its attributes. */
export type XmlElement = { readonly [name: string]: unknown };

/** Ten thousand authors and the longest abstract that is stored stay below it. */
const LARGEST_ITEM = 1_000_000;

/** An XML declaration and a few comments may stand before the root; not much more. */
const LONGEST_PROLOGUE = 4_000;

/** Some two milliseconds of parsing, during which no page is answered. */
const PIECES_PER_TURN = 5;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // Ours to decode: five names and numbers, whatever a feed may declare.
  processEntities: false,
});

/** The five entities of XML itself. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

const ENTITY = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6}));/g;

/** The last code point of Unicode. */
const LAST_CHARACTER = 0x10ffff;

/** An `&` that begins no entity we know. It is text that somebody forgot to escape. */
const STRAY_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][\dA-Fa-f]{1,6});)/g;

/**
 * @param root - the name of the feed's root element, as {@link rootOf} found it
 * @param itemName - `item` or `entry`
 */
export function cutFeed(text: string, root: string, itemName: string): CutFeed {
  const pieces: FeedPiece[] = [];
  const tags = new RegExp(`<(/?)${itemName}(?=[\\s/>])[^<>]*>`, 'g');
  let headEnd = text.length;
  let lastStart = -1;
  let begun: number | undefined;
  for (const { 0: tag, 1: slash, index } of text.matchAll(tags)) {
    if (slash) {
      if (begun === undefined) continue;
      pieces.push({ xml: text.slice(begun, index + tag.length), isWhole: true });
      begun = undefined;
    } else {
      // An item that has not ended when the next begins has lost its end.
      if (begun !== undefined) pieces.push({ xml: text.slice(begun, index), isWhole: false });
      if (pieces.length === 0) headEnd = Math.min(headEnd, index);
      begun = index;
      lastStart = index;
    }
  }
  if (begun !== undefined) pieces.push({ xml: text.slice(begun), isWhole: false });
  return {
    head: text.slice(0, headEnd),
    pieces,
    isComplete: text.lastIndexOf(`</${root}`) > lastStart,
  };
}

/**
 * The pieces with their places, from 0, giving way to other work between a few of them: a whole
 * feed would hold up the site for a third of a second.
 */
export async function* inTurns(
  pieces: readonly FeedPiece[],
): AsyncGenerator<readonly [number, FeedPiece]> {
  for (const [at, piece] of pieces.entries()) {
    if (at % PIECES_PER_TURN === 0) await othersHadTheirTurn();
    yield [at, piece];
  }
}

/** The name of a feed's root element, or why the text is not read as a feed. */
export function rootOf(text: string, roots: readonly string[]): { readonly root: string } | NoFeed {
  const start = text.slice(0, LONGEST_PROLOGUE).replace(/^\ufeff/, '');
  const isPage = /^\s*(?:<!doctype\s+html|<html)/i.test(start);
  if (!isPage && /<!(?:DOCTYPE|ENTITY)/i.test(text)) {
    return { reason: 'It declares a document type (DOCTYPE), which no feed needs.' };
  }
  const root = /<([A-Za-z][\w:.-]*)/.exec(start.replace(/<!--.*?-->/gs, ''))?.[1];
  if (!isPage && root && roots.includes(root)) return { root };
  const words = start.replace(/<[^<>]*>/g, ' ').trim();
  return { reason: words ? `It is not a feed: it begins ${shown(words)}.` : 'It is empty.' };
}

/** One whole item parsed, or why it cannot be. */
export function parseElement({ xml, isWhole }: FeedPiece, name: string): XmlElement | NoFeed {
  if (!isWhole) return { reason: 'Its end is missing.' };
  if (xml.length > LARGEST_ITEM) {
    return { reason: `It has ${xml.length} characters; at most ${LARGEST_ITEM} are read.` };
  }
  const mended = escapeCdata(xml).replace(STRAY_AMPERSAND, '&amp;');
  try {
    const verdict = XMLValidator.validate(mended);
    if (verdict !== true) return { reason: `It is not well-formed XML: ${verdict.err.msg}` };
    const element: unknown = parser.parse(mended)[name];
    return typeof element === 'object' && element !== null ? { ...element } : {};
  } catch (error) {
    return { reason: `It is not well-formed XML: ${(error as Error).message}.` };
  }
}

/** The text of the first child of this name; `''` if there is none. */
export function textAt(element: XmlElement, name: string): string {
  return textsAt(element, name)[0] ?? '';
}

/** The texts of all children of this name, in their order. */
export function textsAt(element: XmlElement, name: string): string[] {
  return childrenAt(element, name).map((child) => textOf(child['#text']));
}

/** All children of this name, in their order. */
export function childrenAt(element: XmlElement, name: string): XmlElement[] {
  const value = element[name];
  if (value === undefined) return [];
  const children: readonly unknown[] = Array.isArray(value) ? value : [value];
  return children.map((child) =>
    typeof child === 'object' && child !== null ? { ...child } : { '#text': child },
  );
}

/** The value of an attribute; `''` if there is none. */
export function attributeOf(element: XmlElement, name: string): string {
  return textOf(element[`@${name}`]);
}

/** The text of a child in a feed's head, which is not parsed because it is not whole. */
export function textInHead(head: string, name: string): string {
  const [, value] = new RegExp(`<${name}(?:\\s[^<>]*)?>([^<]*)<`).exec(head) ?? [];
  return textOf(value).trim();
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  return value.replace(ENTITY, (_, name?: string, decimal?: string, hexadecimal?: string) => {
    if (name) return ENTITIES[name] ?? '';
    const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal ?? '', 16);
    return code <= LAST_CHARACTER ? String.fromCodePoint(code) : '\ufffd';
  });
}

/** CDATA as ordinary text, so that all text is decoded in one way. */
function escapeCdata(xml: string): string {
  const [first = '', ...rest] = xml.split('<![CDATA[');
  return rest.reduce((before, part) => {
    const end = part.indexOf(']]>');
    if (end < 0) return `${before}<![CDATA[${part}`;
    const text = part.slice(0, end).replace(/&/g, '&amp;').replace(/</g, '&lt;');
    return `${before}${text}${part.slice(end + 3)}`;
  }, first);
}
