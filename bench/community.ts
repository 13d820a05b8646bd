/**
 * `npm run bench -- community`: what the pages of a busy site take, how many votes it records in a
 * second, and how long anything keeps others from the event loop. On SQLite, within one process,
 * as a stranger asks; the pages' papers like one come from search, which has figures of its own.
 */

import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { pino } from 'pino';
import { createDigest, digestPages } from '../src/app-digest.js';
import { createPeople, type People } from '../src/app-people.js';
import { readConfig } from '../src/config.js';
import { type Database, openDatabase } from '../src/database/database.js';
import { embedderOf } from '../src/embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../src/embedding/model-source-client.js';
import { createLogMailer } from '../src/mail/log-mailer.js';
import type { PaperStore } from '../src/papers/catalogue.js';
import { dayPeriod, monthPeriod } from '../src/papers/edition.js';
import type { PaperId } from '../src/papers/identifiers.js';
import { createPaperStore } from '../src/papers/paper-store.js';
import { createPlainEngine } from '../src/search/plain-engine.js';
import { createGatherStore } from '../src/sources/gather-store.js';
import { readPrior } from '../src/trending/prior/prior-file-client.js';
import { keepPriors } from '../src/trending/priors.js';
import { pages } from '../src/web/pages.js';
import { type Held, whileHeld } from './community/event-loop.js';
import {
  addPapers,
  addVoters,
  castVotes,
  discuss,
  NOON_MS,
  PAPERS_A_DAY,
  TODAY,
} from './community/made-up-community.js';
import { missingCorpus } from './corpus.js';
import { timesOf } from './statistics.js';
import { table } from './tables.js';

export type CommunityOptions = {
  readonly papers: number;
  /** Where the database of an earlier run lies, or is to be kept. */
  readonly database?: string;
};

const ACCOUNTS = 5_000;
const VOTES = 20_000;
const COMMENTS = 500;
const DAYS_VOTED = 30;

const ROUNDS = 60;
const WARM_UP = 15;

/** What is due to the work itself is there in every run; what is due to other programs is not. */
const RUNS = 20;

type Site = {
  readonly database: Database;
  readonly papers: PaperStore;
  readonly people: People;
  readonly app: Hono;
  readonly setClock: (nowMs: number) => void;
};

/** What the figures say, as tables of Markdown. */
export async function benchCommunity({
  papers,
  database: kept,
}: CommunityOptions): Promise<string> {
  const missing = missingCorpus();
  if (missing) return `Skipped: ${missing}`;
  const folder = await mkdtemp(join(tmpdir(), 'broadsheet-bench-'));
  const path = join(folder, 'broadsheet.db');
  try {
    const parts: string[] = [];
    if (kept !== undefined && existsSync(kept)) await copyFile(kept, path);
    else {
      await using site = await openSite(folder, path);
      parts.push(await fill(site, papers));
    }
    if (kept !== undefined && !existsSync(kept)) await copyFile(path, kept);
    await using site = await openSite(folder, path);
    parts.push(await measurePages(site), await measureWork(site));
    return parts.join('\n\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openSite(folder: string, path: string): Promise<Site & AsyncDisposable> {
  let nowMs = NOON_MS;
  const now = () => new Date(nowMs);
  const database = await openDatabase({ kind: 'sqlite', path });
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  const config = await readConfig({ data: folder, timeZone: 'UTC' }, {});
  const mailer = createLogMailer(() => {});
  const search = createPlainEngine();
  const listensAt = () => 'http://localhost:3000';
  const people = createPeople({
    config,
    database,
    papers,
    lookup: {
      known: async () => undefined,
      lookUp: () => Promise.reject(new RangeError('nothing is looked up here')),
    },
    mailer,
    secret: 'of benchmarks, with 32 letters and more',
    fetch: () => Promise.reject(new RangeError('nothing is fetched here')),
    now,
    listensAt,
    onFailure: (what, error) => say(`${what}: ${String(error)}`),
  });
  const digest = await createDigest({
    config,
    world: {
      fetch: () => Promise.reject(new RangeError('nothing is fetched here')),
      now,
      random: Math.random,
      sleep: () => Promise.reject(new RangeError('nothing is waited for here')),
      log: pino({ level: 'silent' }),
    },
    database,
    papers,
    people,
    search: {
      patientEngine: search,
      builtInEmbedder: () => Promise.reject(new RangeError('no model is read here')),
    },
    mailer,
    listensAt,
  });
  const app = pages({
    ...people,
    papers,
    search,
    digest: digestPages(digest, config),
    gatherings: createGatherStore(database),
    readiness: async () => ({ index: true, database: true }),
    site: {
      title: 'Broadsheet',
      tagline: 'New papers',
      baseUrl: undefined,
      timeZone: 'UTC',
      categories: [],
      contact: undefined,
      gathers: false,
    },
    now,
    standings: people.trending,
    reports: people.moderation.reports,
    deletion: people.deletions,
    mailDelivers: false,
    registration: 'open',
    trustedProxies: 0,
    scripts: {
      votes: { path: '/assets/votes.js', text: '' },
      passkeys: { path: '/assets/passkeys.js', text: '' },
    },
    styleSheet: '',
    log: { error: (details, message) => say(`${message} ${JSON.stringify(details)}`) },
  });
  return {
    database,
    papers,
    people,
    app,
    setClock: (givenMs) => {
      nowMs = givenMs;
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

async function fill(site: Site, count: number): Promise<string> {
  const { database, papers, people, setClock } = site;
  say('Adding papers …');
  await addPapers(papers, count);
  say('Judging them …');
  const judged = await judgeAll(site);
  say('Voting …');
  const voters = await addVoters(database, ACCOUNTS);
  const ids = await papersOfMonth(people);
  const rates = await castVotes(people, voters, ids, VOTES, setClock);
  say('Discussing …');
  await discuss(people, voters, ids[0] as PaperId, COMMENTS);
  await people.trending.refreshFields();
  return table([
    ['filling', ''],
    [
      'priors of all papers',
      `${(judged.tookMs / 1_000).toFixed(0)} s, longest delay of others ${judged.longestDelayMs.toFixed(1)} ms`,
    ],
    ['votes, one by one', `${rates.oneByOne.toFixed(0)}/s`],
    ['votes, fifty at once', `${rates.fiftyAtOnce.toFixed(0)}/s`],
  ]);
}

async function judgeAll({ papers, people }: Site): Promise<Held> {
  const prior = await readPrior();
  const embedder = embedderOf(await openModelSource(BUILT_IN));
  return whileHeld(async () => {
    await using keeper = keepPriors({
      papers,
      store: people.trending,
      prior,
      embed: (text) => embedder.embed(text),
      settings: people.trending.constants().prior,
      pollMs: 1_000_000,
      onError: (error) => {
        throw error;
      },
    });
    await keeper.refresh();
  });
}

/** The newest first. */
async function papersOfMonth({ editions }: People): Promise<PaperId[]> {
  const slice = { offset: 0, limit: DAYS_VOTED * PAPERS_A_DAY };
  const { entries } = await editions.list(monthPeriod(TODAY), slice);
  return entries.map(({ id }) => id);
}

async function measurePages({ app, people }: Site): Promise<string> {
  const { ids } = await people.trending.trendingIds({ offset: 0, limit: 2 });
  const discussed = await discussedPaper(people);
  const addresses: readonly (readonly [string, string])[] = [
    [`front page: a day of ${PAPERS_A_DAY} papers`, '/'],
    ['the day before', `/date/${dayBefore()}`],
    ['its last page', `/date/${dayBefore()}?page=10`],
    ['a week', '/week/2026-W48'],
    ['a month of 15,000 papers', '/month/2026-11'],
    ['its page 150', '/month/2026-11?page=150'],
    ['trending', '/trending'],
    ['its page 10', '/trending?page=10'],
    ['trending in a quiet field', '/trending?category=math.CT'],
    ['why the first is trending', `/trending/why/${ids[0]}`],
    ['a paper', `/papers/${ids.find((id) => id !== discussed)}`],
    [`a paper with ${COMMENTS} comments`, `/papers/${discussed}`],
  ];
  const rows: string[][] = [];
  for (const [name, address] of addresses) {
    const times: number[] = [];
    const workTimes: number[] = [];
    let bytes = 0;
    for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
      const startedAtMs = performance.now();
      const before = process.cpuUsage();
      const answer = await app.request(address);
      const text = await answer.text();
      const { user, system } = process.cpuUsage(before);
      if (round >= WARM_UP) {
        times.push(performance.now() - startedAtMs);
        workTimes.push((user + system) / 1_000);
      }
      if (answer.status !== 200) throw new RangeError(`${address} answers ${answer.status}`);
      bytes = text.length;
    }
    const { p50Ms, p95Ms = 0 } = timesOf(times);
    rows.push([
      name,
      ...[p50Ms, p95Ms, timesOf(workTimes).p50Ms].map((ms) => ms.toFixed(1)),
      `${Math.round(bytes / 1_000)} kB`,
    ]);
  }
  return table([['page', 'p50, ms', 'p95, ms', 'worked, ms', 'HTML'], ...rows]);
}

function dayBefore(): string {
  const { from } = dayPeriod(TODAY);
  return new Date(Date.parse(from) - 86_400_000).toISOString().slice(0, 10);
}

async function discussedPaper({ editions, trending }: People): Promise<PaperId> {
  const slice = { offset: 0, limit: DAYS_VOTED * PAPERS_A_DAY };
  const { entries } = await editions.list(monthPeriod(TODAY), slice);
  const standings = await trending.standings(entries.map(({ id }) => id));
  const most = [...standings].reduce((a, b) => (b[1].comments > a[1].comments ? b : a));
  return most[0];
}

async function measureWork({ people }: Site): Promise<string> {
  const works: readonly (readonly [string, () => Promise<unknown>])[] = [
    [`signals of ${VOTES.toLocaleString('en')} votes`, () => people.moderation.signals()],
    ['fields measured', () => people.trending.refreshFields()],
  ];
  const rows: string[][] = [];
  for (const [name, work] of works) {
    const runs: Held[] = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await whileHeld(work));
    const delays = timesOf(runs.map(({ longestDelayMs }) => longestDelayMs));
    const leastMs = Math.min(...runs.map(({ longestDelayMs }) => longestDelayMs));
    const took = timesOf(runs.map(({ tookMs }) => tookMs));
    rows.push([name, took.p50Ms.toFixed(0), leastMs.toFixed(1), delays.p50Ms.toFixed(1)]);
  }
  return table([['work', 'ms', 'longest delay, least of 20', 'median of 20'], ...rows]);
}

/** Progress goes beside the results. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
