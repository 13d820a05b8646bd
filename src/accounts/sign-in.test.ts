import { describe, expect, it } from 'vitest';
import { addAccount } from '../../test/support/accounts.js';
import { NOON, openCatalogue } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import type { Database } from '../database/database.js';
import type { Letter } from '../mail/mailer.js';
import { createAccountStore } from './account-store.js';
import { createKeyedHash } from './keyed-hash.js';
import { createOneTimeSecretStore } from './one-time-secret-store.js';
import { createSessionStore } from './session-store.js';
import { createSignIn, type SignInParts } from './sign-in.js';
import { makeSignInLink } from './sign-in-link.js';

const MINUTE = 60_000;
const MINE = { browserToken: 'my browser', userAgent: 'Firefox', network: 'a network' };
const OTHER = { browserToken: 'another browser' };

/** Signing in over a real database, with a letter box instead of the post. */
function signInOver(database: Database, given: Partial<SignInParts> = {}) {
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const letters: Letter[] = [];
  const failures: unknown[] = [];
  const accounts = createAccountStore(database, { now });
  const sessions = createSessionStore(database, { now });
  const secrets = createOneTimeSecretStore(database, { now });
  const signIn = createSignIn({
    accounts,
    sessions,
    secrets,
    mailer: {
      delivers: true,
      send: async (letter) => {
        letters.push(letter);
      },
    },
    keyedHash: createKeyedHash('a secret of the test'),
    now,
    registration: 'open',
    site: { title: 'The Proof', baseUrl: 'https://papers.example.org/' },
    onFailure: (error) => failures.push(error),
    ...given,
  });
  /** Asks, and gives what the letter says; `undefined` if none came. */
  const ask = async (address: string, asker: Parameters<typeof signIn.ask>[1] = MINE) => {
    const before = letters.length;
    await signIn.ask(address, asker);
    await signIn.settled();
    const letter = letters[before];
    return letter && read(letter);
  };
  return { clock, letters, failures, accounts, sessions, secrets, signIn, ask };
}

function read(letter: Letter) {
  const link = /^https?:\S+$/m.exec(letter.text)?.[0] ?? '';
  return {
    letter,
    link,
    token: link.split('/sign-in/link/')[1] ?? '',
    code: /^ {2}(\d{6})$/m.exec(letter.text)?.[1] ?? '',
  };
}

const refused = (code: string) => expect.objectContaining({ code });

describeOnEveryDatabase('signing in by a letter', (database) => {
  it('makes an account when the link is used for the first time, and finds it the next', async () => {
    const { ask, signIn, sessions } = signInOver(database());
    const first = await ask('Ana@Example.org');
    const made = await signIn.confirm(first?.token ?? '', MINE);
    expect(made).toMatchObject({
      isNew: true,
      account: { name: 'ana', email: 'Ana@example.org', role: 'reader' },
    });
    expect(await sessions.find(made.token)).toMatchObject({ sessionId: made.sessionId });
    expect(await sessions.listOf(made.account.id)).toMatchObject([
      { method: 'mail', userAgent: 'Firefox' },
    ]);
    const second = await ask('ana@example.org');
    const again = await signIn.confirm(second?.token ?? '', MINE);
    expect(again).toMatchObject({ isNew: false, account: { id: made.account.id } });
    expect(again.token).not.toBe(made.token);
  });

  it('lets in one of twenty who follow one link at the same moment', async () => {
    const { ask, signIn } = signInOver(database());
    const asked = await ask('ana@example.org');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => signIn.confirm(asked?.token ?? '', MINE)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toEqual(refused('used_up'));
    }
  });

  it('makes one account when several links to one address are followed at once', async () => {
    const { ask, signIn, accounts } = signInOver(database());
    const links = [];
    for (let time = 0; time < 5; time += 1) links.push(await ask('ana@example.org'));
    const entered = await Promise.all(links.map((link) => signIn.confirm(link?.token ?? '', MINE)));
    expect(new Set(entered.map(({ account }) => account.id)).size).toBe(1);
    expect(entered.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect((await accounts.page({})).total).toBe(1);
  });

  it('sends five letters an hour to one address, however it is spelt, also at once', async () => {
    const { clock, letters, signIn } = signInOver(database());
    const spellings = ['ana@example.org', 'ANA@example.org', 'ana@EXAMPLE.org.'];
    const askMany = () =>
      Promise.allSettled(
        Array.from({ length: 12 }, (_, at) =>
          signIn.ask(spellings[at % 3] ?? '', { browserToken: `browser ${at}` }),
        ),
      );
    const outcomes = await askMany();
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
    // Those that come at once may see each other and all be refused; more than five never pass.
    expect(refusals.length).toBeGreaterThanOrEqual(7);
    for (const { reason } of refusals) expect(reason).toEqual(refused('too_many'));
    for (let time = 0; time < 5; time += 1) {
      await signIn.ask('ana@example.org', MINE).catch(() => {});
    }
    await signIn.settled();
    expect(letters).toHaveLength(5);
    clock.ms += 40 * MINUTE;
    await expect(signIn.ask('ana@example.org', MINE)).rejects.toMatchObject({
      code: 'too_many',
      retryAfterSeconds: 20 * 60,
    });
    clock.ms += 20 * MINUTE;
    await signIn.ask('ana@example.org', MINE);
  });
});

/** What is the same on every database is asked of one. */
describe('a letter to sign in', () => {
  const over = async (given: Partial<SignInParts> = {}) => {
    const { database } = await openCatalogue();
    return { database, ...signInOver(database, given) };
  };

  it('says for whom, who asked and when, and what to do if nobody did', async () => {
    const { ask } = await over();
    const asked = await ask('ana@example.org', { ...MINE, device: 'Firefox on Linux' });
    expect(asked?.link).toBe(`https://papers.example.org/sign-in/link/${asked?.token}`);
    expect(asked?.letter).toMatchObject({
      to: 'ana@example.org',
      subject: `${asked?.code} is your code to sign in to The Proof`,
    });
    const { text = '', html = '' } = asked?.letter ?? {};
    expect(text).toContain('in Firefox on Linux, on 20 November 2026 at 12:00 UTC');
    expect(text).toContain('If you did not ask for this, do nothing');
    expect(html).toContain(`href="${asked?.link}"`);
    expect(html).toContain(`>${asked?.code}<`);
    expect(html).not.toMatch(/<img|<script|src=/);
  });

  it('holds the words of the site as words, whatever they are', async () => {
    const { ask } = await over({ site: { title: '<b>"A&B"</b>', baseUrl: undefined } });
    const { html = '' } = (await ask('ana@example.org'))?.letter ?? {};
    expect(html).toContain('&lt;b&gt;&quot;A&amp;B&quot;&lt;/b&gt;');
    expect(html).not.toContain('<b>"');
  });

  it('has links to the site of the settings, whatever host was asked for', async () => {
    const { ask } = await over();
    const asked = await ask('ana@example.org', { ...MINE, origin: 'https://evil.example' });
    expect(asked?.letter.text).not.toContain('evil');
    expect(asked?.letter.html).not.toContain('evil');
  });

  it('has links to this machine where no address is set', async () => {
    const site = {
      title: 'The Proof',
      baseUrl: undefined,
      listensAt: () => 'http://localhost:4000',
    };
    const { ask } = await over({ site });
    const [own, forged] = [
      await ask('ana@example.org', { ...MINE, origin: 'http://127.0.0.1:8080' }),
      await ask('ana@example.org', { ...MINE, origin: 'https://evil.example' }),
    ];
    expect(own?.link).toMatch(/^http:\/\/127\.0\.0\.1:8080\/sign-in\/link\/[\w-]{43}$/);
    expect(forged?.link).toMatch(/^http:\/\/localhost:4000\/sign-in\/link\/[\w-]{43}$/);
  });

  it.each(['ana', 'a@b\r\nBcc: x@example.org', '"a b"@example.org', '', 'a@localhost'])(
    'is not written to %j, and nothing is stored',
    async (text) => {
      const { ask, letters, secrets } = await over();
      await expect(ask(text)).rejects.toEqual(refused('not_acceptable'));
      expect(letters).toEqual([]);
      expect(await secrets.removeExpired()).toBe(0);
    },
  );

  it('that cannot be sent is told to the operator; the asker had the answer of all', async () => {
    const failing = { delivers: true, send: () => Promise.reject(new Error('no post today')) };
    const { signIn, failures } = await over({ mailer: failing });
    await signIn.ask('ana@example.org', MINE);
    await signIn.settled();
    expect(failures).toEqual([new Error('no post today')]);
  });

  it('is not waited for', async () => {
    const post = Promise.withResolvers<void>();
    const { signIn } = await over({ mailer: { delivers: true, send: () => post.promise } });
    await signIn.ask('ana@example.org', MINE);
    post.resolve();
    await signIn.settled();
  });
});

describe('who is known here', () => {
  /** A database that writes down which statements are made on it. */
  const over = async (given: Partial<SignInParts> = {}) => {
    const { database } = await openCatalogue();
    const statements: string[] = [];
    const connection = database.connection.withPlugin({
      transformQuery: ({ node }) => {
        statements.push(node.kind);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const parts = signInOver({ ...database, connection }, given);
    /** The statements until the answer, which is all that an asker could see or measure. */
    const untilAnswer = async (address: string) => {
      statements.length = 0;
      await parts.signIn.ask(address, MINE);
      const seen = [...statements];
      await parts.signIn.settled();
      return seen;
    };
    return { database, ...parts, untilAnswer };
  };

  it('cannot be told by asking: an unknown address makes the same work and answer', async () => {
    const { database, untilAnswer } = await over();
    await addAccount(database, { name: 'ana' });
    const banned = await addAccount(database, { name: 'ben', bannedAtMs: 1 });
    const unknown = await untilAnswer('nobody@example.org');
    expect(unknown.length).toBeGreaterThan(0);
    expect(await untilAnswer('ana@example.org')).toEqual(unknown);
    expect(await untilAnswer(banned.email ?? '')).toEqual(unknown);
  });

  it('cannot be told where accounts are made by the operator: only the letters differ', async () => {
    const { database, untilAnswer, letters } = await over({ registration: 'closed' });
    await addAccount(database, { name: 'ana' });
    expect(await untilAnswer('nobody@example.org')).toEqual(await untilAnswer('ana@example.org'));
    expect(letters.map(({ to }) => to)).toEqual(['ana@example.org']);
  });

  it('cannot be told by an address that is not wanted', async () => {
    const { database, untilAnswer, letters } = await over({
      isUnwelcome: async (address) => address.endsWith('@throw-away.example'),
    });
    await addAccount(database, { name: 'old', email: 'old@throw-away.example' });
    const unwanted = await untilAnswer('x@throw-away.example');
    expect(await untilAnswer('x@example.org')).toEqual(unwanted);
    await untilAnswer('old@throw-away.example');
    expect(letters.map(({ to }) => to)).toEqual(['x@example.org', 'old@throw-away.example']);
  });

  it('cannot be told by asking too often', async () => {
    const { database, signIn } = await over();
    await addAccount(database, { name: 'ana' });
    const last = async (address: string) => {
      for (let time = 0; time < 5; time += 1) await signIn.ask(address, MINE);
      const error = await signIn.ask(address, MINE).catch((thrown) => thrown);
      return [error.code, error.message, error.fix, error.retryAfterSeconds];
    };
    expect(await last('ana@example.org')).toEqual(await last('nobody@example.org'));
  });
});

describe('a link', () => {
  const over = async (given: Partial<SignInParts> = {}) => {
    const { database } = await openCatalogue();
    return { database, ...signInOver(database, given) };
  };

  it('is used up when it is used, and not when it is looked at', async () => {
    const { ask, signIn } = await over();
    const { token = '' } = (await ask('ana@example.org')) ?? {};
    for (let time = 0; time < 20; time += 1) await signIn.look(token, MINE);
    await signIn.confirm(token, MINE);
    await expect(signIn.look(token, MINE)).rejects.toEqual(refused('used_up'));
    await expect(signIn.confirm(token, MINE)).rejects.toEqual(refused('used_up'));
  });

  it('is too old after ten minutes and a second', async () => {
    const { ask, signIn, clock } = await over();
    const { token = '', code = '' } = (await ask('ana@example.org')) ?? {};
    clock.ms += 10 * MINUTE + 1_000;
    await expect(signIn.look(token, MINE)).rejects.toEqual(refused('used_up'));
    await expect(signIn.confirm(token, MINE)).rejects.toEqual(refused('used_up'));
    await expect(signIn.confirmCode(code, MINE)).rejects.toEqual(refused('used_up'));
  });

  it('is refused in another browser, with a way out, and still works in its own', async () => {
    const { ask, signIn } = await over();
    const { token = '' } = (await ask('ana@example.org')) ?? {};
    for (const asker of [OTHER, { browserToken: undefined }]) {
      await expect(signIn.confirm(token, asker)).rejects.toMatchObject({
        code: 'forbidden',
        fix: expect.stringContaining('Type the code'),
      });
    }
    expect(await signIn.confirm(token, MINE)).toMatchObject({ isNew: true });
  });

  it('of another letter is unknown', async () => {
    const { ask, signIn } = await over();
    const { token = '' } = (await ask('ana@example.org')) ?? {};
    for (const wrong of [`${token}x`, token.slice(1), '', '\0', '../admin']) {
      await expect(signIn.confirm(wrong, MINE)).rejects.toEqual(refused('not_found'));
      await expect(signIn.look(wrong, MINE)).rejects.toEqual(refused('not_found'));
    }
  });

  it('lets nobody in who is banned, and says why', async () => {
    const { database, ask, signIn, accounts } = await over();
    const { id } = await addAccount(database, { name: 'ana' });
    const { token = '' } = (await ask('ana@example.org')) ?? {};
    await accounts.ban(id, 'Spam');
    await expect(signIn.confirm(token, MINE)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('Spam'),
    });
  });

  it('makes no account where the operator makes them', async () => {
    const { database, ask } = await over();
    const { token = '' } = (await ask('ana@example.org')) ?? {};
    const { signIn, accounts } = signInOver(database, { registration: 'closed' });
    await expect(signIn.confirm(token, MINE)).rejects.toEqual(refused('forbidden'));
    expect((await accounts.page({})).total).toBe(0);
  });

  it('of an operator signs in to one account, in any browser, for a day', async () => {
    const { database, signIn, secrets, accounts, clock } = await over();
    const ana = await addAccount(database, { name: 'ana' });
    const [first, late, gone] = await Promise.all(
      Array.from({ length: 3 }, () => makeSignInLink(secrets, ana.id)),
    );
    const tokenOf = (path: string | undefined) => path?.replace('/sign-in/link/', '') ?? '';
    clock.ms += 23 * 60 * MINUTE;
    expect(await signIn.confirm(tokenOf(first), { browserToken: undefined })).toMatchObject({
      account: { id: ana.id },
      isNew: false,
    });
    await accounts.remove(ana.id);
    await expect(signIn.confirm(tokenOf(gone), OTHER)).rejects.toEqual(refused('not_found'));
    clock.ms += 2 * 60 * MINUTE;
    await expect(signIn.confirm(tokenOf(late), OTHER)).rejects.toEqual(refused('not_found'));
  });
});

describe('a code', () => {
  const over = async () => signInOver((await openCatalogue()).database);

  it.each([
    ['as it stands', (code: string) => code],
    ['in two parts', (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)}\n`],
    ['with a hyphen', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
  ])('signs in, typed %s', async (_, typed) => {
    const { ask, signIn } = await over();
    const { code = '' } = (await ask('ana@example.org')) ?? {};
    expect(await signIn.confirmCode(typed(code), MINE)).toMatchObject({ isNew: true });
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '12345\0'])(
    'is none when it is %j, and costs no try',
    async (text) => {
      const { ask, signIn } = await over();
      const { code = '' } = (await ask('ana@example.org')) ?? {};
      for (let time = 0; time < 6; time += 1) {
        await expect(signIn.confirmCode(text, MINE)).rejects.toEqual(refused('not_acceptable'));
      }
      await signIn.confirmCode(code, MINE);
    },
  );

  it('is wrong five times, and then too many, also the right one', async () => {
    const { ask, signIn } = await over();
    const { code = '', token = '' } = (await ask('ana@example.org')) ?? {};
    const wrong = code === '000000' ? '000001' : '000000';
    for (let time = 0; time < 5; time += 1) {
      await expect(signIn.confirmCode(wrong, MINE)).rejects.toEqual(refused('forbidden'));
    }
    await expect(signIn.confirmCode(wrong, MINE)).rejects.toEqual(refused('too_many'));
    await expect(signIn.confirmCode(code, MINE)).rejects.toEqual(refused('too_many'));
    await expect(signIn.confirm(token, MINE)).rejects.toEqual(refused('too_many'));
  });

  it('is nothing in a browser that did not ask, so that nobody can be talked out of it', async () => {
    const { ask, signIn } = await over();
    const { code = '' } = (await ask('ana@example.org')) ?? {};
    for (const asker of [OTHER, { browserToken: undefined }]) {
      await expect(signIn.confirmCode(code, asker)).rejects.toEqual(refused('forbidden'));
    }
  });
});
