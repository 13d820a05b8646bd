/**
 * Bytes as numbered lines of text, whatever the bytes are: a line that is no text or has no end
 * is told of, and costs no more memory than the longest line that we accept.
 */

import { TextDecoder } from 'node:util';

/** A line of a file, counted from 1: its text without the line break, or why there is none. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly reason: string };

/** Some twenty times the longest record that can be stored; what is longer is another format. */
export const LONGEST_LINE_BYTES = 8_000_000;

const LINE_FEED = 0x0a;

/**
 * The lines that end in each chunk, then the last one if it has no line break. A line may end in
 * `\n` or `\r\n`; a byte-order mark before a line is dropped, since joined files have several.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly Line[]> {
  // "fatal" throws where the bytes are no UTF-8, instead of putting signs that nobody wrote.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  let parts: Uint8Array[] = [];
  let length = 0;

  const append = (bytes: Uint8Array) => {
    length += bytes.length;
    if (length > LONGEST_LINE_BYTES) parts = [];
    else if (bytes.length > 0) parts.push(bytes);
  };
  const finish = (): Line => {
    number += 1;
    const line = toLine(number, parts, length, decoder);
    parts = [];
    length = 0;
    return line;
  };

  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, from);
      append(chunk.subarray(from, end < 0 ? chunk.length : end));
      if (end < 0) break;
      lines.push(finish());
      from = end + 1;
    }
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield [finish()];
}

function toLine(
  number: number,
  parts: readonly Uint8Array[],
  length: number,
  decoder: TextDecoder,
): Line {
  if (length > LONGEST_LINE_BYTES) {
    return { number, reason: `The line is longer than ${LONGEST_LINE_BYTES / 1e6} MB.` };
  }
  const [only] = parts;
  try {
    const text = decoder.decode(parts.length === 1 ? only : Buffer.concat(parts));
    return { number, text: text.endsWith('\r') ? text.slice(0, -1) : text };
  } catch {
    return { number, reason: 'The line is not valid UTF-8.' };
  }
}
