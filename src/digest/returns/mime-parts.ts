/**
 * The parts of a message (RFC 2045, RFC 2046), each with its header and its content decoded.
 *
 * Why not by a library: what comes in here was written by anybody, and the event loop waits for
 * it. Reading takes a time that grows with the length alone, whatever stands there, and stops at
 * so many parts; a part that is broken or cut short is read as far as it goes.
 */

import { TextDecoder } from 'node:util';
import { headerOf, type MailField } from './mail-fields.js';

export type MimePart = {
  readonly header: readonly MailField[];
  /** In small letters, without parameters: `text/plain`. */
  readonly type: string;
  /** As it came; one sign for each byte. */
  readonly body: string;
};

export type MimeMessage = {
  readonly header: readonly MailField[];
  /** Without those that only hold others, in their order. */
  readonly parts: readonly MimePart[];
};

const MOST_PARTS = 50;
const DEEPEST = 10;
const LONGEST_HEADER = 64 * 1024;
const LONGEST_VALUE = 1_000;

const TYPE = /^\s{0,8}([\w.+-]{1,60}\/[\w.+-]{1,100})/;
const BORDER = /;\s{0,80}boundary\s{0,8}=\s{0,8}(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/i;
const CHARSET = /;\s{0,80}charset\s{0,8}=\s{0,8}"?([\w.:-]{1,40})/i;

export function partsOf(raw: Uint8Array): MimeMessage {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  const parts: MimePart[] = [];
  const whole = divided(text);
  collect(whole, parts, 1);
  return { header: whole.header, parts };
}

function collect(part: MimePart, parts: MimePart[], depth: number): void {
  if (parts.length >= MOST_PARTS) return;
  const border = part.type.startsWith('multipart/') ? borderOf(part) : undefined;
  const inner = border === undefined ? [] : between(part.body, border);
  if (inner.length === 0 || depth >= DEEPEST) {
    parts.push(part);
    return;
  }
  for (const text of inner) collect(divided(text), parts, depth + 1);
}

/** Header and body: what stands before the first empty line, and behind it. */
function divided(text: string): MimePart {
  const start = /^\r?\n/.exec(text)?.[0].length ?? 0;
  const end = start > 0 ? 0 : endOfHeader(text);
  const header = headerOf(asUtf8(text.slice(0, Math.min(end, LONGEST_HEADER))));
  const type = TYPE.exec(fieldValue(header, 'content-type'))?.[1]?.toLowerCase() ?? 'text/plain';
  const body = text.slice(end).replace(/^\r?\n(?:\r?\n)?/, '');
  return { header, type, body };
}

function endOfHeader(text: string): number {
  const ends = [text.indexOf('\n\n'), text.indexOf('\n\r\n')].filter((end) => end >= 0);
  return ends.length > 0 ? Math.min(...ends) : text.length;
}

/** What stands between the lines of a border, the first so many. */
function between(body: string, border: string): readonly string[] {
  const line = `--${border}`;
  const found: string[] = [];
  let begin = -1;
  let at = body.startsWith(line) ? 0 : next(body, line, 0);
  while (at >= 0 && found.length < MOST_PARTS) {
    const behind = body.slice(at + line.length, at + line.length + 2);
    const isEnd = behind === '--';
    if (isEnd || /^(?:\s|$)/.test(behind)) {
      if (begin >= 0) found.push(body.slice(begin, Math.max(begin, at)));
      const end = body.indexOf('\n', at);
      begin = isEnd || end < 0 ? -1 : end + 1;
      if (isEnd) return found;
    }
    at = next(body, line, at + line.length);
  }
  // Cut short: the last part goes to the end.
  if (begin >= 0 && found.length < MOST_PARTS) found.push(body.slice(begin));
  return found;
}

/** Where the line begins again; each place is looked at once. */
function next(body: string, line: string, from: number): number {
  const found = body.indexOf(`\n${line}`, Math.max(0, from - 1));
  return found < 0 ? -1 : found + 1;
}

function borderOf({ header }: MimePart): string | undefined {
  const found = BORDER.exec(fieldValue(header, 'content-type'));
  return found?.[1] ?? found?.[2];
}

/** The content of a part, its transfer encoding undone, up to a length of the encoded. */
export function contentOf({ header, body }: MimePart, longest: number): Buffer {
  const encoded = body.slice(0, longest);
  const encoding = fieldValue(header, 'content-transfer-encoding').toLowerCase();
  if (encoding.includes('base64')) return Buffer.from(encoded, 'base64');
  if (!encoding.includes('quoted-printable')) return Buffer.from(encoded, 'latin1');
  const decoded = encoded
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(decoded, 'latin1');
}

/** The same as text, in the alphabet that the part names. */
export function textOf(part: MimePart, longest: number): string {
  const charset = CHARSET.exec(fieldValue(part.header, 'content-type'))?.[1];
  return decoderOf(charset).decode(contentOf(part, longest));
}

function decoderOf(charset = 'utf-8'): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

function asUtf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** The first value of a field; empty where there is none. */
export function fieldValue(fields: readonly MailField[], wanted: string): string {
  const value = fields.find(({ name }) => name === wanted)?.value ?? '';
  return value.slice(0, LONGEST_VALUE).trim();
}
