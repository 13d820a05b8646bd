import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import { record } from '../../../test/support/catalogue.js';
import {
  emptyLetter,
  fullLetter,
  LETTER_DAY,
  LETTER_SITE,
  letterOf,
  MADE_UP_PAPERS,
  madeUpSubscriber,
  personalLetter,
} from '../../../test/support/made-up-contents.js';
import { paper, paperOf } from '../../../test/support/papers.js';
import { linksInHtml, linksInText, visibleText } from '../../../test/support/read-letter.js';
import type { Paper } from '../../papers/paper.js';
import { type Reason, SECTIONS } from '../contents/contents.js';
import { DATE_LANGUAGES, usualPreferences } from '../subscriptions/subscription.js';
import type { LetterMatter, MakeDigestLetter } from './digest-letter.js';
import { createDigestLetter } from './make-letter.js';

/** A new one each time: papers of the same name are not the same here. */
const make: MakeDigestLetter = (matter) => createDigestLetter()(matter);

const LETTERS: readonly (readonly [string, LetterMatter])[] = [
  ['a full', fullLetter()],
  ['a personal', personalLetter()],
  ['an empty', emptyLetter()],
];

/** What stands in elements of these names, in order. */
function textsOf(html: string, ...names: string[]): readonly string[] {
  const texts: string[] = [];
  let depth = 0;
  const parser = new Parser({
    onopentag(name) {
      if (!names.includes(name)) return;
      depth += 1;
      texts.push(`${name} `);
    },
    ontext(text) {
      if (depth > 0) texts.push(`${texts.pop()}${text}`);
    },
    onclosetag(name) {
      if (names.includes(name)) depth -= 1;
    },
  });
  parser.end(html);
  return texts;
}

/** So many papers by what is said of each, all in the edition. */
function letterAbout(papers: readonly Paper[], reason: Reason): LetterMatter {
  const chosen = papers.map(({ id }) => ({
    paperId: id,
    section: 'edition' as const,
    reasons: [reason, reason, reason, reason],
    votes: 12_345,
  }));
  return letterOf(papers, { day: LETTER_DAY, papers: chosen, more: 3 });
}

describe.each(LETTERS)('%s letter', (_, matter) => {
  const { html, text, subject, preheader } = make(matter);

  it('has the same links in both forms', () => {
    const links = linksInHtml(html);
    expect(links).toEqual(linksInText(text));
    expect(links.size).toBeGreaterThanOrEqual(4);
    for (const link of links) expect(link).toMatch(/^(https:\/\/|mailto:)/);
  });

  it('has the same papers in the same order in both forms', () => {
    const titles = textsOf(html, 'h3').map((each) => each.slice(3));
    const inText = [...text.matchAll(/^(\d+)\. +(.*(?:\n {4}.*)*)/gm)].map(
      ([, number, lines = '']) => [Number(number), lines.replace(/\s+/g, ' ')] as const,
    );
    expect(inText).toHaveLength(titles.length);
    for (const [at, title] of titles.entries()) {
      expect(inText[at]?.[0]).toBe(at + 1);
      expect(inText[at]?.[1].startsWith(title)).toBe(true);
    }
    expect(titles).toHaveLength(matter.contents.papers.length);
  });

  it('shows a preheader that its visible part does not repeat', () => {
    expect(html.indexOf(preheader.replaceAll('"', '&quot;'))).toBeGreaterThan(0);
    expect(visibleText(html)).not.toContain(preheader);
    expect(text).not.toContain(preheader);
  });

  it('loads nothing, runs nothing, asks for nothing', () => {
    expect(html).not.toMatch(/<(img|script|form|input|link|iframe|object|video|svg|base)\b/i);
    expect(html).not.toMatch(/url\(|@import|\son\w+=|src=/i);
  });

  it('knows both palettes', () => {
    expect(html).toContain('<meta name="color-scheme" content="light dark"/>');
    expect(html).toContain('<meta name="supported-color-schemes" content="light dark"/>');
    expect(html).toContain('@media (prefers-color-scheme:dark)');
    expect(html).toContain('[data-ogsc] .ink');
  });

  it('lays out with tables that say they are no tables', () => {
    const tables = html.match(/<table[^>]*>/g) ?? [];
    for (const table of tables) expect(table).toContain('role="presentation"');
  });

  it('ends in a signature that tells how to leave', () => {
    const signature = text.slice(text.indexOf('\n-- \n'));
    expect(signature.replace(/\s+/g, ' ')).toContain(
      'You get this because you subscribed to Language Daily on 3 October 2026. It comes every day at 08:00 (Europe/Berlin).',
    );
    expect(signature).toMatch(/Unsubscribe: https:\/\/papers.example.org\/unsubscribe\/Lk3/);
    expect(signature).toMatch(/Preferences: https:\/\/papers.example.org\/subscription\/Lk3/);
    expect(visibleText(html)).toContain('Preferences');
  });

  it('keeps the lines of its text short, but for addresses', () => {
    const long = text.split('\n').filter((line) => line.length > 76 && !line.includes('://'));
    expect(long).toEqual([]);
  });

  it('names itself, its day and its subject', () => {
    expect(textsOf(html, 'h1')).toEqual(['h1 Language Daily']);
    expect(textsOf(html, 'title')).toEqual([`title ${subject}`]);
    expect(visibleText(html)).toContain('Friday, 20 November 2026');
  });
});

describe('what a letter tells', () => {
  it('stands under headings, those of papers below those of sections', () => {
    const names = textsOf(make(personalLetter()).html, 'h1', 'h2', 'h3');
    expect(names.map((name) => name.slice(0, 25))).toEqual([
      'h1 Language Daily',
      'h2 What you follow',
      'h3 Reading Twice: Small M',
      'h3 Speech Recognition for',
      'h2 For you',
      'h3 Distilling k-Nearest-N',
      'h3 Calibrated to Whom? Co',
      'h2 In the edition, 19 Nov',
      'h3 How Many Questions Doe',
      'h3 A Field Guide to Token',
    ]);
  });

  it('is of each paper who wrote it, what it says, and why it is here', () => {
    const { html, text } = make(personalLetter());
    const told = [
      'You follow Jane Doe · Trending in cs.CL',
      'Jane Doe, Mikael Lindqvist, Ana Ruiz and 2 more',
      '31 votes',
      'We let a model of 10^9 parameters read its prompt a second time',
      'Grace Mensah, Luís Duarte, Peter van Dijk, Aisha Bello',
      'eess.AS · 1 vote',
      '220 more on the site',
    ];
    for (const words of told) {
      expect(visibleText(html)).toContain(words);
      expect(text.replace(/\s+/g, ' ')).toContain(words);
    }
  });

  it('is kind when there is nothing to tell', () => {
    const { html, text, subject } = make(emptyLetter());
    expect(subject).toBe('Language Daily: nothing new on 20 November 2026');
    for (const form of [visibleText(html), text]) {
      expect(form).toContain('Nothing new came in for you this time.');
    }
  });

  it('leaves out papers that are gone', () => {
    const matter = fullLetter();
    const [gone] = MADE_UP_PAPERS;
    const papers = new Map([...matter.papers].filter(([id]) => id !== gone?.id));
    const { html, subject } = make({ ...matter, papers });
    expect(subject).toBe('How Many Questions Does a Benchmark Need? and 8 more');
    expect(html).not.toContain('Reading Twice');
  });

  it('warns of what was withdrawn, and of a summary that is ours', () => {
    const papers = [
      paper('a', { title: 'A', withdrawn: true }),
      paper('b', { title: 'B', isSample: true }),
    ];
    const { text } = make(letterAbout(papers, { kind: 'new', category: undefined }));
    expect(text).toContain('12,345 votes · Withdrawn');
    expect(text).toContain('Sample summary, written by Broadsheet');
  });

  it('has its dates in the language of the reader, and says which that is', () => {
    const preferences = { ...madeUpSubscriber().preferences, dateLanguage: 'de' as const };
    const { html } = make({ ...fullLetter(), subscriber: madeUpSubscriber({ preferences }) });
    expect(html).toMatch(/lang="de"[^>]*>Freitag, 20. November 2026</);
    expect(html).toContain('<html lang="en"');
  });

  it('says for a weekly letter that it is of a week', () => {
    const preferences = {
      ...usualPreferences({ hour: 17, timeZone: 'UTC' }),
      cadence: 'weekly' as const,
      weekday: 5,
    };
    const subscriber = madeUpSubscriber({ preferences });
    const { html } = make({ ...personalLetter(), subscriber });
    expect(textsOf(html, 'h2').at(-1)).toBe('h2 In the week’s editions');
    expect(visibleText(html)).toContain('It comes every Friday at 17:00 (UTC).');
  });
});

describe('the size of a letter', () => {
  const thirty = (facts: Partial<Paper>): readonly Paper[] =>
    Array.from({ length: 30 }, (_, at) => paper(`2611.${10_000 + at}`, facts));

  it('stays where mail programs show all of it, with the longest papers there are', () => {
    const papers = thirty({
      title: '<"&\'> '.repeat(285),
      abstract: '"<quoted & escaped>" '.repeat(4_000),
      authors: Array.from({ length: 200 }, (_, at) => `<Nobody> "${'Ny'.repeat(240)}" ${at}`),
      categories: ['"'.repeat(400)],
    });
    const { html, text } = make(letterAbout(papers, { kind: 'picked', note: '"&"'.repeat(200) }));
    expect(Buffer.byteLength(html)).toBeLessThan(80_000);
    expect(textsOf(html, 'h3')).toHaveLength(30);
    expect(linksInHtml(html)).toEqual(linksInText(text));
  });

  it('stays there, if with fewer papers, with addresses as long as addresses can be', () => {
    const papers = Array.from({ length: 30 }, (_, at) =>
      paperOf(record({ title: '漢'.repeat(1_900), names: [`local:${at}${'漢'.repeat(190)}`] })),
    );
    const { html } = make(letterAbout(papers, { kind: 'search', query: '漢'.repeat(300) }));
    expect(Buffer.byteLength(html)).toBeLessThan(80_000);
    expect(textsOf(html, 'h3').length).toBeGreaterThanOrEqual(15);
    expect(visibleText(html)).toMatch(/\d+ more on the site/);
  });

  it('tells all of thirty usual papers', () => {
    const [usual] = MADE_UP_PAPERS;
    const papers = thirty({ ...usual });
    const { html } = make(letterAbout(papers, { kind: 'trending', category: 'cs.CL' }));
    expect(Buffer.byteLength(html)).toBeLessThan(80_000);
    expect(html.match(/On twelve tasks it makes/g)).toHaveLength(30);
  });
});

describe('whatever papers and people say', () => {
  const words = fc.array(
    fc.oneof(
      fc.constantFrom('<script>', '</td></table>', '"><a href="https://evil.example">', '\r\n'),
      fc.constantFrom('https://evil.example/', 'mailto:x@evil.example', '\u2028', '&lt;', '-- '),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
    ),
    { maxLength: 8 },
  );
  const text = words.map((all) => all.join(' '));
  const reason: fc.Arbitrary<Reason> = fc.oneof(
    text.map((note): Reason => ({ kind: 'picked', note })),
    text.map((title): Reason => ({ kind: 'like', papers: 2, title })),
    text.map((query): Reason => ({ kind: 'search', query })),
    text.map((label): Reason => ({ kind: 'follow', what: 'topic', label })),
    text.map((category): Reason => ({ kind: 'new', category })),
  );
  const facts = fc.record({
    title: text,
    abstract: text,
    authors: fc.array(text, { maxLength: 5 }),
    categories: fc.array(text, { maxLength: 2 }),
  });
  const chosen = fc.record({
    facts,
    section: fc.constantFrom(...SECTIONS),
    reasons: fc.array(reason, { minLength: 1, maxLength: 4 }),
    votes: fc.nat(),
  });

  it('both forms tell the same and link to nothing but what we mean', () => {
    fc.assert(
      fc.property(fc.array(chosen, { maxLength: 4 }), text, (papers, title) => {
        const made = papers.map((each, at) => paper(`2611.1000${at}`, each.facts));
        const contents = {
          day: LETTER_DAY,
          papers: papers.map(({ section, reasons, votes }, at) => ({
            ...{ paperId: made[at]?.id ?? paper('x').id, section, reasons, votes },
          })),
          more: 0,
        };
        const site = { ...LETTER_SITE, title };
        const letter = make({ ...letterOf(made, contents), site });
        const links = linksInHtml(letter.html);
        expect(links).toEqual(linksInText(letter.text));
        for (const link of links) {
          expect(link).toMatch(/^(https:\/\/(papers\.example\.org|arxiv\.org)\/|mailto:desk@)/);
        }
        expect(letter.html).not.toMatch(/<script|<\/td><\/table><\/td>/);
        expect(letter.text.split('\n').filter((line) => line === '-- ')).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });
});

it.each(DATE_LANGUAGES)('can be dated in %s', (dateLanguage) => {
  const preferences = { ...madeUpSubscriber().preferences, dateLanguage };
  const { preheader, subject } = make({
    ...emptyLetter(),
    subscriber: madeUpSubscriber({ preferences }),
  });
  expect(subject).toContain('20');
  expect(preheader.length).toBeGreaterThanOrEqual(40);
});

it('tells what a paper says now, not what it said when an earlier letter was made', () => {
  const keep = createDigestLetter();
  const letterOn = (title: string, revision: number): LetterMatter =>
    letterAbout([paper('a', { title, revision })], { kind: 'new', category: undefined });
  expect(keep(letterOn('Before', 1)).subject).toBe('Before');
  expect(keep(letterOn('After', 2)).subject).toBe('After');
});
