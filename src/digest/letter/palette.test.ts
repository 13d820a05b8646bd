import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DARK, LIGHT, type Palette } from './palette.js';

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const PALETTES: readonly (readonly [string, Palette])[] = [
  ['light', LIGHT],
  ['dark', DARK],
];

describe.each(PALETTES)('the %s colours', (name, palette) => {
  it.each(['ink', 'soft', 'accent'] as const)('have %s that can be read on paper', (text) => {
    expect(contrast(palette[text], palette.paper)).toBeGreaterThanOrEqual(4.5);
  });

  it('are those of the site', async () => {
    const sheet = await readFile('src/web/styles/broadsheet.css', 'utf8');
    const roots = sheet.match(/:root \{[^}]*--paper[^}]*\}/g) ?? [];
    const root = roots[name === 'light' ? 0 : 1] ?? '';
    const ofSite = Object.fromEntries(
      Object.keys(palette).map((key) => [key, new RegExp(`--${key}: (#\\w+);`).exec(root)?.[1]]),
    );
    expect(palette).toEqual(ofSite);
  });
});
