import { expect, it } from 'vitest';
import { NOON } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import { createOneTimeSecretStore, MOST_CODE_TRIES } from './one-time-secret-store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describeOnEveryDatabase('one-time secrets', (database) => {
  const storeAt = () => {
    const clock = { ms: NOON.getTime() };
    const secrets = createOneTimeSecretStore(database(), { now: () => new Date(clock.ms) });
    /** One for an address, as signing in makes it; only what the test is about need be said. */
    const make = (given: Partial<Parameters<typeof secrets.make>[0]> = {}) =>
      secrets.make({
        purpose: 'sign-in',
        subject: 'an address',
        details: { address: 'ana@example.org' },
        livesMs: 10 * MINUTE,
        ...given,
      });
    return { clock, secrets, make };
  };
  const content = { subject: 'an address', details: { address: 'ana@example.org' } };

  it('are used once, and looked at as often as anybody likes', async () => {
    const { secrets, make } = storeAt();
    const { token, code } = await make();
    expect(code).toBeUndefined();
    for (let time = 0; time < 20; time += 1) {
      expect(await secrets.look('sign-in', token)).toEqual({ status: 'usable', ...content });
    }
    expect(await secrets.use('sign-in', token)).toEqual({ status: 'used', ...content });
    expect(await secrets.use('sign-in', token)).toEqual({ status: 'used-before' });
    expect(await secrets.look('sign-in', token)).toEqual({ status: 'used-before' });
  });

  it('are used by one of twenty who use one at the same moment', async () => {
    const { secrets, make } = storeAt();
    const { token } = await make();
    const uses = await Promise.all(Array.from({ length: 20 }, () => secrets.use('sign-in', token)));
    const tally = Object.groupBy(uses, ({ status }) => status);
    expect(tally.used).toHaveLength(1);
    expect(tally['used-before']).toHaveLength(19);
  });

  it('are unknown to every other purpose, and when a letter of them is another', async () => {
    const { secrets, make } = storeAt();
    const { token } = await make();
    expect(await secrets.use('change-email', token)).toEqual({ status: 'unknown' });
    const altered = (token.startsWith('A') ? 'B' : 'A') + token.slice(1);
    for (const wrong of [altered, '', '\0', 'x'.repeat(100_000), `${token}=`]) {
      expect(await secrets.use('sign-in', wrong)).toEqual({ status: 'unknown' });
      expect(await secrets.look('sign-in', wrong)).toEqual({ status: 'unknown' });
    }
    expect(await secrets.use('sign-in', token)).toMatchObject({ status: 'used' });
  });

  it('end at their time to the second', async () => {
    const { clock, secrets, make } = storeAt();
    const [early, late] = [await make(), await make()];
    clock.ms += 10 * MINUTE - 1_000;
    expect(await secrets.use('sign-in', early.token)).toMatchObject({ status: 'used' });
    clock.ms += 2_000;
    expect(await secrets.look('sign-in', late.token)).toEqual({ status: 'expired' });
    expect(await secrets.use('sign-in', late.token)).toEqual({ status: 'expired' });
  });

  it('of one browser are refused in any other, and stay usable in their own', async () => {
    const { secrets, make } = storeAt();
    const { token } = await make({ browser: 'mine' });
    for (const asker of [{}, { browser: 'other' }, { browser: '' }]) {
      expect(await secrets.look('sign-in', token, asker)).toEqual({ status: 'other-browser' });
      expect(await secrets.use('sign-in', token, asker)).toEqual({ status: 'other-browser' });
    }
    expect(await secrets.use('sign-in', token, { browser: 'mine' })).toMatchObject({
      status: 'used',
    });
  });

  it('of no browser are used in any', async () => {
    const { secrets, make } = storeAt();
    const { token } = await make();
    expect(await secrets.use('sign-in', token, { browser: 'any' })).toMatchObject({
      status: 'used',
    });
  });

  it('are used by six digits in the browser that asked, and not by the link any more', async () => {
    const { secrets, make } = storeAt();
    const { token, code = '' } = await make({ browser: 'mine', withCode: true });
    expect(code).toMatch(/^\d{6}$/);
    expect(await secrets.useCode('sign-in', 'other', code)).toEqual({ status: 'unknown' });
    expect(await secrets.useCode('change-email', 'mine', code)).toEqual({ status: 'unknown' });
    expect(await secrets.useCode('sign-in', 'mine', code)).toEqual({ status: 'used', ...content });
    expect(await secrets.useCode('sign-in', 'mine', code)).toEqual({ status: 'used-before' });
    expect(await secrets.use('sign-in', token, { browser: 'mine' })).toEqual({
      status: 'used-before',
    });
  });

  it('are dead after five wrong codes, link and right code too', async () => {
    const { secrets, make } = storeAt();
    const { token, code = '' } = await make({ browser: 'mine', withCode: true });
    const wrong = code === '000000' ? '000001' : '000000';
    for (let left = MOST_CODE_TRIES - 1; left >= 0; left -= 1) {
      expect(await secrets.useCode('sign-in', 'mine', wrong)).toEqual({
        status: 'wrong-code',
        triesLeft: left,
      });
    }
    expect(await secrets.useCode('sign-in', 'mine', code)).toEqual({ status: 'too-many-tries' });
    expect(await secrets.use('sign-in', token, { browser: 'mine' })).toEqual({
      status: 'too-many-tries',
    });
  });

  it('count every one of many codes that are tried at the same moment', async () => {
    const { secrets, make } = storeAt();
    const { code = '' } = await make({ browser: 'mine', withCode: true });
    const wrong = code === '000000' ? '000001' : '000000';
    const tries = await Promise.all(
      Array.from({ length: 20 }, () => secrets.useCode('sign-in', 'mine', wrong)),
    );
    const tally = Object.groupBy(tries, ({ status }) => status);
    expect(tally['wrong-code']).toHaveLength(MOST_CODE_TRIES);
    expect(tally['too-many-tries']).toHaveLength(20 - MOST_CODE_TRIES);
  });

  it('are used by one of several who type the right code at the same moment', async () => {
    const { secrets, make } = storeAt();
    const { code = '' } = await make({ browser: 'mine', withCode: true });
    const uses = await Promise.all(
      Array.from({ length: MOST_CODE_TRIES }, () => secrets.useCode('sign-in', 'mine', code)),
    );
    expect(uses.filter(({ status }) => status === 'used')).toHaveLength(1);
  });

  it('are tried by the code of the newest letter', async () => {
    const { clock, secrets, make } = storeAt();
    await make({ browser: 'mine', withCode: true });
    clock.ms += 1_000;
    const { code = '' } = await make({ browser: 'mine', withCode: true, subject: 'newer' });
    expect(await secrets.useCode('sign-in', 'mine', code)).toMatchObject({ subject: 'newer' });
  });

  it('have no code that any browser could type', async () => {
    const { make } = storeAt();
    await expect(make({ withCode: true })).rejects.toThrow(RangeError);
  });

  it('of one purpose and subject are used up together, by one of many', async () => {
    const { secrets, make } = storeAt();
    const made = await Promise.all(Array.from({ length: 8 }, () => make()));
    const other = await make({ subject: 'another' });
    expect(await secrets.useForAll('sign-in', 'an address', other.token)).toEqual({
      status: 'unknown',
    });
    const uses = await Promise.all(
      made.map(({ token }) => secrets.useForAll('sign-in', 'an address', token)),
    );
    const tally = Object.groupBy(uses, ({ status }) => status);
    expect(tally.used).toHaveLength(1);
    expect(tally['used-before']).toHaveLength(7);
    expect(await secrets.look('sign-in', other.token)).toMatchObject({ status: 'usable' });
  });

  it('are counted for a subject, since a time, and not when they were withdrawn', async () => {
    const { clock, secrets, make } = storeAt();
    await make();
    clock.ms += 30 * MINUTE;
    const second = await make();
    await make({ subject: 'another' });
    const since = (ms: number) => secrets.countSince('sign-in', 'an address', ms);
    expect(await since(NOON.getTime() - 1)).toEqual({ count: 2, firstAtMs: NOON.getTime() });
    expect(await since(NOON.getTime())).toEqual({ count: 1, firstAtMs: clock.ms });
    expect(await since(clock.ms)).toEqual({ count: 0, firstAtMs: undefined });
    await secrets.withdraw(second.token);
    expect(await since(NOON.getTime())).toEqual({ count: 0, firstAtMs: undefined });
    expect(await secrets.use('sign-in', second.token)).toEqual({ status: 'unknown' });
  });

  it('are told to be too old for half a day, and then are gone', async () => {
    const { clock, secrets, make } = storeAt();
    const { token } = await make();
    clock.ms += 12 * HOUR;
    expect(await secrets.removeExpired()).toBe(0);
    expect(await secrets.look('sign-in', token)).toEqual({ status: 'expired' });
    clock.ms += 11 * MINUTE;
    expect(await secrets.removeExpired()).toBe(1);
    expect(await secrets.look('sign-in', token)).toEqual({ status: 'unknown' });
  });

  it('stand nowhere in the database as they are', async () => {
    const { make } = storeAt();
    const { token, code = '' } = await make({ browser: 'a browser token', withCode: true });
    const rows = await database()
      .connection.$extendTables<{ one_time_secrets: { secret_hash: string } }>()
      .selectFrom('one_time_secrets')
      .selectAll()
      .execute();
    const stored = JSON.stringify(rows);
    expect(stored).not.toContain(token);
    expect(stored).not.toContain('a browser token');
    expect(stored).not.toContain(`"${code}"`);
  });
});
