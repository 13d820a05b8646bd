/**
 * JSON Lines: one JSON object a line, one paper an object. It is the form in which people bring
 * their own collections, so it takes what they are likely to have: names in one text, a year as
 * a number, rows of retrieval sets in the BEIR layout (`_id`, `title`, `text`).
 */

import { z } from 'zod';
import { parseDay } from '../../papers/dates.js';
import type { ExportedFacts } from '../../papers/export-line.js';
import { parseArxivVersion, parseIdentifier, schemeOf } from '../../papers/identifiers.js';
import type { Link } from '../../papers/paper.js';
import { isWebAddress, type Parsed, type Problem, shown } from '../../papers/record.js';
import { NOTHING, paperFrom, problem } from './parsed.js';

/** `null` is as good as absent. */
export type JsonlRow = {
  readonly id?: string | number | null | undefined;
  readonly title: string;
  readonly abstract: string;
  readonly authors?: readonly string[] | string | null | undefined;
  readonly date?: string | number | null | undefined;
  readonly categories?: readonly string[] | string | null | undefined;
  readonly venue?: string | null | undefined;
  readonly url?: string | null | undefined;
  readonly doi?: string | null | undefined;
  readonly comment?: string | null | undefined;
  readonly code?: string | null | undefined;
  readonly broadsheet?: ExportedFacts | null | undefined;
};

const text = z.string().nullish();

const exportedFacts: z.ZodType<ExportedFacts> = z.object({
  identifiers: z.array(z.string()).exactOptional(),
  updatedOn: z.string().exactOptional(),
  announcedOn: z.string().exactOptional(),
  withdrawn: z.boolean().exactOptional(),
  version: z.int().positive().exactOptional(),
  links: z
    .array(z.object({ kind: z.enum(['page', 'pdf', 'code']), url: z.string() }))
    .exactOptional(),
});

/** What a row may hold, described for its writers. Other fields are ignored. */
export const jsonlRow: z.ZodType<JsonlRow> = z.object({
  id: z
    .union([z.string(), z.int()])
    .nullish()
    .describe(
      'A name of the paper: an arXiv number, a DOI, an address at either, `scheme:name`, or a ' +
        'name that is unique in the collection. Without it, title and first author name the paper.',
    ),
  title: z.string().describe('Required. May hold TeX.'),
  abstract: z.string().describe('Required, but may be empty. May hold TeX. Also called `text`.'),
  authors: z
    .union([z.array(z.string()), z.string()])
    .nullish()
    .describe('Names in the order of the paper: a list, or one text with `;`, `,` or `and`.'),
  date: z
    .union([z.string(), z.int()])
    .nullish()
    .describe('When it first appeared: 2026-11-20, 2026-11 or 2026.'),
  categories: z
    .union([z.array(z.string()), z.string()])
    .nullish()
    .describe('arXiv categories, the primary one first, or keywords: a list, or one text.'),
  venue: text.describe('Conference, journal or workshop.'),
  url: text.describe('The address of its page.'),
  doi: text.describe('A further name of the paper.'),
  comment: text.describe('A remark of the authors: pages, where accepted.'),
  code: text.describe('The address of its code.'),
  broadsheet: exportedFacts
    .nullish()
    .describe('What `broadsheet export` adds, so that another installation holds the same.'),
});

/** What a field must hold, in the words of the problem when it does not. */
const EXPECTED: Readonly<Record<keyof JsonlRow, string>> = {
  id: 'a text or a whole number',
  title: 'a text',
  abstract: 'a text',
  authors: 'a list of names or a text',
  date: 'a text or a year',
  categories: 'a list of texts or a text',
  venue: 'a text',
  url: 'a text',
  doi: 'a text',
  comment: 'a text',
  code: 'a text',
  broadsheet: 'as `broadsheet export` writes it',
};

/**
 * The paper of one line. A blank line gives nothing. An address or a DOI that is none is left
 * out and told of, since the paper is good without it.
 *
 * @param where - file and line, for the problems
 */
export function parseJsonlLine(line: string, where: string): Parsed {
  if (!line.trim()) return NOTHING;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return problem(where, 'The line is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return problem(where, 'The line is not a JSON object.');
  }
  const fields = withCommonNames(value);
  const { data: row, error } = jsonlRow.safeParse(fields);
  if (error) return problem(where, reasonOf(error, fields));
  return parseRow(row, where);
}

function withCommonNames(value: object): Record<string, unknown> {
  const fields = value as Record<string, unknown>;
  return {
    ...fields,
    id: fields.id ?? fields._id,
    abstract: fields.abstract ?? fields.text,
  };
}

function reasonOf(error: z.ZodError, fields: Record<string, unknown>): string {
  const field = String(error.issues[0]?.path[0]) as keyof JsonlRow;
  if (fields[field] === undefined || fields[field] === null) {
    return `The field "${field}" is missing.`;
  }
  return `The field "${field}" must be ${EXPECTED[field]}.`;
}

function parseRow(row: JsonlRow, where: string): Parsed {
  const problems: Problem[] = [];
  const leftOut = (field: 'url' | 'code' | 'doi', what: string) => {
    const reason = `The field "${field}" is ${what}: ${shown(row[field] ?? '')}. It was left out.`;
    problems.push({ where, reason });
  };
  const links: Link[] = [];
  for (const [field, kind] of [
    ['url', 'page'],
    ['code', 'code'],
  ] as const) {
    const url = row[field]?.trim();
    if (!url) continue;
    if (isWebAddress(url)) links.push({ kind, url });
    else leftOut(field, 'not a web address');
  }
  const exported = row.broadsheet ?? {};
  links.push(...(exported.links ?? []));
  const id = String(row.id ?? '').trim();
  const doi = row.doi?.trim() ?? '';
  if (doi && !isDoi(doi)) leftOut('doi', 'not a DOI');

  const parsed = paperFrom(
    {
      source: 'jsonl',
      names: [id, isDoi(doi) ? doi : '', ...(exported.identifiers ?? [])].filter(Boolean),
      title: row.title,
      abstract: row.abstract,
      authors: row.broadsheet ? toList(row.authors) : toNames(row.authors ?? []),
      categories: toCategories(row.categories ?? []),
      links,
      venue: row.venue ?? undefined,
      comment: row.comment ?? undefined,
      published: row.date === undefined || row.date === null ? undefined : String(row.date),
      updated: exported.updatedOn,
      announcedOn: exported.announcedOn === undefined ? undefined : parseDay(exported.announcedOn),
      withdrawn: exported.withdrawn,
      version: parseArxivVersion(id) ?? exported.version,
    },
    where,
  );
  // One line is told of once: what makes it no paper matters more than what was left out.
  return parsed.papers.length > 0 ? { ...parsed, problems } : parsed;
}

/** arXiv's own DOIs count, though they name a paper as arXiv's. */
function isDoi(doi: string): boolean {
  const identifier = parseIdentifier(doi);
  return identifier !== undefined && ['doi', 'arxiv'].includes(schemeOf(identifier));
}

/** Names as our own export writes them: a list, and nothing in it is parted. */
function toList(authors: JsonlRow['authors']): readonly string[] {
  return typeof authors === 'string' ? [authors] : (authors ?? []);
}

/** A list of one text is how some exports write a text, so it is split as one. */
function toNames(authors: readonly string[] | string): readonly string[] {
  if (typeof authors === 'string') return splitNames(authors);
  return authors.length === 1 ? splitNames(authors[0] ?? '') : authors;
}

/**
 * Names out of one text. A comma or an "and" parts names only where every part looks like a full
 * name, so that `Doe, Jane` stays one, and `Institute of Science and Technology`.
 */
function splitNames(names: string): string[] {
  if (names.includes(';')) return names.split(';');
  return splitFullNames(names, /,?\s+and\s+/).flatMap((some) => splitFullNames(some, /,/));
}

function splitFullNames(names: string, separator: RegExp): string[] {
  const parts = names.split(separator).map((part) => part.trim());
  return parts.every((part) => part.includes(' ')) ? parts : [names];
}

/** Keywords may have blanks in them; where a comma is used, only it parts them. */
function toCategories(categories: readonly string[] | string): readonly string[] {
  if (typeof categories !== 'string') return categories;
  return categories.split(/[,;]/.test(categories) ? /[,;]/ : /\s+/);
}
