/** A file, whatever its format and packing, as batches of records for the catalogue. */

import { BroadsheetError } from '../../errors.js';
import type { PaperRecord } from '../../papers/paper.js';
import { cleanLine, type Parsed, type Problem } from '../../papers/record.js';
import { type FileInput, nameOf, type OnProgress, readLines } from './file-client.js';
import { detectFormat, type FileFormat, LINES_TO_TELL } from './format.js';
import { parseJsonlLine } from './jsonl.js';
import type { Line } from './lines.js';
import { createListingParser } from './listing.js';
import { NOTHING, problem, together } from './parsed.js';

export type ReadOptions = {
  /** `auto` goes by what stands in the file. */
  readonly format: 'auto' | FileFormat;
  readonly onProgress?: OnProgress;
};

/** Large enough for a transaction to be worth its price, small enough to lose little. */
const BATCH_SIZE = 250;

/** A batch is held whole, several times over while it is stored, so its text is limited too. */
const BATCH_CHARACTERS = 4_000_000;

/** More text than this without a sign of its format is no list of papers. */
const LONGEST_START = 1_000_000;

type LineParser = {
  readonly line: (text: string, lineNumber: number) => Parsed;
  readonly end: () => Parsed;
};

/**
 * What an input holds, in its own order, with a problem for every line that could not be used.
 *
 * @throws BroadsheetError `unreadable_input` as `readLines` does, after all that could be read;
 *   `unknown_format` if the format is to be found and is none of ours
 */
export async function* readPapers(
  input: FileInput,
  { format, onProgress = () => {} }: ReadOptions,
): AsyncGenerator<Parsed> {
  const taker = createTaker(nameOf(input), format);
  let batch = createBatch();
  try {
    for await (const lines of readLines(input, onProgress)) {
      for (const line of lines) {
        batch.add(taker.take(line));
        if (!batch.isFull()) continue;
        yield batch.parsed;
        batch = createBatch();
      }
    }
    batch.add(taker.end());
  } catch (thrown) {
    if (batch.size() > 0) yield batch.parsed;
    throw thrown;
  }
  if (batch.size() > 0) yield batch.parsed;
}

function createBatch() {
  const papers: PaperRecord[] = [];
  const problems: Problem[] = [];
  let characters = 0;
  const size = () => papers.length + problems.length;
  return {
    parsed: { papers, problems },
    add(more: Parsed) {
      papers.push(...more.papers);
      problems.push(...more.problems);
      for (const { abstract, authors } of more.papers) {
        characters += abstract.length;
        for (const name of authors) characters += name.length;
      }
    },
    size,
    isFull: () => size() >= BATCH_SIZE || characters >= BATCH_CHARACTERS,
  };
}

/** Holds lines back until they tell their format, then parses line by line. */
function createTaker(name: string, format: ReadOptions['format']) {
  let parser = format === 'auto' ? undefined : parserOf(format, name);
  const held: Line[] = [];
  let heldLength = 0;

  const parse = (line: Line, by: LineParser): Parsed =>
    'text' in line
      ? by.line(line.text, line.number)
      : problem(`${name}:${line.number}`, line.reason);

  return {
    take(line: Line): Parsed {
      if (parser) return parse(line, parser);
      // A blank line tells nothing and means nothing; a file may begin with millions.
      if ('text' in line && !line.text.trim()) return NOTHING;
      held.push(line);
      heldLength += 'text' in line ? line.text.length : 0;

      const found = detectFormat(held.flatMap((some) => ('text' in some ? [some.text] : [])));
      if (!found) {
        const isTooMuch = held.length >= LINES_TO_TELL || heldLength > LONGEST_START;
        if (isTooMuch) throw unknownFormat(name);
        return NOTHING;
      }
      const by = parserOf(found, name);
      parser = by;
      return together(held.splice(0).map((some) => parse(some, by)));
    },

    end(): Parsed {
      if (parser) return parser.end();
      if (held.length > 0) throw unknownFormat(name);
      throw new BroadsheetError('unreadable_input', `"${cleanLine(name)}" has only blank lines.`);
    },
  };
}

function parserOf(format: FileFormat, name: string): LineParser {
  if (format === 'listing') return createListingParser(name);
  return {
    line: (text, lineNumber) => parseJsonlLine(text, `${name}:${lineNumber}`),
    end: () => NOTHING,
  };
}

function unknownFormat(name: string): BroadsheetError {
  return new BroadsheetError(
    'unknown_format',
    `"${cleanLine(name)}" is neither JSON Lines nor a saved listing page.`,
  );
}
