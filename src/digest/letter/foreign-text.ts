/**
 * Words of other people as they may stand in a letter: on one line, short enough, without
 * anything that could end a header or turn the direction of what stands beside it.
 */

import { cleanLine } from '../../papers/record.js';
import { plainLine } from '../../papers/text-pieces.js';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What somebody typed, literally. */
export function typedLine(text: string, longest: number): string {
  return cutLine(withoutLinks(cleanLine(text)), longest);
}

/** What a source sent, its mathematics and commands turned into words. */
export function sourceLine(text: string, longest: number): string {
  return typedLine(plainLine(text), longest);
}

/**
 * A line of at most so many characters (UTF-16), cut between words where that costs little, and
 * never within what a reader sees as one sign.
 */
export function cutLine(line: string, longest: number): string {
  if (line.length <= longest) return line;
  const room = longest - ' …'.length;
  const blank = line.lastIndexOf(' ', room);
  if (blank > room / 2) return `${line.slice(0, blank).trimEnd()} …`;
  // A sign may be made of any number of characters, and then as much of it is looked at as counts.
  const near = graphemes.segment(line.slice(0, longest + 1));
  const end = near.containing(room)?.index ?? 0;
  return `${line.slice(0, end)}…`;
}

/**
 * Addresses without their beginning, so that no mail program makes links of them: all links of a
 * letter are ours, and both its forms have the same.
 */
function withoutLinks(line: string): string {
  return line
    .replace(/\bhttps?:\/\//gi, '')
    .replace(/:+(?=\/\/)/g, '')
    .replace(/mailto:/gi, 'mailto ');
}
