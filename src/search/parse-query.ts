/**
 * The query language. A query is a row of these, with blanks between:
 *
 *     word  "some phrase"  -not  -"not this"   words, and what rules a paper out
 *     title:word  author:"two words"  abstract:word   where it must stand
 *     cat:cs.CL  cat:cs,stat.ML  cat:"one, two"   one of these categories
 *     source:arxiv  source:acl,openreview         known to one of these
 *     after:2025-01  before:2025               from that date on; before it
 *     is:withdrawn  has:code                   only such papers
 *     id:acl:N18-1049                          this paper
 *
 * The words of `author:` must stand in one name, in any order. A query that is nothing but an
 * arXiv number, a DOI or an address names its paper. Parsing never fails: what does not fit the
 * language is searched as words, and said.
 */

import { dateInWords, firstDayOf, type PartialDate, parsePartialDate } from '../papers/dates.js';
import { identifierValue, parseIdentifier, schemeOf } from '../papers/identifiers.js';
import { cleanLine, shown } from '../papers/record.js';
import { analyse, type Token } from '../text/analysis.js';
import type { Query, QueryFilters, QueryTerm, SearchField } from './query.js';

/** Longer than any title; beyond it stands a text pasted by mistake. */
export const LONGEST_QUERY = 1_000;

/** More than most sentences have; longer rows of words are read as a text (`read-query.ts`). */
const MOST_WORDS = 32;

/** Schemes that people write before a name, so that a query of that form means the paper. */
const KNOWN_SCHEMES: readonly string[] = ['arxiv', 'doi', 'acl', 'openreview'];

const FIELDS: readonly SearchField[] = ['title', 'author', 'abstract'];

const OPENING = '"“”„«';
const CLOSING = '"“”„»';
const ANY_QUOTE = '"“”„«»';

/** Its parts: minus, key, phrase, word. A quote that is never closed is read past. */
const PIECE = new RegExp(
  `((?<!\\S)-)?(?:(title|author|abstract|cat|source|id|after|before|is|has):)?` +
    `(?:[${OPENING}]([^${ANY_QUOTE}]*)[${CLOSING}]|[${ANY_QUOTE}]?([^\\s${ANY_QUOTE}]+)|(?<=:))`,
  'gi',
);

/** An address of any kind; its words (`https`, `www`, `com`) mean nothing. */
export const ADDRESS: RegExp = /^(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S+$/i;

/** What looks like a field, and is no address. */
const UNKNOWN_KEY = /^([a-z]{2,12}):(?!\/\/)\S/i;

/** One piece of the query as it was typed. */
type Piece = {
  /** Without the minus. */
  readonly whole: string;
  /** Where `whole` begins in the query. */
  readonly start: number;
  readonly isExcluded: boolean;
  /** In lower case. */
  readonly key: string | undefined;
  readonly value: string;
  /** Where `value` begins in the query. */
  readonly valueStart: number;
  readonly isPhrase: boolean;
};

/** A query in the making. */
type Draft = {
  readonly terms: QueryTerm[];
  readonly excluded: QueryTerm[];
  readonly categories: string[];
  readonly sources: string[];
  after?: PartialDate;
  before?: PartialDate;
  isWithdrawn?: boolean;
  hasCode?: boolean;
  paperName?: string;
  readonly notes: string[];
};

/** Works a piece into the draft; the beginning of a sentence if it does not fit the language. */
type Rule = (piece: Piece, draft: Draft) => string | undefined;

const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(FIELDS.map((field) => [field, fieldRule(field)])),
  cat: categoryRule,
  source: sourceRule,
  id: paperRule,
  after: dateRule('after'),
  before: dateRule('before'),
  is: withdrawnRule,
  has: codeRule,
};

/** Understands any text; see `notes` for what it could not. */
export function parseQuery(text: string): Query {
  const query = cleanLine(text.slice(0, LONGEST_QUERY).replace(/[\ud800-\udbff]$/, ''));
  const draft: Draft = { terms: [], excluded: [], categories: [], sources: [], notes: [] };
  if (text.length > LONGEST_QUERY) {
    draft.notes.push('Only the first 1,000 characters of the query were read.');
  }

  const mention = mentionOf(query, 0);
  if (mention || ADDRESS.test(query)) {
    draft.paperName = query;
    if (mention) pushTerm(draft.terms, mention);
  } else {
    for (const piece of piecesOf(query)) applyRule(piece, draft);
    draft.notes.push(...notesOn(query, draft));
  }

  const { terms: allTerms, excluded: allExcluded, paperName, notes, ...others } = draft;
  const { categories, sources } = draft;
  const excluded = firstWords(allExcluded, MOST_WORDS);
  const terms = firstWords(allTerms, MOST_WORDS - wordCount(excluded));
  if (wordCount([...allTerms, ...allExcluded]) > MOST_WORDS) {
    notes.push(`Only the first ${MOST_WORDS} words were searched.`);
  }
  const filters: QueryFilters = {
    ...others,
    categories: [...new Set(categories)],
    sources: [...new Set(sources)],
  };
  return {
    text: query,
    terms,
    excluded,
    filters,
    ...(paperName !== undefined && { paperName }),
    notes: [...new Set(notes)],
  };
}

/** What was understood beyond plain words, in short phrases for people; empty for words only. */
export function describeQuery({ terms, excluded, filters, paperName }: Query): string[] {
  if (paperName !== undefined) return [`the paper "${paperName}"`];
  const words = terms.filter(({ isPhrase, field }) => !isPhrase && !field);
  const others = [
    ...terms.filter((term) => !words.includes(term)).map(describeTerm),
    ...excluded.map((term) => `without ${describeTerm(term)}`),
    ...describeFilters(filters),
  ];
  if (others.length === 0) return [];
  const quoted = words.map(({ text }) => `"${text}"`);
  return [
    ...(quoted.length > 0
      ? [`${quoted.length > 1 ? 'words' : 'word'} ${listed(quoted, 'and')}`]
      : []),
    ...others,
  ];
}

function applyRule(piece: Piece, draft: Draft): void {
  const rule = (piece.key && RULES[piece.key]) || wordRule;
  const refusal = cannotApply(piece) ?? rule(piece, draft);
  if (refusal === undefined) return;
  const { whole, start, isExcluded } = piece;
  const typed = isExcluded ? `-${whole}` : whole;
  draft.notes.push(`${refusal}, so "${typed}" was searched as words.`);
  pushTerm(draft.terms, { text: whole, start, isPhrase: false });
}

/** What no rule of the key can mend. */
function cannotApply({ key, value, isExcluded }: Piece): string | undefined {
  if (key === undefined) return undefined;
  if (value === '') return `Nothing follows "${key}:"`;
  const isField = FIELDS.some((field) => field === key);
  return isExcluded && !isField ? 'Only words and phrases can be ruled out' : undefined;
}

/** `word`, `"some phrase"`, and either behind a minus. */
function wordRule(piece: Piece, draft: Draft): string | undefined {
  if (piece.isPhrase && piece.value === '') draft.notes.push('Nothing stands between the quotes.');
  const key = piece.isPhrase ? undefined : UNKNOWN_KEY.exec(piece.value)?.[1];
  if (key && !piece.isExcluded && !KNOWN_SCHEMES.includes(key.toLowerCase())) {
    return `There is no field "${key}"`;
  }
  pushTerm(piece.isExcluded ? draft.excluded : draft.terms, termFrom(piece));
  return undefined;
}

/** `title:`, `author:`, `abstract:`. */
function fieldRule(field: SearchField): Rule {
  return (piece, draft) => {
    pushTerm(piece.isExcluded ? draft.excluded : draft.terms, { ...termFrom(piece), field });
    return undefined;
  };
}

/** `cat:cs.CL`, `cat:cs`, `cat:cs.CL,stat.ML`; between quotes, one whose name may hold commas. */
function categoryRule({ value, isPhrase }: Piece, draft: Draft): string | undefined {
  const named = (isPhrase ? [value] : value.split(','))
    .map((category) => category.trim())
    .filter((category) => /[\p{L}\p{N}]/u.test(category));
  draft.categories.push(...named);
  return named.length > 0 ? undefined : 'No category is named';
}

/** `source:arxiv`, `source:acl,openreview`. */
function sourceRule({ value }: Piece, draft: Draft): string | undefined {
  const named = value
    .toLowerCase()
    .split(',')
    .map((source) => source.trim());
  if (!named.every((source) => KNOWN_SCHEMES.includes(source))) {
    return `Only the sources ${listed(KNOWN_SCHEMES, 'and')} are known`;
  }
  draft.sources.push(...named);
  return undefined;
}

/** `id:2303.01234`, `id:acl:N18-1049`, `id:` and a name given in a file. */
function paperRule({ value, valueStart }: Piece, draft: Draft): string | undefined {
  if (!parseIdentifier(value)) return `${shown(value)} cannot name a paper`;
  draft.paperName = value;
  const mention = mentionOf(value, valueStart);
  if (mention) pushTerm(draft.terms, mention);
  return undefined;
}

/** `after:2025`, `before:2025-01-31`. Of several, the narrowest span counts. */
function dateRule(side: 'after' | 'before'): Rule {
  return ({ value }, draft) => {
    const date = parsePartialDate(value);
    if (!date) return `There is no date ${value}`;
    const known = draft[side];
    const isNarrower = !known || (side === 'after' ? date > known : date < known);
    if (isNarrower) draft[side] = date;
    return undefined;
  };
}

/** `is:withdrawn`. */
function withdrawnRule({ value }: Piece, draft: Draft): string | undefined {
  if (value.toLowerCase() !== 'withdrawn') return 'Only "is:withdrawn" is known';
  draft.isWithdrawn = true;
  return undefined;
}

/** `has:code`. */
function codeRule({ value }: Piece, draft: Draft): string | undefined {
  if (value.toLowerCase() !== 'code') return 'Only "has:code" is known';
  draft.hasCode = true;
  return undefined;
}

/** Signs without a letter or digit cannot be searched. */
function pushTerm(terms: QueryTerm[], term: QueryTerm): void {
  if (analyse(term.text).length > 0) terms.push(term);
}

function termFrom({ value, valueStart, isPhrase }: Piece): QueryTerm {
  const isVerbatim = ADDRESS.test(value);
  return { text: value, start: valueStart, isPhrase, ...(isVerbatim && { isVerbatim }) };
}

/**
 * What to look for should there be no paper of this name: texts that mention it. Only names that
 * are the same for everybody are; `undefined` for others.
 *
 * @param start - where the name begins in the query
 */
function mentionOf(name: string, start: number): QueryTerm | undefined {
  const identifier = parseIdentifier(name);
  if (!identifier || !KNOWN_SCHEMES.includes(schemeOf(identifier))) return undefined;
  // Of an address, only the name in it tells papers apart.
  const value = identifierValue(identifier).toLowerCase();
  const at = name.toLowerCase().indexOf(value);
  const text = at < 0 ? name : name.slice(at, at + value.length);
  return { text, start: start + Math.max(at, 0), isPhrase: true, isVerbatim: true };
}

/** What the pieces do not show to be amiss, in sentences for people. */
function notesOn(query: string, draft: Draft): string[] {
  const { terms, excluded, categories, sources, after, before, isWithdrawn, hasCode } = draft;
  const betweenPhrases = query.replace(PIECE, (matched, _minus, _key, phrase?: string) =>
    phrase === undefined ? matched : ' ',
  );
  const notes: string[] = [];
  if (new RegExp(`[${ANY_QUOTE}]`).test(betweenPhrases)) {
    notes.push('A quote is never closed, so its words were searched one by one.');
  }
  if (/(?<!\S)-+(?!\S)/.test(betweenPhrases)) {
    notes.push('A minus rules out only what stands right behind it.');
  }
  if (after && before && firstDayOf(after) >= firstDayOf(before)) {
    notes.push(`No date is both from ${dateInWords(after)} on and before ${dateInWords(before)}.`);
  }
  const asksNothing =
    terms.length + excluded.length + categories.length + sources.length === 0 &&
    !(after || before || isWithdrawn || hasCode || draft.paperName);
  if (asksNothing && query !== '' && notes.length + draft.notes.length === 0) {
    notes.push(`There is nothing to search for in ${shown(query)}: it has no letter or digit.`);
  }
  return notes;
}

function piecesOf(query: string): Piece[] {
  return [...query.matchAll(PIECE)].map((match): Piece => {
    const [matched, minus, key, phrase, word] = match;
    const typed = phrase ?? word ?? '';
    const value = typed.trim();
    // The closing quote, where there is one, is the last sign of the piece.
    const typedStart = match.index + matched.length - typed.length - (phrase === undefined ? 0 : 1);
    const valueStart = typedStart + typed.length - typed.trimStart().length;
    return {
      whole: matched.slice(minus?.length ?? 0),
      start: match.index + (minus?.length ?? 0),
      isExcluded: minus !== undefined,
      key: key?.toLowerCase(),
      value,
      valueStart,
      isPhrase: phrase !== undefined,
    };
  });
}

/** So many words from the beginning; a phrase may lose its end. */
function firstWords(terms: readonly QueryTerm[], most: number): QueryTerm[] {
  const kept: QueryTerm[] = [];
  let left = most;
  for (const term of terms) {
    const words = wordsIn(term);
    const last = words[left - 1];
    if (words.length <= left) kept.push(term);
    else if (last) kept.push({ ...term, text: term.text.slice(0, last.end) });
    left = Math.max(0, left - words.length);
  }
  return kept;
}

function wordCount(terms: readonly QueryTerm[]): number {
  return terms.reduce((count, term) => count + wordsIn(term).length, 0);
}

function wordsIn({ text }: QueryTerm): readonly Token[] {
  return analyse(text).filter(({ isJoined }) => !isJoined);
}

function describeTerm({ text, isPhrase, field }: QueryTerm): string {
  const place = field && {
    title: ' in the title',
    author: ' among the authors',
    abstract: ' in the abstract',
  };
  // The words of a name may stand in any order.
  const asPhrase = isPhrase && field !== 'author' ? ' as a phrase' : '';
  return `"${text}"${asPhrase}${(field && place?.[field]) ?? ''}`;
}

function describeFilters(filters: QueryFilters): string[] {
  const { categories, sources, after, before } = filters;
  return [
    ...(categories.length > 0
      ? [`in ${categories.length > 1 ? 'categories' : 'category'} ${listed(categories, 'or')}`]
      : []),
    ...(sources.length > 0 ? [`known to ${listed(sources, 'or')}`] : []),
    ...(after ? [`from ${dateInWords(after)}`] : []),
    ...(before ? [`before ${dateInWords(before)}`] : []),
    ...(filters.isWithdrawn ? ['only withdrawn papers'] : []),
    ...(filters.hasCode ? ['with code'] : []),
  ];
}

function listed(names: readonly string[], conjunction: 'and' | 'or'): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${conjunction} ${names.at(-1)}`;
}
