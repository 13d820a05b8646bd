/**
 * Gathering from arXiv: today's announcement from the feed, which is quick and complete; then
 * what it lacks, from the query API, which is neither; then, where asked for, the days before.
 * Whatever is promised and does not come is named as a problem.
 */

import { BroadsheetError } from '../../errors.js';
import { addDays, type Day, dayAt } from '../../papers/dates.js';
import { monthPeriod } from '../../papers/edition.js';
import { identifierValue, schemeOf } from '../../papers/identifiers.js';
import type { PaperRecord } from '../../papers/paper.js';
import type { Parsed, Problem } from '../../papers/record.js';
import type { ValidatorBook } from '../gather.js';
import {
  type Announcement,
  type ArxivClient,
  IDS_PER_REQUEST,
  type SubmissionSpan,
} from './arxiv-client.js';
import type { AtomAnswer } from './atom-api.js';
import type { RssFeed } from './rss-feed.js';

/** arXiv cuts its feeds here: one that is so long may lack papers. */
const LONGEST_FEED = 2_000;

/** arXiv's query API shows no result beyond this one. */
const MOST_RESULTS = 30_000;

/** The API is known for empty pages, some denying any result, that are full when asked again. */
const MOST_REASKS = 3;

/** Stored in one transaction each. */
const BATCH_SIZE = 500;

export type GatherArxivOptions = {
  /** `cs.AI`, `stat.ML` and so on; at least one. */
  readonly categories: readonly string[];
  /** The first day of submission, in UTC, from which on papers are completed. */
  readonly since?: Day | undefined;
  readonly now: () => Date;
  readonly validators?: ValidatorBook | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What the announcement said of each paper, by its arXiv number. */
type Announced = Map<string, PaperRecord>;

/**
 * Batches to be stored as they come. A paper of the announcement comes at once, and again with
 * its details.
 *
 * @throws BroadsheetError `source_failed` when nothing at all can be had, `bad_request` when
 *   `since` has not begun yet
 * @throws the signal's reason when it aborts
 */
export async function* gatherArxiv(
  client: ArxivClient,
  options: GatherArxivOptions,
): AsyncGenerator<Parsed> {
  const { since, signal } = options;
  const today = dayAt(options.now(), 'UTC');
  if (since && since > today) {
    throw new BroadsheetError('bad_request', `${since} lies in the future; today is ${today}.`);
  }

  const announced: Announced = new Map();
  const feedFailure = yield* announcement(client, options, announced);
  if (feedFailure) {
    if (!since) throw feedFailure;
    yield problem('arXiv feed', feedFailure.message);
  }

  const detailsFailure = yield* details(client, announced, signal);
  if (!since) return;
  const span = { from: since, to: today };
  if (detailsFailure) {
    yield problem(
      `arXiv API, ${shownSpan(span)}`,
      `The papers submitted in these days were not asked for, since the details failed: ${detailsFailure.message}`,
    );
    return;
  }
  const spanFailure = yield* submitted(client, options, span);
  if (feedFailure && spanFailure === 'nothing came') throw feedFailure;
}

/** Everything that the feeds hold; returns why, when they cannot be read at all. */
async function* announcement(
  client: ArxivClient,
  options: GatherArxivOptions,
  announced: Announced,
): AsyncGenerator<Parsed, BroadsheetError | undefined> {
  const { categories } = options;
  let feed: RssFeed | undefined;
  try {
    feed = await readFeed(client, categories, options);
  } catch (error) {
    return sourceFailure(error);
  }
  if (!feed) return undefined;
  yield* fromFeed(feed, categories, announced);
  if (feed.items < LONGEST_FEED) return undefined;

  if (categories.length === 1) {
    yield tooLong(categories);
    return undefined;
  }
  for (const category of categories) {
    try {
      const part = await readFeed(client, [category], options);
      if (!part) continue;
      yield* fromFeed(part, [category], announced);
      if (part.items >= LONGEST_FEED) yield tooLong([category]);
    } catch (error) {
      yield problem(
        feedName([category]),
        `Its own feed cannot be read, and the common one is too long to be complete: ${sourceFailure(error).message}`,
      );
    }
  }
  return undefined;
}

/** The feed, asked again once when it was cut off; `undefined` when it has not changed. */
async function readFeed(
  client: ArxivClient,
  categories: readonly string[],
  { validators, signal }: GatherArxivOptions,
): Promise<RssFeed | undefined> {
  const url = client.announcementUrl(categories);
  const known = (await validators?.of(url)) ?? {};
  let answer = await client.announcement(categories, { validators: known, signal });
  if (answer.status === 'unchanged') return undefined;
  if (!answer.feed.isComplete) answer = await longerOf(answer, client, categories, signal);
  validators?.learn(url, answer.validators);
  return answer.feed;
}

type Read = Exclude<Announcement, { readonly status: 'unchanged' }>;

async function longerOf(
  first: Read,
  client: ArxivClient,
  categories: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Read> {
  try {
    const second = await client.announcement(categories, { signal });
    if (second.status === 'unchanged') return first;
    return second.feed.isComplete || second.feed.items > first.feed.items ? second : first;
  } catch (error) {
    sourceFailure(error);
    return first;
  }
}

/** The papers of a feed that no feed before it had, each with its latest version. */
function* fromFeed(
  feed: RssFeed,
  categories: readonly string[],
  announced: Announced,
): Generator<Parsed> {
  const fresh = new Map<string, PaperRecord>();
  for (const paper of feed.papers) {
    const id = arxivIdOf(paper);
    const known = announced.get(id);
    if (known && (known.version ?? 0) >= (paper.version ?? 0)) continue;
    announced.set(id, paper);
    fresh.set(id, paper);
  }
  const problems: Problem[] = [...feed.problems];
  if (!feed.isComplete) {
    problems.push({
      where: feedName(categories),
      reason: `The feed breaks off after ${feed.items} items, also when asked again; what follows is missing.`,
    });
  }
  yield* inBatches([...fresh.values()].map(withoutUpdate), problems);
}

/**
 * The details of all announced papers, a hundred at a time; returns the failure after which the
 * rest was not asked for.
 */
async function* details(
  client: ArxivClient,
  announced: Announced,
  signal: AbortSignal | undefined,
): AsyncGenerator<Parsed, BroadsheetError | undefined> {
  const ids = [...announced.keys()];
  for (let at = 0; at < ids.length; at += IDS_PER_REQUEST) {
    let missing = ids.slice(at, at + IDS_PER_REQUEST);
    let unreadable = 0;
    try {
      for (let asked = 0; missing.length > 0 && asked <= MOST_REASKS; asked += 1) {
        const answer = await client.papersById(missing, signal);
        yield answer;
        const received = new Set(answer.papers.map(arxivIdOf));
        missing = missing.filter((id) => !received.has(id));
        unreadable = answer.entries - answer.papers.length;
        if (answer.entries > 0 && answer.isComplete) break;
      }
    } catch (error) {
      const failure = sourceFailure(error);
      const lacking = [...missing, ...ids.slice(at + IDS_PER_REQUEST)];
      const reason = `${lacking.length} papers lack their details: ${failure.message}`;
      yield* inBatches(recordsOf(lacking, announced), [{ where: 'arXiv API', reason }]);
      return failure;
    }
    // Entries that came and cannot be read have been named already, as a problem that lasts.
    const absent = missing.length > unreadable ? missing : [];
    yield {
      papers: recordsOf(missing, announced),
      problems: absent.map((id) => ({
        where: `arXiv API, ${id}`,
        reason: 'The feed announces this paper, and the API does not give its details.',
      })),
    };
  }
  return undefined;
}

/** Where a question over several pages stands, so that a failure can say what is missing. */
type Progress = { span: SubmissionSpan; received: number; total: number };

/** The papers submitted in a span of days. */
async function* submitted(
  client: ArxivClient,
  options: GatherArxivOptions,
  span: SubmissionSpan,
): AsyncGenerator<Parsed, 'nothing came' | undefined> {
  const progress: Progress = { span, received: 0, total: 0 };
  let hasReceived = false;
  try {
    for await (const batch of pagesOf(client, options, span, progress)) {
      hasReceived ||= batch.papers.length > 0;
      yield batch;
    }
    return undefined;
  } catch (error) {
    const { message } = sourceFailure(error);
    const rest = { from: progress.span.from, to: span.to };
    const missing = progress.total - progress.received;
    const count = missing > 0 ? `At least ${missing} papers` : 'The papers';
    yield problem(
      `arXiv API, ${shownSpan(rest)}`,
      `${count} of these days are missing: ${message}`,
    );
    return hasReceived ? undefined : 'nothing came';
  }
}

/**
 * The pages of a span, in parts where it holds too many papers; returns how many papers came or
 * have been named as missing.
 */
async function* pagesOf(
  client: ArxivClient,
  options: GatherArxivOptions,
  span: SubmissionSpan,
  progress: Progress,
): AsyncGenerator<Parsed, number> {
  const ask = (start: number) =>
    client.papersSubmitted({ categories: options.categories, span, start }, options.signal);

  Object.assign(progress, { span, received: 0, total: 0 });
  let page = await ask(0);
  for (let reasks = 0; isDenial(page) && reasks < MOST_REASKS; reasks += 1) page = await ask(0);

  const parts = page.totalResults > MOST_RESULTS ? splitSpan(span) : [];
  if (parts.length > 0) {
    let accountedFor = 0;
    for (const part of parts) accountedFor += yield* pagesOf(client, options, part, progress);
    const missing = page.totalResults - accountedFor;
    if (missing > 0) {
      yield problem(
        `arXiv API, ${shownSpan(span)}`,
        `${missing} of ${page.totalResults} papers did not come when asked for in parts.`,
      );
    }
    return Math.max(accountedFor, page.totalResults);
  }

  const received = new Set<string>();
  let unreadable = 0;
  let start = 0;
  let emptyInARow = 0;
  for (;;) {
    for (const paper of page.papers) received.add(arxivIdOf(paper));
    unreadable += page.entries - page.papers.length;
    start += page.entries;
    // An empty page may deny that there is anything; what was promised once is not forgotten.
    progress.total = Math.max(progress.total, page.totalResults);
    progress.received = received.size + unreadable;
    yield page;

    if (start >= Math.min(progress.total, MOST_RESULTS)) break;
    emptyInARow = page.entries === 0 ? emptyInARow + 1 : 0;
    if (emptyInARow > MOST_REASKS) break;
    page = await ask(start);
  }
  const missing = progress.total - progress.received;
  if (missing > 0) {
    yield problem(
      `arXiv API, ${shownSpan(span)}`,
      `${missing} of ${progress.total} papers did not come, also when asked again.`,
    );
  }
  return Math.max(progress.received, progress.total);
}

/** Whether the page says that there is nothing at all. */
function isDenial({ entries, totalResults }: AtomAnswer): boolean {
  return entries === 0 && totalResults === 0;
}

/** The months of a span, or the days of a month; nothing for a day. */
function splitSpan({ from, to }: SubmissionSpan): SubmissionSpan[] {
  const parts: SubmissionSpan[] = [];
  const isOneMonth = from.slice(0, 7) === to.slice(0, 7);
  if (from === to) return parts;
  for (let start = from; start <= to; ) {
    const next = isOneMonth ? addDays(start, 1) : monthPeriod(start).until;
    const last = addDays(next, -1);
    parts.push({ from: start, to: last < to ? last : to });
    start = next;
  }
  return parts;
}

/**
 * The feed dates a new version by its announcement, the API by its submission. The API's date
 * is kept; the feed's stands in only for papers whose details do not come.
 */
function withoutUpdate(paper: PaperRecord): PaperRecord {
  const { updatedOn, ...rest } = paper;
  return rest;
}

function recordsOf(ids: readonly string[], announced: Announced): PaperRecord[] {
  return ids.flatMap((id) => announced.get(id) ?? []).filter(({ updatedOn }) => updatedOn);
}

function* inBatches(
  papers: readonly PaperRecord[],
  problems: readonly Problem[],
): Generator<Parsed> {
  for (let at = 0; at < papers.length; at += BATCH_SIZE) {
    yield { papers: papers.slice(at, at + BATCH_SIZE), problems: [] };
  }
  if (problems.length > 0) yield { papers: [], problems };
}

function arxivIdOf({ identifiers }: PaperRecord): string {
  const identifier = identifiers.find((name) => schemeOf(name) === 'arxiv') ?? identifiers[0];
  return identifier ? identifierValue(identifier) : '';
}

/** Failures of the source are ours to work around; anything else ends the run. */
function sourceFailure(error: unknown): BroadsheetError {
  if (error instanceof BroadsheetError && error.code === 'source_failed') return error;
  throw error;
}

function problem(where: string, reason: string): Parsed {
  return { papers: [], problems: [{ where, reason }] };
}

function tooLong(categories: readonly string[]): Parsed {
  return problem(
    feedName(categories),
    `The feed has ${LONGEST_FEED} items, the most that arXiv gives; papers beyond them are missing.`,
  );
}

function feedName(categories: readonly string[]): string {
  return `arXiv feed of ${categories.join(', ')}`;
}

function shownSpan({ from, to }: SubmissionSpan): string {
  return from === to ? from : `${from} to ${to}`;
}
