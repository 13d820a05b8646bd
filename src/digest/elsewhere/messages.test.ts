import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Day } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import {
  DISCORD_LONGEST_DESCRIPTION,
  DISCORD_LONGEST_EMBEDS,
  DISCORD_MOST_EMBEDS,
  discordMessage,
} from './discord.js';
import { MATRIX_LONGEST_MESSAGE, matrixMessage } from './matrix.js';
import { cut, MOST_POSTED, type PostedEdition, postedEdition, quiet } from './posted-edition.js';
import { SLACK_LONGEST_TEXT, SLACK_MOST_BLOCKS, slackMessage } from './slack.js';

const DAY = '2026-11-20' as Day;

/** The edition of so many papers with these facts. */
function editionOf(
  facts: readonly Partial<Pick<Paper, 'title' | 'abstract' | 'authors'>>[],
  { note = '', votes = 0, total = facts.length } = {},
): PostedEdition {
  const papers = facts.map((fact, at) => ({
    id: `2611.0000${at}` as PaperId,
    title: 'A Title',
    abstract: 'The first sentence is short. A second one follows.',
    authors: ['Jane Doe'],
    ...fact,
  })) as unknown as Paper[];
  return postedEdition({
    day: DAY,
    site: { title: 'Our Papers', origin: 'https://papers.example.org' },
    entries: papers.map(({ id }) => ({ id, isPicked: note !== '', note })),
    total,
    papers: new Map(papers.map((paper) => [paper.id, paper])),
    votes: new Map(papers.map(({ id }) => [id, votes])),
  });
}

describe('an edition as it is posted', () => {
  it('names each paper, its authors, why it is there, and its first sentence', () => {
    const authors = ['Ada Lovelace', 'Bo Li', 'Cem Ay', 'Di Xu', 'Ed Fox'];
    const title = 'Sorting in $O(n)$ <i>time</i>';
    expect(editionOf([{ title, authors }], { note: 'Read it', votes: 2, total: 31 })).toEqual({
      heading: 'Our Papers, 20 November 2026',
      url: 'https://papers.example.org/date/2026-11-20',
      papers: [
        {
          title: 'Sorting in O(n) time',
          url: 'https://papers.example.org/papers/2611.00000',
          authors: 'Ada Lovelace, Bo Li, Cem Ay and 2 more',
          why: 'Picked: Read it · 2 votes',
          summary: 'The first sentence is short.',
        },
      ],
      more: 30,
    });
    expect(editionOf([{}]).papers[0]?.why).toBe('');
  });

  it('is what ten papers are, however many there are', () => {
    const edition = editionOf(
      Array.from({ length: 14 }, () => ({})),
      { total: 20 },
    );
    expect(edition.papers).toHaveLength(MOST_POSTED);
    expect(edition.more).toBe(20 - MOST_POSTED);
    expect(slackMessage(edition).blocks).toHaveLength(MOST_POSTED + 2);
    expect(discordMessage(edition).embeds).toHaveLength(MOST_POSTED);
    expect(matrixMessage(edition).formatted_body.match(/<li>/g)).toHaveLength(MOST_POSTED);
  });
});

it('text is quiet: nobody is called and nothing is an address', () => {
  expect(quiet('@everyone @here\n@room www.a.org https://a.org mailto:a matrix:u')).not.toMatch(
    /@\w|:\/\/|www\.|mailto:|matrix:|\n/,
  );
  expect(quiet('a\u202eb\u0000c\ud800')).toBe('a b c');
  expect(cut('ab👩‍👩‍👧', 6)).toBe('ab…');
});

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc
    .array(
      fc.constantFrom(
        ...['@everyone', '@here', '@room', '<!channel>', '<@U123>', '<https://evil.example|x>'],
        ...['https://evil.example', '[x](https://evil.example)', '<script>', '"', '&', '|', '\n'],
        ...['**', '`', '</a>', '<a href="https://evil.example">', '\u202e', '$x$', 'x'.repeat(300)],
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(' ')),
);

describe('a message, whatever stands in titles, names and notes,', () => {
  const editions = fc
    .record({
      title: nasty,
      abstract: nasty,
      name: nasty,
      note: nasty,
      papers: fc.nat({ max: 12 }),
    })
    .map(({ title, abstract, name, note, papers }) =>
      editionOf(
        Array.from({ length: papers }, () => ({ title, abstract, authors: [name, name] })),
        { note },
      ),
    );
  const runs = { numRuns: 60 };

  it('keeps to the limits of Slack and has no links but ours', () => {
    fc.assert(
      fc.property(editions, (edition) => {
        const { blocks } = slackMessage(edition);
        expect(blocks.length).toBeLessThanOrEqual(SLACK_MOST_BLOCKS);
        for (const block of blocks) {
          const texts = block.type === 'context' ? block.elements : [block.text];
          for (const { type, text } of texts) {
            expect(text.length).toBeLessThanOrEqual(SLACK_LONGEST_TEXT);
            if (type === 'plain_text') continue;
            const ours = /<https:\/\/papers\.example\.org\/[^<>|]*\|[^<>]*>/g;
            expect(text.replace(ours, '')).not.toMatch(/[<>]|@\w|:\/\//);
          }
        }
      }),
      runs,
    );
  });

  it('keeps to the limits of Discord and calls nobody', () => {
    fc.assert(
      fc.property(editions, (edition) => {
        const { content, embeds, allowed_mentions } = discordMessage(edition);
        expect(content.length).toBeLessThanOrEqual(2_000);
        expect(embeds.length).toBeLessThanOrEqual(DISCORD_MOST_EMBEDS);
        const lengths = embeds.map(({ title, description }) => title.length + description.length);
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(
          DISCORD_LONGEST_EMBEDS,
        );
        for (const { title, description, url } of embeds) {
          expect(title.length).toBeLessThanOrEqual(256);
          expect(description.length).toBeLessThanOrEqual(DISCORD_LONGEST_DESCRIPTION);
          expect(`${title}${description}`).not.toMatch(/@\w|:\/\/|(?<!\\)[[\]<>`]/);
          expect(url).toMatch(/^https:\/\/papers\.example\.org\//);
        }
        expect(allowed_mentions).toEqual({ parse: [] });
      }),
      runs,
    );
  });

  it('keeps to the limits of Matrix and has no elements but ours', () => {
    fc.assert(
      fc.property(editions, (edition) => {
        const message = matrixMessage(edition);
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(
          MATRIX_LONGEST_MESSAGE,
        );
        const ours =
          /<\/?(?:p|ol|li|strong|em|a)>|<br>|<a href="https:\/\/papers\.example\.org\/[^"<>]*">/g;
        expect(message.formatted_body.replace(ours, '')).not.toMatch(/[<>"]|@\w|:\/\//);
        const addresses = message.body.match(/\S*:\/\/\S*/g) ?? [];
        expect(addresses.every((one) => one.startsWith('https://papers.example.org/'))).toBe(true);
      }),
      runs,
    );
  });
});

it('papers of nothing but signs that have to be written out are fewer, not too long', () => {
  const signs = (sign: string) => ({
    title: sign.repeat(400),
    abstract: sign.repeat(400),
    authors: [sign, sign, sign].map((name) => name.repeat(100)),
  });
  const papers = (sign: string) => Array.from({ length: MOST_POSTED }, () => signs(sign));
  const edition = editionOf(papers('*'), { note: '*'.repeat(200), total: 30 });
  const { embeds, content } = discordMessage(edition);
  const lengths = embeds.map(({ title, description }) => title.length + description.length);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(
    DISCORD_LONGEST_EMBEDS,
  );
  expect(content).toContain(`${30 - embeds.length} more`);

  const quotes = editionOf(papers('"'), { note: '"'.repeat(200), total: 30 });
  const message = matrixMessage({
    ...quotes,
    papers: quotes.papers.map((paper) => ({ ...paper, url: paper.url + '%20'.repeat(200) })),
  });
  expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(MATRIX_LONGEST_MESSAGE);
  expect(message.formatted_body).toMatch(/2[1-9] more on the site/);

  const { blocks } = slackMessage(editionOf(papers('&')));
  for (const block of blocks) {
    if (block.type === 'section') {
      expect(block.text.text.length).toBeLessThanOrEqual(SLACK_LONGEST_TEXT);
    }
  }
});
