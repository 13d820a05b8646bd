import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flawOfJson } from './json-text.js';

it.each([
  '{"a":1,"b":[{"a":1},{"a":2}],"c":{"a":null}}',
  '"__proto__"',
  '["a","a"]',
  '{"a":"{\\"a\\":1,\\"a\\":2}"}',
  ' [ -1.5e3 , true ] ',
  '"\\ud83d\\ude00"',
  `${'['.repeat(64)}${']'.repeat(64)}`,
])('may be read: %s', (text) => {
  expect(flawOfJson(text)).toBeUndefined();
});

it.each([
  ['', 'not JSON'],
  ['{a:1}', 'not JSON'],
  ['[1,]', 'not JSON'],
  ['{"a":1}{', 'not JSON'],
  ['{"a":1,"a":1}', 'twice'],
  ['[{"b":{"a":1,"c":[],"\\u0061":1}}]', 'twice'],
  ['{"__proto__":1}', '__proto__'],
  ['{"a":{"__pr\\u006fto__":1}}', '__proto__'],
  ['-1e999', 'too great'],
  ['"\\u0000"', 'characters that are none'],
  ['{"\\ud800":1}', 'characters that are none'],
  [`${'['.repeat(65)}${']'.repeat(65)}`, 'nested'],
])('may not be read: %s is %s', (text, flaw) => {
  expect(flawOfJson(text)).toContain(flaw);
});

/** What is wrong with a value, found by walking through it. */
function hasFlaw(value: unknown, depth = 1): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  if (depth > 64) return true;
  return Object.entries(value).some(
    ([name, each]) =>
      (!Array.isArray(value) && (name === '__proto__' || hasFlaw(name))) ||
      hasFlaw(each, depth + 1),
  );
}

it('finds in any JSON what a walk through its value finds', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.nat(2), (value, spaces) => {
      expect(flawOfJson(JSON.stringify(value, null, spaces)) !== undefined).toBe(hasFlaw(value));
    }),
  );
});

it('reads any text without a fault', () => {
  const sign = fc.constantFrom(...'{}[],:"\\ua01e9-. '.split(''), '"a"', '__proto__');
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 60 }), (signs) => {
      expect(['string', 'undefined']).toContain(typeof flawOfJson(signs.join('')));
    }),
    { numRuns: 1_000 },
  );
});
