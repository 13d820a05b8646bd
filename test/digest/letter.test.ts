/** Letters as a browser shows them, which is what most mail programs have inside. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDigestLetter } from '../../src/digest/letter/make-letter.js';
import { hasBrowser, openBrowser } from '../support/browser.js';
import { emptyLetter, fullLetter, personalLetter } from '../support/made-up-contents.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A letter is shown within a page of the mail program, which has the landmarks. */
const RULES = { 'landmark-one-main': { enabled: false }, region: { enabled: false } };

const make = createDigestLetter();

const LETTERS = { full: fullLetter(), personal: personalLetter(), empty: emptyLetter() };

/** Each width and each palette once. */
const VIEWS = [
  { device: 'desk', width: 1_000, colorScheme: 'light' },
  { device: 'telephone', width: 360, colorScheme: 'dark' },
] as const;

describe.skipIf(!hasBrowser)('a letter that is opened', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it.each(VIEWS)(
    'has no barrier that axe knows, asks for nothing and does not scroll sideways: $device, $colorScheme',
    async ({ width, colorScheme }) => {
      const axe = await readFile(AXE, 'utf8');
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
      const page = await context.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      for (const [name, matter] of Object.entries(LETTERS)) {
        await page.setContent(make(matter).html);
        await page.evaluate(axe);
        const { violations, passes } = (await page.evaluate(
          `axe.run({ rules: ${JSON.stringify({ ...RULES, 'target-size': { enabled: true } })} })`,
        )) as AxeResults;
        expect(
          violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
          name,
        ).toEqual([]);
        expect(passes.map(({ id }) => id)).toContain('color-contrast');
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(overflow, name).toBe(0);
      }
      expect(asked).toEqual([]);
      await context.close();
    },
  );

  it('is as dark as its reader wants it, and no wider than a column', async () => {
    const seen: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: { width: 1_400, height: 800 }, colorScheme });
      await page.setContent(make(LETTERS.full).html);
      seen.push(
        await page.evaluate(`({
          ground: getComputedStyle(document.body).backgroundColor,
          title: getComputedStyle(document.querySelector('h3 a')).color,
          width: document.querySelector('[role=article]').clientWidth,
        })`),
      );
      await page.close();
    }
    expect(seen).toEqual([
      { ground: 'rgb(252, 250, 245)', title: 'rgb(27, 25, 22)', width: 600 },
      { ground: 'rgb(22, 20, 18)', title: 'rgb(235, 229, 218)', width: 600 },
    ]);
  });
});
