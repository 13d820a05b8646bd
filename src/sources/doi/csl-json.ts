/**
 * The records of DOI registries as CSL-JSON, which doi.org gives for every DOI by content
 * negotiation. Registries fill it differently, so each part is taken as it comes or left out.
 */

import { z } from 'zod';
import type { Link } from '../../papers/paper.js';
import { isWebAddress, toRecord } from '../../papers/record.js';
import { firstDate } from '../first-date.js';
import type { LookedUp } from '../looked-up.js';
import { fromMarkup } from '../marked-up-text.js';
import { type AuthorId, parseOrcid } from '../orcid.js';

const text = z.string().catch('');
/** Some registries give a list of one where others give the text. */
const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([]);
const date = z
  .object({ 'date-parts': z.array(z.array(z.coerce.number().int())) })
  .transform(({ 'date-parts': parts }) => dateOf(parts[0]))
  .optional()
  .catch(undefined);

const AUTHOR = z
  .object({ given: text, family: text, literal: text, name: text, suffix: text, ORCID: text })
  .catch({ given: '', family: '', literal: '', name: '', suffix: '', ORCID: '' });

const ITEM = z.object({
  DOI: text,
  title: texts,
  subtitle: texts,
  author: z.array(AUTHOR).catch([]),
  abstract: text,
  'container-title': texts,
  publisher: text,
  'published-online': date,
  'published-print': date,
  published: date,
  issued: date,
  posted: date,
  categories: texts,
  subject: texts,
  link: z.array(z.object({ URL: text, 'content-type': text })).catch([]),
});

/** More subjects than these come from registries that list whole fields. */
const MOST_SUBJECTS = 8;

/**
 * @param doi - the one that was asked for; another in the answer is a mistake of the registry
 */
export function parseCslJson(json: string, doi: string): LookedUp | { readonly reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { reason: 'The registry of this DOI sent something that is not JSON.' };
  }
  const parsed = ITEM.safeParse(value);
  if (!parsed.success) return { reason: 'The registry of this DOI sent something unexpected.' };
  const item = parsed.data;
  const authors = item.author.map((author) => ({ name: nameOf(author), orcid: author.ORCID }));
  const dates = [
    item['published-online'],
    item['published-print'],
    item.published,
    item.posted,
    item.issued,
  ].flatMap((each) => each ?? []);
  const result = toRecord({
    source: 'doi',
    names: [doi],
    title: [...item.title.slice(0, 1), ...item.subtitle.slice(0, 1)].map(fromMarkup).join(': '),
    abstract: fromMarkup(item.abstract),
    authors: authors.map(({ name }) => name),
    categories: [...item.categories, ...item.subject].slice(0, MOST_SUBJECTS),
    venue: item['container-title'][0] ?? item.publisher,
    published: firstDate(dates),
    links: pdfLinks(item.link),
  });
  if ('reason' in result) return result;
  return { record: result.record, authorIds: authorIdsOf(authors) };
}

function nameOf({ given, family, literal, name, suffix }: z.infer<typeof AUTHOR>): string {
  return [given, family, suffix].filter(Boolean).join(' ') || literal || name;
}

function authorIdsOf(
  authors: readonly { readonly name: string; readonly orcid: string }[],
): AuthorId[] {
  return authors.flatMap(({ name, orcid: written }) => {
    const orcid = parseOrcid(written);
    return orcid && name ? [{ name, orcid }] : [];
  });
}

function pdfLinks(
  links: readonly { readonly URL: string; readonly 'content-type': string }[],
): Link[] {
  const pdf = links.find(
    (link) => link['content-type'] === 'application/pdf' && isWebAddress(link.URL),
  );
  return pdf ? [{ kind: 'pdf', url: pdf.URL }] : [];
}

function dateOf(parts: readonly number[] = []): string | undefined {
  const [year, month, day] = parts;
  if (!year) return undefined;
  const two = (part: number) => String(part).padStart(2, '0');
  return [String(year), ...(month ? [two(month), ...(day ? [two(day)] : [])] : [])].join('-');
}
