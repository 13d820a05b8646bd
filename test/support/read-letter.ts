/** Letters read back from their octets: headers by our own reader, the rest by postal-mime. */

import { Parser } from 'htmlparser2';
import PostalMime, { type Email } from 'postal-mime';

export type ReadHeader = {
  /** In small letters. */
  readonly name: string;
  /** Unfolded, not decoded. */
  readonly value: string;
};

export type ReadLetter = {
  readonly headers: readonly ReadHeader[];
  /** Behind the empty line. */
  readonly body: string;
  /** The longest line, in octets, without its end. */
  readonly longestLine: number;
  /** As a mail program decodes it. */
  readonly email: Email;
};

/** @throws RangeError for octets that are no letter: bare ends of lines, or more than 7 bits */
export async function readLetter(raw: Buffer): Promise<ReadLetter> {
  const octets = raw.toString('latin1');
  if (/[^\r]\n|\r[^\n]/.test(octets)) throw new RangeError('A line ends in half an end.');
  if (/[^\r\n\t\x20-\x7e]/.test(octets)) throw new RangeError('An octet is no printable ASCII.');
  const end = octets.indexOf('\r\n\r\n');
  if (end < 0) throw new RangeError('The headers have no end.');
  const lines = octets
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n');
  return {
    headers: lines.map(readHeader),
    body: octets.slice(end + 4),
    longestLine: Math.max(...octets.split('\r\n').map(({ length }) => length)),
    email: await PostalMime.parse(raw),
  };
}

function readHeader(line: string): ReadHeader {
  const [, name, value] = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new RangeError(`no header: ${line}`);
  return { name: name.toLowerCase(), value };
}

/** Where the links of a page lead, each once. */
export function linksInHtml(html: string): ReadonlySet<string> {
  const links = new Set<string>();
  const parser = new Parser({
    onopentag(name, { href }) {
      if (name === 'a' && href !== undefined) links.add(href);
    },
  });
  parser.end(html);
  return links;
}

/** Whatever a mail program would make a link of. */
export function linksInText(text: string): ReadonlySet<string> {
  return new Set(text.match(/\b(?:https?:\/\/|mailto:)\S+/g) ?? []);
}

/** What a reader sees of a page: no style sheet, no title, nothing that is hidden. */
export function visibleText(html: string): string {
  const texts: string[] = [];
  const hidden: boolean[] = [];
  const parser = new Parser({
    onopentag(name, { style = '' }) {
      const isHidden = ['head', 'style'].includes(name) || /display:\s*none/.test(style);
      hidden.push(isHidden || hidden.at(-1) === true);
    },
    onclosetag() {
      hidden.pop();
      texts.push(' ');
    },
    ontext(text) {
      if (hidden.at(-1) !== true) texts.push(text);
    },
  });
  parser.end(html);
  return texts.join('').replace(/\s+/g, ' ').trim();
}
