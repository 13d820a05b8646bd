import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ChatMisbehaviour,
  type ChatRequest,
  startChatServer,
} from '../../../test/support/chat-server.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { openDatabase } from '../../database/database.js';
import { type Day, dayAt } from '../../papers/dates.js';
import type { PostTarget } from './post.js';
import { createPostStore } from './post-store.js';
import type { PostedEdition } from './posted-edition.js';
import { createPoster } from './poster-client.js';
import { createPosts } from './posts.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FRIDAY = Date.parse('2026-11-20T00:00:00Z');

const EDITION: PostedEdition = {
  heading: 'Our Papers',
  url: 'https://papers.example.org/date/2026-11-20',
  papers: [
    {
      title: 'A Title',
      url: 'https://papers.example.org/papers/1',
      authors: 'Jane Doe',
      why: '2 votes',
      summary: 'So.',
    },
  ],
  more: 3,
};

const KINDS = ['slack', 'discord', 'matrix'] as const;

type Plan = (request: ChatRequest, number: number) => ChatMisbehaviour | undefined;

/** A site that posts at 08:00 UTC, with a clock that the test sets. */
async function groupWith(kind: PostTarget['kind'], plan: Plan = () => undefined) {
  const chat = await startChatServer(plan);
  onTestFinished(() => chat[Symbol.asyncDispose]());
  const folder = await temporaryFolder();
  const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'broadsheet.db') });
  onTestFinished(() => database[Symbol.asyncDispose]());
  const clock = { nowMs: FRIDAY + 8 * HOUR };
  const days = { with: ['2026-11-20'] as string[] };
  const troubles: string[] = [];
  const now = () => new Date(clock.nowMs);
  const target: PostTarget = {
    id: 'group',
    kind,
    url: kind === 'matrix' ? chat.url : `${chat.url}/hooks/SECRET-PART`,
    room: '!room:example.org',
    token: 'SECRET-TOKEN',
  };
  const store = createPostStore(database, { now });
  const postsWith = (given: PostTarget) =>
    createPosts({
      targets: [given],
      store,
      poster: createPoster({ fetch: globalThis.fetch, now, timeoutMs: 150 }),
      today: () => dayAt(now(), 'UTC'),
      dueAtMs: (day) => Date.parse(`${day}T08:00:00Z`),
      latestDay: async (day) =>
        days.with
          .filter((one) => one <= day)
          .sort()
          .at(-1) as Day | undefined,
      edition: async () => EDITION,
      now,
      onTrouble: (words) => troubles.push(words),
    });
  const posts = postsWith(target);
  const state = async () => (await posts.list(1))[0]?.state;
  return { chat, clock, days, troubles, target, store, postsWith, posts, state };
}

for (const kind of KINDS) {
  describe(`an edition in a channel of ${kind}`, () => {
    it('is there once a day, from its hour on', async () => {
      const { chat, clock, days, posts } = await groupWith(kind);
      clock.nowMs = FRIDAY + 8 * HOUR - 1;
      await posts.postDue();
      expect(chat.messages()).toEqual([]);
      clock.nowMs = FRIDAY + 8 * HOUR;
      await Promise.all(Array.from({ length: 5 }, () => posts.postDue()));
      clock.nowMs += HOUR;
      await posts.postDue();
      expect(chat.requests).toHaveLength(1);
      // The list of Monday, which comes before the next hour of posting, waits for it.
      days.with.push('2026-11-21');
      clock.nowMs = FRIDAY + 24 * HOUR;
      await posts.postDue();
      expect(chat.requests).toHaveLength(1);
      clock.nowMs = FRIDAY + 32 * HOUR;
      await posts.postDue();
      await posts.postDue();
      expect(chat.requests).toHaveLength(2);
      expect((await posts.list(5)).map(({ editionOn, state }) => [editionOn, state])).toEqual([
        ['2026-11-21', 'posted'],
        ['2026-11-20', 'posted'],
      ]);
    });

    it('waits for the next day when another one was there today', async () => {
      const { chat, clock, days, posts } = await groupWith(kind);
      days.with = ['2026-11-19'];
      await posts.postDue();
      days.with.push('2026-11-20');
      for (const hour of [10, 20, 31]) {
        clock.nowMs = FRIDAY + hour * HOUR;
        await posts.postDue();
      }
      expect(chat.requests).toHaveLength(1);
      clock.nowMs = FRIDAY + 32 * HOUR;
      await posts.postDue();
      expect(chat.requests).toHaveLength(2);
    });

    it('is not there once more when a backup knows nothing of it', async () => {
      const { chat, clock, days, posts, state } = await groupWith(kind);
      clock.nowMs -= 1;
      await posts.skipDue('perhaps posted');
      expect(await state()).toBeUndefined();
      clock.nowMs += HOUR;
      await posts.skipDue('perhaps posted');
      await posts.postDue();
      expect(await posts.list(9)).toMatchObject([{ state: 'skipped', detail: 'perhaps posted' }]);
      expect(chat.messages()).toEqual([]);
      clock.nowMs += 24 * HOUR;
      days.with.push('2026-11-21');
      await posts.postDue();
      await posts.skipDue('perhaps posted');
      expect(await state()).toBe('posted');
    });

    it('is not there without papers, nor days late', async () => {
      const { chat, clock, days, posts } = await groupWith(kind);
      days.with = [];
      await posts.postDue();
      days.with = ['2026-11-20'];
      clock.nowMs = FRIDAY + 4 * 24 * HOUR + 9 * HOUR;
      await posts.postDue();
      expect(chat.requests).toEqual([]);
      expect(await posts.list(1)).toEqual([]);
    });

    it('is tried five times when the service is ill, later each time', async () => {
      const { chat, clock, posts, state, troubles } = await groupWith(kind, () => ({
        kind: 'status',
        status: 500,
        body: 'SECRET-PART and SECRET-TOKEN',
      }));
      const gaps: number[] = [];
      for (let tried = 0, minutes = 0; minutes < 300; minutes += 1, clock.nowMs += MINUTE) {
        await posts.postDue();
        if (chat.requests.length === tried) continue;
        tried = chat.requests.length;
        gaps.push(minutes);
      }
      expect(gaps).toEqual([0, 1, 6, 21, 81]);
      expect(await state()).toBe('failed');
      expect(troubles).toHaveLength(5);
      const secret = kind === 'matrix' ? 'SECRET-TOKEN' : 'SECRET-PART';
      expect(troubles.join()).not.toContain(secret);
    });

    it('waits as long as it is asked to', async () => {
      const { chat, clock, posts, state } = await groupWith(kind, (_, number) =>
        number === 1
          ? { kind: 'status', status: 429, headers: { 'Retry-After': '600' } }
          : undefined,
      );
      await posts.postDue();
      clock.nowMs += 9 * MINUTE;
      await posts.postDue();
      expect(chat.requests).toHaveLength(1);
      clock.nowMs += MINUTE;
      await posts.postDue();
      expect(chat.messages()).toHaveLength(1);
      expect(await state()).toBe('posted');
    });

    it('is given up at once when it is refused, or should go elsewhere', async () => {
      for (const status of [400, 403, 404, 302]) {
        const { chat, clock, posts, state } = await groupWith(kind, () => ({
          kind: 'status',
          status,
          headers: { Location: 'http://127.0.0.1:1/' },
        }));
        await posts.postDue();
        clock.nowMs += 12 * HOUR;
        await posts.postDue();
        expect(chat.requests).toHaveLength(1);
        expect(await state()).toBe('failed');
      }
    });

    it('is seen once, also when the answer is lost', async () => {
      for (const fault of ['cut after posting', 'hang after posting'] as const) {
        const { chat, clock, posts, state } = await groupWith(kind, (_, number) =>
          number === 1 ? { kind: fault } : undefined,
        );
        for (let minutes = 0; minutes < 10; minutes += 1, clock.nowMs += MINUTE) {
          await posts.postDue();
        }
        expect(chat.messages()).toHaveLength(1);
        // Only Matrix can be asked again without harm, and so tells how it ended.
        expect(await state()).toBe(kind === 'matrix' ? 'posted' : 'ambiguous');
        expect(chat.requests).toHaveLength(kind === 'matrix' ? 2 : 1);
      }
    });

    it('is tried again when nobody listened', async () => {
      const { target, chat, clock, posts, postsWith, state } = await groupWith(kind);
      const gone = await startChatServer();
      await gone[Symbol.asyncDispose]();
      await postsWith({ ...target, url: `${gone.url}/hooks/x` }).postDue();
      expect(await state()).toBe('deferred');
      clock.nowMs += MINUTE;
      await posts.postDue();
      expect(chat.messages()).toHaveLength(1);
    });
  });
}

it('each service gets what it understands', async () => {
  const bodies = await Promise.all(
    KINDS.map(async (kind) => {
      const { chat, posts } = await groupWith(kind);
      await posts.postDue();
      return chat.requests[0];
    }),
  );
  expect(bodies).toMatchObject([
    { method: 'POST', path: '/hooks/SECRET-PART', body: { blocks: [{ type: 'header' }, {}, {}] } },
    {
      method: 'POST',
      path: '/hooks/SECRET-PART?wait=true',
      body: { embeds: [{ title: 'A Title' }], allowed_mentions: { parse: [] } },
    },
    {
      method: 'PUT',
      path: '/_matrix/client/v3/rooms/!room%3Aexample.org/send/m.room.message/broadsheet-2026-11-20-group',
      headers: { authorization: 'Bearer SECRET-TOKEN' },
      body: { msgtype: 'm.text', format: 'org.matrix.custom.html' },
    },
  ]);
});

it('a room that cannot be posted to is said to be so', async () => {
  const { target, postsWith, posts, chat } = await groupWith('matrix');
  await postsWith({ ...target, room: '#papers:example.org' }).postDue();
  expect(await posts.list(1)).toMatchObject([
    { state: 'failed', detail: expect.stringContaining('begins with "!"') },
  ]);
  expect(chat.requests).toEqual([]);
});

it('a program that died while it posted asks nobody twice but Matrix', async () => {
  for (const kind of KINDS) {
    const { chat, clock, posts, store, state } = await groupWith(kind);
    const key = { editionOn: '2026-11-20' as Day, target: 'group' };
    await store.begin(key, { leaseMs: MINUTE, isRepeatable: false });
    clock.nowMs += 2 * MINUTE;
    await posts.postDue();
    expect(chat.messages()).toHaveLength(kind === 'matrix' ? 1 : 0);
    expect(await state()).toBe(kind === 'matrix' ? 'posted' : 'ambiguous');
  }
});
