import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localPath } from './local-path.js';

it.each([
  ['/papers/2303.01234', '/papers/2303.01234'],
  ['/search?q=a+b#third', '/search?q=a+b#third'],
  ['/a/../b', '/b'],
  ['/é', '/%C3%A9'],
])('keeps a path of this site: %j', (text, path) => {
  expect(localPath(text)).toBe(path);
});

it.each([
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '/\\elsewhere.example/',
  '\\\\elsewhere.example',
  '/\t/elsewhere.example',
  '/\n/elsewhere.example',
  '/.//elsewhere.example',
  '/a/..//elsewhere.example',
  '/%2e//elsewhere.example',
  'javascript:alert(1)',
  ' /papers',
  'papers',
  '',
  `/${'x'.repeat(2_000)}`,
])('leads to the front page instead of %j', (text) => {
  expect(localPath(text)).toBe('/');
});

it.each([undefined, null, 7, ['/a'], {}])(
  'leads to the front page for %j, which is no text',
  (value) => {
    expect(localPath(value)).toBe('/');
  },
);

it('never leaves the site, whatever the text', () => {
  const sign = fc.constantFrom(
    '/',
    '\\',
    '.',
    '%2e',
    '%2f',
    '\t',
    '\n',
    ':',
    '@',
    'a.example',
    '?',
    '#',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(sign, fc.string()), { maxLength: 12 }), (signs) => {
      const path = localPath(`/${signs.join('')}`);
      const { origin } = new URL(path, 'https://site.example/sign-in');
      expect(origin).toBe('https://site.example');
      expect(localPath(path)).toBe(path);
    }),
    { numRuns: 2_000 },
  );
});
