/**
 * The text of a saved listing page: a header (a call to subscribe, "Daily Papers", a date), then
 * title and abstract by turns. Nothing marks which is which, so a line that went missing would
 * make titles of all abstracts after it. We therefore go by how lines look:
 *
 *     a title      has at most 250 characters
 *     an abstract  has at least 40; over 250 it can be nothing else, and below it is likely one
 *                  if it ends with a full stop
 *
 * and where two readings are possible, the next line decides.
 */

import { type Parsed, shown } from '../../papers/record.js';
import { NOTHING, paperFrom, problem, together } from './parsed.js';

/** Takes lines in their order, gives papers as they become certain. */
export type ListingParser = {
  readonly line: (text: string, lineNumber: number) => Parsed;
  /** What was still open when the file ended. */
  readonly end: () => Parsed;
};

/** Of 200,000 titles of arXiv and the ACL Anthology, 50 are longer; of the abstracts, 97 %. */
const LONGEST_TITLE = 250;

/** Shorter lines say too little to be an abstract. */
const SHORTEST_ABSTRACT = 40;

const HEADER_LINES: readonly RegExp[] = [
  /^new$/i,
  /^Get trending papers in your email inbox(?: once a day)?[.!]?$/i,
  /^Subscribe$/i,
  /^(?:Daily|Trending) Papers$/i,
  /^by ?AK\b.{0,60}$/,
  /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}(?:,? \d{4})?$/i,
];

/** The button's word before a title; words that begin with it (`Subscribers`) are not meant. */
const GLUED_BUTTON = /^Subscribe(?!(?:r|rs|d|s)?(?:[\s\-:,.;!?]|$))(?=\S)/;

type NumberedLine = { readonly text: string; readonly number: number };

/** Whether the line stands, or begins with a word that stands, in the header of a listing page. */
export function showsListing(line: string): boolean {
  return isHeader(line.trim()) || GLUED_BUTTON.test(line.trim());
}

/** Whether the line is too long to be a title. */
export function isSurelyAbstract(line: string): boolean {
  return line.trim().length > LONGEST_TITLE;
}

export function createListingParser(fileName: string): ListingParser {
  let title: NumberedLine | undefined;
  /** Stands behind the title and may be its abstract, or the next title. */
  let doubtful: NumberedLine | undefined;

  const where = ({ number }: NumberedLine) => `${fileName}:${number}`;
  const paper = (itsTitle: NumberedLine, abstract: NumberedLine): Parsed =>
    paperFrom(
      { source: 'listing', names: [], title: itsTitle.text, abstract: abstract.text },
      where(itsTitle),
    );
  const lonely = (line: NumberedLine): Parsed =>
    problem(where(line), `The title ${shown(line.text)} has no abstract.`);

  return {
    line(raw, number) {
      const text = isSurelyAbstract(raw) ? raw.trim() : raw.trim().replace(GLUED_BUTTON, '');
      if (!text || isHeader(text)) return NOTHING;
      const line: NumberedLine = { text, number };

      if (title && doubtful) {
        const [first, second] = [title, doubtful];
        doubtful = undefined;
        if (isLikelyAbstract(text)) {
          title = undefined;
          return together([lonely(first), paper(second, line)]);
        }
        title = line;
        return paper(first, second);
      }

      if (title) {
        const before = title;
        if (text.length < SHORTEST_ABSTRACT) {
          title = line;
          return lonely(before);
        }
        if (!isLikelyAbstract(text)) {
          doubtful = line;
          return NOTHING;
        }
        title = undefined;
        return paper(before, line);
      }

      if (isSurelyAbstract(text)) {
        return problem(where(line), `An abstract has no title before it: ${shown(text)}.`);
      }
      title = line;
      return NOTHING;
    },

    end() {
      const open = title && (doubtful ? paper(title, doubtful) : lonely(title));
      title = undefined;
      doubtful = undefined;
      return open ?? NOTHING;
    },
  };
}

function isHeader(text: string): boolean {
  return HEADER_LINES.some((pattern) => pattern.test(text));
}

function isLikelyAbstract(text: string): boolean {
  return isSurelyAbstract(text) || (text.length >= SHORTEST_ABSTRACT && /[.…]["')\]]*$/.test(text));
}
