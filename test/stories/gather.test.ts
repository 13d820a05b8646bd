/** The program and arXiv: a first start with a network, one without, and gathering by hand. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ArxivPaper,
  type ArxivServerOptions,
  startArxivServer,
} from '../support/arxiv-server.js';
import { broadsheet, broadsheetJson, type Site, serve } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TODAY = new Date().toISOString().slice(0, 10);

const ANNOUNCED: readonly ArxivPaper[] = [
  {
    id: '2611.01234',
    title: 'A method announced this morning',
    abstract: 'We announce it at the usual hour.',
    authors: ["Andr\\'e Weber", 'Mei Chen'],
    categories: ['cs.CL', 'cs.AI'],
    published: '2026-11-18T17:00:00Z',
    announce: 'new',
  },
  {
    id: '2611.01235',
    title: 'Another method, of $O(n \\log n)$',
    abstract: 'It is faster than the first.',
    authors: ['Bo Li'],
    categories: ['cs.LG'],
    published: '2026-11-18T17:30:00Z',
    announce: 'cross',
  },
];

/** Where the program finds the arXiv of the test. */
async function arxiv(options: Partial<ArxivServerOptions> = {}) {
  const server = await startArxivServer({ papers: ANNOUNCED, announcedOn: TODAY, ...options });
  return { server, environment: environmentFor(server.rssUrl, server.apiUrl) };
}

function environmentFor(rssUrl: string, apiUrl: string): Record<string, string> {
  return { BROADSHEET_ARXIV_RSS_URL: rssUrl, BROADSHEET_ARXIV_API_URL: apiUrl };
}

/** Addresses where nobody listens any more. */
async function unreachableArxiv(): Promise<Record<string, string>> {
  const { server, environment } = await arxiv();
  await server[Symbol.asyncDispose]();
  return environment;
}

async function dataFolder(): Promise<string[]> {
  return ['--data', join(await temporaryFolder(), 'data')];
}

describe('a first start', () => {
  it('shows the sample, then the announcement in its place', async () => {
    const { server, environment } = await arxiv();
    await using _ = server;
    const site = await serve(await dataFolder(), { environment });
    await until(site, '/', /A method announced this morning/);
    const front = await text(site, '/');
    expect(front).not.toMatch(/sample/i);
    expect(front.match(/<article/g)).toHaveLength(2);
    expect(front).toContain('André Weber');
    expect(await text(site, `/date/${TODAY}`)).toContain('2611.01235');
    await until(site, '/about', /gave everything it had: 2 added/);
    await until(site, '/search?q=announced', /data-paper-id="2611.01234"/);
  });

  it('stays up without a network, and says on its about page what failed', async () => {
    const environment = await unreachableArxiv();
    const site = await serve(await dataFolder(), { environment });
    await until(site, '/', /sample/i);
    await until(site, '/about', /127\.0\.0\.1:\d+ cannot be reached/);
    expect((await fetch(`${site.url}/`)).status).toBe(200);
  });
});

describe('gathering by hand', () => {
  it('takes the whole announcement, and finds nothing new the second time', async () => {
    const { server, environment } = await arxiv();
    await using _ = server;
    const data = await dataFolder();
    const first = await broadsheetJson(['gather', 'arxiv', ...data], { environment });
    expect(first).toEqual({
      status: 0,
      answer: { added: 2, updated: 0, unchanged: 0, problems: [] },
    });
    const second = await broadsheetJson<{ added: number }>(['gather', 'arxiv', ...data], {
      environment,
    });
    expect(second).toMatchObject({ status: 0, answer: { added: 0, updated: 0, problems: [] } });
    expect(
      server.requests.every(({ headers }) => /^Broadsheet\/\d/.test(headers['user-agent'] ?? '')),
    ).toBe(true);
  }, 60_000);

  it('leaves a paper in the edition that the feed put it in', async () => {
    // Submitted on the eve of a holiday week: by the timetable its list is that of the 23rd.
    const published = '2026-11-19T20:00:00Z';
    const [first, ...others] = ANNOUNCED;
    const held: ArxivPaper = { ...(first as ArxivPaper), published };
    const data = await dataFolder();
    const announcing = await arxiv({ papers: [held, ...others], announcedOn: '2026-11-30' });
    await using _ = announcing.server;
    await broadsheet(['gather', 'arxiv', ...data], announcing);

    const { announce, ...unannounced } = held;
    const later = await arxiv({ papers: [unannounced] });
    await using __ = later.server;
    const { answer } = await broadsheetJson(
      ['gather', 'arxiv', '--since', '2026-11-19', ...data],
      later,
    );
    expect(answer).toMatchObject({ updated: 0, unchanged: 1, problems: [] });

    const environment = { BROADSHEET_GATHER: 'false' };
    const site = await serve(data, { environment });
    expect(await text(site, '/date/2026-11-30')).toContain('2611.01234');
    expect(await text(site, '/date/2026-11-23')).not.toContain('2611.01234');
  }, 60_000);

  it('fails when papers are missing, and names them', async () => {
    const { server, environment } = await arxiv({
      plan: ({ service }) =>
        service === 'api' ? { kind: 'status', status: 403, body: 'no' } : undefined,
    });
    await using _ = server;
    const { status, answer } = await broadsheetJson<{
      added: number;
      problems: { reason: string }[];
    }>(['gather', 'arxiv', ...(await dataFolder())], { environment });
    expect(status).toBe(1);
    expect(answer.added).toBe(2);
    expect(answer.problems[0]?.reason).toMatch(/2 .*403|403.* 2/s);
  }, 60_000);

  it('says in one sentence that nothing can be reached', async () => {
    const environment = await unreachableArxiv();
    const { status, stderr } = await broadsheet(['gather', 'arxiv', ...(await dataFolder())], {
      environment,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^127\.0\.0\.1:\d+ cannot be reached.*\n.+\n$/);
  });
});

async function text(site: Site, path: string): Promise<string> {
  return (await fetch(site.url + path)).text();
}

/** Reads the page until it shows this. */
async function until(site: Site, path: string, expected: RegExp, mostMs = 20_000): Promise<void> {
  const startedAtMs = performance.now();
  while (!expected.test(await text(site, path))) {
    if (performance.now() - startedAtMs > mostMs) {
      throw new Error(
        `${path} never showed ${expected}:\n${site.output()}\n${await text(site, path)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
