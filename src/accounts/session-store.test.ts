import { expect, it } from 'vitest';
import { addAccount } from '../../test/support/accounts.js';
import { NOON } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import type { AccountId } from './account.js';
import { createSessionStore } from './session-store.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FROM_MAIL = { userAgent: 'Firefox', method: 'mail' } as const;

describeOnEveryDatabase('sessions', (database) => {
  /** A store whose clock the test sets. */
  const storeAt = () => {
    const clock = { ms: NOON.getTime() };
    return { clock, sessions: createSessionStore(database(), { now: () => new Date(clock.ms) }) };
  };

  it('let in whoever has the token, and nobody who has its hash or its name', async () => {
    const { sessions } = storeAt();
    const ana = await addAccount(database(), { name: 'ana' });
    const { token, id } = await sessions.open(ana.id, FROM_MAIL);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await sessions.find(token)).toEqual({
      account: ana,
      sessionId: id,
      openedAtMs: NOON.getTime(),
    });
    const { rows } = await database()
      .connection.$extendTables<{ sessions: { token_hash: string } }>()
      .selectFrom('sessions')
      .select('token_hash')
      .execute()
      .then((all) => ({ rows: all }));
    for (const wrong of [id, rows[0]?.token_hash ?? '', '', '\0', `${token} `, token.slice(1)]) {
      expect(await sessions.find(wrong)).toBeUndefined();
    }
  });

  it('never take over a token that somebody brings along', async () => {
    const { sessions } = storeAt();
    const ana = await addAccount(database(), { name: 'ana' });
    const planted = 'A'.repeat(43);
    expect(await sessions.find(planted)).toBeUndefined();
    const [first, second] = [
      await sessions.open(ana.id, FROM_MAIL),
      await sessions.open(ana.id, FROM_MAIL),
    ];
    expect(new Set([planted, first.token, second.token]).size).toBe(3);
    expect(await sessions.find(planted)).toBeUndefined();
  });

  it('end after thirty days without a visit', async () => {
    const { clock, sessions } = storeAt();
    const ana = await addAccount(database(), { name: 'ana' });
    const { token } = await sessions.open(ana.id, FROM_MAIL);
    clock.ms += 29 * DAY;
    expect(await sessions.find(token)).toBeDefined();
    clock.ms += 29 * DAY;
    expect(await sessions.find(token)).toBeDefined();
    clock.ms += 30 * DAY;
    expect(await sessions.find(token)).toBeUndefined();
    expect(await sessions.listOf(ana.id)).toEqual([]);
    expect(await sessions.removeExpired()).toBe(1);
    expect(await sessions.removeExpired()).toBe(0);
  });

  it('end after ninety days however often they are used', async () => {
    const { clock, sessions } = storeAt();
    const ana = await addAccount(database(), { name: 'ana' });
    const { token } = await sessions.open(ana.id, FROM_MAIL);
    for (let day = 0; day < 89; day += 1) {
      clock.ms += DAY;
      expect(await sessions.find(token)).toBeDefined();
    }
    clock.ms += DAY;
    expect(await sessions.find(token)).toBeUndefined();
    expect(await sessions.removeExpired()).toBe(1);
  });

  it('write down a visit every ten minutes at most', async () => {
    const { clock, sessions } = storeAt();
    const ana = await addAccount(database(), { name: 'ana' });
    const { token } = await sessions.open(ana.id, FROM_MAIL);
    const seen = async () => (await sessions.listOf(ana.id))[0]?.seenAtMs;
    clock.ms += 9 * MINUTE;
    await sessions.find(token);
    expect(await seen()).toBe(NOON.getTime());
    clock.ms += MINUTE;
    await sessions.find(token);
    expect(await seen()).toBe(clock.ms);
  });

  it('of somebody banned let nobody in, even where one was left', async () => {
    const { sessions } = storeAt();
    const ana = await addAccount(database(), { name: 'ana' });
    const { token } = await sessions.open(ana.id, FROM_MAIL);
    await database()
      .connection.$extendTables<{ accounts: { banned_at_ms: number | null } }>()
      .updateTable('accounts')
      .set({ banned_at_ms: NOON.getTime() })
      .execute();
    expect(await sessions.find(token)).toBeUndefined();
  });

  it('are not opened for nobody', async () => {
    const { sessions } = storeAt();
    await expect(sessions.open('nobody' as AccountId, FROM_MAIL)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('are listed and ended one by one or all but one, by their owner alone', async () => {
    const { clock, sessions } = storeAt();
    const ana = await addAccount(database(), { name: 'ana' });
    const ben = await addAccount(database(), { name: 'ben' });
    const phone = await sessions.open(ana.id, { userAgent: 'a\0b\u202e', method: 'passkey' });
    clock.ms += MINUTE;
    const laptop = await sessions.open(ana.id, { userAgent: 'x'.repeat(9_000), method: 'mail' });
    const other = await sessions.open(ben.id, FROM_MAIL);
    const listed = await sessions.listOf(ana.id);
    expect(listed.map(({ id }) => id)).toEqual([laptop.id, phone.id]);
    expect(listed[1]).toMatchObject({ userAgent: 'ab', method: 'passkey' });
    expect(listed[0]?.userAgent).toHaveLength(300);

    expect(await sessions.end(ben.id, phone.id)).toBe(false);
    expect(await sessions.end(ana.id, '\0')).toBe(false);
    expect(await sessions.end(ana.id, phone.id)).toBe(true);
    expect(await sessions.find(phone.token)).toBeUndefined();
    await sessions.open(ana.id, FROM_MAIL);
    expect(await sessions.endAll(ana.id, laptop.id)).toBe(1);
    expect(await sessions.find(laptop.token)).toBeDefined();
    expect(await sessions.endAll(ana.id)).toBe(1);
    expect(await sessions.find(other.token)).toBeDefined();
  });
});
