import { expect, it } from 'vitest';
import { addAccount } from '../../test/support/accounts.js';
import { NOON } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import type { AccountId } from './account.js';
import { createApiTokenStore, MOST_TOKENS, type Scope } from './api-token-store.js';

const DAY = 86_400_000;

describeOnEveryDatabase('API tokens', (database) => {
  const storeAt = () => {
    const clock = { ms: NOON.getTime() };
    return { clock, tokens: createApiTokenStore(database(), { now: () => new Date(clock.ms) }) };
  };

  it('speak for their owner, for what they were made for', async () => {
    const { tokens } = storeAt();
    const ana = await addAccount(database(), { name: 'ana' });
    const made = await tokens.make(ana.id, {
      label: ' my  script ',
      scopes: ['vote', 'read', 'vote'],
    });
    expect(made.secret).toMatch(/^bsh_[\w-]{43}$/);
    expect(await tokens.find(made.secret)).toEqual({
      account: ana,
      scopes: ['read', 'vote'],
      tokenId: made.id,
    });
    const [listed] = await tokens.listOf(ana.id);
    expect(listed).toEqual({
      id: made.id,
      label: 'my script',
      scopes: ['read', 'vote'],
      createdAtMs: NOON.getTime(),
      expiresAtMs: undefined,
      usedAtMs: NOON.getTime(),
    });
    for (const wrong of ['', 'bsh_', made.id, made.secret.slice(4), `${made.secret}x`, 'bsh_\0']) {
      expect(await tokens.find(wrong)).toBeUndefined();
    }
  });

  it('end on their day, and go from the list a month later', async () => {
    const { clock, tokens } = storeAt();
    const ana = await addAccount(database(), { name: 'ana' });
    const { secret } = await tokens.make(ana.id, {
      label: 'x',
      scopes: ['read'],
      expiresInDays: 7,
    });
    clock.ms += 7 * DAY - 1;
    expect(await tokens.find(secret)).toBeDefined();
    clock.ms += 1;
    expect(await tokens.find(secret)).toBeUndefined();
    expect(await tokens.removeExpired()).toBe(0);
    expect(await tokens.listOf(ana.id)).toHaveLength(1);
    clock.ms += 31 * DAY;
    expect(await tokens.removeExpired()).toBe(1);
  });

  it('are revoked by their owner alone', async () => {
    const { tokens } = storeAt();
    const [ana, ben] = [
      await addAccount(database(), { name: 'ana' }),
      await addAccount(database(), { name: 'ben' }),
    ];
    const { secret, id } = await tokens.make(ana.id, { label: 'x', scopes: ['read'] });
    expect(await tokens.revoke(ben.id, id)).toBe(false);
    expect(await tokens.revoke(ana.id, '\0')).toBe(false);
    expect(await tokens.find(secret)).toBeDefined();
    expect(await tokens.revoke(ana.id, id)).toBe(true);
    expect(await tokens.find(secret)).toBeUndefined();
  });

  it('need a name, something they may do, and an end that can be', async () => {
    const { tokens } = storeAt();
    const { id } = await addAccount(database(), { name: 'ana' });
    const good = { label: 'x', scopes: ['read'] as readonly Scope[] };
    for (const wrong of [
      { ...good, label: ' \0' },
      { ...good, label: 'x'.repeat(61) },
      { ...good, scopes: [] },
      { ...good, scopes: ['read', 'admin'] as unknown as Scope[] },
      { ...good, expiresInDays: 0 },
      { ...good, expiresInDays: 1.5 },
      { ...good, expiresInDays: Number.NaN },
      { ...good, expiresInDays: 1e9 },
    ]) {
      await expect(tokens.make(id, wrong)).rejects.toMatchObject({ code: 'not_acceptable' });
    }
    await expect(tokens.make('nobody' as AccountId, good)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await tokens.listOf(id)).toEqual([]);
  });

  it('are fifty at most, also when many are made at the same moment', async () => {
    const { tokens } = storeAt();
    const { id } = await addAccount(database(), { name: 'ana' });
    const outcomes = await Promise.allSettled(
      Array.from({ length: MOST_TOKENS + 5 }, (_, at) =>
        tokens.make(id, { label: `token ${at}`, scopes: ['read'] }),
      ),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => reason.code)).toEqual(Array(5).fill('conflict'));
    expect(await tokens.listOf(id)).toHaveLength(MOST_TOKENS);
  });
});
