import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRssFeed, type RssFeed } from './rss-feed.js';

const read = (name: string): string =>
  readFileSync(new URL(`./testdata/${name}`, import.meta.url), 'utf8');

const ANNOUNCEMENT = read('announcement.rss.xml');

async function parsed(text: string): Promise<RssFeed> {
  const feed = await parseRssFeed(text);
  if ('reason' in feed) throw new Error(feed.reason);
  return feed;
}

async function refusal(text: string): Promise<string> {
  const feed = await parseRssFeed(text);
  return 'reason' in feed ? feed.reason : 'it was read';
}

const feed = await parsed(ANNOUNCEMENT);

describe('an announcement of arXiv', () => {
  const [first, cross, replaced, old] = feed.papers;

  it('names its day as it is written in New York', () => {
    expect(feed.announcedOn).toBe('2026-11-20');
  });

  it('gives a new paper with authors, categories and day', () => {
    expect(first).toMatchObject({
      source: 'arxiv',
      identifiers: ['arxiv:2611.10001'],
      version: 1,
      title: 'Weighing Short Answers Against Long Ones',
      authors: ['André Müller', 'Zoë de la Cruz', 'Samuel Carter Jr.', 'Li Wei'],
      categories: ['cs.CL', 'cs.AI'],
      announcedOn: '2026-11-20',
    });
    expect(first).not.toHaveProperty('updatedOn');
    expect(first).not.toHaveProperty('withdrawn');
  });

  it('decodes the abstract once and takes off what arXiv puts before it', () => {
    expect(first?.abstract).toBe(
      'Readers prefer answers that stop in time. We weigh the length of an answer against what ' +
        'it leaves out & call the balance $\\lambda$. Water is H<sub>2</sub>O whatever its ' +
        'length. Code: https://github.com/example-lab/short\\_answers.',
    );
    expect(first?.links).toEqual([
      { kind: 'code', url: 'https://github.com/example-lab/short_answers' },
    ]);
  });

  it('announces a paper of another field on this day', () => {
    expect(cross).toMatchObject({
      identifiers: ['arxiv:2611.09000'],
      categories: ['cs.RO', 'cs.AI'],
      authors: ['Ingrid Østby'],
      announcedOn: '2026-11-20',
    });
  });

  it('takes from a replacement its version and when it came, not a first announcement', () => {
    expect(replaced).toMatchObject({
      identifiers: ['arxiv:2203.01250', 'doi:10.1000/tears.2026.7'],
      version: 3,
      updatedOn: '2026-11-20',
      venue: 'Journal of Patient Parsing 7 (2026) 1-12',
    });
    expect(replaced).not.toHaveProperty('announcedOn');
  });

  it('knows the old numbers, and a paper without an abstract', () => {
    expect(old).toMatchObject({ identifiers: ['arxiv:cs/9809007'], version: 2, abstract: '' });
  });

  it('reads signs that nobody escaped, and CDATA, as they are', () => {
    const fish = feed.papers.find(({ identifiers }) => identifiers[0] === 'arxiv:2611.10007');
    expect(fish?.title).toBe('R&D at the Fish & Chip Shop');
    expect(fish?.abstract).toBe(
      'Signs that nobody escaped: a < b & c, and &nbsp; &lt; as they are.',
    );
  });

  it('names every item that it cannot read, and loses no other', () => {
    expect(feed.papers).toHaveLength(6);
    expect(feed.items).toBe(10);
    expect(feed.isComplete).toBe(true);
    expect(feed.problems.map(({ where, reason }) => `${where}: ${reason}`)).toEqual([
      expect.stringMatching(/^arXiv feed, item 6 \(2611\.10005v1\): It is not well-formed XML/),
      'arXiv feed, item 7 ("An Item Without A Number"): It does not say which paper it is (no guid).',
      'arXiv feed, item 8 (2611.10006v1): Its end is missing.',
      'arXiv feed, item 10 (2611.10008v1): The title is missing or empty.',
    ]);
  });

  it('says that the item will be no better when it is asked for again', () => {
    expect(feed.problems.every(({ isLasting }) => isLasting)).toBe(true);
  });

  it('is the same in its Atom form', async () => {
    const atom = await parsed(read('announcement.atom.xml'));
    expect(atom).toMatchObject({ announcedOn: '2026-11-20', items: 1, isComplete: true });
    expect(atom.papers[0]).toMatchObject({
      identifiers: ['arxiv:2611.10001'],
      authors: ['André Müller', 'Zoë de la Cruz'],
      categories: ['cs.CL', 'cs.AI'],
      abstract: 'Readers prefer answers that stop in time.',
      announcedOn: '2026-11-20',
      version: 1,
    });
  });

  it('may announce nothing, as at weekends', async () => {
    const quiet = ANNOUNCEMENT.replace(/<item>.*<\/item>/s, '');
    expect(await parsed(quiet)).toMatchObject({
      papers: [],
      problems: [],
      items: 0,
      isComplete: true,
    });
  });

  it('says that a paper is withdrawn when its abstract does', async () => {
    const withdrawn = ANNOUNCEMENT.replace(
      'A parser that never',
      'This paper has been withdrawn by its authors. A parser that never',
    );
    expect((await parsed(withdrawn)).papers[2]).toMatchObject({ withdrawn: true });
  });

  it('keeps a paper whose characters arrived damaged, and says so', async () => {
    const damaged = await parsed(ANNOUNCEMENT.replace('Maps of', 'Maps \ufffdf'));
    expect(damaged.papers).toHaveLength(6);
    expect(damaged.problems[0]).toMatchObject({
      reason: 'Some of its characters arrived damaged.',
      isLasting: true,
    });
  });
});

describe('a feed that was cut off', () => {
  it('gives every item before the cut, wherever it is', async () => {
    const lengths = fc.integer({ min: 400, max: ANNOUNCEMENT.length - 20 });
    await fc.assert(
      fc.asyncProperty(lengths, async (length) => {
        const start = ANNOUNCEMENT.slice(0, length);
        const cut = await parsed(start);
        expect(cut.isComplete).toBe(false);
        expect(cut.papers).toEqual(feed.papers.slice(0, cut.papers.length));
        expect(cut.items).toBe(start.split(/<item>/).length - 1);
        expect(cut.papers.length + cut.problems.length).toBe(cut.items);
      }),
    );
  });

  it('may give the item that was cut when it is asked for again', async () => {
    const cut = await parsed(ANNOUNCEMENT.slice(0, ANNOUNCEMENT.lastIndexOf('</item>')));
    const [inTheMiddle, last] = cut.problems.slice(-2);
    expect(inTheMiddle).toMatchObject({ reason: 'Its end is missing.', isLasting: true });
    expect(last?.reason).toBe('Its end is missing.');
    expect(last).not.toHaveProperty('isLasting');
  });
});

describe('what is no announcement', () => {
  it('is named by its first words', async () => {
    expect(await refusal(read('error-page.html'))).toMatch(/^It is not a feed: .*We will be back/);
    expect(await refusal('Rate exceeded.')).toBe('It is not a feed: it begins "Rate exceeded.".');
    expect(await refusal('')).toBe('It is empty.');
  });

  it('is an answer that says the question is wrong', async () => {
    expect(await refusal(read('query-error.rss.xml'))).toMatch(/cs\.XX.*Bad subject class XX/);
  });

  it('is a document that defines entities of its own', async () => {
    expect(await refusal(read('doctype-bomb.xml'))).toMatch(/DOCTYPE/);
  });
});

it('leaves other work its turns while a long feed is read', async () => {
  const [item = ''] = /<item>.*?<\/item>/s.exec(ANNOUNCEMENT) ?? [];
  let isRead = false;
  const done = parsed(`<rss>${item.repeat(1_000)}</rss>`).then(({ papers }) => {
    isRead = true;
    return papers.length;
  });
  let turns = 0;
  for (; !isRead; turns += 1) await nextTurn();
  expect(await done).toBe(1_000);
  expect(turns).toBeGreaterThanOrEqual(1_000 / 15);
});

it('reads any text without throwing, and accounts for every item', async () => {
  const pieces = fc.constantFrom(
    '<rss>',
    '</rss>',
    '<item>',
    '</item>',
    '<item',
    '<title>',
    '</title>',
    '&',
    '&#0;',
    '&#xD800;',
    '<title>&#9999999;&#xD800;</title>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<__proto__>',
    '</__proto__>',
    '<guid>2611.00001</guid>',
    '<title>A title</title>',
    ' x="',
    '"',
    'text',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), async (parts) => {
      const result = await parseRssFeed(`<rss>${parts.join('')}`);
      if ('reason' in result) return;
      expect(result.papers.length + result.problems.length).toBeGreaterThanOrEqual(result.items);
    }),
    { numRuns: 500 },
  );
});
