import { expect, it } from 'vitest';
import { readStyleSheet, styleSheetPath } from './style-sheet.js';

it('has an address of its own for every content', () => {
  expect(styleSheetPath('a {}')).toMatch(/^\/assets\/broadsheet-[0-9a-f]{16}\.css$/);
  expect(styleSheetPath('a {}')).toBe(styleSheetPath('a {}'));
  expect(styleSheetPath('a {}')).not.toBe(styleSheetPath('b {}'));
});

it('loads nothing from elsewhere', async () => {
  expect(await readStyleSheet()).not.toMatch(/@import|url\(/);
});
