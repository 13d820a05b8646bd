import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addAccount } from '../../../test/support/accounts.js';
import { NOON, openCatalogue } from '../../../test/support/catalogue.js';
import { describeOnBothDialects } from '../../../test/support/databases.js';
import {
  addressHashOf,
  addSubscriber,
  KEYED_HASH,
  subscriptionStoreFor,
} from '../../../test/support/subscribers.js';
import { createAccountStore } from '../../accounts/account-store.js';
import { createOneTimeSecretStore } from '../../accounts/one-time-secret-store.js';
import type { Database } from '../../database/database.js';
import type { Letter } from '../../mail/mailer.js';
import { createSubscribing, type FormAsker, type SubscribingParts } from './subscribing.js';
import type { DigestPreferences, SuppressionReason } from './subscription.js';
import { createSuppressionStore } from './suppression-store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = '192.0.2.0/24';
const FORM: FormAsker = { from: FROM };

const refused = (code: string) => expect.objectContaining({ code });

/** Subscribing over a real database, with a letter box instead of the post. */
function over(database: Database, given: Partial<SubscribingParts> = {}) {
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const letters: Letter[] = [];
  const failures: unknown[] = [];
  const subscriptions = subscriptionStoreFor(database, now);
  const suppressions = createSuppressionStore(database, { now });
  const subscribing = createSubscribing({
    subscriptions,
    suppressions,
    secrets: createOneTimeSecretStore(database, { now }),
    mailer: {
      delivers: true,
      send: async (letter) => {
        letters.push(letter);
      },
    },
    keyedHash: KEYED_HASH,
    now,
    usual: { hour: 8, timeZone: 'Europe/Berlin' },
    site: { title: 'The Proof', baseUrl: 'https://papers.example.org/' },
    accounts: createAccountStore(database, { now }),
    onFailure: (error) => failures.push(error),
    ...given,
  });
  /** Asks, and gives the letter and the token of its link; `undefined` if none came. */
  const ask = async (address: string, asker: FormAsker = FORM) => {
    const before = letters.length;
    await subscribing.ask(address, asker);
    await subscribing.settled();
    const letter = letters[before];
    return letter && { letter, token: tokenOf(letter) };
  };
  return {
    database,
    clock,
    now,
    letters,
    failures,
    subscriptions,
    suppressions,
    subscribing,
    ask,
    /** Asks and confirms. */
    join: async (address: string) =>
      subscribing.confirm((await ask(address))?.token ?? 'none', FROM),
    suppress: (address: string, reason: SuppressionReason) =>
      suppressions.suppress({ addressHash: addressHashOf(address), reason, detail: '' }),
  };
}

async function alone(given: Partial<SubscribingParts> = {}) {
  const { database } = await openCatalogue();
  return over(database, given);
}

function tokenOf({ text }: Letter): string {
  return /\/subscribe\/confirm\/([\w-]{43})$/m.exec(text)?.[1] ?? '';
}

describeOnBothDialects('the daily mail', (database) => {
  it('is asked for by one letter, and begins when it is confirmed', async () => {
    const { ask, subscribing, subscriptions, letters } = over(database());
    const asked = await ask('Ana@Example.org', { ...FORM, timeZone: 'Asia/Kolkata' });
    expect(letters.map(({ to }) => to)).toEqual(['Ana@example.org']);
    const token = asked?.token ?? '';
    expect(await subscribing.look(token)).toEqual({ address: 'Ana@example.org' });
    expect(await subscriptions.counts()).toMatchObject({ pending: 1, confirmed: 0 });
    const ana = await subscribing.confirm(token, FROM);
    expect(ana).toMatchObject({
      state: 'confirmed',
      nextOn: '2026-11-21',
      nextAtMs: Date.parse('2026-11-21T02:30Z'),
      preferences: { timeZone: 'Asia/Kolkata', minute: 480 },
    });
    expect(await subscribing.byLinkKey(ana.linkKey)).toEqual(ana);
  });

  it('is asked for by one letter when many ask at once, in all spellings', async () => {
    const { subscribing, letters, subscriptions, failures } = over(database());
    const spellings = ['ana@example.org', 'ANA@example.org', 'ana@EXAMPLE.org.'];
    await Promise.all(
      Array.from({ length: 30 }, (_, at) => subscribing.ask(spellings[at % 3] ?? '', FORM)),
    );
    await subscribing.settled();
    expect(letters).toHaveLength(1);
    expect(failures).toEqual([]);
    expect(await subscriptions.counts()).toMatchObject({ pending: 1 });
  });

  it('begins once, however many confirm at once and again', async () => {
    const { ask, subscribing, clock } = over(database());
    const { token = '' } = (await ask('ana@example.org')) ?? {};
    const begun = await Promise.all(
      Array.from({ length: 10 }, (_, at) => subscribing.confirm(token, `192.0.${at}.0/24`)),
    );
    for (const each of begun) expect(each).toEqual(begun[0]);
    clock.ms += DAY;
    expect(await subscribing.confirm(token, 'elsewhere')).toEqual(begun[0]);
  });

  it('ends with leaving, also for a link that was not opened yet', async () => {
    const { ask, subscribing, clock } = over(database());
    const first = (await ask('ana@example.org'))?.token ?? '';
    clock.ms += 2 * HOUR;
    const second = (await ask('ana@example.org'))?.token ?? '';
    const ana = await subscribing.confirm(second, FROM);
    await subscribing.leave(ana, 'one-click');
    await subscribing.leave(ana, 'reader');
    for (const token of [first, second]) {
      await expect(subscribing.look(token)).rejects.toEqual(refused('used_up'));
      await expect(subscribing.confirm(token, FROM)).rejects.toEqual(refused('used_up'));
    }
    expect(await subscribing.byLinkKey(ana.linkKey)).toMatchObject({ endedBy: 'one-click' });
    clock.ms += 2 * HOUR;
    const third = (await ask('ana@example.org'))?.token ?? '';
    await expect(subscribing.confirm(second, FROM)).rejects.toEqual(refused('used_up'));
    expect(await subscribing.confirm(third, FROM)).toMatchObject({ state: 'confirmed' });
  });
});

describe('a letter to confirm', () => {
  it('says what was asked, when and from where, and what to do if nobody did', async () => {
    const { ask } = await alone();
    const { letter, token } = (await ask('ana@example.org')) ?? expect.fail('no letter');
    const link = `https://papers.example.org/subscribe/confirm/${token}`;
    expect(letter.subject).toBe('Do you want the daily mail of The Proof?');
    expect(letter.text).toContain(
      'on 20 November 2026 at 12:00 UTC, from the network 192.0.2.0/24',
    );
    expect(letter.text).toContain(`\n${link}\n`);
    expect(letter.text).toContain('If you did not ask, do nothing');
    expect(letter.html).toContain(`<a href="${link}">Yes, send it to me</a>`);
    expect(letter.html).not.toMatch(/<img|<script|src=/);
  });

  it('holds the words of the site as words, and links to nowhere else', async () => {
    const site = { title: '<b>"A&B"</b>', baseUrl: 'https://papers.example.org' };
    const { ask } = await alone({ site });
    const asked = await ask('ana@example.org', { from: '', origin: 'https://evil.example' });
    expect(asked?.letter.html).toContain('&lt;b&gt;&quot;A&amp;B&quot;&lt;/b&gt;');
    expect(asked?.letter.html).not.toContain('<b>"');
    expect(asked?.letter.text).not.toMatch(/evil|network/);
  });

  it.each(['ana', 'a@b\r\nBcc: x@example.org', '', 'a@localhost'])(
    'is not written to %j, and nothing is stored',
    async (text) => {
      const { ask, letters, database } = await alone();
      const before = await dump(database);
      await expect(ask(text)).rejects.toEqual(refused('not_acceptable'));
      expect(letters).toEqual([]);
      expect(await dump(database)).toEqual(before);
    },
  );

  it('goes once an hour and three times a day, and beyond that nothing is said', async () => {
    const { ask, clock, letters } = await alone();
    const goes: boolean[] = [];
    for (const pauseMs of [0, 0, 59 * MINUTE, MINUTE, HOUR, HOUR, HOUR]) {
      clock.ms += pauseMs;
      goes.push((await ask('ana@example.org')) !== undefined);
    }
    expect(goes).toEqual([true, false, false, true, true, false, false]);
    expect(await ask('ben@example.org')).toBeDefined();
    clock.ms = NOON.getTime() + DAY;
    expect(await ask('ana@example.org')).toBeDefined();
    expect(letters).toHaveLength(5);
  });

  it('that an address has got makes the link of the one before no worse', async () => {
    const { ask, clock, subscribing } = await alone();
    const first = (await ask('ana@example.org'))?.token ?? '';
    clock.ms += 2 * HOUR;
    await ask('ana@example.org');
    expect(await subscribing.confirm(first, FROM)).toMatchObject({ state: 'confirmed' });
  });

  it('that cannot be sent is told to the operator, and may be asked for again at once', async () => {
    const sent: Letter[] = [];
    let works = false;
    const { ask, failures } = await alone({
      mailer: {
        delivers: true,
        send: async (letter) => {
          if (!works) throw new Error('no post today');
          sent.push(letter);
        },
      },
    });
    await ask('ana@example.org');
    expect(failures).toEqual([new Error('no post today')]);
    works = true;
    await ask('ana@example.org');
    expect(sent).toHaveLength(1);
  });

  it('is not waited for', async () => {
    const post = Promise.withResolvers<void>();
    const { subscribing } = await alone({
      mailer: { delivers: true, send: () => post.promise },
    });
    await subscribing.ask('ana@example.org', FORM);
    await subscribing.ask('ben@example.org', FORM);
    post.resolve();
    await subscribing.settled();
  });

  it('goes to nobody who has the mail: they are told so, with the way to their wishes', async () => {
    const { join, ask, clock, subscribing } = await alone();
    const ana = await join('ana@example.org');
    expect(await ask('ANA@example.org')).toBeUndefined();
    clock.ms += HOUR;
    const told = (await ask('ANA@example.org'))?.letter;
    expect(told?.to).toBe('ana@example.org');
    expect(told?.subject).toBe('You have the daily mail of The Proof already');
    expect(told?.text).toContain(`\nhttps://papers.example.org/subscription/${ana.linkKey}\n`);
    expect(told?.text).not.toContain('/confirm/');
    expect(await subscribing.byLinkKey(ana.linkKey)).toEqual(ana);
  });

  it('goes again to who has left, and to who was forgotten', async () => {
    const { join, ask, clock, subscribing } = await alone();
    const ana = await join('ana@example.org');
    await subscribing.leave(ana, 'reader');
    clock.ms += HOUR;
    const back = await subscribing.confirm((await ask('ana@example.org'))?.token ?? '', FROM);
    expect(back).toMatchObject({ id: ana.id, state: 'confirmed' });
    await subscribing.forget(back);
    expect(await subscribing.byLinkKey(back.linkKey)).toBeUndefined();
    clock.ms += HOUR;
    const again = await subscribing.confirm((await ask('ana@example.org'))?.token ?? '', FROM);
    expect(again).toMatchObject({ address: 'ana@example.org', state: 'confirmed' });
  });
});

describe('a link to confirm', () => {
  it('changes nothing when it is looked at, a hundred times', async () => {
    const { ask, subscribing, database } = await alone();
    const { token = '' } = (await ask('ana@example.org')) ?? {};
    const before = await dump(database);
    expect(before).toContain('pending');
    for (let time = 0; time < 100; time += 1) await subscribing.look(token);
    expect(await dump(database)).toEqual(before);
    await subscribing.confirm(token, FROM);
    expect(await dump(database)).not.toEqual(before);
  });

  it('is unknown when it is altered, and too old after a week', async () => {
    const { ask, subscribing, clock } = await alone();
    const { token = '' } = (await ask('ana@example.org')) ?? {};
    for (const wrong of [`${token}x`, token.slice(1), '', '\0', '../admin']) {
      await expect(subscribing.look(wrong)).rejects.toEqual(refused('not_found'));
      await expect(subscribing.confirm(wrong, FROM)).rejects.toEqual(refused('not_found'));
    }
    clock.ms += 7 * DAY - 1;
    await subscribing.look(token);
    clock.ms += 1;
    await expect(subscribing.look(token)).rejects.toEqual(refused('used_up'));
    await expect(subscribing.confirm(token, FROM)).rejects.toEqual(refused('used_up'));
  });

  it('holds no address, and no table but one has it', async () => {
    const { ask, database } = await alone();
    await ask('ana@example.org');
    const rows = (await dump(database)).split('\n').filter((row) => row.includes('ana@'));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/^subscribers /);
  });

  it('joins the subscription to the account of the address', async () => {
    const { database, join } = await alone();
    const ana = await addAccount(database, { name: 'ana', email: 'Ana@example.org' });
    expect(await join('ana@example.org')).toMatchObject({ accountId: ana.id });
    expect(await join('ben@example.org')).toMatchObject({ accountId: undefined });
  });
});

describe('an address that letters came back from', () => {
  it.each(['bounces', 'no-such-address'] as const)(
    'is asked once a day, and is written to again when it answers: %s',
    async (reason) => {
      const { ask, suppress, subscribing, suppressions, clock, join } = await alone();
      const ana = await join('ana@example.org');
      clock.ms += 2 * DAY;
      await suppress('ana@example.org', reason);
      const { token = '' } = (await ask('ana@example.org')) ?? {};
      expect(token).not.toBe('');
      clock.ms += 23 * HOUR;
      expect(await ask('ana@example.org')).toBeUndefined();
      clock.ms += HOUR;
      expect(await ask('ana@example.org')).toBeDefined();
      expect(await suppressions.find(ana.addressHash)).toBeDefined();
      expect(await subscribing.confirm(token, FROM)).toEqual(ana);
      expect(await suppressions.find(ana.addressHash)).toBeUndefined();
    },
  );
});

describe('an address that complained, or that the operator has closed', () => {
  it.each(['complaint', 'operator'] as const)('gets no letter: %s', async (reason) => {
    const { ask, suppress, subscribing, suppressions, letters, clock } = await alone();
    const { token = '' } = (await ask('ana@example.org')) ?? {};
    await suppress('ana@example.org', reason);
    clock.ms += DAY;
    await ask('ana@example.org');
    await suppress('new@example.org', reason);
    await ask('new@example.org');
    expect(letters).toHaveLength(1);
    await expect(subscribing.confirm(token, FROM)).rejects.toEqual(refused('forbidden'));
    expect(await suppressions.find(addressHashOf('ana@example.org'))).toBeDefined();
  });
});

describe('who asks', () => {
  it('cannot tell an address that is new, waits, has the mail, left, or is not written to', async () => {
    const { database: plain } = await openCatalogue();
    const statements: string[] = [];
    const connection = plain.connection.withPlugin({
      transformQuery: ({ node }) => {
        statements.push(JSON.stringify(node).replaceAll(/"[\w-]{43}"|"[0-9a-f]{64}"/g, '""'));
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const { subscribing, suppress } = over({ ...plain, connection });
    await addSubscriber(plain, { email: 'waits@example.org', confirmed: false });
    await addSubscriber(plain, { email: 'has@example.org' });
    const left = await addSubscriber(plain, { email: 'left@example.org' });
    await subscribing.leave(left, 'reader');
    await suppress('bounced@example.org', 'bounces');
    await suppress('complained@example.org', 'complaint');
    /** What is done until the answer, which is all that an asker could see or measure. */
    const untilAnswer = async (address: string) => {
      statements.length = 0;
      const answer = await subscribing.ask(address, FORM);
      const seen = [...statements];
      await subscribing.settled();
      return { answer, seen };
    };
    const unknown = await untilAnswer('new@example.org');
    expect(unknown.seen.length).toBeGreaterThan(0);
    for (const name of ['new', 'waits', 'has', 'left', 'bounced', 'complained', 'waits', 'has']) {
      expect(await untilAnswer(`${name}@example.org`)).toEqual(unknown);
    }
  });

  it.each([
    ['a zone that there is', 'Asia/Kolkata', 'Asia/Kolkata'],
    ['a zone of another planet', 'Mars/Olympus', 'Europe/Berlin'],
    ['a name by which no time can be worked out', 'JST', 'Europe/Berlin'],
    ['nowhere', '', 'Europe/Berlin'],
    ['a NUL', '\0', 'Europe/Berlin'],
    ['a megabyte', 'x'.repeat(1_000_000), 'Europe/Berlin'],
  ])('from %s gets the mail by a clock that there is', async (_, timeZone, expected) => {
    const { ask, subscriptions } = await alone();
    await ask('ana@example.org', { ...FORM, timeZone });
    const ana = await subscriptions.byAddressHash(addressHashOf('ana@example.org'));
    expect(ana?.preferences.timeZone).toBe(expected);
  });
});

describe('who is signed in', () => {
  it('needs no letter for the address that they came in by', async () => {
    const { database, subscribing, letters, subscriptions } = await alone();
    const ana = await addAccount(database, { name: 'ana' });
    const begun = await subscribing.askSignedIn(ana, { ...FORM, timeZone: 'Asia/Tokyo' });
    await subscribing.settled();
    expect(begun).toMatchObject({
      state: 'confirmed',
      accountId: ana.id,
      preferences: { timeZone: 'Asia/Tokyo' },
    });
    expect(letters).toEqual([]);
    expect(await subscribing.askSignedIn(ana, FORM)).toEqual(begun);
    expect(await subscriptions.byAccount(ana.id)).toEqual(begun);
  });

  it('finds the subscription again that they had without an account', async () => {
    const { database, subscribing, join } = await alone();
    const before = await join('ana@example.org');
    const ana = await addAccount(database, { name: 'ana' });
    expect(await subscribing.askSignedIn(ana, FORM)).toEqual({ ...before, accountId: ana.id });
  });

  it('gets a letter if letters came back, and nothing after a complaint', async () => {
    const { database, subscribing, letters, suppress } = await alone();
    const ana = await addAccount(database, { name: 'ana' });
    await suppress('ana@example.org', 'bounces');
    expect(await subscribing.askSignedIn(ana, FORM)).toMatchObject({ state: 'pending' });
    await subscribing.settled();
    expect(letters).toHaveLength(1);
    const token = letters[0] ? tokenOf(letters[0]) : '';
    expect(await subscribing.confirm(token, FROM)).toMatchObject({
      state: 'confirmed',
      accountId: ana.id,
    });
    await suppress('ana@example.org', 'complaint');
    await expect(subscribing.askSignedIn(ana, FORM)).rejects.toEqual(refused('forbidden'));
  });

  it('and has no address is told so', async () => {
    const { database, subscribing } = await alone();
    const ana = await addAccount(database, { name: 'ana', email: undefined });
    await expect(subscribing.askSignedIn(ana, FORM)).rejects.toEqual(refused('not_acceptable'));
  });
});

describe('what somebody wishes', () => {
  it('is kept if it can be done, and otherwise named', async () => {
    const { join, subscribing } = await alone();
    const ana = await join('ana@example.org');
    const wish = (changes: Partial<Record<keyof DigestPreferences, unknown>>) =>
      subscribing.setPreferences(ana, { ...ana.preferences, ...changes } as DigestPreferences);
    await wish({ cadence: 'weekly', weekday: 7, searches: ['graphs "tree width"'] });
    expect(await subscribing.byLinkKey(ana.linkKey)).toMatchObject({
      nextOn: '2026-11-22',
      preferences: { cadence: 'weekly', searches: ['graphs "tree width"'] },
    });
    await expect(wish({ timeZone: 'Mars/Olympus', papers: 31 })).rejects.toMatchObject({
      code: 'not_acceptable',
      message: expect.stringMatching(/timeZone: must be the name of a time zone.*papers: /),
    });
    await expect(wish({ searches: Array(21).fill('x') })).rejects.toMatchObject({
      message: expect.stringContaining('searches'),
    });
  });
});

describe('whom the operator puts down', () => {
  it('is asked by a letter, or by a link that the operator hands on', async () => {
    const { database, now, subscribing, letters } = await alone();
    const ana = await addSubscriber(database, { email: 'ana@example.org', confirmed: false, now });
    expect(await subscribing.sendConfirmation(ana)).toEqual({ sent: true });
    expect(await subscribing.sendConfirmation(ana)).toEqual({ sent: false });
    expect(letters[0]?.text).toContain('on 20 November 2026 at 12:00 UTC.');
    const link = await subscribing.confirmationLink(ana);
    expect(link).toMatch(/^https:\/\/papers\.example\.org\/subscribe\/confirm\/[\w-]{43}$/);
    const begun = await subscribing.confirm(link.split('/').at(-1) ?? '', '');
    expect(begun).toMatchObject({ id: ana.id, state: 'confirmed' });
    expect(await subscribing.sendConfirmation(begun)).toEqual({ sent: false });
  });

  it('hears why the letter cannot be sent', async () => {
    const send = () => Promise.reject(new Error('no post today'));
    const { database, now, subscribing } = await alone({ mailer: { delivers: true, send } });
    const ana = await addSubscriber(database, { confirmed: false, now });
    await expect(subscribing.sendConfirmation(ana)).rejects.toThrow('no post today');
  });
});

/** Every row of every table, one to a line. */
async function dump({ connection }: Database): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table' order by name`.execute(connection);
  const lines: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(connection);
    lines.push(...rows.map((row) => `${name} ${JSON.stringify(row)}`).sort());
  }
  return lines.join('\n');
}
