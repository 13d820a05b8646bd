/** A message taken apart: its header, its text, and what it carries. */

import { decodeWords } from 'postal-mime';
import { messageIdIn } from './delivery-status.js';
import { headerOf, type MailField } from './mail-fields.js';
import { contentOf, fieldValue, type MimePart, partsOf, textOf } from './mime-parts.js';

export type ReportPart = {
  /** In small letters: `message/delivery-status`. */
  readonly type: string;
  /** Of a whole message that the part carries; else empty. */
  readonly message: Uint8Array;
  /** Of parts that are made for programs; else empty. */
  readonly text: string;
};

export type ReportMessage = {
  readonly header: readonly MailField[];
  readonly subject: string;
  /** For people, of all parts that are. */
  readonly text: string;
  readonly parts: readonly ReportPart[];
};

const LONGEST_PART = 64 * 1024;
const LONGEST_TEXT = 10_000;
const LONGEST_SUBJECT = 500;

/** Whole messages that a message carries. */
const MESSAGE_PARTS: ReadonlySet<string> = new Set(['message/rfc822', 'message/global']);

/** Only their headers. */
const HEADER_PARTS: ReadonlySet<string> = new Set([
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
]);

export function takeApart(raw: Uint8Array): ReportMessage {
  const { header, parts } = partsOf(raw);
  return {
    header,
    subject: decodeWords(fieldValue(header, 'subject').slice(0, LONGEST_SUBJECT)),
    text: wordsIn(parts),
    parts: parts.map(toReportPart),
  };
}

/** The Message-IDs of the letters in a part, of which there is one at most. */
export function letterIdsIn({ type, text }: ReportPart): readonly string[] {
  if (!MESSAGE_PARTS.has(type) && !HEADER_PARTS.has(type)) return [];
  const id = messageIdIn(fieldValue(headerOf(text), 'message-id'));
  return id === undefined ? [] : [id];
}

function toReportPart(part: MimePart): ReportPart {
  const { type } = part;
  const isForPrograms = type.startsWith('message/') || HEADER_PARTS.has(type);
  return {
    type,
    message: MESSAGE_PARTS.has(type) ? contentOf(part, part.body.length) : new Uint8Array(),
    text: isForPrograms ? textOf(part, LONGEST_PART) : '',
  };
}

function wordsIn(parts: readonly MimePart[]): string {
  const plain = parts.filter(({ type }) => type === 'text/plain');
  if (plain.length > 0) return joined(plain.map((part) => textOf(part, LONGEST_TEXT)));
  const pages = parts.filter(({ type }) => type === 'text/html');
  return joined(pages.map((part) => withoutTags(textOf(part, LONGEST_PART))));
}

function joined(texts: readonly string[]): string {
  return texts.join('\n').slice(0, LONGEST_TEXT);
}

/** The words of a page, its tags being ends of lines. */
function withoutTags(html: string): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    pieces.push(html.slice(at, open < 0 ? html.length : open));
    const close = open < 0 ? -1 : html.indexOf('>', open);
    at = close < 0 ? html.length : close + 1;
  }
  return pieces
    .join('\n')
    .slice(0, LONGEST_TEXT)
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
