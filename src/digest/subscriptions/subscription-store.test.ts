import { describe, expect, it } from 'vitest';
import { addAccount } from '../../../test/support/accounts.js';
import { NOON, openCatalogue } from '../../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../../test/support/databases.js';
import {
  addressHashOf,
  addSubscriber,
  subscriptionStoreFor,
  USUAL_PREFERENCES,
} from '../../../test/support/subscribers.js';
import { parseEmailAddress } from '../../accounts/email-address.js';
import type { Database } from '../../database/database.js';
import type { Day } from '../../papers/dates.js';
import type { DigestPreferences, Subscriber, SubscriberId } from './subscription.js';
import type { Request } from './subscription-store.js';
import { createSuppressionStore } from './suppression-store.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = '192.0.2.0/24';
const FORM: Request = { origin: 'form', from: FROM, preferences: USUAL_PREFERENCES };

const mail = (text: string) => parseEmailAddress(text) ?? expect.fail(`no address: ${text}`);
const day = (text: string) => text as Day;

function over(database: Database) {
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  return {
    clock,
    now,
    store: subscriptionStoreFor(database, now),
    suppressions: createSuppressionStore(database, { now }),
    add: (email: string, preferences: Partial<DigestPreferences> = {}) =>
      addSubscriber(database, { email, preferences, now }),
    /** A delivery of which only the key matters here. */
    queue: async ({ id }: Subscriber, editionOn: string) => {
      await database.connection
        .$extendTables<{ deliveries: Record<string, unknown> }>()
        .insertInto('deliveries')
        .values({
          edition_on: editionOn,
          subscriber_id: id,
          state: 'sent',
          detail: '',
          domain: 'example.org',
          message_id: `${editionOn}.${id}`,
          contents: '{"why":"because you searched"}',
          attempt: 1,
          fence: 1,
          try_at_ms: 0,
          give_up_at_ms: 0,
          queued_at_ms: 0,
          repeats: 0,
        })
        .execute();
    },
    advance: (subscriber: Subscriber, editionOn: string) =>
      database.connection
        .transaction()
        .execute((transaction) =>
          subscriptionStoreFor(database, now).advance(transaction, subscriber, day(editionOn)),
        ),
  };
}

describeOnEveryDatabase('the store of subscriptions', (database) => {
  describe('a subscription', () => {
    it('waits until it is confirmed, and begins with the next edition', async () => {
      const { store, clock } = over(database());
      const asked = await store.request(mail('Ana@Example.org'), FORM);
      expect(asked).toMatchObject({
        state: 'pending',
        address: 'Ana@example.org',
        addressHash: addressHashOf('ana@example.org'),
        domain: 'example.org',
        preferences: USUAL_PREFERENCES,
        requestedAtMs: NOON.getTime(),
      });
      expect([asked.nextOn, asked.nextAtMs, asked.confirmedAtMs]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      clock.ms += HOUR;
      const confirmed = await store.confirm(asked.id, FROM);
      expect(confirmed).toEqual({
        ...asked,
        state: 'confirmed',
        confirmedAtMs: NOON.getTime() + HOUR,
        nextOn: '2026-11-21',
        nextAtMs: Date.parse('2026-11-21T08:00Z'),
      });
      clock.ms += DAY;
      expect(await store.confirm(asked.id, 'elsewhere')).toEqual(confirmed);
      expect(await store.byAddress(mail('ANA@example.org'))).toEqual(confirmed);
    });

    it('is one for an address, however many ask and confirm at the same moment', async () => {
      const { store } = over(database());
      const asked = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          store.request(mail(at % 2 ? 'ana@example.org' : 'ANA@example.org'), FORM),
        ),
      );
      expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
      expect(new Set(asked.map(({ linkKey }) => linkKey)).size).toBe(1);
      const [first] = asked;
      const confirmed = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          store.confirm(first?.id ?? expect.fail(), `192.0.${at}.0/24`),
        ),
      );
      for (const each of confirmed) expect(each).toEqual(confirmed[0]);
      expect((await store.list({ offset: 0, limit: 10 })).total).toBe(1);
    });

    it('that is confirmed is not changed by somebody who asks for the address again', async () => {
      const { store, add, clock } = over(database());
      const ana = await add('ana@example.org', { papers: 5 });
      clock.ms += HOUR;
      expect(await store.request(mail('ANA@example.org'), FORM)).toEqual(ana);
      expect(await store.find(ana.id)).toEqual(ana);
    });

    it('that waits takes what was asked last', async () => {
      const { store, clock } = over(database());
      const first = await store.request(mail('ana@example.org'), FORM);
      clock.ms += HOUR;
      const preferences = { ...USUAL_PREFERENCES, timeZone: 'Asia/Tokyo' };
      const second = await store.request(mail('ana@example.org'), { ...FORM, preferences });
      expect(second).toEqual({ ...first, preferences, requestedAtMs: NOON.getTime() + HOUR });
    });

    it('is found by what its letters hold, and by nothing else', async () => {
      const { store, add } = over(database());
      const ana = await add('ana@example.org');
      expect(ana.linkKey).toMatch(/^[\w-]{43}$/);
      expect(ana.feedKey).not.toBe(ana.linkKey);
      expect(await store.find(ana.id)).toEqual(ana);
      expect(await store.byLinkKey(ana.linkKey)).toEqual(ana);
      expect(await store.byFeedKey(ana.feedKey)).toEqual(ana);
      expect(await store.byAddressHash(ana.addressHash)).toEqual(ana);
      for (const key of ['', '\0', '%', ana.feedKey, 'x'.repeat(10_000), ana.id]) {
        expect(await store.byLinkKey(key)).toBeUndefined();
      }
      expect(await store.byFeedKey(ana.linkKey)).toBeUndefined();
      expect(await store.find('\0' as SubscriberId)).toBeUndefined();
    });

    it('gets a new address for its feed when one is asked for', async () => {
      const { store, add } = over(database());
      const ana = await add('ana@example.org');
      const renewed = await store.renewFeedKey(ana.id);
      expect(await store.byFeedKey(ana.feedKey)).toBeUndefined();
      expect(await store.byFeedKey(renewed)).toEqual({ ...ana, feedKey: renewed });
      await expect(store.renewFeedKey('nobody' as SubscriberId)).rejects.toMatchObject({
        code: 'not_found',
      });
    });

    it('belongs to an account, if its owner has one', async () => {
      const { store, add } = over(database());
      const account = await addAccount(database(), { name: 'ana' });
      const old = await store.request(mail('old@example.org'), { ...FORM, accountId: account.id });
      expect(await store.byAccount(account.id)).toEqual(old);
      const ana = await add('ana@example.org');
      await store.linkAccount(ana.id, account.id);
      expect(await store.byAccount(account.id)).toEqual({ ...ana, accountId: account.id });
      expect(await store.byAccount('nobody' as typeof account.id)).toBeUndefined();
    });
  });

  describe('who leaves', () => {
    it('gets nothing any more, and leaving twice changes nothing', async () => {
      const { store, add, clock } = over(database());
      const ana = await add('ana@example.org');
      clock.ms += HOUR;
      expect(await store.end(ana.id, 'one-click')).toEqual({ changed: true });
      const left = await store.find(ana.id);
      expect(left).toEqual({
        ...ana,
        state: 'unsubscribed',
        nextOn: undefined,
        nextAtMs: undefined,
        endedAtMs: NOON.getTime() + HOUR,
        endedBy: 'one-click',
      });
      clock.ms += HOUR;
      expect(await store.end(ana.id, 'complaint')).toEqual({ changed: false });
      expect(await store.find(ana.id)).toEqual(left);
      expect(await store.confirm(ana.id, FROM)).toEqual(left);
    });

    it('comes back by asking and confirming anew, with a new feed', async () => {
      const { store, add, clock } = over(database());
      const ana = await add('ana@example.org');
      await store.end(ana.id, 'reader');
      clock.ms += HOUR;
      const asked = await store.request(mail('ana@example.org'), FORM);
      expect(asked).toMatchObject({ id: ana.id, state: 'pending' });
      expect(asked.feedKey).not.toBe(ana.feedKey);
      // An old letter's link to leave ends the mail that comes now.
      expect(asked.linkKey).toBe(ana.linkKey);
      const back = await store.confirm(ana.id, FROM);
      expect(back).toMatchObject({ state: 'confirmed', confirmedAtMs: clock.ms });
      expect([back?.endedAtMs, back?.endedBy]).toEqual([undefined, undefined]);
    });

    it('and comes back on the same day is not sent the edition of that day again', async () => {
      const { store, add, queue } = over(database());
      const ana = await add('ana@example.org', { minute: 23 * 60 });
      expect(ana.nextOn).toBe('2026-11-20');
      await queue(ana, '2026-11-20');
      await store.end(ana.id, 'reader');
      await store.request(mail('ana@example.org'), {
        ...FORM,
        preferences: { ...USUAL_PREFERENCES, minute: 23 * 60 },
      });
      expect(await store.confirm(ana.id, FROM)).toMatchObject({ nextOn: '2026-11-21' });
    });

    it('and is forgotten leaves a hash, and no way back to the person', async () => {
      const { store, add, queue, clock } = over(database());
      const account = await addAccount(database(), { name: 'ana' });
      const ana = await add('ana@example.org', { searches: ['my illness'] });
      await store.linkAccount(ana.id, account.id);
      await queue(ana, '2026-11-19');
      await database()
        .connection.$extendTables<{ mail_returns: Record<string, unknown> }>()
        .insertInto('mail_returns')
        .values({
          ...{ id: 'r', address_hash: ana.addressHash, kind: 'refused', status: '5.0.0' },
          ...{ detail: 'ana@ is unknown', source: 'smtp', received_at_ms: clock.ms },
        })
        .execute();
      clock.ms += HOUR;
      await store.forget(ana.id, 'reader');
      expect(await store.byLinkKey(ana.linkKey)).toBeUndefined();
      expect(await store.byFeedKey(ana.feedKey)).toBeUndefined();
      expect(await store.byAccount(account.id)).toBeUndefined();
      const gone = await store.byAddress(mail('ana@example.org'));
      expect(gone).toMatchObject({
        id: ana.id,
        address: undefined,
        domain: '',
        accountId: undefined,
        state: 'unsubscribed',
        endedBy: 'reader',
        preferences: { searches: [] },
      });
      const rows = JSON.stringify(
        await Promise.all(
          (['subscribers', 'deliveries', 'mail_returns'] as const).map((table) =>
            database()
              .connection.$extendTables<Record<typeof table, object>>()
              .selectFrom(table)
              .selectAll()
              .execute(),
          ),
        ),
      );
      for (const trace of ['ana@', 'illness', FROM, 'you searched', ana.linkKey, account.id]) {
        expect(rows).not.toContain(trace);
      }
      const again = await store.request(mail('ana@example.org'), FORM);
      expect(again).toMatchObject({ id: ana.id, state: 'pending', address: 'ana@example.org' });
      expect(await store.confirm(ana.id, FROM)).toMatchObject({ state: 'confirmed' });
    });

    it('is forgotten in time, unless they come back', async () => {
      const { store, add, queue, clock } = over(database());
      const [left, back, stays] = [
        await add('left@example.org', { searches: ['my illness'] }),
        await add('back@example.org'),
        await add('stays@example.org'),
      ];
      await queue(left, '2026-11-19');
      for (const { id } of [left, back]) await store.end(id, 'one-click');
      clock.ms += DAY;
      const endedMs = clock.ms;
      expect(await store.forgetLeavers(endedMs - DAY)).toBe(0);
      await store.request(mail('back@example.org'), FORM);
      expect(await store.forgetLeavers(endedMs)).toBe(1);
      expect(await store.find(left.id)).toMatchObject({
        ...{ address: undefined, domain: '', state: 'unsubscribed', endedBy: 'one-click' },
        ...{ endedAtMs: endedMs - DAY, preferences: { searches: [] } },
      });
      expect(await store.find(back.id)).toMatchObject({ address: 'back@example.org' });
      expect(await store.find(stays.id)).toEqual(stays);
      expect(await store.forgetLeavers(endedMs)).toBe(0);
      // Nobody is put on the list again whose owner has to be asked.
      expect(await store.byAddress(mail('left@example.org'))).toMatchObject({ id: left.id });
    });

    it('with an account is forgotten under every address of it', async () => {
      const { store, add, clock } = over(database());
      const account = await addAccount(database(), { name: 'ana' });
      const [one, two, other] = [
        await add('one@example.org'),
        await add('two@example.org'),
        await add('other@example.org'),
      ];
      await store.end(one.id, 'complaint');
      for (const { id } of [one, two]) await store.linkAccount(id, account.id);
      clock.ms += HOUR;
      await database()
        .connection.transaction()
        .execute((transaction) =>
          store.erase(transaction, { accountId: account.id }, 'account-deleted'),
        );
      expect(await store.find(one.id)).toMatchObject({ address: undefined, endedBy: 'complaint' });
      expect(await store.find(two.id)).toMatchObject({
        address: undefined,
        endedBy: 'account-deleted',
      });
      expect(await store.find(other.id)).toEqual(other);
    });
  });

  describe('what was asked and not confirmed', () => {
    it('is forgotten after a week, and who had the mail before is gone as before', async () => {
      const { store, add, clock, queue } = over(database());
      const old = await add('old@example.org', { searches: ['my illness'] });
      await queue(old, '2026-11-19');
      await store.end(old.id, 'reader');
      const stays = await add('stays@example.org');
      await store.request(mail('old@example.org'), FORM);
      const never = await store.request(mail('never@example.org'), FORM);
      clock.ms += DAY;
      const late = await store.request(mail('late@example.org'), FORM);
      clock.ms += 6 * DAY;
      expect(await store.removeUnconfirmed()).toBe(0);
      clock.ms += 1;
      expect(await store.removeUnconfirmed()).toBe(2);
      expect(await store.find(never.id)).toBeUndefined();
      expect(await store.find(old.id)).toMatchObject({
        state: 'unsubscribed',
        address: undefined,
        endedBy: 'reader',
        preferences: { searches: [] },
      });
      expect(await store.find(late.id)).toEqual(late);
      expect(await store.find(stays.id)).toEqual(stays);
    });
  });

  describe('the editions of a subscriber', () => {
    it('are due in the order of waiting, for those who may be sent something', async () => {
      const { store, add, suppressions, clock } = over(database());
      const nine = await add('nine@example.org', { minute: 9 * 60 });
      const eight = await add('eight@example.org');
      const feed = await add('feed@example.org', { channel: 'feed' });
      const ten = await add('ten@example.org', { minute: 10 * 60 });
      const left = await add('left@example.org');
      const gone = await add('gone@example.org');
      await addSubscriber(database(), { email: 'asks@example.org', confirmed: false });
      await store.end(left.id, 'reader');
      await suppressions.suppress({
        addressHash: gone.addressHash,
        reason: 'bounces',
        detail: '',
      });
      // Words of a search are no preference.
      await store.setPreferences(nine.id, {
        ...nine.preferences,
        searches: ['"channel":"feed"', 'channel":"feed'],
      });
      const due = async (...channels: ('mail' | 'feed')[]) =>
        (await store.due({ limit: 10, channels })).map(({ id }) => id);
      expect(await due('mail', 'feed')).toEqual([]);
      clock.ms = Date.parse('2026-11-21T08:00Z');
      expect(await due('mail')).toEqual([eight.id]);
      clock.ms += HOUR;
      expect(await due('mail')).toEqual([eight.id, nine.id]);
      expect(await due('feed')).toEqual([feed.id]);
      expect((await due('mail', 'feed')).sort()).toEqual([eight.id, feed.id, nine.id].sort());
      expect(await due()).toEqual([]);
      expect(await store.due({ limit: 1, channels: ['mail'] })).toMatchObject([{ id: eight.id }]);
      clock.ms += HOUR;
      expect(await due('mail')).toEqual([eight.id, nine.id, ten.id]);
    });

    it('follow each other, and never go back', async () => {
      const { store, add, advance } = over(database());
      const ana = await add('ana@example.org', { cadence: 'weekdays' });
      expect(ana.nextOn).toBe('2026-11-23');
      await advance(ana, '2026-11-23');
      const monday = await store.find(ana.id);
      expect(monday).toMatchObject({
        nextOn: '2026-11-24',
        nextAtMs: Date.parse('2026-11-24T08:00Z'),
      });
      await advance(ana, '2026-11-20');
      expect(await store.find(ana.id)).toEqual(monday);
      await store.end(ana.id, 'reader');
      await advance(ana, '2026-11-24');
      expect(await store.find(ana.id)).toMatchObject({ nextOn: undefined, nextAtMs: undefined });
    });

    it('go on as somebody wants them now, not as they did when the list was read', async () => {
      const { store, add, advance } = over(database());
      const stale = await add('ana@example.org');
      await store.setPreferences(stale.id, { ...stale.preferences, minute: 22 * 60 });
      await advance(stale, '2026-11-20');
      expect(await store.find(stale.id)).toMatchObject({
        nextOn: '2026-11-21',
        nextAtMs: Date.parse('2026-11-21T22:00Z'),
      });
    });

    it('are moved by other wishes, but none comes twice', async () => {
      const { store, add, queue } = over(database());
      const ana = await add('ana@example.org');
      const wish = async (preferences: Partial<DigestPreferences>) => {
        await store.setPreferences(ana.id, { ...USUAL_PREFERENCES, ...preferences });
        return (await store.find(ana.id))?.nextOn;
      };
      expect(await wish({ minute: 23 * 60 })).toBe('2026-11-20');
      expect(await wish({ minute: 11 * 60 })).toBe('2026-11-20');
      await queue(ana, '2026-11-20');
      expect(await wish({ minute: 23 * 60 })).toBe('2026-11-21');
      expect(await wish({ timeZone: 'Pacific/Kiritimati', minute: 23 * 60 })).toBe('2026-11-21');
      expect(await wish({ cadence: 'weekly', weekday: 5 })).toBe('2026-11-27');
      await store.end(ana.id, 'reader');
      expect(await wish({})).toBeUndefined();
      expect((await store.find(ana.id))?.preferences).toEqual(USUAL_PREFERENCES);
    });

    it('of one day are for all whose rhythm it fits, page by page', async () => {
      const { store, add, suppressions } = over(database());
      const wanted: string[] = [];
      for (let at = 0; at < 7; at += 1) {
        wanted.push((await add(`daily${at}@example.org`)).id);
        await add(`weekday${at}@example.org`, { cadence: 'weekdays' });
        await add(`monday${at}@example.org`, { cadence: 'weekly', weekday: 1 });
      }
      wanted.push((await add('saturday@example.org', { cadence: 'weekly', weekday: 6 })).id);
      const gone = await add('gone@example.org');
      await suppressions.suppress({
        addressHash: gone.addressHash,
        reason: 'operator',
        detail: '',
      });
      await store.end((await add('left@example.org')).id, 'reader');
      await addSubscriber(database(), { email: 'asks@example.org', confirmed: false });
      const found: string[] = [];
      let after: SubscriberId | undefined;
      for (;;) {
        const page = await store.confirmedFor(day('2026-11-21'), after, 3);
        found.push(...page.map(({ id }) => id));
        after = page.at(-1)?.id;
        if (page.length < 3) break;
      }
      expect(found).toEqual(wanted.sort());
    });
  });

  describe('the list of subscribers', () => {
    it('tells what each is, and how many there are of what', async () => {
      const { store, add, suppressions, clock } = over(database());
      const people: Subscriber[] = [];
      for (const name of ['ana', 'ben', 'cy', 'dee']) {
        people.push(await add(`${name}@example.org`));
        clock.ms += 1_000;
      }
      const [ana, ben, cy, dee] = people as [Subscriber, Subscriber, Subscriber, Subscriber];
      const eve = await addSubscriber(database(), {
        email: 'eve@example.org',
        confirmed: false,
        now: () => new Date(clock.ms),
      });
      await store.end(ben.id, 'reader');
      for (const { addressHash } of [cy, ben]) {
        await suppressions.suppress({ addressHash, reason: 'bounces', detail: '' });
      }
      const page = await store.list({ offset: 0, limit: 10 });
      expect(page.total).toBe(5);
      expect(page.subscribers.map(({ subscriber, status }) => [subscriber.id, status])).toEqual([
        [ana.id, 'confirmed'],
        [ben.id, 'suppressed'],
        [cy.id, 'suppressed'],
        [dee.id, 'confirmed'],
        [eve.id, 'pending'],
      ]);
      expect(await store.list({ status: 'suppressed', offset: 1, limit: 1 })).toMatchObject({
        subscribers: [{ subscriber: { id: cy.id } }],
        total: 2,
      });
      expect(await store.list({ status: 'confirmed', offset: 0, limit: 1 })).toMatchObject({
        subscribers: [{ subscriber: { id: ana.id } }],
        total: 2,
      });
      expect(await store.list({ status: 'unsubscribed', offset: 0, limit: 9 })).toEqual({
        subscribers: [],
        total: 0,
      });
      expect(await store.counts()).toEqual({
        pending: 1,
        confirmed: 2,
        unsubscribed: 0,
        suppressed: 2,
      });
    });
  });

  describe('an address that nothing may be sent to', () => {
    const because = (reason: 'bounces' | 'complaint' | 'operator' | 'no-such-address') => ({
      addressHash: 'a hash',
      reason,
      detail: `for ${reason}`,
    });

    it('keeps its first reason, but for a complaint, which stays for ever', async () => {
      const { suppressions, clock } = over(database());
      await suppressions.suppress(because('bounces'));
      clock.ms += HOUR;
      await suppressions.suppress(because('operator'));
      expect(await suppressions.find('a hash')).toEqual({
        ...because('bounces'),
        sinceMs: NOON.getTime(),
      });
      await suppressions.suppress(because('complaint'));
      clock.ms += HOUR;
      await suppressions.suppress(because('complaint'));
      await suppressions.suppress(because('no-such-address'));
      expect(await suppressions.find('a hash')).toEqual({
        ...because('complaint'),
        sinceMs: NOON.getTime() + HOUR,
      });
      expect(await suppressions.find('another')).toBeUndefined();
      expect(await suppressions.find('\0')).toBeUndefined();
    });

    it.each([
      ['bounces', true],
      ['no-such-address', true],
      ['complaint', false],
      ['operator', false],
    ] as const)('because of %s is released by its reader: %s', async (reason, changed) => {
      const { suppressions } = over(database());
      await suppressions.suppress(because(reason));
      expect(await suppressions.releaseReached('a hash')).toEqual({ changed });
      expect(await suppressions.release('a hash')).toEqual({ changed: !changed });
      expect(await suppressions.find('a hash')).toBeUndefined();
    });

    it('is listed with the others, the latest first, and goes with its transaction', async () => {
      const { suppressions, clock } = over(database());
      await suppressions.suppress({ ...because('bounces'), detail: `\0${'x'.repeat(2_000)}` });
      clock.ms += HOUR;
      await suppressions.suppress({ ...because('operator'), addressHash: 'another' });
      const undone = database()
        .connection.transaction()
        .execute(async (transaction) => {
          await suppressions.suppress({ ...because('operator'), addressHash: 'none' }, transaction);
          throw new Error('undone');
        });
      await expect(undone).rejects.toThrow('undone');
      const page = await suppressions.list({ offset: 0, limit: 10 });
      expect(page.total).toBe(2);
      expect(page.suppressions.map(({ addressHash }) => addressHash)).toEqual([
        'another',
        'a hash',
      ]);
      expect(page.suppressions[1]?.detail).toBe('x'.repeat(500));
      expect((await suppressions.list({ offset: 1, limit: 1 })).suppressions).toHaveLength(1);
    });
  });
});

describe('a subscriber of a test', () => {
  it('is confirmed unless it is said otherwise', async () => {
    const { database } = await openCatalogue();
    expect(await addSubscriber(database)).toMatchObject({ state: 'confirmed' });
  });
});
