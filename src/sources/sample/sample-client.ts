/**
 * The bundled sample, so that a machine without a network has something real to read: true
 * papers by title, and in place of each abstract a summary of our own.
 */

import { z } from 'zod';
import type { Parsed } from '../../papers/record.js';
import { readLines } from '../files/file-client.js';
import { paperFrom, problem, together } from '../files/parsed.js';

const sampleRow = z.object({
  id: z.string().optional(),
  title: z.string(),
  summary: z.string(),
  date: z.string().optional(),
  authors: z.array(z.string()).optional(),
  categories: z.array(z.string()).optional(),
});

/**
 * All of the sample, which is small enough for one batch.
 *
 * @throws BroadsheetError `unreadable_input` if the file is not there or cannot be read
 */
export async function readSample(path: string): Promise<Parsed> {
  const parts: Parsed[] = [];
  for await (const lines of readLines({ path })) {
    for (const line of lines) {
      const where = `${path}:${line.number}`;
      parts.push('text' in line ? parseSampleLine(line.text, where) : problem(where, line.reason));
    }
  }
  return together(parts);
}

function parseSampleLine(line: string, where: string): Parsed {
  const { data: row, error } = sampleRow.safeParse(jsonOf(line));
  if (error) return problem(where, 'The line is not an entry of the sample.');
  return paperFrom(
    {
      source: 'sample',
      names: row.id ? [row.id] : [],
      title: row.title,
      abstract: row.summary,
      authors: row.authors ?? [],
      categories: row.categories ?? [],
      published: row.date,
    },
    where,
  );
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
