import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ArxivPaper,
  type ArxivRequest,
  type ArxivServer,
  type ArxivServerOptions,
  type Misbehaviour,
  startArxivServer,
} from '../../../test/support/arxiv-server.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { openDatabase } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperStore } from '../../papers/catalogue.js';
import type { Day } from '../../papers/dates.js';
import { createPaperStore } from '../../papers/paper-store.js';
import { runGathering } from '../gather.js';
import { createGatherStore, type GatherStore } from '../gather-store.js';
import { createHttpClient } from '../http-client.js';
import type { IntakeSummary } from '../intake.js';
import { createTurnStore } from '../turn-store.js';
import { createArxivClient } from './arxiv-client.js';
import { gatherArxiv } from './gather-arxiv.js';

const FRIDAY = new Date('2026-11-20T12:00:00Z');
const PAUSE_MS = 10;

const paper = (facts: Pick<ArxivPaper, 'id'> & Partial<ArxivPaper>): ArxivPaper => ({
  title: `The Paper ${facts.id}`,
  abstract: `What ${facts.id} is about, told in a line that is long enough to be wrapped by the API.`,
  authors: ['Ada Stone', 'Boris Sand'],
  categories: ['cs.CL'],
  // Wednesday, before the list closed: dated Friday by nobody but the feed.
  published: '2026-11-18T15:00:00Z',
  ...facts,
});

/** A short day: a new paper, a cross-list, a new version; and one that the feed does not know. */
const TODAY: readonly ArxivPaper[] = [
  paper({ id: '2611.10001', announce: 'new', comment: '9 pages, github.com/lab/one' }),
  paper({
    id: '2611.09000',
    announce: 'cross',
    categories: ['cs.RO', 'cs.AI'],
    published: '2026-11-11T15:00:00Z',
  }),
  paper({
    id: '2203.01250',
    announce: 'replace',
    version: 3,
    published: '2022-03-01T15:00:00Z',
    updated: '2026-11-18T16:00:00Z',
  }),
  paper({ id: '2611.08000', published: '2026-11-16T15:00:00Z' }),
];

/** So many papers of one day that only the API knows, one a minute. */
const manyPapers = (count: number, day = '2026-11-18'): ArxivPaper[] =>
  Array.from({ length: count }, (_, at) =>
    paper({
      id: `${day.slice(2, 4)}${day.slice(5, 7)}.${String(20_000 + at)}`,
      published: new Date(Date.parse(`${day}T00:00:00Z`) + at * 1000).toISOString(),
    }),
  );

/** An answer of the API without papers, which says how many there are. */
const promise = (totalResults: number): Misbehaviour => ({
  kind: 'body',
  body: `<feed><opensearch:totalResults>${totalResults}</opensearch:totalResults></feed>`,
});

type Installation = {
  readonly papers: PaperStore;
  readonly gatherings: GatherStore;
  readonly gather: (options?: {
    readonly since?: string;
    readonly signal?: AbortSignal;
    readonly categories?: readonly string[];
  }) => Promise<IntakeSummary>;
};

/** A process with its own connection to the catalogue in this folder. */
async function installation(
  { rssUrl, apiUrl }: Pick<ArxivServer, 'rssUrl' | 'apiUrl'>,
  folder: string,
  pauseMs: number,
): Promise<Installation> {
  const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'broadsheet.db') });
  onTestFinished(() => database[Symbol.asyncDispose]());
  const papers = createPaperStore(database, { now: () => FRIDAY, timeZone: 'UTC' });
  const gatherings = createGatherStore(database);
  const now = () => new Date();
  const turns = createTurnStore(database, {
    now,
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
  });
  const limits = { firstRetryMs: 5, timeoutMs: 2_000, mostBytes: 3_000_000 };
  const http = createHttpClient({ fetch, turns, userAgent: 'Test/1', now, limits });
  const client = createArxivClient({ http, rssUrl, apiUrl, pauseMs });
  return {
    papers,
    gatherings,
    gather: ({ since, signal, categories = ['cs.AI', 'cs.CL'] } = {}) =>
      runGathering({
        source: 'arxiv',
        batches: (validators) =>
          gatherArxiv(client, {
            categories,
            since: since as Day | undefined,
            now: () => FRIDAY,
            validators,
            signal,
          }),
        papers,
        gatherings,
        now: () => FRIDAY,
      }),
  };
}

async function open(
  options: Partial<ArxivServerOptions> = {},
): Promise<Installation & { readonly arxiv: ArxivServer }> {
  const arxiv = await startArxivServer({ papers: TODAY, ...options });
  onTestFinished(() => arxiv[Symbol.asyncDispose]());
  return { arxiv, ...(await installation(arxiv, await temporaryFolder(), PAUSE_MS)) };
}

const reasons = ({ problems }: IntakeSummary): string =>
  problems.map(({ where, reason }) => `${where}: ${reason}`).join('\n');

const numbersOf = (requests: readonly ArxivRequest[], service: 'rss' | 'api'): number =>
  requests.filter((request) => request.service === service).length;

describe('a whole gathering', () => {
  it('ends with all announced papers stored and dated', async () => {
    const { gather, papers, gatherings, arxiv } = await open();
    const summary = await gather();
    expect(summary.problems).toEqual([]);
    expect(summary.added).toBe(3);
    expect(await papers.count()).toBe(3);
    expect(await gatherings.latest('arxiv')).toMatchObject({ status: 'complete' });

    // What the feed says of the day counts more than what the timetable makes of the submission.
    expect(await papers.find('2611.10001')).toMatchObject({
      announcedOn: '2026-11-20',
      editionOn: '2026-11-20',
      publishedOn: '2026-11-18',
      comment: '9 pages, github.com/lab/one',
      links: [
        { kind: 'pdf', url: 'https://arxiv.org/pdf/2611.10001' },
        { kind: 'code', url: 'https://github.com/lab/one' },
      ],
    });
    expect(await papers.find('2611.09000')).toMatchObject({ editionOn: '2026-11-20' });
    expect(await papers.find('2203.01250')).toMatchObject({
      publishedOn: '2022-03-01',
      updatedOn: '2026-11-18',
      announcedOn: '2022-03-02',
      versions: [{ number: 3, publishedOn: '2026-11-18' }],
    });
    expect(numbersOf(arxiv.requests, 'rss')).toBe(1);
    expect(numbersOf(arxiv.requests, 'api')).toBe(1);
  });

  it('finds the second time that nothing has changed, with one request', async () => {
    const { gather, arxiv } = await open();
    await gather();
    const before = arxiv.requests.length;
    expect(await gather()).toMatchObject({ added: 0, updated: 0, problems: [] });
    expect(arxiv.requests.length - before).toBe(1);
  });

  it('changes nothing when the same is read once more', async () => {
    // Without validators, as after a run that was not complete.
    const { gather, papers } = await open({
      plan: ({ service, number }) =>
        service === 'api' && number === 1 ? { kind: 'status', status: 404 } : undefined,
    });
    await gather();
    await gather();
    const revision = await papers.revision();
    const again = await gather({ categories: ['cs.CL', 'cs.AI'] });
    expect(again).toMatchObject({ added: 0, updated: 0, problems: [] });
    expect(again.unchanged).toBeGreaterThan(0);
    expect(await papers.revision()).toBe(revision);
  });

  it('asks for details a hundred at a time', async () => {
    const many = manyPapers(230).map((each): ArxivPaper => ({ ...each, announce: 'new' }));
    const { gather, papers, arxiv } = await open({ papers: many });
    expect(reasons(await gather())).toBe('');
    expect(await papers.count()).toBe(230);
    expect(numbersOf(arxiv.requests, 'api')).toBe(3);
  });
});

describe('arXiv is asked politely', () => {
  it('one request at a time with a pause between, at all its hosts, by all processes', async () => {
    const pauseMs = 60;
    const [feeds, answers] = [
      await startArxivServer({ papers: TODAY }),
      await startArxivServer({ papers: TODAY }),
    ];
    for (const server of [feeds, answers]) onTestFinished(() => server[Symbol.asyncDispose]());
    const folder = await temporaryFolder();
    const urls = { rssUrl: feeds.rssUrl, apiUrl: answers.apiUrl };
    const one = await installation(urls, folder, pauseMs);
    const other = await installation(urls, folder, pauseMs);
    await Promise.all([one.gather({ since: '2026-11-16' }), other.gather({ since: '2026-11-16' })]);

    const requests = [...feeds.requests, ...answers.requests].sort(
      (first, second) => first.startedAtMs - second.startedAtMs,
    );
    expect(requests).toHaveLength(6);
    for (const [at, { startedAtMs }] of requests.entries()) {
      const before = requests[at - 1];
      if (!before) continue;
      expect(before.endedAtMs).toBeLessThanOrEqual(startedAtMs);
      expect(startedAtMs - before.startedAtMs).toBeGreaterThanOrEqual(pauseMs);
    }
    expect(await one.papers.count()).toBe(4);
  });

  it.each([429, 403])('and not at all after it has answered %i', async (status) => {
    const { gather, arxiv, gatherings } = await open({
      plan: () => ({ kind: 'status', status, body: 'Rate exceeded.' }),
    });
    await expect(gather({ since: '2026-11-16' })).rejects.toMatchObject({
      code: 'source_failed',
      message: expect.stringMatching(/\((?:429|403)\)\. It is not asked again before/),
    });
    await expect(gather()).rejects.toBeInstanceOf(BroadsheetError);
    expect(arxiv.requests).toHaveLength(1);
    expect(await gatherings.latest('arxiv')).toMatchObject({ status: 'failed' });
  });

  it('until it is told to stop', async () => {
    const stopping = new AbortController();
    const { gather, papers, arxiv } = await open({
      plan: ({ service }) => {
        if (service === 'api') stopping.abort();
        return undefined;
      },
    });
    await expect(gather({ signal: stopping.signal })).rejects.toMatchObject({
      code: 'not_available',
    });
    expect(arxiv.requests).toHaveLength(2);
    expect(await papers.count()).toBe(3);
  });
});

describe('when the feed is not well', () => {
  it('it is asked again after a passing fault', async () => {
    const { gather } = await open({
      plan: ({ service, number }) => {
        if (service !== 'rss') return undefined;
        if (number === 1) return { kind: 'status', status: 503 };
        return number === 2 ? { kind: 'cut connection' } : undefined;
      },
    });
    expect(await gather()).toMatchObject({ added: 3, problems: [] });
  });

  it('and cut off once, it is read whole the second time', async () => {
    const { gather } = await open({
      plan: ({ service, number }) =>
        service === 'rss' && number === 1 ? { kind: 'truncated', keep: 0.5 } : undefined,
    });
    expect(await gather()).toMatchObject({ added: 3, problems: [] });
  });

  it('and cut off each time, what came is kept and the rest is named', async () => {
    const { gather, papers, gatherings, arxiv } = await open({
      plan: ({ service }) => (service === 'rss' ? { kind: 'truncated', keep: 0.85 } : undefined),
    });
    const summary = await gather();
    expect(summary.added).toBe(2);
    expect(reasons(summary)).toMatch(/item 3 \(2203\.01250v3\): Its end is missing/);
    expect(reasons(summary)).toMatch(/breaks off after 3 items, also when asked again/);
    expect(await papers.count()).toBe(2);
    expect(numbersOf(arxiv.requests, 'rss')).toBe(2);
    expect(await gatherings.latest('arxiv')).toMatchObject({ status: 'partial' });
    expect(await gatherings.validatorsOf(`${arxiv.rssUrl}/cs.AI+cs.CL`)).toEqual({});
  });

  it.each([
    ['a page', { kind: 'body', body: '<html><body>Back soon</body></html>' }, /Back soon/],
    ['a bomb', { kind: 'gzip bomb', bytes: 1_000_000_000 }, /sent more than 3 MB/],
    ['a redirect to itself', { kind: 'redirect loop' }, /redirected us more than 3 times/],
    ['a refusal', { kind: 'status', status: 403 }, /\(403\)\. It is not asked again before/],
  ] as const)('and %s comes instead, the run fails and says why', async (_, fault, expected) => {
    const { gather, papers, gatherings } = await open({ plan: () => fault });
    await expect(gather()).rejects.toThrow(expected);
    expect(await papers.count()).toBe(0);
    expect(await gatherings.latest('arxiv')).toMatchObject({
      status: 'failed',
      problems: [{ where: 'arxiv', reason: expect.stringMatching(expected) }],
    });
  });

  it('and missing, the days before can still be had', async () => {
    const { gather, papers } = await open({
      plan: ({ service }) => (service === 'rss' ? { kind: 'status', status: 404 } : undefined),
    });
    const summary = await gather({ since: '2026-11-16' });
    expect(reasons(summary)).toMatch(/^arXiv feed: .* answered 404/);
    expect(await papers.count()).toBe(2);
  });

  it('because it is full, each category is asked for by itself', async () => {
    const full = Array.from({ length: 2_000 }, (_, at) =>
      paper({ id: `2611.${20_000 + at}`, announce: 'new', categories: ['cs.CL'] }),
    );
    const rest = [
      paper({ id: '2611.30001', announce: 'new', categories: ['cs.AI'] }),
      paper({ id: '2611.30002', announce: 'new', categories: ['cs.AI'] }),
    ];
    const { gather, papers, arxiv } = await open({ papers: [...full, ...rest] });
    const summary = await gather();
    expect(await papers.count()).toBe(2_002);
    expect(numbersOf(arxiv.requests, 'rss')).toBe(3);
    expect(reasons(summary)).toMatch(/^arXiv feed of cs\.CL: The feed has 2000 items, the most/);
  });
});

describe('what arXiv itself sends broken', () => {
  it.each([
    [
      'characters',
      { abstract: 'About \ufffd.' },
      ['arXiv feed, item 1 (2611.10001v1)', 'arXiv API, entry 1 (2611.10001v1)'],
    ],
    ['details', { published: '2026-02-30T15:00:00Z' }, ['arXiv API, entry 1 (2611.10001v1)']],
  ])('(%s) is named, and is not asked for again until it has changed', async (_, facts, named) => {
    const broken = paper({ id: '2611.10001', announce: 'new', ...facts });
    const { gather, papers, gatherings, arxiv } = await open({
      papers: [broken, ...TODAY.slice(1)],
    });
    expect((await gather()).problems.map(({ where }) => where)).toEqual(named);
    expect(await papers.count()).toBe(3);
    expect(await gatherings.latest('arxiv')).toMatchObject({
      status: 'complete',
      problems: named.map((where) => ({ where, isLasting: true })),
    });
    const before = arxiv.requests.length;
    expect(await gather()).toMatchObject({ problems: [] });
    expect(arxiv.requests.length - before).toBe(1);
  });
});

describe('when the API is not well', () => {
  it('the announced papers are stored, and what they lack is named', async () => {
    const { gather, papers, gatherings } = await open({
      plan: ({ service }) => (service === 'api' ? { kind: 'status', status: 500 } : undefined),
    });
    const summary = await gather({ since: '2026-11-16' });
    expect(reasons(summary)).toMatch(/^arXiv API: 3 papers lack their details: .* answered 500/);
    expect(reasons(summary)).toMatch(/2026-11-16 to 2026-11-20: .* were not asked for/);
    expect(await papers.find('2611.10001')).toMatchObject({ editionOn: '2026-11-20' });
    // Nobody else knows when the new version came.
    expect(await papers.find('2203.01250')).toMatchObject({ updatedOn: '2026-11-20' });
    expect(await gatherings.latest('arxiv')).toMatchObject({ status: 'partial', added: 3 });
  });

  it('a paper whose details do not come is named', async () => {
    const known = TODAY.filter(({ id }) => id !== '2611.10001');
    const answers = await startArxivServer({ papers: known });
    onTestFinished(() => answers[Symbol.asyncDispose]());
    const { gather, papers } = await open({
      plan: ({ service, url }) =>
        service === 'api'
          ? { kind: 'status', status: 307, headers: { location: `${answers.apiUrl}${url.search}` } }
          : undefined,
    });
    const summary = await gather();
    expect(reasons(summary)).toMatch(/^arXiv API, 2611\.10001: The feed announces this paper/);
    expect(await papers.count()).toBe(3);
  });

  it('an empty or broken page of details is asked for again', async () => {
    const { gather } = await open({
      plan: ({ service, number }) => {
        if (service !== 'api') return undefined;
        if (number === 1) return { kind: 'empty page' };
        return number === 2 ? { kind: 'truncated', keep: 0.6 } : undefined;
      },
    });
    expect(reasons(await gather())).toBe('');
  });
});

describe('the days since another', () => {
  it('are read page by page, past an empty page and a broken one', async () => {
    const { gather, papers, arxiv } = await open({
      papers: manyPapers(1_200),
      plan: ({ service, number }) => {
        if (service !== 'api') return undefined;
        if (number === 2) return { kind: 'empty page' };
        return number === 3 ? { kind: 'truncated', keep: 0.5 } : undefined;
      },
    });
    const summary = await gather({ since: '2026-11-17' });
    expect(reasons(summary)).toBe('');
    expect(summary.added).toBe(1_200);
    expect(await papers.find('2611.20000')).toMatchObject({ announcedOn: '2026-11-19' });
    const [first] = arxiv.requests.filter(({ service }) => service === 'api');
    expect(first?.url.searchParams.get('search_query')).toBe(
      '(cat:cs.AI OR cat:cs.CL) AND submittedDate:[202611170000 TO 202611202359]',
    );
  });

  it.each([
    ['still promises them', { kind: 'empty page' }],
    ['denies them', promise(0)],
  ] as const)('name how many papers are missing when a page without papers %s', async (_, page) => {
    const { gather, papers, arxiv } = await open({
      papers: manyPapers(700),
      plan: ({ service, url }) =>
        service === 'api' && url.searchParams.get('start') === '500' ? page : undefined,
    });
    const summary = await gather({ since: '2026-11-17' });
    expect(reasons(summary)).toBe(
      'arXiv API, 2026-11-17 to 2026-11-20: 200 of 700 papers did not come, also when asked again.',
    );
    expect(await papers.count()).toBe(500);
    expect(numbersOf(arxiv.requests, 'api')).toBe(5);
  });

  it('name what is missing when the API breaks down half-way', async () => {
    const { gather, papers } = await open({
      papers: manyPapers(700),
      plan: ({ service, url }) =>
        service === 'api' && url.searchParams.get('start') === '500'
          ? { kind: 'status', status: 429 }
          : undefined,
    });
    const summary = await gather({ since: '2026-11-17' });
    expect(reasons(summary)).toMatch(
      /^arXiv API, 2026-11-17 to 2026-11-20: At least 200 papers of these days are missing: .*429/,
    );
    expect(await papers.count()).toBe(500);
  });

  it('are asked for again when the API denies that they hold any paper', async () => {
    const { gather, arxiv } = await open({
      papers: manyPapers(3),
      plan: ({ service, number }) => (service === 'api' && number <= 3 ? promise(0) : undefined),
    });
    expect(await gather({ since: '2026-11-17' })).toMatchObject({ added: 3, problems: [] });
    expect(numbersOf(arxiv.requests, 'api')).toBe(4);
  });

  it('hold no paper when the API denies it time and again', async () => {
    const { gather, arxiv, gatherings } = await open({ papers: [] });
    expect(await gather({ since: '2026-11-17' })).toMatchObject({ added: 0, problems: [] });
    expect(numbersOf(arxiv.requests, 'api')).toBe(4);
    expect(await gatherings.latest('arxiv')).toMatchObject({ status: 'complete' });
  });

  it('are asked for in months and days when they hold too many papers', async () => {
    const totals: Readonly<Record<string, number>> = {
      '[202609290000 TO 202611202359]': 65_000,
      '[202609290000 TO 202609302359]': 30_001,
    };
    const { gather, papers, arxiv } = await open({
      papers: manyPapers(2, '2026-10-05'),
      plan: ({ service, url }) => {
        const query = url.searchParams.get('search_query') ?? '';
        const total = totals[query.slice(query.indexOf('['))];
        return service === 'api' && total ? promise(total) : undefined;
      },
    });
    // What was promised for the whole is not forgotten over the parts, and is told once.
    expect(reasons(await gather({ since: '2026-09-29' })).split('\n')).toEqual([
      'arXiv API, 2026-09-29 to 2026-09-30: 30001 of 30001 papers did not come when asked for in parts.',
      'arXiv API, 2026-09-29 to 2026-11-20: 34997 of 65000 papers did not come when asked for in parts.',
    ]);
    expect(await papers.count()).toBe(2);
    const spans = arxiv.requests
      .filter(({ service }) => service === 'api')
      .map(({ url }) => url.searchParams.get('search_query')?.replace(/^.*submittedDate:/, ''));
    expect([...new Set(spans)]).toEqual([
      '[202609290000 TO 202611202359]',
      '[202609290000 TO 202609302359]',
      '[202609290000 TO 202609292359]',
      '[202609300000 TO 202609302359]',
      '[202610010000 TO 202610312359]',
      '[202611010000 TO 202611202359]',
    ]);
  });

  it('cannot begin in the future', async () => {
    const { gather, arxiv } = await open();
    await expect(gather({ since: '2026-11-21' })).rejects.toMatchObject({ code: 'bad_request' });
    expect(arxiv.requests).toEqual([]);
  });
});
