import { describe, expect, it } from 'vitest';
import { addAccount } from '../../test/support/accounts.js';
import { type Alteration, createAuthenticator } from '../../test/support/authenticator.js';
import { NOON, openCatalogue } from '../../test/support/catalogue.js';
import { createOneTimeSecretStore } from './one-time-secret-store.js';
import type { Passkey } from './passkey.js';
import { createPasskeyStore } from './passkey-store.js';
import { createPasskeys, passkeyLabel, relyingPartyOf } from './passkeys.js';

const ORIGIN = 'https://paper.example';
const SITE = { relyingParty: { id: 'paper.example', origin: ORIGIN }, browser: 'a browser' };
const REFUSED = { code: 'bad_request' };

async function passkeysOf() {
  let moment = NOON.getTime();
  const now = () => new Date(moment);
  const { database } = await openCatalogue(now);
  const account = await addAccount(database, { name: 'ana' });
  const suspicions: Passkey[] = [];
  const passkeys = createPasskeys({
    passkeys: createPasskeyStore(database, { now }),
    secrets: createOneTimeSecretStore(database, { now }),
    siteTitle: 'The Paper',
    onSuspicion: (passkey) => suspicions.push(passkey),
  });
  const key = createAuthenticator(ORIGIN);
  const wait = (ms: number) => {
    moment += ms;
  };
  return { database, account, passkeys, key, suspicions, wait };
}

/** With one passkey. */
async function withPasskey() {
  const all = await passkeysOf();
  const { passkeys, account, key } = all;
  const options = await passkeys.optionsToAdd(account, SITE);
  const added = await passkeys.add(account, key.add(options), { ...SITE, label: 'My phone' });
  return { ...all, added };
}

type Cases<Value> = readonly (readonly [what: string, value: Value])[];

/** The code of the refusal of each case, or `accepted`. */
async function outcomesOf<Value>(
  cases: Cases<Value>,
  attempt: (value: Value) => Promise<void>,
): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  for (const [what, value] of cases) {
    outcomes[what] = await attempt(value).then(
      () => 'accepted',
      (error: { code?: string }) => error.code ?? String(error),
    );
  }
  return outcomes;
}

function allRefused(cases: Cases<unknown>): Record<string, string> {
  return Object.fromEntries(cases.map(([what]) => [what, 'bad_request']));
}

describe('adding a passkey', () => {
  it('asks for a key that needs no name, and keeps what it is called', async () => {
    const { passkeys, account, key } = await passkeysOf();
    const options = await passkeys.optionsToAdd(account, SITE);
    expect(options).toMatchObject({
      rp: { id: 'paper.example', name: 'The Paper' },
      user: { name: 'ana' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    });
    const label = ' My\u202e phone\n';
    const added = await passkeys.add(account, key.add(options), { ...SITE, label });
    expect(added).toMatchObject({ id: key.id, accountId: account.id, label: 'My phone' });
    expect(await passkeys.listOf(account.id)).toMatchObject([{ id: key.id, isSynced: false }]);
    const again = await passkeys.optionsToAdd(account, SITE);
    expect(again).toMatchObject({ excludeCredentials: [{ id: key.id, transports: ['internal'] }] });
  });

  it('knows a passkey that is kept by a service', async () => {
    const { passkeys, account, key } = await passkeysOf();
    const options = await passkeys.optionsToAdd(account, SITE);
    const answer = key.add(options, { flags: 1 + 4 + 8 + 16 + 64 });
    expect(await passkeys.add(account, answer, { ...SITE, label: '' })).toMatchObject({
      isSynced: true,
      label: 'Passkey',
    });
  });

  it('takes an answer once, in the browser and for the account that asked', async () => {
    const { database, passkeys, account, key } = await passkeysOf();
    const ben = await addAccount(database, { name: 'ben' });
    const adding = (whom: typeof account, answer: unknown, browser = SITE.browser) =>
      passkeys.add(whom, answer, { ...SITE, browser, label: 'x' });
    const answer = async () => key.add(await passkeys.optionsToAdd(account, SITE));

    await expect(adding(ben, await answer())).rejects.toMatchObject(REFUSED);
    await expect(adding(account, await answer(), 'another')).rejects.toMatchObject(REFUSED);
    const good = await answer();
    await adding(account, good);
    await expect(adding(account, good)).rejects.toMatchObject(REFUSED);
    const secondKey = await answer();
    await expect(adding(account, secondKey)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses an answer to the question of signing in', async () => {
    const { passkeys, account, key } = await passkeysOf();
    const answer = key.add(await passkeys.optionsToSignIn(SITE));
    await expect(passkeys.add(account, answer, { ...SITE, label: 'x' })).rejects.toMatchObject(
      REFUSED,
    );
  });

  const HOSTILE: Cases<Alteration> = [
    ['made at another site', { clientData: { origin: 'https://evil.example' } }],
    ['made for another site', { rpId: 'evil.example' }],
    ['made inside another page', { clientData: { crossOrigin: true } }],
    ['that is no making', { clientData: { type: 'webauthn.get' } }],
    ['made while nobody was there', { flags: 64 }],
  ];
  it('refuses one that was not made here and now', async () => {
    const { passkeys, account, key } = await passkeysOf();
    const outcomes = await outcomesOf(HOSTILE, async (alteration) => {
      const answer = key.add(await passkeys.optionsToAdd(account, SITE), alteration);
      await passkeys.add(account, answer, { ...SITE, label: 'x' });
    });
    expect(outcomes).toEqual(allRefused(HOSTILE));
    expect(await passkeys.listOf(account.id)).toEqual([]);
  });
});

describe('signing in with a passkey', () => {
  it('tells whose it is, and asks for nobody by name', async () => {
    const { passkeys, account, key } = await withPasskey();
    const options = await passkeys.optionsToSignIn(SITE);
    expect(options).toMatchObject({ rpId: 'paper.example', userVerification: 'preferred' });
    expect(options).not.toHaveProperty('allowCredentials.0');
    expect(await passkeys.signIn(key.signIn(options), SITE)).toBe(account.id);
    const [passkey] = await passkeys.listOf(account.id);
    expect(passkey).toMatchObject({ usedAtMs: NOON.getTime(), counter: 2 });
  });

  it('works with a key that does not count', async () => {
    const { passkeys, account, key } = await passkeysOf();
    const added = key.add(await passkeys.optionsToAdd(account, SITE), { counter: 0 });
    await passkeys.add(account, added, { ...SITE, label: 'x' });
    for (let time = 0; time < 2; time++) {
      const answer = key.signIn(await passkeys.optionsToSignIn(SITE), { counter: 0 });
      expect(await passkeys.signIn(answer, SITE)).toBe(account.id);
    }
  });

  const HOSTILE: Cases<Alteration> = [
    ['given at another site', { clientData: { origin: 'https://evil.example' } }],
    ['given at another port', { clientData: { origin: `${ORIGIN}:8443` } }],
    ['given without encryption', { clientData: { origin: 'http://paper.example' } }],
    ['given at a part of the site', { clientData: { origin: 'https://a.paper.example' } }],
    ['given inside another page', { clientData: { crossOrigin: true } }],
    ['of another kind', { clientData: { type: 'webauthn.create' } }],
    ['to a question nobody asked', { clientData: { challenge: 'A'.repeat(43) } }],
    ['to no question', { clientData: { challenge: undefined } }],
    ['to a question that is no text', { clientData: { challenge: 7 } }],
    ['for another site', { rpId: 'evil.example' }],
    ['given while nobody was there', { flags: 0 }],
    ['for another account', { userHandle: Buffer.from('ben').toString('base64url') }],
  ];
  it('refuses an answer that is wrong, although the key has signed it', async () => {
    const { passkeys, account, key } = await withPasskey();
    const outcomes = await outcomesOf(HOSTILE, async (alteration) => {
      await passkeys.signIn(key.signIn(await passkeys.optionsToSignIn(SITE), alteration), SITE);
    });
    expect(outcomes).toEqual(allRefused(HOSTILE));
    const honest = key.signIn(await passkeys.optionsToSignIn(SITE));
    expect(await passkeys.signIn(honest, SITE)).toBe(account.id);
  });

  it('refuses the answer of another key, and of one that was removed', async () => {
    const { passkeys, account, key } = await withPasskey();
    const other = createAuthenticator(ORIGIN);
    const signed = other.signIn(await passkeys.optionsToSignIn(SITE));
    const UNKNOWN = { ...REFUSED, message: 'This passkey is not known here.' };
    await expect(passkeys.signIn(signed, SITE)).rejects.toMatchObject(UNKNOWN);
    const asIfOurs = other.signIn(await passkeys.optionsToSignIn(SITE));
    const renamed = { ...asIfOurs, id: key.id, rawId: key.id };
    await expect(passkeys.signIn(renamed, SITE)).rejects.toMatchObject(REFUSED);
    await passkeys.remove(account.id, key.id);
    const late = key.signIn(await passkeys.optionsToSignIn(SITE));
    await expect(passkeys.signIn(late, SITE)).rejects.toMatchObject(UNKNOWN);
  });

  it('refuses an answer that was given before, of two at once as well', async () => {
    const { passkeys, account, key } = await withPasskey();
    const answer = key.signIn(await passkeys.optionsToSignIn(SITE));
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => passkeys.signIn(answer, SITE)),
    );
    const fulfilled = results.filter(({ status }) => status === 'fulfilled');
    expect(fulfilled).toEqual([{ status: 'fulfilled', value: account.id }]);
  });

  it('refuses an answer in another browser, and one after five minutes', async () => {
    const { passkeys, key, wait } = await withPasskey();
    const answer = key.signIn(await passkeys.optionsToSignIn(SITE));
    const elsewhere = { ...SITE, browser: 'another browser' };
    await expect(passkeys.signIn(answer, elsewhere)).rejects.toMatchObject(REFUSED);
    wait(5 * 60_000);
    await expect(passkeys.signIn(answer, SITE)).rejects.toMatchObject({
      message: 'The passkey took longer than five minutes.',
    });
  });

  it('refuses a counter that goes back or stands still, and tells of it', async () => {
    const { passkeys, key, suspicions, account } = await withPasskey();
    const answer = async (counter: number) =>
      passkeys.signIn(key.signIn(await passkeys.optionsToSignIn(SITE), { counter }), SITE);
    await answer(10);
    for (const counter of [10, 9, 0]) {
      await expect(answer(counter)).rejects.toMatchObject(REFUSED);
    }
    expect(suspicions).toHaveLength(3);
    expect(await answer(11)).toBe(account.id);
  });

  const NO_ANSWERS: Cases<(answer: object) => unknown> = [
    ['nothing', () => undefined],
    ['null', () => null],
    ['a text', () => 'let me in'],
    ['a list', () => []],
    ['no response', (answer) => ({ ...answer, response: undefined })],
    ['numbers', (answer) => ({ ...answer, id: 1, rawId: 1 })],
    ['two names', (answer) => ({ ...answer, rawId: 'AAAA' })],
    ['another type', (answer) => ({ ...answer, type: 'password' })],
    ['a name of 5 kB', (answer) => ({ ...answer, id: 'A'.repeat(5_000) })],
    ['letters that are no base64url', (answer) => altered(answer, { clientDataJSON: '<script>' })],
    ['data that is no JSON', (answer) => altered(answer, { clientDataJSON: 'AAAA' })],
    ['data that is a list', (answer) => altered(answer, { clientDataJSON: 'W10' })],
    ['a signature of 40 kB', (answer) => altered(answer, { signature: 'A'.repeat(40_000) })],
    ['no signature', (answer) => altered(answer, { signature: '' })],
    ['data cut short', (answer) => altered(answer, { authenticatorData: 'AAAA' })],
  ];
  it('refuses what is no answer at all', async () => {
    const { passkeys, key } = await withPasskey();
    const outcomes = await outcomesOf(NO_ANSWERS, async (alter) => {
      const answer = key.signIn(await passkeys.optionsToSignIn(SITE));
      await passkeys.signIn(alter(answer), SITE);
    });
    expect(outcomes).toEqual(allRefused(NO_ANSWERS));
  });

  function altered(answer: object, change: object): object {
    const { response } = answer as { readonly response: object };
    return { ...answer, response: { ...response, ...change } };
  }
});

describe('where passkeys work', () => {
  it('is at a configured name over https, or on this machine', () => {
    expect(relyingPartyOf('https://paper.example:8443/', 'http://localhost:3000/')).toEqual({
      id: 'paper.example',
      origin: 'https://paper.example:8443',
    });
    expect(relyingPartyOf(undefined, 'http://localhost:3000/sign-in')).toEqual({
      id: 'localhost',
      origin: 'http://localhost:3000',
    });
    expect(relyingPartyOf('http://localhost:3000', 'http://localhost:3000/').id).toBe('localhost');
  });

  for (const [baseUrl, requestUrl] of [
    [undefined, 'http://127.0.0.1:3000/'],
    [undefined, 'http://evil.example/'],
    [undefined, 'https://evil.example/'],
    ['http://paper.example', 'http://paper.example/'],
    ['https://192.0.2.7', 'https://192.0.2.7/'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]/'],
  ] as const) {
    it(`is not at ${baseUrl ?? requestUrl}`, () => {
      expect(() => relyingPartyOf(baseUrl, requestUrl)).toThrow('Passkeys do not work');
    });
  }
});

it('calls a passkey by one clean line', () => {
  expect(passkeyLabel('  Ana’s\n key\u0000 ')).toBe('Ana’s key');
  expect(passkeyLabel('\u202e\u200b')).toBe('Passkey');
  expect(Array.from(passkeyLabel('🔑'.repeat(100)))).toHaveLength(60);
});
