/**
 * The interface for programs as the composition root puts it together: real stores in a real
 * file, with an arXiv and a web of our own where a test submits papers.
 */

import { Hono } from 'hono';
import type { Account, AccountId } from '../../src/accounts/account.js';
import { SCOPES, type Scope } from '../../src/accounts/api-token-store.js';
import { apiV1 } from '../../src/api/api.js';
import { createPeople, type People } from '../../src/app-people.js';
import { readConfig } from '../../src/config.js';
import type { PaperRecord } from '../../src/papers/paper.js';
import type { PaperLookup } from '../../src/sources/lookup/paper-lookup-client.js';
import { addAccount } from '../support/accounts.js';
import type { ArxivPaper } from '../support/arxiv-server.js';
import { NOON, openCatalogue, record } from '../support/catalogue.js';
import { lookupWorld } from '../support/paper-lookup.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** What an answer holds; tests look at whichever fields they are about. */
// biome-ignore lint/suspicious/noExplicitAny: any shape is what is tested.
export type Json = any;

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Json;
  /** The code of a refusal. */
  readonly code: string | undefined;
};

type Sent = {
  readonly token?: string | undefined;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
};

export const PAPERS: readonly PaperRecord[] = [
  record({
    title: 'On norms',
    names: ['2611.00001'],
    authors: ['Ada Lovelace', 'Ana Ruiz'],
    categories: ['math.NA', 'cs.LG'],
    published: '2026-11-20',
  }),
  record({
    title: 'On older norms',
    names: ['cs/9809007'],
    categories: ['cs.LG'],
    published: '1998-09-04',
  }),
  record({
    title: 'On registered norms',
    names: ['doi:10.1145/3292500'],
    published: '2026-11-20',
  }),
  record({ title: 'On a norm called vote', names: ['local:norms/vote'], published: '2026-11' }),
];

export type ApiSite = Awaited<ReturnType<typeof openApiSite>>;

export async function openApiSite({
  arxivPapers,
  settings = {},
  counted = [],
}: {
  readonly arxivPapers?: readonly ArxivPaper[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Filled with what the limits are asked to count. */
  readonly counted?: string[];
} = {}) {
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms++);
  const { database, papers } = await openCatalogue(now);
  await papers.add(PAPERS);
  const logged: string[] = [];
  const people: People = createPeople({
    config: await readConfig({ data: await temporaryFolder(), ...settings }, {}, '/nowhere'),
    database,
    papers,
    lookup: arxivPapers ? (await lookupWorld({ papers, arxivPapers })).lookup : KNOWING_NOTHING,
    mailer: { delivers: false, send: async () => {} },
    secret: 'a secret of tests, and only of tests',
    fetch: () => Promise.reject(new RangeError('nobody is asked here')),
    now,
    listensAt: () => undefined,
    onFailure: (what) => logged.push(what),
  });
  const api = apiV1({
    ...people,
    papers,
    limit: async (c, accountId) => {
      counted.push(`${c.req.method} ${accountId ?? 'a network'}`);
    },
    networkOf: () => 'a network',
    log: { error: (details, message) => logged.push(`${message} ${JSON.stringify(details)}`) },
  });
  // Among neighbours, as it is mounted: what answers must not depend on them.
  const app = new Hono()
    .route('/api/v1', api)
    .get('/papers/:name{.+}', (c) => c.text('a page'))
    .get('/papers/submit', (c) => c.text('another page'))
    .all('*', (c) => c.text('no such page', 404));

  const call = async (method: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const { token, body, headers } = sent;
    const response = await app.request(`http://localhost/api/v1${path}`, {
      method,
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text && JSON.parse(text);
    return { status: response.status, headers: response.headers, json, code: json?.error?.code };
  };

  const tokenFor = async (
    { id }: { readonly id: AccountId },
    scopes: readonly Scope[] = SCOPES,
  ): Promise<string> => (await people.apiTokens.make(id, { label: 'a test', scopes })).secret;

  return {
    app,
    api,
    database,
    papers,
    people,
    clock,
    logged,
    call,
    tokenFor,
    /** Somebody with a token for everything. */
    person: async (name: string, given: Partial<Account> = {}) => {
      const account = await addAccount(database, { name, ...given });
      return { account, token: await tokenFor(account) };
    },
  };
}

const KNOWING_NOTHING: PaperLookup = {
  known: async () => undefined,
  lookUp: () => Promise.reject(new RangeError('this test submits nothing')),
};
