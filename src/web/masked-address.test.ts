import { expect, it } from 'vitest';
import { maskedAddress } from './masked-address.js';

it.each([
  ['ana@example.org', 'a…@example.org'],
  ['a@example.org', 'a…@example.org'],
  ['😀na@example.org', '😀…@example.org'],
])('shows of %s only %s', (address, masked) => {
  expect(maskedAddress(address)).toBe(masked);
});
