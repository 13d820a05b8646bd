import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AtomAnswer, parseAtomAnswer } from './atom-api.js';

const read = (name: string): string =>
  readFileSync(new URL(`./testdata/${name}`, import.meta.url), 'utf8');

const ANSWER = read('answer.api.xml');

async function parsed(text: string): Promise<AtomAnswer> {
  const result = await parseAtomAnswer(text);
  if ('reason' in result) throw new Error(result.reason);
  return result;
}

async function refusal(text: string): Promise<string> {
  const result = await parseAtomAnswer(text);
  return 'reason' in result ? result.reason : 'it was read';
}

const answer = await parsed(ANSWER);

describe('an answer of the query API', () => {
  const [sheep, strings] = answer.papers;

  it('says which page of how many it is', () => {
    expect(answer).toMatchObject({
      totalResults: 1234,
      startIndex: 20,
      itemsPerPage: 5,
      entries: 4,
      isComplete: true,
    });
  });

  it('gives a whole record, its lines unwrapped', () => {
    expect(sheep).toEqual({
      source: 'arxiv',
      identifiers: ['arxiv:2303.01234', 'doi:10.1000/night.3', 'doi:10.1000/night.3b'],
      version: 2,
      title: 'Counting Sheep with Transformers',
      abstract:
        'Sheep are counted by people who cannot sleep. We count them with a model that can, ' +
        'for $n < 10^3$ sheep. The code is at \\url{https://gitlab.com/night/sheep_counter}.',
      authors: ['Boris Sand', 'Ada Stone'],
      categories: ['cs.CL', 'cs.LG', '68T50'],
      links: [
        { kind: 'pdf', url: 'https://arxiv.org/pdf/2303.01234' },
        { kind: 'code', url: 'https://gitlab.com/night/sheep_counter' },
        { kind: 'code', url: 'https://huggingface.co/night/sheep' },
      ],
      venue: 'Proc. of the Night 3 (2023)',
      comment: '12 pages; weights at huggingface.co/night/sheep.',
      publishedOn: '2023-03-02',
      updatedOn: '2023-04-05',
      // Submitted on a Thursday before 14:00 in New York, which states no day.
      announcedOn: '2023-03-03',
      announcedOnIsReckoned: true,
      withdrawn: false,
    });
  });

  it('marks a withdrawn paper, and offers no PDF of it', () => {
    expect(strings).toMatchObject({
      identifiers: ['arxiv:hep-th/9901001'],
      version: 3,
      withdrawn: true,
      links: [],
    });
  });

  it('names the entries that it cannot read', () => {
    expect(answer.problems.map(({ where }) => where)).toEqual([
      'arXiv API, entry 3 (2303.09999v1)',
      'arXiv API, entry 4 (2303.05555v1)',
    ]);
    expect(answer.problems[1]?.reason).toMatch(/no such date: "2023-02-30T/);
    expect(answer.problems.every(({ isLasting }) => isLasting)).toBe(true);
  });

  it('keeps a paper whose characters arrived damaged, and says so', async () => {
    const damaged = await parsed(ANSWER.replace('Counting Sheep', 'Counting Sh\ufffdep'));
    expect(damaged.papers).toHaveLength(2);
    expect(damaged.problems[0]).toMatchObject({
      reason: 'Some of its characters arrived damaged.',
      isLasting: true,
    });
  });

  it('leaves an entry that was cut off to the next page', async () => {
    const cut = await parsed(ANSWER.slice(0, ANSWER.indexOf('Strings That Were Cut')));
    expect(cut).toMatchObject({ entries: 1, isComplete: false, problems: [] });
  });

  it('accounts for every entry before a cut', async () => {
    const from = ANSWER.indexOf('<entry>');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: from, max: ANSWER.length }), async (length) => {
        const cut = await parsed(ANSWER.slice(0, length));
        expect(cut.papers.length + cut.problems.length).toBe(cut.entries);
        expect(cut.papers).toEqual(answer.papers.slice(0, cut.papers.length));
      }),
    );
  });
});

describe('what is no answer', () => {
  it('is an error in the form of an entry', async () => {
    expect(await refusal(read('error.api.xml'))).toBe(
      'arXiv refuses the question: "incorrect id format for 1234.12345678".',
    );
  });

  it('is a page, a refusal in words, or a feed without a count', async () => {
    expect(await refusal(read('error-page.html'))).toMatch(/not a feed/);
    expect(await refusal('Rate exceeded.')).toMatch(/Rate exceeded/);
    expect(await refusal('<feed><title>x</title></feed>')).toMatch(/how many results/);
    expect(await refusal(read('doctype-bomb.xml'))).toMatch(/DOCTYPE/);
  });
});

it('leaves other work its turns while a long answer is read', async () => {
  const [entry = ''] = /<entry>.*?<\/entry>/s.exec(ANSWER) ?? [];
  const total = '<opensearch:totalResults>500</opensearch:totalResults>';
  let isRead = false;
  const done = parsed(`<feed>${total}${entry.repeat(500)}</feed>`).then(({ papers }) => {
    isRead = true;
    return papers.length;
  });
  let turns = 0;
  for (; !isRead; turns += 1) await nextTurn();
  expect(await done).toBe(500);
  expect(turns).toBeGreaterThanOrEqual(500 / 15);
});
