import { describe, expect, it } from 'vitest';
import { type Highlighter, RichLine, RichText } from './rich-text.js';

async function text(source: string, highlight?: Highlighter): Promise<string> {
  return String(await (<RichText text={source} highlight={highlight} />));
}

async function line(source: string, highlight?: Highlighter): Promise<string> {
  return String(await (<RichLine text={source} highlight={highlight} isLinkText />));
}

/** Marks the word "cat", as a search for it would. */
const cats: Highlighter = (source) =>
  source.split(/(cat)/).map((part) => ({ text: part, isMatch: part === 'cat' }));

/** A page works no longer on one text. Measured as work, since other tests keep the cores busy. */
const LONGEST_WORK_MICROSECONDS = 100_000;

describe('a text', () => {
  it('has paragraphs, formulas, links and the few known tags', async () => {
    const markup = await text('H<sub>2</sub>O and $x$.\n\nSee https://a.example/?a=1&b=2.');
    expect(markup).toMatch(
      /^<p dir="auto">H<sub>2<\/sub>O and <span class="katex"><math .*<\/span>\.<\/p>/,
    );
    expect(markup).toContain(
      '<p dir="auto">See <a href="https://a.example/?a=1&amp;b=2" rel="nofollow noopener">https://a.example/?a=1&amp;b=2</a>.</p>',
    );
  });

  it('shows a formula that cannot be read as its source', async () => {
    expect(await text('so $x_a_<b>$ holds')).toBe(
      '<p dir="auto">so <code class="tex">x_a_&lt;b&gt;</code> holds</p>',
    );
  });

  it('typesets so many formulas and no more, and shows the source of the rest', async () => {
    expect((await text('$a$ '.repeat(130))).match(/<code class="tex">a<\/code>/g)).toHaveLength(30);
    const long = `$${'a'.repeat(900)}$ `;
    expect((await text(long.repeat(7))).match(/<code class="tex">/g)).toHaveLength(2);
  });

  it('lets wide formulas scroll, by keyboard too', async () => {
    expect(await text('$$x$$')).toContain('<span class="formula formula-display" tabindex="0">');
    expect(await text(`$${'x + '.repeat(20)}x$`)).toContain('<span class="formula" tabindex="0">');
  });

  it('is the same when it is asked for again', async () => {
    const source = 'once $x$ and <i>again</i>';
    expect(await text(source)).toBe(await text(source));
  });
});

describe('a line', () => {
  it('may stand in a link: it holds no link, no paragraph, nothing to focus', async () => {
    const markup = await line('On $$x$$\n\nsee https://a.example/');
    expect(markup).toMatch(/^On <span class="katex">.*<\/span> see https:\/\/a.example\/$/);
    expect(markup).not.toMatch(/<a |<p>|tabindex|display="block"/);
  });
});

describe('what a search found', () => {
  it('is marked in text, inside of tags too', async () => {
    expect(await line('a cat, <i>the cat</i>', cats)).toBe(
      'a <mark>cat</mark>, <i>the <mark>cat</mark></i>',
    );
  });

  it('is never marked inside of a formula or an address', async () => {
    const markup = await text('$cat$ https://cat.example/', cats);
    expect(markup).not.toContain('<mark>');
    expect(markup).toContain('href="https://cat.example/"');
  });

  it('is escaped like everything else', async () => {
    expect(await line('<img src=cat onerror=x>', cats)).toBe(
      '&lt;img src=<mark>cat</mark> onerror=x&gt;',
    );
  });
});

describe('hostile text', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '</title><svg/onload=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '$\\text{<script>alert(1)</script>}$',
    '$\\href{javascript:alert(1)}{x}$',
    'https://a.example/"onmouseover="alert(1)',
    '<i><script></i>',
    'javascript:alert(1)',
  ])('%s stays literal', async (source) => {
    for (const markup of [await text(source), await line(source)]) {
      expect(markup).not.toMatch(/<(?:script|img|svg|iframe)/i);
      expect(markup).not.toMatch(/href="(?!https?:)/i);
      expect(markup).not.toMatch(/<[^>]* on\w+=/i);
      expect(markup).not.toMatch(/<[^>]* style=/i);
    }
  });

  it.each([
    ['a macro that calls itself', '$\\def\\a{\\a\\a}\\a$'],
    ['doubling', `$\\edef\\a{xx}${'\\edef\\a{\\a\\a}'.repeat(60)}\\a$`],
    ['a hundred thousand braces', '{'.repeat(100_000)],
    ['braces in a formula', `$${'{'.repeat(990)}$`],
    ['a giant rule', '$\\rule{1e9em}{1e9em}$'],
    ['a megabyte of dollars', '$'.repeat(1_000_000)],
    ['dollars within the limit', '$a'.repeat(10_000)],
    ['many small formulas', '$a$ '.repeat(5_000)],
    ['large formulas', `$${'é漢'.repeat(480)}$ `.repeat(20)],
    ['deep powers', `$${'a^{'.repeat(240)}${'}'.repeat(240)}$ `.repeat(20)],
    ['fractions', `$${'\\frac{a}{b}'.repeat(90)}$ `.repeat(20)],
    ['matrices', `$\\begin{matrix}${'a&'.repeat(450)}\\end{matrix}$ `.repeat(20)],
    ['open tags', '<i>'.repeat(6_000)],
    ['nested tags', '<i>'.repeat(2_500) + '</i>'.repeat(2_500)],
    ['small tags', '<i>a</i>'.repeat(2_500)],
    ['brackets', '\\('.repeat(10_000)],
    ['addresses', 'https://a.b/ '.repeat(1_500)],
    ['backslashes', '\\'.repeat(20_000)],
    ['blank lines', '\n '.repeat(10_000)],
    ['combining marks', `a${'\u0301'.repeat(10_000)}`],
  ])('%s costs little time', async (_, source) => {
    const before = process.threadCpuUsage();
    await text(source);
    expect(process.threadCpuUsage(before).user).toBeLessThan(LONGEST_WORK_MICROSECONDS);
  });
});
