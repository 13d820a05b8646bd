import { expect, it } from 'vitest';
import { addAccount } from '../../test/support/accounts.js';
import { NOON } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import type { AccountId } from './account.js';
import { createAccountDataStore } from './account-data-store.js';
import { type AccountStore, createAccountStore } from './account-store.js';
import { createApiTokenStore } from './api-token-store.js';
import { createOneTimeSecretStore } from './one-time-secret-store.js';
import { createSessionStore } from './session-store.js';

const now = () => NOON;
const NOBODY = 'nobody' as AccountId;

describeOnEveryDatabase('accounts', (database) => {
  const store = (): AccountStore => createAccountStore(database(), { now });
  const sessions = () => createSessionStore(database(), { now });
  const tokens = () => createApiTokenStore(database(), { now });
  const secrets = () => createOneTimeSecretStore(database(), { now });

  it('is made with a name of its address, and found by all that names it', async () => {
    const accounts = store();
    const ana = await accounts.create({ email: 'Ana.Souza@Example.org.', network: 'abc' });
    expect(ana).toMatchObject({
      name: 'ana-souza',
      displayName: 'ana-souza',
      email: 'Ana.Souza@example.org',
      role: 'reader',
      createdAtMs: NOON.getTime(),
      bannedAtMs: undefined,
    });
    await accounts.linkIdentity(ana.id, { issuer: 'https://orcid.org', subject: '1', label: 'A' });
    expect(await accounts.find(ana.id)).toEqual(ana);
    expect(await accounts.byName('Ana-Souza')).toEqual(ana);
    expect(await accounts.byEmail('ANA.SOUZA@example.ORG')).toEqual(ana);
    expect(await accounts.byFeedKey(ana.feedKey)).toEqual(ana);
    expect(await accounts.byIdentity('https://orcid.org', '1')).toEqual(ana);
    expect(await accounts.byIdentity('https://evil.example', '1')).toBeUndefined();
  });

  it('is not found by what names nobody, also by what no database takes', async () => {
    const accounts = store();
    await accounts.create({ name: 'ana' });
    for (const text of ['', '\0', 'ana\0', '%', "'", 'a'.repeat(10_000), '\ud800']) {
      expect(await accounts.find(text)).toBeUndefined();
      expect(await accounts.byName(text)).toBeUndefined();
      expect(await accounts.byEmail(text)).toBeUndefined();
      expect(await accounts.byFeedKey(text)).toBeUndefined();
      expect(await accounts.byIdentity(text, text)).toBeUndefined();
      expect((await accounts.page({ search: text || '%' })).total).toBe(text === 'ana\0' ? 1 : 0);
    }
    expect((await accounts.publicByIds(['\0', 'x'] as AccountId[])).size).toBe(0);
    expect((await accounts.publicByNames(['\0', '', 'x'])).size).toBe(0);
  });

  it('may be made without an address or a name, and none is taken for another', async () => {
    const accounts = store();
    const first = await accounts.create({});
    const second = await accounts.create({});
    expect(first.name).toMatch(/^reader-[0-9a-f]{4}$/);
    expect(first.email).toBeUndefined();
    expect(second.name).not.toBe(first.name);
  });

  it('gets another name when the one of its address, or its likeness, is taken', async () => {
    const accounts = store();
    await addAccount(database(), { name: 'pau1' });
    expect((await accounts.create({ email: 'paul@example.net' })).name).toBe('paul-2');
  });

  it('has a name of its own, and an address of its own', async () => {
    const accounts = store();
    await accounts.create({ name: 'ana', email: 'ana@example.org' });
    expect(await accounts.isNameFree('an-a')).toBe(false);
    expect(await accounts.isNameFree('ben')).toBe(true);
    await expect(accounts.create({ name: 'ana' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(accounts.create({ name: 'an-a' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(accounts.create({ email: 'ANA@example.org' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'That address belongs to another account.',
    });
    await expect(accounts.create({ name: 'admin' })).rejects.toMatchObject({
      code: 'not_acceptable',
    });
    await expect(accounts.create({ email: 'no address' })).rejects.toMatchObject({
      code: 'not_acceptable',
    });
  });

  it('is one of two who want one name at the same moment', async () => {
    const accounts = store();
    const wanted = ['paul', 'pau1', 'paui', 'pa-ul', 'paul', 'p-aul', 'paul', 'pau-1'];
    const outcomes = await Promise.allSettled(wanted.map((name) => accounts.create({ name })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('conflict');
    }
  });

  it('is one for one address that is confirmed many times at the same moment', async () => {
    const accounts = store();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => accounts.create({ email: 'ana@example.org' })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await accounts.page({})).total).toBe(1);
  });

  it('finds names for many whose addresses begin alike, at the same moment', async () => {
    const accounts = store();
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, at) => accounts.create({ email: `ana@example${at}.org` })),
    );
    expect(new Set(made.map(({ name }) => name)).size).toBe(20);
  });

  it('takes another name, by which alone it is found then', async () => {
    const accounts = store();
    const ana = await accounts.create({ name: 'ana' });
    await accounts.create({ name: 'ben' });
    expect(await accounts.rename(ana.id, '@Anna')).toMatchObject({
      name: 'anna',
      displayName: 'anna',
    });
    expect(await accounts.byName('ana')).toBeUndefined();
    await expect(accounts.rename(ana.id, 'b-en')).rejects.toMatchObject({ code: 'conflict' });
    await expect(accounts.rename(ana.id, 'settings')).rejects.toMatchObject({
      code: 'not_acceptable',
    });
    await expect(accounts.rename(NOBODY, 'carl')).rejects.toMatchObject({ code: 'not_found' });
    // To its own shape it may.
    expect((await accounts.rename(ana.id, 'an-na')).name).toBe('an-na');
  });

  it('says about itself what it likes, cleaned and within bounds', async () => {
    const accounts = store();
    const { id } = await accounts.create({ name: 'ana' });
    await accounts.update(id, { preferences: { mailsNotifications: true } });
    const changed = await accounts.update(id, {
      displayName: ' Ana \u202eSouza ',
      biography: 'I read\r\n\r\n\r\n\r\nproofs.\0',
      preferences: { showsVotes: false },
    });
    expect(changed).toMatchObject({
      displayName: 'Ana Souza',
      biography: 'I read\n\nproofs.',
      preferences: { mailsNotifications: true, showsVotes: false },
    });
    // A name that was chosen stays when the other changes; an empty one is none.
    expect((await accounts.rename(id, 'anna')).displayName).toBe('Ana Souza');
    expect((await accounts.update(id, { displayName: ' ' })).displayName).toBe('anna');
    for (const changes of [{ displayName: 'Pаul' }, { biography: 'x'.repeat(1_001) }]) {
      await expect(accounts.update(id, changes)).rejects.toMatchObject({ code: 'not_acceptable' });
    }
  });

  it('keeps both of two choices that are made at the same moment', async () => {
    const accounts = store();
    const { id } = await accounts.create({ name: 'ana' });
    await Promise.all([
      accounts.update(id, { preferences: { mailsNotifications: true } }),
      accounts.update(id, { preferences: { showsVotes: true } }),
    ]);
    expect((await accounts.find(id))?.preferences).toEqual({
      mailsNotifications: true,
      showsVotes: true,
    });
  });

  it('changes its address to one that nobody has', async () => {
    const accounts = store();
    const ana = await accounts.create({ email: 'ana@example.org' });
    await accounts.create({ email: 'ben@example.org' });
    await expect(accounts.setEmail(ana.id, 'BEN@example.org')).rejects.toMatchObject({
      code: 'conflict',
    });
    expect((await accounts.setEmail(ana.id, 'ana@example.net')).email).toBe('ana@example.net');
    expect(await accounts.byEmail('ana@example.org')).toBeUndefined();
  });

  it('that is banned is out at once, and stays out when the ban is lifted', async () => {
    const accounts = store();
    const { id } = await accounts.create({ name: 'ana' });
    const session = await sessions().open(id, { userAgent: 'x', method: 'mail' });
    const { secret } = await tokens().make(id, { label: 'x', scopes: ['read'] });
    expect(await accounts.ban(id, 'Spam\0')).toMatchObject({
      bannedAtMs: NOON.getTime(),
      banReason: 'Spam',
    });
    await expect(sessions().open(id, { userAgent: 'x', method: 'mail' })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'This account is banned. The reason given: Spam',
    });
    expect(await accounts.unban(id)).toMatchObject({ bannedAtMs: undefined, banReason: undefined });
    expect(await sessions().find(session.token)).toBeUndefined();
    expect(await tokens().find(secret)).toBeUndefined();
    await sessions().open(id, { userAgent: 'x', method: 'mail' });
  });

  it('is trusted from the first time on that a moderator says so', async () => {
    let moment = NOON;
    const accounts = createAccountStore(database(), { now: () => moment });
    const { id } = await accounts.create({ name: 'ana' });
    await accounts.trust(id);
    moment = new Date(NOON.getTime() + 1_000);
    expect((await accounts.trust(id)).trustedAtMs).toBe(NOON.getTime());
  });

  it('that is removed takes with it what hangs on it, and nothing of anybody else', async () => {
    const accounts = store();
    const [ana, ben] = [
      await accounts.create({ name: 'ana' }),
      await accounts.create({ name: 'ben' }),
    ];
    const opened = new Map<string, string>();
    for (const { id, name } of [ana, ben]) {
      opened.set(name, (await sessions().open(id, { userAgent: '', method: 'mail' })).token);
      await tokens().make(id, { label: 'x', scopes: ['read'] });
      await accounts.linkIdentity(id, { issuer: 'https://orcid.org', subject: name, label: '' });
    }
    const link = await secrets().make({
      purpose: 'change-email',
      subject: ana.id,
      details: { address: 'secret@example.org' },
      livesMs: 1_000,
    });
    await accounts.remove(ana.id);
    expect(await accounts.find(ana.id)).toBeUndefined();
    expect(await accounts.byIdentity('https://orcid.org', 'ana')).toBeUndefined();
    expect(await sessions().find(opened.get('ana') ?? '')).toBeUndefined();
    expect(await tokens().listOf(ana.id)).toEqual([]);
    expect(await secrets().look('change-email', link.token)).toEqual({ status: 'unknown' });
    expect(await sessions().find(opened.get('ben') ?? '')).toMatchObject({ account: ben });
    expect(await tokens().listOf(ben.id)).toHaveLength(1);
    await expect(accounts.remove(ana.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is never the last operator and then no operator any more', async () => {
    const accounts = store();
    const only = await accounts.create({ name: 'only', role: 'operator' });
    await accounts.create({ name: 'ana' });
    for (const act of [
      () => accounts.setRole(only.id, 'moderator'),
      () => accounts.ban(only.id, 'x'),
      () => accounts.remove(only.id),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'conflict' });
    }
    expect(await accounts.setRole(only.id, 'operator')).toEqual(only);
    const other = await accounts.create({ name: 'other', role: 'operator' });
    await accounts.ban(other.id, 'x');
    // One who is banned can do nothing for the instance.
    await expect(accounts.setRole(only.id, 'reader')).rejects.toMatchObject({ code: 'conflict' });
    await accounts.unban(other.id);
    expect((await accounts.setRole(only.id, 'reader')).role).toBe('reader');
    expect(await accounts.countOperators()).toBe(1);
  });

  it('leaves an operator when all of them step down at the same moment', async () => {
    const accounts = store();
    const operators = await Promise.all(
      Array.from({ length: 6 }, (_, at) => accounts.create({ name: `op-${at}`, role: 'operator' })),
    );
    const outcomes = await Promise.allSettled(
      operators.map(({ id }, at) =>
        at % 2 ? accounts.setRole(id, 'reader') : accounts.ban(id, 'x'),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await accounts.countOperators()).toBe(1);
  });

  it('has an identity elsewhere that nobody else takes', async () => {
    const accounts = store();
    const [ana, ben] = [
      await accounts.create({ name: 'ana' }),
      await accounts.create({ name: 'ben' }),
    ];
    const orcid = { issuer: 'https://orcid.org', subject: '0000-0001' };
    await accounts.linkIdentity(ana.id, { ...orcid, label: 'Ana' });
    await accounts.linkIdentity(ana.id, { ...orcid, label: 'Ana S.' });
    await expect(accounts.linkIdentity(ben.id, { ...orcid, label: 'B' })).rejects.toMatchObject({
      code: 'conflict',
    });
    for (const subject of ['', '\0', 'x'.repeat(256)]) {
      await expect(
        accounts.linkIdentity(ben.id, { ...orcid, subject, label: 'B' }),
      ).rejects.toMatchObject({ code: 'not_acceptable' });
    }
    expect(await accounts.identitiesOf(ana.id)).toEqual([
      { ...orcid, label: 'Ana S.', linkedAtMs: NOON.getTime() },
    ]);
    expect(await accounts.byIdentity(orcid.issuer, orcid.subject)).toMatchObject({ name: 'ana' });
  });

  it('are listed in pages, the newest first, by a part of the name or an address', async () => {
    const accounts = store();
    for (const [at, name] of ['ana', 'ben', 'anna', 'carl'].entries()) {
      await addAccount(database(), {
        name,
        createdAtMs: NOON.getTime() + at,
        role: name === 'ben' ? 'moderator' : 'reader',
      });
    }
    const names = async (options: Parameters<AccountStore['page']>[0]) => {
      const { accounts: found, total } = await accounts.page(options);
      return [total, ...found.map(({ name }) => name)];
    };
    expect(await names({})).toEqual([4, 'carl', 'anna', 'ben', 'ana']);
    expect(await names({ page: 2, pageSize: 3 })).toEqual([4, 'ana']);
    expect(await names({ search: '@An' })).toEqual([2, 'anna', 'ana']);
    expect(await names({ search: 'BEN@example.org' })).toEqual([1, 'ben']);
    expect(await names({ search: '100%' })).toEqual([0]);
    expect(await names({ role: 'moderator' })).toEqual([1, 'ben']);
  });

  it('are loaded many at once, as anybody may see them', async () => {
    const accounts = store();
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, at) => addAccount(database(), { name: `reader-${at}x` })),
    );
    const byIds = await accounts.publicByIds([...made, ...made].map(({ id }) => id));
    expect(byIds.size).toBe(12);
    expect(Object.keys([...byIds.values()][0] ?? {}).sort()).toEqual(
      ['biography', 'createdAtMs', 'displayName', 'id', 'name', 'role'].sort(),
    );
    const byNames = await accounts.publicByNames(['READER-3x', 'nobody-x']);
    expect([...byNames.keys()]).toEqual(['reader-3x']);
  });

  it('can be taken away, without any secret', async () => {
    const accounts = store();
    const ana = await accounts.create({ email: 'ana@example.org' });
    const { token } = await sessions().open(ana.id, { userAgent: 'x', method: 'mail' });
    const { secret } = await tokens().make(ana.id, { label: 'script', scopes: ['read'] });
    await accounts.linkIdentity(ana.id, { issuer: 'https://orcid.org', subject: '1', label: 'A' });
    const data = await createAccountDataStore(database(), { now }).accountData(ana.id);
    expect(data).toMatchObject({
      account: { name: 'ana', email: 'ana@example.org' },
      identities: [{ subject: '1' }],
      sessions: [{ method: 'mail' }],
      tokens: [{ label: 'script' }],
    });
    const text = JSON.stringify(data);
    for (const secretText of [ana.feedKey, token, secret]) expect(text).not.toContain(secretText);
    expect(text).not.toMatch(/[0-9a-f]{64}/);
  });
});
