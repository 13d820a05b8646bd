import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parsed } from '../../papers/record.js';
import { createListingParser } from './listing.js';
import { together } from './parsed.js';

const LONG = 'We show how it is done, and measure it on the sets that everybody uses. '
  .repeat(5)
  .trim();

/** An abstract so long that it can be nothing else. */
const abstractOf = (title: string) => `${title}. ${LONG}`;

function parseLines(lines: readonly string[]): Parsed {
  const parser = createListingParser('page.txt');
  const parts = lines.map((line, at) => parser.line(line, at + 1));
  return together([...parts, parser.end()]);
}

const titlesOf = (lines: readonly string[]) => parseLines(lines).papers.map(({ title }) => title);

describe('a listing page', () => {
  it('is title and abstract by turns', () => {
    const lines = ['First', abstractOf('First'), 'Second', abstractOf('Second')];
    expect(parseLines(lines)).toMatchObject({
      papers: [
        { source: 'listing', title: 'First', abstract: abstractOf('First') },
        { source: 'listing', title: 'Second', abstract: abstractOf('Second') },
      ],
      problems: [],
    });
    expect(titlesOf(lines.flatMap((line) => ['', line, ' ']))).toEqual(['First', 'Second']);
  });

  it.each([
    [
      [
        'new',
        'Get trending papers in your email inbox!',
        'Subscribe',
        'byAK and the research community',
        'Mar 17',
      ],
    ],
    [
      [
        'Get trending papers in your email inbox once a day!',
        'Daily Papers',
        'by AK and the research community',
      ],
    ],
    [['Trending Papers', 'by AK and the research community', 'March 3, 2026']],
  ])('has a header that is no paper: %j', (header) => {
    const paper = (title: string) => [title, abstractOf(title)];
    const lines = [...header, ...paper('First'), ...paper('Second')];
    expect(parseLines(lines)).toMatchObject({
      papers: [{ title: 'First' }, { title: 'Second' }],
      problems: [],
    });
  });

  it('may be joined to another, header and all', () => {
    const page = (title: string) => ['new', 'Subscribe', 'Mar 17', title, abstractOf(title)];
    expect(titlesOf([...page('First'), ...page('Second')])).toEqual(['First', 'Second']);
  });

  it.each([
    ['SubscribeTop Words of Letters', 'Top Words of Letters'],
    ['Subscribe3D Letters', '3D Letters'],
    ['SubscribeiLetters', 'iLetters'],
    ['Subscribe$k$-Letters', '$k$-Letters'],
    ['Subscribers of Letters', 'Subscribers of Letters'],
    ['Subscribe to Letters', 'Subscribe to Letters'],
    ['Subscribe: How Letters Sell', 'Subscribe: How Letters Sell'],
  ])('may have its button glued to a title: %s', (line, title) => {
    expect(titlesOf([line, abstractOf('It')])).toEqual([title]);
  });

  it('may have an abstract that begins like its button', () => {
    const abstract = `SubscribeNet is new. ${LONG}`;
    expect(parseLines(['Letters', abstract]).papers).toMatchObject([{ abstract }]);
  });

  it('may have abstracts as short as titles, with a full stop or without', () => {
    const short = 'We sort letters by topic and by the hand that wrote them';
    const lines = ['Letters by Topic', `${short}.`, 'Letters by Hand', short, 'More', short];
    expect(parseLines(lines)).toMatchObject({
      papers: [{ title: 'Letters by Topic' }, { title: 'Letters by Hand' }, { title: 'More' }],
      problems: [],
    });
  });
});

describe('a line that is missing costs its own paper and no other:', () => {
  const LONG_TITLE = 'A Title That Is Long Enough to Pass for a Short Abstract';
  const check = (lines: readonly string[], titles: readonly string[], ...problems: string[]) => {
    const parsed = parseLines(lines);
    expect(parsed.papers.map(({ title }) => title)).toEqual(titles);
    for (const { title, abstract } of parsed.papers) expect(abstract).toBe(abstractOf(title));
    expect(parsed.problems.map(({ where, reason }) => `${where} ${reason}`)).toEqual(problems);
  };
  const paper = (title: string) => [title, abstractOf(title)];

  it('an abstract', () => {
    check(
      [...paper('First'), 'Second', ...paper('Third'), ...paper('Fourth')],
      ['First', 'Third', 'Fourth'],
      'page.txt:3 The title "Second" has no abstract.',
    );
  });

  it('an abstract before a long title', () => {
    check(
      ['First', ...paper(LONG_TITLE), ...paper('Third')],
      [LONG_TITLE, 'Third'],
      'page.txt:1 The title "First" has no abstract.',
    );
  });

  it('two abstracts, one behind the other', () => {
    check(
      ['First', 'Second', ...paper('Third')],
      ['Third'],
      'page.txt:1 The title "First" has no abstract.',
      'page.txt:2 The title "Second" has no abstract.',
    );
  });

  it('a title', () => {
    check(
      [...paper('First'), abstractOf('Second'), ...paper('Third')],
      ['First', 'Third'],
      `page.txt:3 An abstract has no title before it: "${abstractOf('Second').slice(0, 80)}…".`,
    );
  });

  it('the last abstract', () => {
    check(
      [...paper('First'), 'Second'],
      ['First'],
      'page.txt:3 The title "Second" has no abstract.',
    );
  });

  it('any line, anywhere', () => {
    const title = fc.constantFrom('Short', LONG_TITLE, `${LONG_TITLE}, and Longer Still`);
    const titles = fc
      .array(title, { minLength: 1, maxLength: 12 })
      .map((some) => some.map((text, at) => `${at} ${text}`));
    fc.assert(
      fc.property(titles, fc.nat(), (all, place) => {
        const lines = all.flatMap(paper);
        const missing = place % lines.length;
        const { papers, problems } = parseLines(lines.toSpliced(missing, 1));
        const others = all.toSpliced(Math.floor(missing / 2), 1);
        expect(papers.map(({ title: found }) => found)).toEqual(others);
        expect(papers.map(({ abstract }) => abstract)).toEqual(others.map(abstractOf));
        expect(problems).toHaveLength(1);
      }),
    );
  });
});
