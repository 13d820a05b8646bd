/**
 * Looking up papers in a world of our own: arXiv's API on this machine, and a web whose hosts
 * have real names and stand on this machine too.
 */

import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import type { PaperReader } from '../../src/papers/catalogue.js';
import { createArxivClient } from '../../src/sources/arxiv/arxiv-client.js';
import { createDoiClient } from '../../src/sources/doi/doi-client.js';
import { createHttpClient } from '../../src/sources/http-client.js';
import {
  createPaperLookup,
  type PaperLookup,
} from '../../src/sources/lookup/paper-lookup-client.js';
import { createTurnStore } from '../../src/sources/turn-store.js';
import type { SafeFetch } from '../../src/sources/web-page/safe-fetch-client.js';
import { type ArxivPaper, startArxivServer } from './arxiv-server.js';
import { pageWith, publicWeb } from './public-web.js';
import { temporaryFolder } from './temporary-folder.js';

/** What the web answers, by address without its scheme: `papers.example.org/one`. */
export type WebPages = Readonly<Record<string, RequestListener>>;

export type LookupWorld = {
  readonly lookup: PaperLookup;
  readonly fetch: SafeFetch;
  /** The addresses that the web was asked for, without their scheme. */
  readonly asked: readonly string[];
  /** How often arXiv was asked. */
  readonly arxivAsked: () => number;
};

export async function lookupWorld({
  papers,
  arxivPapers = [],
  pages = {},
  longestWaitMs,
}: {
  readonly papers: Pick<PaperReader, 'find'>;
  readonly arxivPapers?: readonly ArxivPaper[];
  readonly pages?: WebPages;
  readonly longestWaitMs?: number;
}): Promise<LookupWorld> {
  const asked: string[] = [];
  const web = await publicWeb((request, response) => {
    const address = `${request.headers.host?.replace(/:\d+$/, '')}${request.url}`;
    asked.push(address);
    const answer = pages[address];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  const fetch: SafeFetch = {
    async get(address, options) {
      const there = address.replace(/^https:\/\/([\w.-]+)(?=\/|$)/, (_, host: string) =>
        web.at(host, ''),
      );
      const answer = await web.fetch.get(there, options);
      return { ...answer, url: new URL(`https://${answer.url.hostname}${answer.url.pathname}`) };
    },
  };
  const arxivServer = await startArxivServer({ papers: arxivPapers });
  onTestFinished(() => arxivServer[Symbol.asyncDispose]());
  return {
    asked,
    fetch,
    arxivAsked: () => arxivServer.requests.length,
    lookup: createPaperLookup({
      papers,
      arxiv: await arxivClient(arxivServer.rssUrl, arxivServer.apiUrl),
      doi: createDoiClient({ fetch, resolverUrl: 'https://doi.org' }),
      fetch,
      ...(longestWaitMs !== undefined && { longestWaitMs }),
    }),
  };
}

/** A page with these tags. */
export const tagged =
  (tags: Parameters<typeof pageWith>[0]): RequestListener =>
  (_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(pageWith(tags));
  };

/** What a registry of DOIs says. */
export const registered =
  (item: object): RequestListener =>
  (request, response) => {
    if (!request.headers.accept?.includes('citationstyles')) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', 'application/vnd.citationstyles.csl+json');
    response.end(JSON.stringify(item));
  };

async function arxivClient(rssUrl: string, apiUrl: string) {
  const folder = await temporaryFolder();
  const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'turns.db') });
  onTestFinished(() => database[Symbol.asyncDispose]());
  const now = () => new Date();
  const turns = createTurnStore(database, {
    now,
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
  });
  const http = createHttpClient({
    fetch,
    turns,
    userAgent: 'Broadsheet/test',
    now,
    limits: { firstRetryMs: 1 },
  });
  return createArxivClient({ http, rssUrl, apiUrl, pauseMs: 1 });
}
