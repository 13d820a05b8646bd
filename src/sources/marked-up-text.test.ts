import { describe, expect, test } from 'vitest';
import { firstDate } from './first-date.js';
import { fromMarkup } from './marked-up-text.js';
import { parseOrcid } from './orcid.js';

describe('A piece of markup', () => {
  test.each([
    ['A plain text, 1 < 2 and 3 > 2.', 'A plain text, 1 < 2 and 3 > 2.'],
    ['<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>', 'One.\n\nTwo.'],
    ['<p>A &amp; B, <i>so</i> x<sup>2</sup></p>', 'A & B, so x<sup>2</sup>'],
    ['<p>We<br/>go</p>', 'We\n\ngo'],
    ['<p>x <script>alert(1)</script>y</p>', 'x y'],
    [
      '<jats:p><jats:alternatives><jats:tex-math>$$\\alpha$$</jats:tex-math><mml:math><mml:mi>α</mml:mi></mml:math></jats:alternatives></jats:p>',
      '$\\alpha$',
    ],
    ['Abstract\nIt is.', 'It is.'],
    ['Abstract thoughts are.', 'Abstract thoughts are.'],
    ['<p>unfinished', 'unfinished'],
    ['</p></p><p>x', 'x'],
    ['', ''],
  ])('%j is %j as text', (markup, text) => {
    expect(fromMarkup(markup)).toBe(text);
  });
});

describe('The first of several dates', () => {
  test.each([
    [['2026-11-20', '2026-11-18'], '2026-11-18'],
    [['2026/11/20'], '2026-11-20'],
    [['2026', '2026-11', '2026-11-20'], '2026-11-20'],
    [['2026-11-20', '2026'], '2026-11-20'],
    [['2026', '2025-12'], '2025-12'],
    [['soon', '', '2026-02-30'], undefined],
    [['20 November 2026', '2026'], '2026'],
  ])('of %j is %s', (texts, date) => {
    expect(firstDate(texts)).toBe(date);
  });
});

describe('An ORCID iD', () => {
  test.each([
    ['0000-0002-1825-0097', '0000-0002-1825-0097'],
    ['https://orcid.org/0000-0002-1694-233x', '0000-0002-1694-233X'],
    ['http://orcid.org/0000-0002-1825-0097/', '0000-0002-1825-0097'],
    ['0000-0002-1825-0098', undefined],
    ['0000000218250097', undefined],
    ['https://evil.example/0000-0002-1825-0097', undefined],
    ['', undefined],
  ])('in %j is %s', (text, orcid) => {
    expect(parseOrcid(text)).toBe(orcid);
  });
});
