/** The three things that a line of a file can give: a paper, a problem, or nothing. */

import { type Parsed, type RawRecord, toRecord } from '../../papers/record.js';

export const NOTHING: Parsed = { papers: [], problems: [] };

export function problem(where: string, reason: string): Parsed {
  return { papers: [], problems: [{ where, reason }] };
}

/** The paper that the fields make, or the problem why they make none. */
export function paperFrom(raw: RawRecord, where: string): Parsed {
  const result = toRecord(raw);
  if ('reason' in result) return problem(where, result.reason);
  return { papers: [result.record], problems: [] };
}

export function together(parts: readonly Parsed[]): Parsed {
  return {
    papers: parts.flatMap(({ papers }) => papers),
    problems: parts.flatMap(({ problems }) => problems),
  };
}
