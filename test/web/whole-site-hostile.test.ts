/** Every route of the pages, asked by those who may not, and with what nobody would send. */

import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  everyRow,
  getRoutes,
  goodRequest,
  ORIGIN,
  postRoutes,
  type Route,
  send,
  sessionOf,
  WITHOUT_PAGE,
  whoMay,
} from '../support/hostile-requests.js';
import { type HostileSite, openHostileSite } from '../support/hostile-site.js';

type Headers = Readonly<Record<string, string>>;

/** Visits are written down. */
const VISITS = ['sessions.seen_at_ms', 'api_tokens.used_at_ms'];

/** Pages whose reading is: what a notification told has been seen. */
const READING = ['/comments/:id', '/notifications/:id'];

const OWN = { Origin: ORIGIN };

/** The token in the forms of a page, for a stranger or for who has this session. */
async function csrfTokenOf(site: HostileSite, session?: string): Promise<string> {
  const page = await send(site, {
    method: 'GET',
    path: session === undefined ? '/sign-in' : '/settings',
    session,
    headers: { Accept: 'text/html' },
  });
  return /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
}

function codeOf(text: string): string {
  return /"code":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 80);
}

/** What browsers say, or do not, when another site makes them send a form of ours. */
const FROM_ELSEWHERE: Readonly<Record<string, Headers>> = {
  'neither origin nor token': {},
  'a token that is made up': { 'X-CSRF-Token': 'x'.repeat(64) },
  'another origin': { Origin: 'https://evil.example' },
  'another origin, and a word that it is ours': {
    Origin: 'https://evil.example',
    'Sec-Fetch-Site': 'same-origin',
  },
  'Sec-Fetch-Site: cross-site': { ...OWN, 'Sec-Fetch-Site': 'cross-site' },
  'text that is no form': { ...OWN, 'Content-Type': 'text/plain' },
};

describe('every route that changes something', () => {
  /** What is wrong with the requests themselves, and right about the route. */
  const REFUSED: Readonly<Record<string, number>> = {
    '/sign-in/code': 403,
    '/sign-in/first/:token': 404,
    '/passkeys/register': 400,
    '/passkeys/sign-in': 400,
    '/mail/hooks/:id': 403,
  };

  it('does so when a page of ours asks for it', async () => {
    const site = await openHostileSite({ hasProvider: true });
    const outcomes: string[] = [];
    for (const route of postRoutes(site)) {
      const good = goodRequest(site, route);
      const { body, headers } = bodyOf(good);
      const session = await sessionOf(site, whoMay(site, route));
      const { status, text } = await send(site, {
        path: good.path,
        session,
        body,
        headers: { ...headers, ...OWN },
      });
      const isAsExpected = REFUSED[route.pattern] === status || (status >= 200 && status < 400);
      if (!isAsExpected) outcomes.push(`${route.pattern}: ${status} ${codeOf(text)}`);
    }
    expect(outcomes).toEqual([]);
    expect(site.logged).toEqual([]);
  });

  it('refuses what another site caused, and writes nothing', async () => {
    const site = await openHostileSite();
    const wrong: string[] = [];
    const operator = await sessionOf(site, site.operator);
    const before = await everyRow(site.database, VISITS);
    for (const route of postRoutes(site)) {
      if (WITHOUT_PAGE.includes(route.pattern)) continue;
      const good = goodRequest(site, route);
      const { body, headers } = bodyOf(good);
      for (const [what, given] of Object.entries(FROM_ELSEWHERE)) {
        for (const session of [undefined, operator]) {
          const { status, text } = await send(site, {
            path: good.path,
            session,
            body,
            headers: { ...headers, ...given },
          });
          const outcome = `${status} ${codeOf(text)}`;
          if (outcome !== '403 csrf') wrong.push(`${route.pattern}: ${what}: ${outcome}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(await everyRow(site.database, VISITS)).toEqual(before);
  });

  it('refuses the token of a stranger and of somebody else to who is signed in', async () => {
    const site = await openHostileSite();
    const [ana, bob] = [await sessionOf(site, site.ana), await sessionOf(site, site.bob)];
    const tokens = [await csrfTokenOf(site), await csrfTokenOf(site, bob)];
    expect(tokens.every((token) => token.length > 60)).toBe(true);
    const before = await everyRow(site.database, VISITS);
    const wrong: string[] = [];
    for (const route of postRoutes(site)) {
      if (WITHOUT_PAGE.includes(route.pattern)) continue;
      const good = goodRequest(site, route);
      for (const token of tokens) {
        const { body, headers } = bodyOf({ ...good, fields: { ...good.fields, csrf: token } });
        const { status } = await send(site, { path: good.path, session: ana, body, headers });
        if (status !== 403) wrong.push(`${route.pattern}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await everyRow(site.database, VISITS)).toEqual(before);
  });

  /** What strangers may ask, and what they get for the good requests. */
  const OPEN_TO_STRANGERS: Readonly<Record<string, number>> = {
    '/sign-in': 200,
    '/sign-in/code': 403,
    '/sign-in/link/:token': 303,
    '/sign-in/first/:token': 404,
    '/sign-in/with/:provider': 401,
    '/sign-out': 303,
    '/passkeys/sign-in/options': 200,
    '/passkeys/sign-in': 400,
    '/notifications/mail/off/:key': 200,
    '/subscribe': 200,
    '/subscribe/confirm/:token': 303,
    // Keys of letters: whoever has them may.
    '/subscription/:key': 200,
    '/subscription/:key/feed': 200,
    '/subscription/:key/return': 200,
    '/subscription/:key/forget': 200,
    '/unsubscribe/:key': 200,
    '/mail/hooks/:id': 403,
  };

  /** What can be done once: the status of doing it again. */
  const AGAIN: Readonly<Record<string, number>> = {
    '/sign-in/link/:token': 410,
    '/subscription/:key/forget': 404,
  };

  it('is closed to strangers, with a good token too, but for the ways in', async () => {
    const site = await openHostileSite();
    const token = await csrfTokenOf(site);
    const wrong: string[] = [];
    for (const route of postRoutes(site)) {
      const good = goodRequest(site, route);
      const expected = OPEN_TO_STRANGERS[route.pattern];
      const before = await everyRow(site.database);
      for (const proof of [{ 'X-CSRF-Token': token }, OWN] as Headers[]) {
        const { body, headers } = bodyOf(good);
        const { status } = await send(site, {
          path: good.path,
          body,
          headers: { ...headers, ...proof },
        });
        // The first of the two has done it.
        const isUsedUp = AGAIN[route.pattern] === status;
        if (status !== (expected ?? 401) && !isUsedUp) wrong.push(`${route.pattern}: ${status}`);
      }
      if (expected === undefined) {
        expect(await everyRow(site.database), route.pattern).toEqual(before);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('does nothing for banned people, whose sessions are none', async () => {
    const site = await openHostileSite();
    const session = await sessionOf(site, site.bob);
    await site.people.moderation.ban(site.operator, site.bob.id, {
      reason: 'spam',
      hidesComments: false,
    });
    for (const route of postRoutes(site)) {
      if (OPEN_TO_STRANGERS[route.pattern] !== undefined) continue;
      const good = goodRequest(site, route);
      const { body, headers } = bodyOf(good);
      const { status } = await send(site, {
        path: good.path,
        session,
        body,
        headers: { ...headers, ...OWN },
      });
      expect([route.pattern, status]).toEqual([route.pattern, 401]);
    }
  });

  it('is closed to whoever has too small a role', async () => {
    const site = await openHostileSite();
    const sessions = {
      reader: await sessionOf(site, site.bob),
      curator: await sessionOf(site, site.curator),
      moderator: await sessionOf(site, site.moderator),
    };
    const ask = async (route: Route, session: string) => {
      const good = goodRequest(site, route);
      const { body, headers } = bodyOf(good);
      const sent = { path: good.path, session, body, headers: { ...headers, ...OWN } };
      return (await send(site, sent)).status;
    };
    const before = await everyRow(site.database, VISITS);
    for (const route of postRoutes(site)) {
      const { pattern } = route;
      const isAdmin = pattern.startsWith('/admin');
      if (isAdmin || pattern.startsWith('/picks')) {
        expect([pattern, await ask(route, sessions.reader)]).toEqual([pattern, 403]);
      }
      if (isAdmin) expect([pattern, await ask(route, sessions.curator)]).toEqual([pattern, 403]);
    }
    for (const route of getRoutes(site)) {
      if (!route.pattern.startsWith('/admin')) continue;
      const { path } = goodRequest(site, route);
      const of = async (session?: string) =>
        (await send(site, { method: 'GET', path, session })).status;
      expect([path, await of(sessions.reader), await of()]).toEqual([path, 403, 401]);
      expect([path, await of(sessions.curator)]).toEqual([path, 403]);
      const isForOperators = whoMay(site, route).role === 'operator';
      expect([path, await of(sessions.moderator)]).toEqual([path, isForOperators ? 403 : 200]);
    }
    const ofOperators = postRoutes(site).filter((route) => whoMay(site, route).role === 'operator');
    expect(ofOperators).toHaveLength(4);
    for (const route of ofOperators) {
      expect([route.pattern, await ask(route, sessions.moderator)]).toEqual([route.pattern, 403]);
    }
    expect(await everyRow(site.database, VISITS)).toEqual(before);
  });

  it('takes nobody for somebody else because fields of the form say so', async () => {
    const site = await openHostileSite();
    const session = await sessionOf(site, site.bob);
    const others = async () =>
      (await everyRow(site.database, VISITS)).get('accounts')?.filter((row) => !/"bob"/.test(row));
    const before = await others();
    const said = ['account', 'accountId', 'account_id', 'id', 'owner', 'ownerId', 'owner_id'];
    const fields = {
      displayName: 'Bob',
      biography: '',
      title: 'Mine',
      paper: site.things.paper,
      role: 'operator',
      isTrusted: '1',
      ...Object.fromEntries(said.map((field) => [field, site.ana.id])),
    };
    for (const path of ['/settings/profile', '/settings/preferences', '/collections', '/votes']) {
      const { body, headers } = bodyOf({ fields, isJson: false });
      const sent = { path, session, body, headers: { ...headers, ...OWN } };
      expect((await send(site, sent)).status, path).toBeLessThan(400);
    }
    expect(await others()).toEqual(before);
    expect(await site.people.accounts.find(site.bob.id)).toMatchObject({
      role: 'reader',
      trustedAtMs: undefined,
    });
    expect(await site.people.collections.ofAccount(site.ana.id)).toHaveLength(2);
    expect(await site.people.collections.ofAccount(site.bob.id)).toHaveLength(1);
  });
});

describe('every page', () => {
  it('changes nothing when it is asked for by HEAD or GET, fifty times', async () => {
    const site = await openHostileSite();
    const [ana, operator] = [await sessionOf(site, site.ana), await sessionOf(site, site.operator)];
    const ask = (method: string, route: Route, isStranger: boolean) => {
      const { path } = goodRequest(site, route);
      const session = route.pattern.startsWith('/admin') ? operator : ana;
      return send(site, { method, path, session: isStranger ? undefined : session });
    };
    const before = await everyRow(site.database, VISITS);
    for (const route of getRoutes(site)) {
      await Promise.all(Array.from({ length: 5 }, (_, at) => ask('HEAD', route, at === 0)));
      expect(await everyRow(site.database, VISITS), `HEAD ${route.pattern}`).toEqual(before);
    }
    const visits = [...VISITS, 'notifications.read_at_ms'];
    const unread = await everyRow(site.database, visits);
    for (const route of getRoutes(site)) {
      await Promise.all(Array.from({ length: 50 }, (_, at) => ask('GET', route, at % 5 === 0)));
      expect(await everyRow(site.database, visits), `GET ${route.pattern}`).toEqual(unread);
    }
    expect(site.logged).toEqual([]);
  });

  it('marks a notification as read only where it is opened', async () => {
    const site = await openHostileSite();
    const session = await sessionOf(site, site.ana);
    for (const route of getRoutes(site)) {
      if (READING.includes(route.pattern)) continue;
      await send(site, { method: 'GET', path: goodRequest(site, route).path, session });
    }
    const unread = () => site.people.notifications.unreadCount(site.ana.id);
    expect(await unread()).toBe(1);
    const path = `/notifications/${site.things.notification}`;
    await send(site, { method: 'GET', path, session: await sessionOf(site, site.bob) });
    expect(await unread()).toBe(1);
    await send(site, { method: 'GET', path, session });
    expect(await unread()).toBe(0);
  });
});
