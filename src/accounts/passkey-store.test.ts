import { expect, it } from 'vitest';
import { addAccount } from '../../test/support/accounts.js';
import { NOON } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import type { AccountId } from './account.js';
import { createAccountStore } from './account-store.js';
import { createIdentityUnlinker } from './identity-provider-store.js';
import { createPasskeyStore, MOST_PASSKEYS } from './passkey-store.js';

const now = () => NOON;

function passkeyOf(accountId: AccountId, id: string) {
  const key = { publicKey: 'AAAA', counter: 0, transports: ['usb'], label: id, isSynced: false };
  return { id, accountId, ...key };
}

const LINKED = { issuer: 'https://orcid.org', subject: '0000-0002-1825-0097', label: 'Ana' };

describeOnEveryDatabase('passkeys', (database) => {
  it('are kept in the order in which they were added, each for one account', async () => {
    const passkeys = createPasskeyStore(database(), { now });
    const [ana, ben] = await people();
    await passkeys.add(passkeyOf(ana, 'one'));
    await passkeys.add(passkeyOf(ana, 'two'));
    expect((await passkeys.listOf(ana)).map(({ id }) => id)).toEqual(['one', 'two']);
    expect(await passkeys.find('one')).toEqual({
      ...passkeyOf(ana, 'one'),
      createdAtMs: NOON.getTime(),
      usedAtMs: undefined,
    });
    await expect(passkeys.add(passkeyOf(ben, 'one'))).rejects.toMatchObject({ code: 'conflict' });
    expect(await passkeys.listOf(ben)).toEqual([]);
    expect(await passkeys.rename(ben, 'one', 'mine')).toBe(false);
    expect(await passkeys.remove(ben, 'one')).toBe(false);
    expect(await passkeys.rename(ana, 'one', 'mine')).toBe(true);
    expect(await passkeys.find('one')).toMatchObject({ label: 'mine' });
  });

  it('are used forwards, once for each count even at the same time', async () => {
    const passkeys = createPasskeyStore(database(), { now });
    const [ana] = await people();
    await passkeys.add(passkeyOf(ana, 'one'));
    const use = (counter: number) => passkeys.use('one', { counter, isSynced: true });
    expect([await use(0), await use(0)]).toEqual([true, true]);
    const uses = await Promise.all(Array.from({ length: 8 }, () => use(5)));
    expect(uses.filter(Boolean)).toHaveLength(1);
    expect([await use(4), await use(0), await use(6)]).toEqual([false, false, true]);
    expect(await passkeys.find('one')).toMatchObject({
      counter: 6,
      isSynced: true,
      usedAtMs: NOON.getTime(),
    });
    expect(await passkeys.use('two', { counter: 1, isSynced: false })).toBe(false);
  });

  it('are not more than twenty, even when added at the same time', async () => {
    const passkeys = createPasskeyStore(database(), { now });
    const [ana] = await people();
    const added = await Promise.allSettled(
      Array.from({ length: MOST_PASSKEYS + 5 }, (_, index) =>
        passkeys.add(passkeyOf(ana, `key-${index}`)),
      ),
    );
    expect(added.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST_PASSKEYS);
    expect(await passkeys.listOf(ana)).toHaveLength(MOST_PASSKEYS);
  });

  it('go with their account', async () => {
    const passkeys = createPasskeyStore(database(), { now });
    const [ana] = await people();
    await passkeys.add(passkeyOf(ana, 'one'));
    await createAccountStore(database(), { now }).remove(ana);
    expect(await passkeys.find('one')).toBeUndefined();
  });

  it('leave an account that they are the only way into by no removal', async () => {
    const passkeys = createPasskeyStore(database(), { now });
    const accounts = createAccountStore(database(), { now });
    const unlinker = createIdentityUnlinker(database());
    const { id } = await addAccount(database(), { name: 'cleo', email: undefined });
    await passkeys.add(passkeyOf(id, 'one'));
    await expect(passkeys.remove(id, 'one')).rejects.toMatchObject({ code: 'conflict' });
    expect(await passkeys.find('one')).toBeDefined();

    await accounts.linkIdentity(id, LINKED);
    const removals = await Promise.allSettled([
      passkeys.remove(id, 'one'),
      unlinker.unlink(id, LINKED),
    ]);
    expect(removals.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const left = [...(await passkeys.listOf(id)), ...(await accounts.identitiesOf(id))];
    expect(left).toHaveLength(1);
  });

  it('and identities elsewhere are unlinked by their own account alone', async () => {
    const accounts = createAccountStore(database(), { now });
    const unlinker = createIdentityUnlinker(database());
    const [ana, ben] = await people();
    await accounts.linkIdentity(ana, LINKED);
    expect(await unlinker.unlink(ben, LINKED)).toBe(false);
    expect(await unlinker.unlink(ana, { ...LINKED, subject: 'x\0' })).toBe(false);
    expect(await unlinker.unlink(ana, LINKED)).toBe(true);
    expect(await unlinker.unlink(ana, LINKED)).toBe(false);
  });

  async function people(): Promise<readonly [AccountId, AccountId]> {
    const ana = await addAccount(database(), { name: 'ana' });
    const ben = await addAccount(database(), { name: 'ben' });
    return [ana.id, ben.id];
  }
});
