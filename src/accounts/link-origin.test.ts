import { expect, it } from 'vitest';
import { linkOrigin } from './link-origin.js';

const listensAt = () => 'http://localhost:4000';

it.each([
  ['https://papers.example.org', 'https://papers.example.org'],
  ['https://papers.example.org/', 'https://papers.example.org'],
  ['https://example.org/papers/', 'https://example.org/papers'],
])('is what the operator set (%s), whatever host was asked for', (baseUrl, origin) => {
  expect(linkOrigin({ baseUrl, listensAt }, 'http://localhost:1234')).toBe(origin);
  expect(linkOrigin({ baseUrl, listensAt }, 'https://evil.example')).toBe(origin);
});

it.each([
  'http://localhost:3000',
  'http://127.0.0.1:3000',
  'http://[::1]:3000',
  'http://broadsheet.localhost:3000',
])('is the machine itself when it was asked for as %s', (asked) => {
  expect(linkOrigin({ baseUrl: undefined, listensAt }, asked)).toBe(asked);
});

it.each([
  'https://evil.example',
  'http://localhost.evil.example',
  'http://127.0.0.1.evil.example',
  'http://evil.example\\@localhost',
  'javascript://localhost/%0aalert(1)',
  'localhost:3000',
  '',
  undefined,
])('is where the program listens when %j was asked for', (asked) => {
  expect(linkOrigin({ baseUrl: undefined, listensAt }, asked)).toBe('http://localhost:4000');
});

it('says nothing of a user or a path that stands in what was asked for', () => {
  expect(linkOrigin({ baseUrl: undefined, listensAt }, 'http://me:pw@localhost:1/evil?x#y')).toBe(
    'http://localhost:1',
  );
});
