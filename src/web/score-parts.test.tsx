import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ScorePart } from '../search/search-engine.js';
import { ScoreParts } from './score-parts.js';

/** The rows of the table, the score last: label, points and share as they are read. */
function rowsOf(score: number, parts: readonly ScorePart[]): string[][] {
  const html = String(ScoreParts({ score, parts }));
  const rows = html.match(/<tr><th scope="row".*?<\/tr>/g) ?? [];
  return rows.map((row) => row.split(/<[^>]+>/).filter(Boolean));
}

it('names what adds most first, with its share', () => {
  const parts = [
    { label: 'norms in the abstract', value: 1 },
    { label: 'norms in the title', value: 3 },
  ];
  expect(rowsOf(4, parts)).toEqual([
    ['norms in the title', '3.000', '75 %'],
    ['norms in the abstract', '1.000', '25 %'],
    ['Score', '4.000', '100 %'],
  ]);
});

it('shows at most nine parts, which add up to the score however many there are', () => {
  const value = fc.integer({ min: 0, max: 9_000 }).map((thousandths) => thousandths / 1_000);
  const part = value.map((each) => ({ label: 'x', value: each }));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 30, size: 'max' }), (parts) => {
      const score = parts.reduce((sum, { value }) => sum + value, 0);
      const rows = rowsOf(score, parts);
      const points = rows.map((row) => Number(row[1]));
      expect(rows.length - 1).toBe(Math.min(parts.length, 9));
      const shown = points.slice(0, -1).reduce((sum, value) => sum + value, 0);
      // Each is rounded to thousandths.
      expect(Math.abs(shown - score)).toBeLessThan(0.0005 * rows.length + 1e-9);
    }),
  );
});

it('tells no share of nothing', () => {
  expect(rowsOf(0, [{ label: 'x', value: 0 }]).at(-1)).toEqual(['Score', '0.000', '–']);
});
