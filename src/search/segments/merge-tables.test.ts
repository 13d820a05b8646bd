import fc from 'fast-check';
import { expect, it } from 'vitest';
import { uniteTables } from './merge-tables.js';
import { sortForTable, stringAt, tableOf } from './string-table.js';

it('numbers the strings of several tables as one table would', () => {
  // Longer than what is compared as one number, and of zeros, which fill what is shorter.
  const string = fc
    .tuple(
      fc.constantFrom('', 'abcde', 'abcdefgh'),
      fc.string({ unit: fc.constantFrom('\0', 'a', 'ä') }),
    )
    .map(([beginning, end]) => beginning + end);
  const sorted = fc.uniqueArray(string, { maxLength: 10 }).map(sortForTable);
  fc.assert(
    fc.property(fc.array(sorted, { maxLength: 4 }), (all) => {
      const union = uniteTables(all.map(tableOf));
      const expected = sortForTable([...new Set(all.flat())]);
      expect(all.map((strings) => strings.map((it) => expected.indexOf(it)))).toEqual(
        union.numbers.map((numbers) => [...numbers]),
      );
      const from = Array.from(union.tables, (table, at) =>
        stringAt(tableOf(all[table] ?? []), union.places[at] ?? -1),
      );
      expect(from).toEqual(expected);
    }),
  );
});
