/**
 * Lists of addresses as other programs write them: comma-separated values with a line of names
 * above them. A line that cannot be read is a problem with its number, and the others are read.
 */

import { type EmailAddress, parseEmailAddress } from '../accounts/email-address.js';
import { CADENCES, type Cadence } from '../digest/subscriptions/subscription.js';
import { BroadsheetError } from '../errors.js';
import { isTimeZone } from '../papers/dates.js';
import { shown } from '../papers/record.js';

export type ListedAddress = {
  /** Of the file, from 1; where the entry begins. */
  readonly line: number;
  readonly email: EmailAddress;
  readonly timeZone?: string;
  /** 0 to 23. */
  readonly hour?: number;
  readonly cadence?: Cadence;
};

export type ListProblem = { readonly line: number; readonly reason: string };

export type EmailList = {
  readonly addresses: readonly ListedAddress[];
  readonly problems: readonly ListProblem[];
};

type Entry = { readonly line: number; readonly fields: readonly string[] };

/** What stands between two fields; the first that the line of names has is it. */
const SEPARATORS: readonly string[] = [',', ';', '\t'];

/** A field of more lines is a quotation mark that somebody forgot. */
const MOST_LINES_OF_ENTRY = 20;

const COLUMNS = {
  email: 'email',
  timeZone: 'time_zone',
  hour: 'hour',
  cadence: 'cadence',
} as const;

/** @throws BroadsheetError `unreadable_input` when no column is called `email` */
export function readEmailList(text: string): EmailList {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const separator = separatorOf(lines[first] ?? '');
  const { entries, problems } = entriesOf(lines, Math.max(0, first), separator);
  const [names, ...rest] = entries;
  const columns = columnsOf(names?.fields ?? []);
  const addresses: ListedAddress[] = [];
  for (const entry of rest) {
    const read = addressOf(entry, columns);
    if ('reason' in read) problems.push(read);
    else addresses.push(read);
  }
  return { addresses, problems: problems.sort((one, other) => one.line - other.line) };
}

function separatorOf(header: string): string {
  const places = SEPARATORS.map((sign) => ({ sign, at: header.indexOf(sign) }));
  const found = places.filter(({ at }) => at >= 0).sort((one, other) => one.at - other.at);
  return found[0]?.sign ?? ',';
}

function entriesOf(
  lines: readonly string[],
  first: number,
  separator: string,
): { readonly entries: readonly Entry[]; readonly problems: ListProblem[] } {
  const entries: Entry[] = [];
  const problems: ListProblem[] = [];
  for (let at = first; at < lines.length; ) {
    if (lines[at]?.trim() === '') {
      at += 1;
      continue;
    }
    const read = entryAt(lines, at, separator);
    if (typeof read === 'string') {
      problems.push({ line: at + 1, reason: read });
      // Whatever follows is not lost to a mark that is never closed.
      at += 1;
    } else {
      entries.push({ line: at + 1, fields: read.fields });
      at += read.lines;
    }
  }
  return { entries, problems };
}

/** The fields of an entry and how many lines it has, or why it cannot be read. */
function entryAt(
  lines: readonly string[],
  at: number,
  separator: string,
): { readonly fields: readonly string[]; readonly lines: number } | string {
  for (let count = 1; count <= MOST_LINES_OF_ENTRY && at + count <= lines.length; count += 1) {
    const fields = fieldsOf(lines.slice(at, at + count).join('\n'), separator);
    if (typeof fields === 'string') return fields;
    if (fields) return { fields, lines: count };
  }
  return 'A quotation mark is not closed.';
}

/** RFC 4180; `undefined` when the text ends within quotation marks. */
function fieldsOf(text: string, separator: string): readonly string[] | string | undefined {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const start = at + (/^ */.exec(text.slice(at, at + 20))?.[0].length ?? 0);
    if (text[start] === '"') {
      const end = closingMark(text, start + 1);
      if (end === -1) return undefined;
      fields.push(
        text
          .slice(start + 1, end)
          .replaceAll('""', '"')
          .trim(),
      );
      const rest = /^ */.exec(text.slice(end + 1, end + 21))?.[0].length ?? 0;
      at = end + 1 + rest;
      if (at < text.length && text[at] !== separator) {
        return 'Something stands behind a closing quotation mark.';
      }
    } else {
      const end = text.indexOf(separator, at);
      fields.push(text.slice(at, end === -1 ? text.length : end).trim());
      at = end === -1 ? text.length : end;
    }
    if (at >= text.length) return fields;
    at += 1;
  }
}

/** Where a quoted field ends: at a mark that is not doubled. */
function closingMark(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}

type Columns = { readonly [Name in keyof typeof COLUMNS]: number };

function columnsOf(names: readonly string[]): Columns {
  const plain = names.map((name) => name.toLowerCase().replace(/[\s-]+/g, '_'));
  const at = (name: string) => plain.indexOf(name);
  if (at(COLUMNS.email) === -1) {
    throw new BroadsheetError('unreadable_input', 'The list has no column "email".', {
      fix: 'Let its first line name the columns: email, or email,time_zone,hour,cadence.',
    });
  }
  return {
    email: at(COLUMNS.email),
    timeZone: at(COLUMNS.timeZone),
    hour: at(COLUMNS.hour),
    cadence: at(COLUMNS.cadence),
  };
}

function addressOf({ line, fields }: Entry, columns: Columns): ListedAddress | ListProblem {
  const field = (name: keyof Columns) => fields[columns[name]] ?? '';
  const email = parseEmailAddress(field('email'));
  if (!email) {
    const given = field('email');
    const reason = given ? `Not an e-mail address: ${shown(given)}.` : 'The address is missing.';
    return { line, reason };
  }
  const timeZone = field('timeZone');
  if (timeZone && !isTimeZone(timeZone)) {
    return { line, reason: `Not a time zone: ${shown(timeZone)}.` };
  }
  const hour = field('hour');
  if (hour && !/^([01]?\d|2[0-3])$/.test(hour)) {
    return { line, reason: `Not an hour from 0 to 23: ${shown(hour)}.` };
  }
  const cadence = field('cadence').toLowerCase();
  if (cadence && !isCadence(cadence)) {
    return { line, reason: `Not one of ${CADENCES.join(', ')}: ${shown(cadence)}.` };
  }
  return {
    line,
    email,
    ...(timeZone && { timeZone }),
    ...(hour && { hour: Number(hour) }),
    ...(isCadence(cadence) && { cadence }),
  };
}

function isCadence(text: string): text is Cadence {
  return (CADENCES as readonly string[]).includes(text);
}
