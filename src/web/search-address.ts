/** What the address of a search asks for, and the addresses of other searches beside it. */

import { BroadsheetError } from '../errors.js';
import { cleanLine, shown } from '../papers/record.js';
import { LONGEST_ASKED } from '../search/read-query.js';
import type { SearchMode, SearchSort } from '../search/search-engine.js';
import { searchPath } from './paper-links.js';

/** A search as its address gives it, but for the page. */
export type AskedSearch = {
  /** As typed or pasted, on one line. */
  readonly text: string;
  readonly sort: SearchSort;
  readonly mode: SearchMode;
  /** Whether each result shall say what its score is made of. */
  readonly isExplained: boolean;
};

/** What an address need not say: the first of each is meant without it. */
const SORTS = ['relevance', 'newest', 'trending'] as const satisfies readonly SearchSort[];
const MODES = ['hybrid', 'lexical', 'dense'] as const satisfies readonly SearchMode[];
const EXPLAIN = ['0', '1'] as const;

/**
 * The search that an address asks for.
 *
 * @param parameter - gives a parameter of the address
 * @throws BroadsheetError if a parameter has a value that means nothing, or the text is too long
 */
export function askedSearch(parameter: (name: string) => string | undefined): AskedSearch {
  const text = parameter('q') ?? '';
  if (text.length > LONGEST_ASKED) throw tooLong(text);
  return {
    text: cleanLine(text),
    sort: oneOf(SORTS, 'sort', parameter('sort')),
    mode: oneOf(MODES, 'mode', parameter('mode')),
    isExplained: oneOf(EXPLAIN, 'explain', parameter('explain')) === '1',
  };
}

/** The address that asks for a page of a search. */
export function searchAddress(asked: AskedSearch, page = 1): string {
  const { text, sort, mode, isExplained } = asked;
  const settings = [
    sort !== SORTS[0] && `&sort=${sort}`,
    mode !== MODES[0] && `&mode=${mode}`,
    isExplained && '&explain=1',
    page > 1 && `&page=${page}`,
  ];
  return searchPath(text) + settings.filter(Boolean).join('');
}

function oneOf<Value extends string>(
  known: readonly [Value, ...Value[]],
  name: string,
  given: string | undefined,
): Value {
  if (given === undefined) return known[0];
  const value = known.find((each) => each === given);
  if (value !== undefined) return value;
  const fix = `Leave "${name}" out of the address, or write one of ${known.join(', ')}.`;
  throw new BroadsheetError('bad_request', `A search knows no ${name} ${shown(given)}.`, { fix });
}

function tooLong(text: string): BroadsheetError {
  const [length, most] = [text.length, LONGEST_ASKED].map((each) => each.toLocaleString('en-GB'));
  return new BroadsheetError(
    'bad_request',
    `The text has ${length} characters; at most ${most} are searched.`,
    { fix: 'Search for a title or some telling words, or paste the abstract alone.' },
  );
}
