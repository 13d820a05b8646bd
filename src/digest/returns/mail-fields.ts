/**
 * Fields as headers and reports have them (RFC 5322, section 2.2): a name, a colon, a value that
 * may go on behind a blank in the next line. Whatever a sender puts there, reading it takes a
 * time that grows with its length alone, and no more than so many lines of so many signs.
 */

export type MailField = { readonly name: string; readonly value: string };

const MOST_LINES = 2_000;
const LONGEST_LINE = 4_000;
const LONGEST_VALUE = 4_000;

/** The lines of a text, of any kind of line end, the first so many, each cut at so many signs. */
export function linesOf(text: string, limit: number = MOST_LINES): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  while (start <= text.length && lines.length < limit) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, Math.min(end, start + LONGEST_LINE));
    lines.push(line.endsWith('\r') ? line.slice(0, -1) : line);
    start = end + 1;
  }
  return lines;
}

/** The fields of a text up to its end, and `undefined` where an empty line divides them. */
export function fieldsOf(text: string): readonly (MailField | undefined)[] {
  const fields: ({ readonly name: string; value: string } | undefined)[] = [];
  for (const line of linesOf(text)) {
    const last = fields.at(-1);
    const isMore = line.startsWith(' ') || line.startsWith('\t');
    if (line.trim() === '') {
      fields.push(undefined);
    } else if (isMore && last) {
      if (last.value.length < LONGEST_VALUE) last.value += ` ${line.trim()}`;
    } else {
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      const name = line.slice(0, colon).trim().toLowerCase();
      fields.push({ name, value: line.slice(colon + 1).trim() });
    }
  }
  return fields;
}

/** The fields in front of the first empty line. */
export function headerOf(text: string): readonly MailField[] {
  const fields: MailField[] = [];
  for (const field of fieldsOf(text)) {
    if (field) fields.push(field);
    else if (fields.length > 0) break;
  }
  return fields;
}

/** What looks like addresses in the value of a field, the first so many. */
export function addressesIn(value: string, limit = 20): readonly string[] {
  return value
    .slice(0, LONGEST_VALUE)
    .split(/[\s,;<>"()]+/)
    .filter((word) => {
      const at = word.indexOf('@');
      return at > 0 && at < word.length - 1 && word.length <= 320;
    })
    .slice(0, limit);
}
