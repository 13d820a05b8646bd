import { expect, it } from 'vitest';
import { addAccount } from '../../test/support/accounts.js';
import { NOON } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import { createAccountStore } from './account-store.js';
import { createFirstOperator } from './first-operator.js';
import { createOneTimeSecretStore } from './one-time-secret-store.js';
import { createSessionStore } from './session-store.js';

const ASKER = { userAgent: 'Firefox', network: undefined };
const ANA = { name: 'ana', email: 'ana@example.org' };

describeOnEveryDatabase('the first operator', (database) => {
  const setUp = () => {
    const clock = { ms: NOON.getTime() };
    const world = { now: () => new Date(clock.ms) };
    const accounts = createAccountStore(database(), world);
    const sessions = createSessionStore(database(), world);
    const secrets = createOneTimeSecretStore(database(), world);
    const first = createFirstOperator({ accounts, sessions, secrets });
    const offer = async () => (await first.offer())?.replace('/sign-in/first/', '') ?? '';
    return { clock, accounts, sessions, first, offer };
  };

  it('is made by a link that is printed, and is signed in', async () => {
    const { first, offer, sessions, accounts } = setUp();
    const token = await offer();
    expect(token).toMatch(/^[\w-]{43}$/);
    for (let time = 0; time < 20; time += 1) await first.look(token);
    const made = await first.confirm(token, ANA, ASKER);
    expect(made).toMatchObject({ isNew: true, account: { name: 'ana', role: 'operator' } });
    expect(await sessions.find(made.token)).toMatchObject({ account: { role: 'operator' } });
    expect(await accounts.countOperators()).toBe(1);
    expect(await first.offer()).toBeUndefined();
  });

  it('is one, of many who follow one link or several at the same moment', async () => {
    const { first, offer, accounts } = setUp();
    const tokens = [await offer(), await offer(), await offer()];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, at) =>
        first.confirm(
          tokens[at % 3] ?? '',
          { name: `operator-${at}x`, email: `operator${at}@example.org` },
          ASKER,
        ),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('used_up');
    }
    expect(await accounts.countOperators()).toBe(1);
    for (const token of tokens) {
      await expect(first.look(token)).rejects.toMatchObject({ code: 'used_up' });
    }
  });

  it('is not made by a link that is a day old, altered, or out while there is one', async () => {
    const { clock, first, offer, accounts } = setUp();
    const [old, fresh] = [await offer(), ''];
    clock.ms += 24 * 3_600_000 + 1;
    await expect(first.confirm(old, ANA, ASKER)).rejects.toMatchObject({ code: 'used_up' });
    for (const token of [fresh, '\0', `${old}x`]) {
      await expect(first.confirm(token, ANA, ASKER)).rejects.toMatchObject({ code: 'not_found' });
    }
    const token = await offer();
    await accounts.create({ name: 'ben', role: 'operator' });
    await expect(first.confirm(token, ANA, ASKER)).rejects.toMatchObject({ code: 'used_up' });
  });

  it('may mistype, and follow the link again', async () => {
    const { first, offer } = setUp();
    await addAccount(database(), { name: 'ana' });
    const token = await offer();
    for (const [who, code] of [
      [{ ...ANA, name: 'admin' }, 'not_acceptable'],
      [{ ...ANA, email: 'nothing' }, 'not_acceptable'],
      [{ ...ANA, email: 'new@example.org' }, 'conflict'],
      [{ ...ANA, name: 'new' }, 'conflict'],
      [{ name: 'an-a', email: 'new@example.org' }, 'conflict'],
    ] as const) {
      await expect(first.confirm(token, who, ASKER)).rejects.toMatchObject({ code });
    }
    const who = { name: 'olga', email: 'olga@example.org' };
    expect((await first.confirm(token, who, ASKER)).account.name).toBe('olga');
  });
});
