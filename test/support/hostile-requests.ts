/**
 * One good request for every route of the pages, found by walking the route table: a route that
 * stands in none of these lists fails the tests, so that none can be forgotten.
 */

import { type Kysely, sql } from 'kysely';
import type { Account } from '../../src/accounts/account.js';
import type { Database } from '../../src/database/database.js';
import { HOOK } from './digest-web.js';
import { type HostileSite, type Things, TODAY } from './hostile-site.js';
import { ORIGIN } from './people-site.js';

export { ORIGIN };

export type Route = { readonly method: 'GET' | 'POST'; readonly pattern: string };

/** What a request can carry. */
export type Body = NonNullable<RequestInit['body']>;

type Fields = Readonly<Record<string, string>>;

/** How a route is asked rightly. */
export type GoodRequest = {
  readonly path: string;
  readonly fields: Fields;
  /** Whether the fields are sent as JSON. */
  readonly isJson: boolean;
};

/** What stands for the parameters of an address: of Ana's things, where they are somebody's. */
const PATHS: Readonly<Record<string, (things: Things, site: HostileSite) => string>> = {
  '/date/:key': () => `/date/${TODAY}`,
  '/week/:key': () => '/week/2026-W47',
  '/month/:key': () => '/month/2026-11',
  '/papers/date/:key': () => `/papers/date/${TODAY}`,
  '/papers/week/:key': () => '/papers/week/2026-W47',
  '/papers/month/:key': () => '/papers/month/2026-11',
  '/papers/:name{.+}': ({ paper }) => `/papers/${paper}`,
  '/comments/:id': ({ answer }) => `/comments/${answer}`,
  '/comments/:id/reply': ({ answer }) => `/comments/${answer}/reply?quote=1`,
  '/comments/:id/edit': ({ comment }) => `/comments/${comment}/edit`,
  '/comments/:id/delete': ({ comment }) => `/comments/${comment}/delete`,
  '/discussions/:paper{.+}': ({ paper }) => `/discussions/${paper}`,
  '/collections/:id': ({ collection }) => `/collections/${collection}`,
  '/collections/:id/edit': ({ collection }) => `/collections/${collection}/edit`,
  '/collections/:id/delete': ({ collection }) => `/collections/${collection}/delete`,
  '/collections/:id/papers': ({ collection }) => `/collections/${collection}/papers`,
  '/collections/:id/papers/remove': ({ collection }) => `/collections/${collection}/papers/remove`,
  '/collections/:id/papers/note': ({ collection }) => `/collections/${collection}/papers/note`,
  '/collections/:id/papers/move': ({ collection }) => `/collections/${collection}/papers/move`,
  '/report/:kind/:id{.+}': ({ answer }) => `/report/comment/${answer}`,
  '/notifications/feed/:file': ({ feedKey }) => `/notifications/feed/${feedKey}.xml`,
  '/notifications/mail/off/:key': ({ mailKey }) => `/notifications/mail/off/${mailKey}`,
  '/notifications/:id': ({ notification }) => `/notifications/${notification}`,
  '/sign-in/link/:token': ({ signInToken }) => `/sign-in/link/${signInToken}`,
  '/sign-in/first/:token': ({ signInToken }) => `/sign-in/first/${signInToken}`,
  '/sign-in/with/:provider': () => '/sign-in/with/orcid',
  '/sign-in/with/:provider/callback': () => '/sign-in/with/orcid/callback?state=x&code=y',
  '/settings/email/:token': ({ emailToken }) => `/settings/email/${emailToken}`,
  '/admin/comments/:id/status': ({ answer }) => `/admin/comments/${answer}/status`,
  '/admin/accounts/:id/trust': (_, { bob }) => `/admin/accounts/${bob.id}/trust`,
  '/admin/accounts/:id/ban': (_, { bob }) => `/admin/accounts/${bob.id}/ban`,
  '/admin/accounts/:id/unban': (_, { bob }) => `/admin/accounts/${bob.id}/unban`,
  '/admin/accounts/:id/role': (_, { bob }) => `/admin/accounts/${bob.id}/role`,
  '/admin/collections/:id/hidden': ({ publicCollection }) =>
    `/admin/collections/${publicCollection}/hidden`,
  '/admin/claims/:id': ({ claim }) => `/admin/claims/${claim}`,
  '/subscribe/confirm/:token': ({ digestToken }) => `/subscribe/confirm/${digestToken}`,
  '/subscription/:key': ({ linkKey }) => `/subscription/${linkKey}`,
  '/subscription/:key/feed': ({ linkKey }) => `/subscription/${linkKey}/feed`,
  '/subscription/:key/forget': ({ linkKey }) => `/subscription/${linkKey}/forget`,
  '/subscription/:key/return': ({ linkKey }) => `/subscription/${linkKey}/return`,
  '/subscription/feed/:file': ({ digestFeedKey }) => `/subscription/feed/${digestFeedKey}.xml`,
  '/unsubscribe/:key': ({ linkKey }) => `/unsubscribe/${linkKey}`,
  '/mail/hooks/:id': () => `/mail/hooks/${HOOK.id}`,
  '/admin/digest/letters/:edition/:subscriber': ({ subscriber }) =>
    `/admin/digest/letters/${TODAY}/${subscriber}`,
  '/:handle{@[^/]+}': () => '/@ana',
  '/trending/why/:name{.+}': ({ paper }) => `/trending/why/${paper}`,
};

const REASON = { reason: 'It was off-topic.' };

/** What the forms of our pages hold. */
const FORMS: Readonly<Record<string, (things: Things, site: HostileSite) => Fields>> = {
  '/votes': ({ paper }) => ({ paper, back: '/' }),
  '/votes/undo': ({ paper }) => ({ paper, back: '/' }),
  '/comments': ({ paper, answer }) => ({ paper, parent: answer, text: 'And another thing.' }),
  '/comments/preview': ({ paper, comment }) => ({ paper, comment, text: 'And $x^2$.' }),
  '/comments/:id/edit': () => ({ text: 'A very fine paper.' }),
  '/comments/:id/delete': () => ({}),
  '/submit': ({ newArxivId }) => ({ paper: newArxivId }),
  '/submit/confirm': ({ submissionToken }) => ({ token: submissionToken, note: 'Read it.' }),
  '/picks': ({ otherPaper: paper }) => ({
    day: TODAY,
    paper,
    note: 'Read it.',
    position: '1',
    back: '/',
  }),
  '/picks/move': ({ paper }) => ({ day: TODAY, paper, to: 'up', back: '/' }),
  '/picks/note': ({ paper }) => ({ day: TODAY, paper, note: 'Read it soon.', back: '/' }),
  '/picks/remove': ({ otherPaper: paper }) => ({ day: TODAY, paper, back: '/' }),
  '/collections': ({ paper }) => ({
    title: 'More to read',
    description: 'For the spring.',
    visibility: 'public',
    paper,
  }),
  '/collections/:id': () => ({ title: 'Read', description: 'Done.', visibility: 'link' }),
  '/collections/:id/delete': () => ({}),
  '/collections/:id/papers': ({ paper }) => ({ paper, back: '/' }),
  '/collections/:id/papers/remove': ({ paper }) => ({ paper, back: '/' }),
  '/collections/:id/papers/note': ({ paper }) => ({ paper, note: 'Read section 4.', back: '/' }),
  '/collections/:id/papers/move': ({ paper }) => ({ paper, to: 'first', back: '/' }),
  '/follows': () => ({ kind: 'author', value: 'Ben Ode', back: '/' }),
  '/follows/remove': () => ({ kind: 'search', value: 'norms', back: '/' }),
  '/dismissals': ({ paper }) => ({ paper, back: '/' }),
  '/dismissals/undo': ({ paper }) => ({ paper, back: '/' }),
  '/claims': ({ paper, author }) => ({ paper, author, statement: 'It is mine.', back: '/' }),
  '/claims/withdraw': ({ paper }) => ({ paper, back: '/' }),
  '/claims/prove': () => ({}),
  '/reports': ({ answer }) => ({ kind: 'comment', id: answer, reason: 'spam', words: 'Look.' }),
  '/notifications/read': () => ({ until: '1795176000000' }),
  '/notifications/feed/renew': () => ({}),
  '/notifications/mail/off/:key': () => ({ 'List-Unsubscribe': 'One-Click' }),
  '/subscribe': () => ({ email: 'reader@example.org' }),
  '/subscribe/confirm/:token': () => ({}),
  '/subscription/:key': () => ({
    cadence: 'weekly',
    weekday: '5',
    hour: '7',
    timeZone: 'Europe/Berlin',
    channel: 'mail',
    boxes: '1',
    trending: '1',
    interests: '1',
    searches: 'norms',
    papers: '5',
    dateLanguage: 'de',
  }),
  '/subscription/:key/feed': () => ({}),
  '/subscription/:key/forget': () => ({}),
  '/subscription/:key/return': () => ({}),
  '/unsubscribe/:key': () => ({ 'List-Unsubscribe': 'One-Click' }),
  '/mail/hooks/:id': () => ({ type: 'email.bounced' }),
  '/sign-in': () => ({ email: 'ana@example.org', back: '/trending' }),
  '/sign-in/code': () => ({ code: '123456', email: 'ana@example.org' }),
  '/sign-in/link/:token': () => ({}),
  '/sign-in/first/:token': () => ({ name: 'first', email: 'first@example.org' }),
  '/sign-out': () => ({}),
  '/passkeys/register/options': () => ({}),
  '/passkeys/register': () => ({ answer: 'x', label: 'a key' }),
  '/passkeys/sign-in/options': () => ({}),
  '/passkeys/sign-in': () => ({ answer: 'x', back: '/' }),
  '/passkeys/rename': ({ passkey }) => ({ passkey, label: 'another key' }),
  '/passkeys/remove': ({ passkey }) => ({ passkey }),
  '/sign-in/with/:provider': () => ({ back: '/', link: '1' }),
  '/settings/sign-in/unlink': ({ identity }) => identity,
  '/settings/profile': () => ({ displayName: 'Ana R.', biography: 'Norms.' }),
  '/settings/name': () => ({ name: 'anna-r' }),
  '/settings/preferences': () => ({ mailsNotifications: '1', showsVotes: '1' }),
  '/settings/email': () => ({ email: 'ana.third@example.org' }),
  '/settings/email/:token': () => ({}),
  '/settings/sessions/end': ({ session }) => ({ session }),
  '/settings/sessions/end-others': () => ({}),
  '/settings/tokens': () => ({ label: 'a script', scope: 'read', lives: '30' }),
  '/settings/tokens/revoke': ({ apiToken }) => ({ token: apiToken }),
  '/settings/privacy/export': () => ({}),
  '/settings/privacy/delete': () => ({ name: 'ana' }),
  '/admin/comments/:id/status': () => ({ status: 'hidden', ...REASON, back: '/admin' }),
  '/admin/accounts/:id/trust': () => ({ back: '/admin' }),
  '/admin/accounts/:id/ban': () => ({ ...REASON, hides: '1', back: '/admin' }),
  '/admin/accounts/:id/unban': () => ({ ...REASON, back: '/admin' }),
  '/admin/accounts/:id/role': () => ({ role: 'curator', back: '/admin' }),
  '/admin/reports/dismiss': ({ answer }) => ({ kind: 'comment', id: answer, back: '/admin' }),
  '/admin/collections/:id/hidden': () => ({ hidden: 'yes', ...REASON, back: '/admin' }),
  '/admin/submissions/remove': ({ submission }) => ({ id: submission, ...REASON, back: '/admin' }),
  '/admin/discussions/lock': ({ paper }) => ({ paper, ...REASON, back: '/admin' }),
  '/admin/discussions/unlock': ({ paper }) => ({ paper, back: '/admin' }),
  '/admin/claims/:id': () => ({ decision: 'accept', ...REASON, back: '/admin' }),
  '/admin/blocklist': () => ({ kind: 'domain', pattern: 'spam.example', ...REASON }),
  '/admin/blocklist/remove': () => ({ kind: 'word', pattern: 'viagra' }),
  '/admin/digest/pause': () => REASON,
  '/admin/digest/resume': () => ({ overdue: 'skip', edition: TODAY }),
  '/admin/digest/release': ({ suppressed }) => ({ hash: suppressed, ...REASON }),
  '/admin/votes/neutralise': ({ paper }, { ana }) => ({
    accounts: JSON.stringify([ana.id]),
    papers: JSON.stringify([paper]),
    ...REASON,
  }),
  '/admin/votes/reinstate': ({ paper }, { ana }) => ({
    accounts: JSON.stringify([ana.id]),
    papers: JSON.stringify([paper]),
    ...REASON,
  }),
};

const JSON_ROUTES: ReadonlySet<string> = new Set([
  '/passkeys/register',
  '/passkeys/sign-in',
  '/mail/hooks/:id',
]);

/**
 * What mail programs and providers send without a page of ours (RFC 8058): the address, or a
 * signature, is the right to do it. Nothing else does without a proof of where it comes from.
 */
export const WITHOUT_PAGE: readonly string[] = [
  '/notifications/mail/off/:key',
  '/unsubscribe/:key',
  '/mail/hooks/:id',
];

/** Every route, each once. What looks at all requests is none. */
export function routesOf({ app }: Pick<HostileSite, 'app'>): readonly Route[] {
  const routes = new Map<string, Route>();
  for (const { method, path: pattern } of app.routes) {
    if (method === 'ALL' && /\*$/.test(pattern)) continue;
    if (method !== 'GET' && method !== 'POST') {
      throw new RangeError(`${method} ${pattern}: these tests know GET and POST`);
    }
    routes.set(`${method} ${pattern}`, { method, pattern });
  }
  return [...routes.values()];
}

/** What takes away what others need; comes last, so that all can be asked of one site. */
const TAKING_AWAY = [
  '/unsubscribe/:key',
  '/subscription/:key/forget',
  '/comments/:id/delete',
  '/picks/remove',
  '/collections/:id/papers/remove',
  '/collections/:id/delete',
  '/admin/claims/:id',
  '/claims/withdraw',
  '/settings/privacy/delete',
];

export function postRoutes(site: Pick<HostileSite, 'app'>): readonly Route[] {
  const rank = ({ pattern }: Route): number => TAKING_AWAY.indexOf(pattern);
  return routesOf(site)
    .filter(({ method }) => method === 'POST')
    .sort((one, other) => rank(one) - rank(other));
}

export function getRoutes(site: Pick<HostileSite, 'app'>): readonly Route[] {
  return routesOf(site).filter(({ method }) => method === 'GET');
}

/** @throws RangeError for a route that nobody has told these tests of */
export function goodRequest(site: HostileSite, { method, pattern }: Route): GoodRequest {
  const path = pattern.includes(':') ? PATHS[pattern] : () => pattern;
  const form = method === 'POST' ? FORMS[pattern] : () => ({});
  if (!path || !form) throw new RangeError(`${method} ${pattern}: say how it is asked rightly`);
  return {
    path: path(site.things, site),
    fields: form(site.things, site),
    isJson: JSON_ROUTES.has(pattern),
  };
}

/** Who may send it. */
export function whoMay(site: HostileSite, { pattern }: Route): Account {
  if (pattern === '/admin/accounts/:id/role') return site.operator;
  if (pattern.startsWith('/admin/digest')) return site.operator;
  if (pattern.startsWith('/admin')) return site.moderator;
  // Her own name has to be typed to delete her account.
  if (pattern === '/settings/name') return site.bob;
  return pattern.startsWith('/picks') ? site.curator : site.ana;
}

type Sending = {
  readonly method?: string;
  readonly path: string;
  /** Whose request it is. */
  readonly session?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
};

/** What a program can send, which is anything. Answers come as JSON where there is a choice. */
export async function send(
  { app }: Pick<HostileSite, 'app'>,
  { method = 'POST', path, session, headers = {}, body }: Sending,
): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const response = await app.request(ORIGIN + path, {
    method,
    headers: {
      Host: new URL(ORIGIN).host,
      Accept: 'application/json',
      ...(session !== undefined && { Cookie: `session=${session}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** The fields as a page of ours sends them. */
export function bodyOf({ fields, isJson }: Pick<GoodRequest, 'fields' | 'isJson'>): {
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
} {
  return isJson
    ? { body: JSON.stringify(fields), headers: { 'Content-Type': 'application/json' } }
    : {
        body: new URLSearchParams(fields).toString(),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      };
}

/** The token of a new session of somebody. */
export async function sessionOf(site: HostileSite, account: Account): Promise<string> {
  return (await site.browserOf(account)).cookie('session') ?? '';
}

/** All rows of all tables, as text: equal if nothing was written between two of them. */
export async function everyRow(
  { connection }: Pick<Database, 'connection'>,
  /** Columns that may change, as `table.column`. */
  except: readonly string[] = [],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const dump = new Map<string, readonly string[]>();
  for (const table of await tablesOf(connection)) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(
      connection,
    );
    const texts = rows.map((row) =>
      JSON.stringify(
        Object.entries(row).filter(([column]) => !except.includes(`${table}.${column}`)),
      ),
    );
    dump.set(table, texts.sort());
  }
  return dump;
}

async function tablesOf(connection: Kysely<Record<never, never>>): Promise<readonly string[]> {
  const tables = await connection.introspection.getTables();
  return tables.map(({ name }) => name);
}
