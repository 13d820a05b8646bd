import { describe, expect, it } from 'vitest';
import { addAccount } from '../../test/support/accounts.js';
import { NOON, openCatalogue } from '../../test/support/catalogue.js';
import type { Letter } from '../mail/mailer.js';
import { createAccountStore } from './account-store.js';
import { createEmailChange } from './email-change.js';
import { createOneTimeSecretStore } from './one-time-secret-store.js';

async function setUp() {
  const { database } = await openCatalogue();
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const letters: Letter[] = [];
  const accounts = createAccountStore(database, { now });
  const change = createEmailChange({
    accounts,
    secrets: createOneTimeSecretStore(database, { now }),
    mailer: {
      delivers: true,
      send: async (letter) => {
        letters.push(letter);
      },
    },
    now,
    site: { title: 'The Proof', baseUrl: 'https://papers.example.org' },
    onFailure: (error) => {
      throw error;
    },
  });
  const ana = await addAccount(database, { name: 'ana' });
  const ben = await addAccount(database, { name: 'ben' });
  /** Asks for ana, and gives the token of the letter. */
  const ask = async (address: string) => {
    const before = letters.length;
    await change.ask(ana, address, { origin: 'https://evil.example', device: 'Firefox on Linux' });
    await change.settled();
    return /\/settings\/email\/([\w-]+)$/m.exec(letters[before]?.text ?? '')?.[1] ?? '';
  };
  return { clock, letters, accounts, change, ana, ben, ask };
}

describe('another address', () => {
  it('is taken when its letter is answered, and the one before is told', async () => {
    const { ask, change, ana, accounts, letters } = await setUp();
    const token = await ask('Ana@example.net');
    expect(letters[0]).toMatchObject({ to: 'Ana@example.net' });
    expect(letters[0]?.text).toContain(`https://papers.example.org/settings/email/${token}`);
    expect((await accounts.find(ana.id))?.email).toBe('ana@example.org');
    expect(await change.look(ana, token)).toBe('Ana@example.net');
    expect((await change.confirm(ana, token)).email).toBe('Ana@example.net');
    await change.settled();
    expect(letters[1]).toMatchObject({ to: 'ana@example.org' });
    expect(letters[1]?.text).not.toContain('example.net');
    await expect(change.confirm(ana, token)).rejects.toMatchObject({ code: 'used_up' });
  });

  it('is not taken by a link that is altered, old, or of somebody else', async () => {
    const { ask, change, ana, ben, clock, accounts } = await setUp();
    const token = await ask('ana@example.net');
    await expect(change.confirm(ben, token)).rejects.toMatchObject({ code: 'not_found' });
    await expect(change.confirm(ana, `${token}x`)).rejects.toMatchObject({ code: 'not_found' });
    clock.ms += 61 * 60_000;
    await expect(change.confirm(ana, token)).rejects.toMatchObject({ code: 'used_up' });
    expect((await accounts.find(ana.id))?.email).toBe('ana@example.org');
    expect((await accounts.find(ben.id))?.email).toBe('ben@example.org');
  });

  it('that somebody has is answered like any, and no letter goes', async () => {
    const { ask, letters } = await setUp();
    expect(await ask('BEN@example.org')).toBe('');
    expect(letters).toEqual([]);
  });

  it('that somebody took meanwhile is refused', async () => {
    const { ask, change, ana, ben, accounts } = await setUp();
    const token = await ask('new@example.net');
    await accounts.setEmail(ben.id, 'new@example.net');
    await expect(change.confirm(ana, token)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is asked for five times an hour, and never of what is no address', async () => {
    const { ask, clock } = await setUp();
    await expect(ask('x@y\r\nBcc: z')).rejects.toMatchObject({ code: 'not_acceptable' });
    for (let time = 0; time < 5; time += 1) await ask('ana@example.net');
    await expect(ask('ana@example.net')).rejects.toMatchObject({ code: 'too_many' });
    clock.ms += 3_600_000;
    await ask('ana@example.net');
  });
});
