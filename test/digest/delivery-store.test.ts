import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { GIVE_UP_MS, LEASE_MS } from '../../src/digest/delivery/delivery.js';
import { ADDRESS_HASH } from '../../src/digest/subscriptions/subscription.js';
import { createSuppressionStore } from '../../src/digest/subscriptions/suppression-store.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { record } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';
import {
  contentsWith,
  type DeliverySite,
  deliverySite,
  FRIDAY,
  SATURDAY,
  THURSDAY,
} from '../support/deliveries.js';
import { KEYED_HASH } from '../support/subscribers.js';

const MINUTE_MS = 60_000;

const states = async (
  { deliveries }: DeliverySite,
  key: Parameters<typeof deliveries.history>[0],
) => (await deliveries.history(key)).map(({ state }) => state);

/** The papers that somebody was sent, and by what title they are known. */
const sentPapers = ({ connection }: Database) =>
  connection
    .$extendTables<{ sent_papers: { paper_id: string; title_key: string; edition_on: string } }>()
    .selectFrom('sent_papers')
    .select(['paper_id', 'title_key', 'edition_on'])
    .orderBy('paper_id')
    .execute();

describeOnEveryDatabase('A delivery', (database) => {
  describe('on its way', () => {
    test('is queued, leased, handed over and sent, and every step can be read', async () => {
      const site = deliverySite(database());
      const ana = await site.subscriber('ana');
      const lease = await site.handedOver(ana);
      expect(lease).toMatchObject({ attempt: 1, fence: 1, domain: 'ana.example.org', holder: 'a' });
      site.pass(1_000);
      expect(await site.deliveries.settle(lease, { state: 'sent', detail: '250 OK' })).toBe(true);
      expect(await site.deliveries.find(lease)).toMatchObject({
        state: 'sent',
        detail: '250 OK',
        address: 'ana@ana.example.org',
        attempt: 1,
        sentAtMs: site.nowMs(),
      });
      const history = await site.deliveries.history(lease);
      expect(history.map(({ state }) => state)).toEqual([
        'queued',
        'leased',
        'handing_over',
        'sent',
      ]);
      expect(history.at(-1)).toEqual({ state: 'sent', detail: '250 OK', atMs: site.nowMs() });
      expect(await site.deliveries.byMessageId(lease.messageId)).toMatchObject({
        subscriberId: ana.id,
      });
      expect(await site.deliveries.counts(FRIDAY)).toMatchObject({ sent: 1, queued: 0, leased: 0 });
    });

    test('exists once for each edition and subscriber, however often it is queued', async () => {
      const site = deliverySite(database());
      const ana = await site.subscriber('ana');
      const all = await Promise.all([site.queue(ana), site.queue(ana), site.queue(ana, THURSDAY)]);
      expect(all.filter(({ added }) => added)).toHaveLength(2);
      expect(await site.deliveries.editions(5)).toEqual([FRIDAY, THURSDAY]);
      expect(await site.deliveries.editions(1)).toEqual([FRIDAY]);
      expect(await states(site, { editionOn: FRIDAY, subscriberId: ana.id })).toEqual(['queued']);
    });

    test('is taken up by one of the senders that ask at once', async () => {
      const site = deliverySite(database());
      const names = ['ana', 'ben', 'cleo', 'dan', 'eva', 'finn'];
      for (const name of names) await site.queue(await site.subscriber(name));
      const claims = await Promise.all(
        ['a', 'b', 'c'].map((name) => site.claim(name, { limit: 4 })),
      );
      const taken = claims.flat().map(({ subscriberId }) => subscriberId);
      expect(new Set(taken).size).toBe(taken.length);
      const rest = await site.claim('d');
      expect(taken.length + rest.length).toBe(names.length);
    });

    test('is taken up when it is due, of the edition and the domains that are asked for', async () => {
      const site = deliverySite(database());
      const [ana, ben] = [await site.subscriber('ana'), await site.subscriber('ben')];
      await site.queue(ana);
      await site.queue(ben, THURSDAY);
      const bens = await site.claim('a', { editionOn: THURSDAY });
      expect(bens).toMatchObject([{ subscriberId: ben.id }]);
      const withoutDomains = ['ana.example.org', 'cleo.example.org'];
      expect(await site.claim('a', { withoutDomains })).toEqual([]);
      const [lease] = await site.claim('a');
      if (!lease) throw new RangeError('nothing was taken up');
      const tryAtMs = site.nowMs() + 60 * MINUTE_MS;
      await site.deliveries.settle(lease, { state: 'deferred', detail: '451 Later', tryAtMs });
      expect(await site.claim()).toEqual([]);
      site.pass(60 * MINUTE_MS);
      // Nothing has been heard of Ben's sender for an hour.
      expect(await site.claim('b')).toMatchObject([
        { subscriberId: ben.id, attempt: 2, fence: 2 },
        { subscriberId: ana.id, attempt: 2, fence: 2 },
      ]);
    });

    test('is given back when it was not begun, and that was no try', async () => {
      const site = deliverySite(database());
      const lease = await site.lease(await site.subscriber('ana'));
      await site.deliveries.giveBack([lease], site.nowMs() + MINUTE_MS);
      expect(await site.deliveries.nextTryAtMs()).toBe(site.nowMs() + MINUTE_MS);
      expect(await site.claim()).toEqual([]);
      site.pass(MINUTE_MS);
      expect(await site.claim()).toMatchObject([{ attempt: 1, fence: 2 }]);
      // The lease from before is worth nothing now.
      await site.deliveries.giveBack([lease]);
      expect(await site.deliveries.find(lease)).toMatchObject({ state: 'leased' });
    });

    test('keeps what was first chosen for it', async () => {
      const site = deliverySite(database());
      const lease = await site.lease(await site.subscriber('ana'), contentsWith('2611.00001'));
      site.pass(LEASE_MS);
      expect(await site.claim('b')).toMatchObject([{ contents: contentsWith('2611.00001') }]);
      expect(await site.deliveries.keepContents(lease, contentsWith('2611.00002'))).toBe(false);
      expect(await site.deliveries.find(lease)).toMatchObject({ papers: 1 });
    });

    test('keeps strange words of a server as one line that names nobody', async () => {
      const site = deliverySite(database());
      const lease = await site.handedOver(await site.subscriber('ana'));
      const detail = `550 <ana@example.org> No\0 such\r\nuser ${'x'.repeat(2_000)}`;
      await site.deliveries.settle(lease, { state: 'failed', detail });
      const { detail: kept = '' } = (await site.deliveries.find(lease)) ?? {};
      expect(kept).toMatch(/^550 <…@example\.org> No such user x+$/);
      expect(kept).toHaveLength(500);
    });
  });

  describe('whose sender is slow or dead', () => {
    test('stays with a sender that renews its leases', async () => {
      const site = deliverySite(database());
      const lease = await site.lease(await site.subscriber('ana'));
      site.pass(LEASE_MS - 1);
      await site.deliveries.renew('a', LEASE_MS);
      site.pass(LEASE_MS - 1);
      expect(await site.claim('b')).toEqual([]);
      expect(await site.deliveries.handOver(lease, LEASE_MS)).toEqual({ may: true });
      site.pass(LEASE_MS - 1);
      await site.deliveries.renew('a', LEASE_MS);
      site.pass(LEASE_MS - 1);
      expect(await site.deliveries.expire()).toBe(0);
    });

    test('is handed over by the one who took it over, and by nobody else', async () => {
      const site = deliverySite(database());
      const lease = await site.lease(await site.subscriber('ana'));
      site.pass(LEASE_MS);
      expect(await site.deliveries.handOver(lease, LEASE_MS)).toEqual({
        may: false,
        because: 'lease-lost',
      });
      const [taken] = await site.claim('b');
      if (!taken) throw new RangeError('nothing was taken up');
      expect(await site.deliveries.handOver(lease, LEASE_MS)).toMatchObject({ may: false });
      expect(await site.deliveries.handOver(taken, LEASE_MS)).toEqual({ may: true });
      expect(await site.deliveries.handOver(taken, LEASE_MS)).toMatchObject({ may: false });
      expect(await site.deliveries.settle(lease, { state: 'failed', detail: 'x' })).toBe(false);
    });

    test('is ambiguous if it was being handed over, until the sender is heard of again', async () => {
      const site = deliverySite(database());
      const lease = await site.handedOver(await site.subscriber('ana'), contentsWith());
      site.pass(LEASE_MS);
      expect(await site.claim('b')).toEqual([]);
      expect(await site.deliveries.expire()).toBe(1);
      expect(await site.deliveries.expire()).toBe(0);
      expect(await site.deliveries.find(lease)).toMatchObject({ state: 'ambiguous' });
      expect(await site.claim('b')).toEqual([]);
      expect(await site.deliveries.settle(lease, { state: 'sent', detail: '250 OK' })).toBe(true);
      expect(await site.deliveries.find(lease)).toMatchObject({ state: 'sent' });
      expect(await site.deliveries.settle(lease, { state: 'failed', detail: 'x' })).toBe(false);
    });

    test('does not wait for hours when the clock was set back', async () => {
      const site = deliverySite(database());
      const [ana, ben] = [await site.subscriber('ana'), await site.subscriber('ben')];
      await site.lease(ana);
      const handedOver = await site.handedOver(ben);
      site.pass(-120 * MINUTE_MS);
      expect(await site.claim('b')).toMatchObject([{ subscriberId: ana.id }]);
      expect(await site.deliveries.expire()).toBe(1);
      expect(await site.deliveries.find(handedOver)).toMatchObject({ state: 'ambiguous' });
    });
  });

  describe('whose fate nobody knows, where it is to be sent once more', () => {
    test('has one more copy, and not another', async () => {
      const site = deliverySite(database(), { maxRepeats: 1 });
      const lease = await site.handedOver(await site.subscriber('ana'), contentsWith());
      site.pass(LEASE_MS);
      expect(await site.deliveries.expire()).toBe(1);
      const [second] = await site.claim('b');
      if (!second) throw new RangeError('nothing was taken up');
      expect(second.messageId).toBe(lease.messageId);
      expect(await site.deliveries.handOver(second, LEASE_MS)).toEqual({ may: true });
      expect(await site.deliveries.settle(lease, { state: 'sent', detail: 'x' })).toBe(false);
      await site.deliveries.settle(second, { state: 'ambiguous', detail: 'the server vanished' });
      expect(await site.deliveries.find(second)).toMatchObject({ state: 'ambiguous' });
      site.pass(60 * MINUTE_MS);
      expect(await site.claim('b')).toEqual([]);
      expect(await states(site, lease)).toEqual([
        'queued',
        'leased',
        'handing_over',
        'queued',
        'leased',
        'handing_over',
        'ambiguous',
      ]);
    });

    test('has none when the first turns out to have been taken', async () => {
      const site = deliverySite(database(), { maxRepeats: 1 });
      const lease = await site.handedOver(await site.subscriber('ana'), contentsWith());
      await site.deliveries.settle(lease, { state: 'ambiguous', detail: 'the server vanished' });
      expect(await site.deliveries.find(lease)).toMatchObject({ state: 'queued' });
      expect(await site.claim('b')).toEqual([]);
      expect(await site.deliveries.settle(lease, { state: 'sent', detail: '250 OK' })).toBe(true);
      site.pass(60 * MINUTE_MS);
      expect(await site.claim('b')).toEqual([]);
      expect(await site.deliveries.counts(FRIDAY)).toMatchObject({ sent: 1 });
    });

    test('is tried again like any other when the first turns out to have been refused', async () => {
      const site = deliverySite(database(), { maxRepeats: 1 });
      const lease = await site.handedOver(await site.subscriber('ana'), contentsWith());
      site.pass(LEASE_MS);
      await site.deliveries.expire();
      await site.deliveries.settle(lease, { state: 'failed', detail: '554 No' });
      expect(await site.deliveries.find(lease)).toMatchObject({
        state: 'failed',
        detail: '554 No',
      });
    });

    test('stays unknown when the second copy is refused', async () => {
      const site = deliverySite(database(), { maxRepeats: 1 });
      const ana = await site.subscriber('ana');
      const lease = await site.handedOver(ana, contentsWith('2611.00001'));
      await site.deliveries.settle(lease, { state: 'ambiguous', detail: 'the server vanished' });
      site.pass(MINUTE_MS);
      const [second] = await site.claim('b');
      if (!second) throw new RangeError('nothing was taken up');
      await site.subscriptions.end(ana.id, 'reader');
      expect(await site.deliveries.handOver(second, LEASE_MS)).toMatchObject({
        because: 'not-wanted',
      });
      expect(await site.deliveries.find(lease)).toMatchObject({
        state: 'ambiguous',
        detail: 'left before it was sent; an earlier copy may have arrived',
      });
    });
  });

  describe('asked for in the moment before it is handed over', () => {
    test('is skipped if the reader has left, and says so', async () => {
      const site = deliverySite(database());
      const ana = await site.subscriber('ana');
      const lease = await site.lease(ana);
      await site.subscriptions.end(ana.id, 'one-click');
      expect(await site.deliveries.handOver(lease, LEASE_MS)).toEqual({
        may: false,
        because: 'not-wanted',
      });
      expect(await site.deliveries.find(lease)).toMatchObject({
        state: 'skipped',
        detail: 'left before it was sent',
        sentAtMs: undefined,
      });
    });

    test('is skipped if the reader was forgotten, and keeps nothing of them', async () => {
      const site = deliverySite(database());
      const ana = await site.subscriber('ana');
      const { id } = ana;
      const lease = await site.lease(ana);
      await database()
        .connection.transaction()
        .execute((transaction) => site.subscriptions.erase(transaction, { id }, 'reader'));
      expect(await site.deliveries.keepContents(lease, contentsWith('2611.00001'))).toBe(true);
      expect(await site.deliveries.handOver(lease, LEASE_MS)).toMatchObject({
        because: 'not-wanted',
      });
      expect(await site.deliveries.find(lease)).toMatchObject({ state: 'skipped', papers: 0 });
    });

    test('is skipped if the address is suppressed, and says why', async () => {
      const site = deliverySite(database());
      const lease = await site.lease(await site.subscriber('ana'));
      await createSuppressionStore(database(), site).suppress({
        addressHash: KEYED_HASH(ADDRESS_HASH, 'ana@ana.example.org'),
        reason: 'no-such-address',
        detail: '550 5.1.1',
      });
      expect(await site.deliveries.handOver(lease, LEASE_MS)).toMatchObject({ may: false });
      expect(await site.deliveries.find(lease)).toMatchObject({
        state: 'skipped',
        detail: 'the address is suppressed: no-such-address (550 5.1.1)',
      });
    });

    test('waits while the mail is stopped, and nobody takes it up', async () => {
      const site = deliverySite(database());
      const lease = await site.lease(await site.subscriber('ana'));
      await site.control.stop('operator', 'The server is being moved.');
      expect(await site.deliveries.handOver(lease, LEASE_MS)).toEqual({
        may: false,
        because: 'paused',
      });
      expect(await site.deliveries.find(lease)).toMatchObject({
        state: 'queued',
        detail: 'the mail is stopped: The server is being moved.',
        attempt: 0,
      });
      expect(await site.claim()).toEqual([]);
      await site.control.resume({});
      expect(await site.claim()).toHaveLength(1);
    });

    test('puts its papers down as sent, and takes that back when it was refused', async () => {
      const site = deliverySite(database());
      const papers = createPaperStore(database(), { now: site.now, timeZone: 'UTC' });
      const added = await papers.add([
        record({ title: 'On Attention!', names: ['2611.00001'] }),
        record({ title: 'On Memory', names: ['2611.00002'] }),
      ]);
      const ids = added.map(({ id }) => id as PaperId);
      const contents = contentsWith(...ids, 'a paper that is gone');
      const ana = await site.subscriber('ana');
      const lease = await site.lease(ana, contents);
      expect(await sentPapers(database())).toEqual([]);
      await site.deliveries.handOver(lease, LEASE_MS);
      expect(await sentPapers(database())).toEqual([
        { paper_id: ids[0], title_key: 'onattention', edition_on: FRIDAY },
        { paper_id: ids[1], title_key: 'onmemory', edition_on: FRIDAY },
      ]);
      expect(await site.deliveries.contentsOf(ana.id, 9)).toEqual([
        { editionOn: FRIDAY, contents, atMs: site.nowMs() },
      ]);
      const tryAtMs = site.nowMs();
      await site.deliveries.settle(lease, { state: 'deferred', detail: '451 Later', tryAtMs });
      expect(await sentPapers(database())).toEqual([]);
      expect(await site.deliveries.contentsOf(ana.id, 9)).toEqual([]);
      const [again] = await site.claim();
      if (!again) throw new RangeError('nothing was taken up');
      await site.deliveries.handOver(again, LEASE_MS);
      await site.deliveries.settle(again, { state: 'ambiguous', detail: 'the server vanished' });
      expect(await sentPapers(database())).toHaveLength(2);
    });
  });

  describe('that comes too late', () => {
    test('fails when the next try would be after a day', async () => {
      const site = deliverySite(database());
      const lease = await site.handedOver(await site.subscriber('ana'));
      const tryAtMs = lease.giveUpAtMs + 1;
      await site.deliveries.settle(lease, { state: 'deferred', detail: '451 Later', tryAtMs });
      expect(await site.deliveries.find(lease)).toMatchObject({
        state: 'failed',
        detail: 'given up after a day: 451 Later',
        sentAtMs: undefined,
      });
    });

    test('fails when nobody could send it for a day', async () => {
      const site = deliverySite(database());
      const [ana, ben] = [await site.subscriber('ana'), await site.subscriber('ben')];
      await site.lease(ana);
      await site.queue(ben);
      site.pass(GIVE_UP_MS - 1);
      expect(await site.deliveries.giveUp()).toBe(0);
      site.pass(1);
      expect(await site.claim('b')).toEqual([]);
      expect(await site.deliveries.giveUp()).toBe(2);
      const { deliveries, total } = await site.deliveries.list(FRIDAY, { offset: 0, limit: 9 });
      expect(total).toBe(2);
      expect(new Set(deliveries.map(({ detail }) => detail))).toEqual(
        new Set(['given up after a day: taken up by a', 'given up after a day: it was not tried']),
      );
    });

    test('is skipped with all that waits, but for what may have gone out', async () => {
      const site = deliverySite(database());
      const sent = await site.handedOver(await site.subscriber('ana'));
      await site.deliveries.settle(sent, { state: 'sent', detail: '250 OK' });
      const unknown = await site.handedOver(await site.subscriber('ben'));
      await site.lease(await site.subscriber('cleo'));
      await site.queue(await site.subscriber('dan'));
      expect(await site.deliveries.skipWaiting('perhaps it was sent')).toBe(3);
      expect(await site.deliveries.counts(FRIDAY)).toMatchObject({
        sent: 1,
        ambiguous: 1,
        skipped: 2,
      });
      expect(await site.deliveries.find(unknown)).toMatchObject({ state: 'ambiguous' });
    });
  });

  test('is forgotten but for having been sent', async () => {
    const site = deliverySite(database());
    const ana = await site.subscriber('ana');
    const lease = await site.handedOver(ana, contentsWith('2611.00001'));
    await site.deliveries.settle(lease, { state: 'sent', detail: '250 OK' });
    await site.queue(ana, SATURDAY);
    await site.deliveries.forgetBefore(FRIDAY);
    expect(await site.deliveries.history(lease)).toHaveLength(4);
    await site.deliveries.forgetBefore(SATURDAY);
    expect(await site.deliveries.history(lease)).toEqual([]);
    expect(await site.deliveries.find(lease)).toMatchObject({ state: 'sent', papers: 0 });
    expect(await site.deliveries.contentsOf(ana.id, 9)).toEqual([]);
    expect(await states(site, { editionOn: SATURDAY, subscriberId: ana.id })).toEqual(['queued']);
    expect(await site.queue(ana)).toEqual({ added: false });
  });

  test('is listed by its state, page by page', async () => {
    const site = deliverySite(database());
    for (const name of ['ana', 'ben', 'cleo']) await site.queue(await site.subscriber(name));
    const [lease] = await site.claim('a', { limit: 1 });
    const leased = await site.deliveries.list(FRIDAY, { state: 'leased', offset: 0, limit: 9 });
    expect(leased).toMatchObject({ total: 1, deliveries: [{ subscriberId: lease?.subscriberId }] });
    const page = await site.deliveries.list(FRIDAY, { offset: 2, limit: 2 });
    expect([page.total, page.deliveries.length]).toEqual([3, 1]);
  });
});
