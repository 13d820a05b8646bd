/** Text in lines of a width, for readers whose mail program shows a letter as it is. */

/** Lines stay below 80 columns even when they are quoted once. */
export const COLUMNS = 74;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Signs that take two columns on a terminal. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;

/**
 * Cut between words; words that are too long for a line, and scripts that have no blanks, between
 * signs. Give it no addresses: they would be cut too.
 *
 * @param indent - before each line; it counts
 * @param first - before the first one instead, of the same length
 */
export function wrapped(text: string, indent = '', first: string = indent): string {
  const room = COLUMNS - indent.length;
  const lines: string[] = [];
  let line = '';
  let width = 0;
  const end = (): void => {
    lines.push(`${lines.length === 0 ? first : indent}${line}`);
    line = '';
    width = 0;
  };
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const wordWidth = columnsOf(word);
    if (width > 0 && width + 1 + wordWidth <= room) {
      line += ` ${word}`;
      width += 1 + wordWidth;
      continue;
    }
    if (width > 0 && wordWidth <= room) end();
    if (wordWidth <= room) {
      line = word;
      width = wordWidth;
      continue;
    }
    if (width > 0 && width + 2 < room) {
      line += ' ';
      width += 1;
    }
    for (const { segment } of graphemes.segment(word)) {
      const columns = columnsOf(segment);
      if (width + columns > room) end();
      line += segment;
      width += columns;
    }
  }
  if (line) end();
  return lines.join('\n');
}

export function columnsOf(text: string): number {
  // Nearly all words of nearly all letters.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const sign of text) columns += WIDE.test(sign) ? 2 : 1;
  return columns;
}
