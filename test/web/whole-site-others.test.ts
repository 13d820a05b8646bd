/** What is somebody's, tried by somebody else: every route that takes a name of anything. */

import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  everyRow,
  goodRequest,
  ORIGIN,
  postRoutes,
  type Route,
  send,
  sessionOf,
} from '../support/hostile-requests.js';
import { type HostileSite, openHostileSite } from '../support/hostile-site.js';

/** Routes whose good request names a thing of Ana's, and what another gets. */
const HERS: Readonly<Record<string, number>> = {
  '/comments/preview': 403,
  '/comments/:id/edit': 403,
  '/comments/:id/delete': 403,
  '/submit/confirm': 422,
  '/collections/:id': 404,
  '/collections/:id/delete': 404,
  '/collections/:id/papers': 404,
  '/collections/:id/papers/remove': 404,
  '/collections/:id/papers/note': 404,
  '/collections/:id/papers/move': 404,
  '/passkeys/rename': 404,
  '/passkeys/remove': 404,
  '/settings/sign-in/unlink': 404,
  '/settings/email/:token': 404,
  '/settings/sessions/end': 404,
  '/settings/tokens/revoke': 404,
  '/settings/privacy/delete': 422,
};

/** What gives the right by itself, to whoever has the address. */
const KEYS = [
  '/sign-in/link/:token',
  '/notifications/mail/off/:key',
  '/subscribe/confirm/:token',
  '/subscription/:key',
  '/subscription/:key/feed',
  '/subscription/:key/forget',
  '/subscription/:key/return',
  '/unsubscribe/:key',
];

const SEEN = ['sessions.seen_at_ms'];

async function ask(site: HostileSite, route: Route, session: string): Promise<number> {
  const good = goodRequest(site, route);
  const { body, headers } = bodyOf(good);
  const sent = { path: good.path, session, body, headers: { ...headers, Origin: ORIGIN } };
  return (await send(site, sent)).status;
}

describe('what is somebody’s', () => {
  it('is refused to everybody else, and stays as it is', async () => {
    const site = await openHostileSite();
    const session = await sessionOf(site, site.bob);
    const before = await everyRow(site.database, SEEN);
    const answers: Record<string, number> = {};
    for (const route of postRoutes(site)) {
      if (route.pattern in HERS) answers[route.pattern] = await ask(site, route, session);
    }
    expect(answers).toEqual(HERS);
    expect(await everyRow(site.database, SEEN)).toEqual(before);
  });

  it('is touched by no request of another, whatever it may do for them', async () => {
    const site = await openHostileSite();
    const hers = async () => {
      const rows = [...(await everyRow(site.database, SEEN))];
      // She is told of what others do.
      const kept = rows.filter(([table]) => table !== 'notifications');
      return kept.flatMap(([, lines]) => lines.filter((line) => line.includes(site.ana.id)));
    };
    const before = await hers();
    expect(before.length).toBeGreaterThan(12);
    for (const route of postRoutes(site)) {
      if (KEYS.includes(route.pattern)) continue;
      const session = await sessionOf(site, site.bob);
      const status = await ask(site, route, session);
      expect([route.pattern, status < 500]).toEqual([route.pattern, true]);
      expect(await hers(), route.pattern).toEqual(before);
    }
  });

  it('is not there for others to see', async () => {
    const site = await openHostileSite();
    const { things } = site;
    const session = await sessionOf(site, site.bob);
    const paths = {
      [`/collections/${things.collection}`]: [404, 404],
      [`/collections/${things.collection}/edit`]: [404, 401],
      [`/collections/${things.publicCollection}/edit`]: [404, 401],
      [`/report/collection/${things.collection}`]: [404, 401],
      [`/comments/${things.comment}/edit`]: [403, 401],
      [`/notifications/${things.notification}`]: [404, 401],
      [`/settings/email/${things.emailToken}`]: [404, 401],
      [`/notifications/feed/${things.feedKey.slice(0, -1)}.xml`]: [404, 404],
      [`/notifications/mail/off/${things.mailKey.slice(0, -1)}`]: [404, 404],
      [`/subscription/${things.linkKey.slice(0, -1)}`]: [404, 404],
      [`/subscription/feed/${things.digestFeedKey.slice(0, -1)}.xml`]: [404, 404],
      [`/subscription/feed/${things.linkKey}.xml`]: [404, 404],
      [`/subscription/${things.digestFeedKey}`]: [404, 404],
      [`/subscribe/confirm/${things.digestToken.slice(0, -1)}`]: [404, 404],
    };
    for (const [path, statuses] of Object.entries(paths)) {
      const asBob = await send(site, { method: 'GET', path, session });
      const asStranger = await send(site, { method: 'GET', path });
      expect([path, asBob.status, asStranger.status]).toEqual([path, ...statuses]);
    }
  });

  it('is told from what does not exist by no answer', async () => {
    const site = await openHostileSite();
    const session = await sessionOf(site, site.bob);
    const { collection, session: herSession, apiToken, passkey } = site.things;
    const unlike = (text: string) =>
      text.replace(/[a-z0-9]/i, (sign) => (sign === 'a' ? 'b' : 'a'));
    const pairs: readonly (readonly [string, (name: string) => Record<string, string>, string])[] =
      [
        ['/settings/sessions/end', (name) => ({ session: name }), herSession],
        ['/settings/tokens/revoke', (name) => ({ token: name }), apiToken],
        ['/passkeys/remove', (name) => ({ passkey: name }), passkey],
        ['/reports', (name) => ({ kind: 'collection', id: name, reason: 'spam' }), collection],
      ];
    for (const [path, fields, name] of pairs) {
      const answers = await Promise.all(
        [name, unlike(name)].map((each) => {
          const { body, headers } = bodyOf({ fields: fields(each), isJson: false });
          return send(site, { path, session, body, headers: { ...headers, Origin: ORIGIN } });
        }),
      );
      const [hers, nobodys] = answers.map(({ status, text }, at) => [
        status,
        text.replaceAll(at === 0 ? name : unlike(name), 'NAME'),
      ]);
      expect([path, hers]).toEqual([path, nobodys]);
    }
    for (const name of [collection, unlike(collection)]) {
      const { status } = await send(site, { method: 'GET', path: `/collections/${name}`, session });
      expect(status).toBe(404);
    }
  });
});
