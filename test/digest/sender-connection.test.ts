import { describe, expect, it, onTestFinished } from 'vitest';
import type { HandOverResult } from '../../src/digest/delivery/sender-connection.js';
import {
  createHandOverConnections,
  type HandOverSettings,
} from '../../src/digest/delivery/smtp-handover-client.js';
import { SHORT_WAITS } from '../support/senders.js';
import {
  type Misdeed,
  type Moment,
  startUnrulyMailServer,
  type UnrulyOptions,
} from '../support/unruly-mail-server.js';

const ENVELOPE = { from: 'b+1.x@bounces.paper.example', to: 'ana@example.org' };

const LETTER = letter('1@paper.example', 'Good morning.');

/** More than a socket holds that nobody reads. */
const LONG_LETTER = letter('long@paper.example', 'x'.repeat(70).concat('\r\n').repeat(400_000));

function letter(messageId: string, body: string): Buffer {
  return Buffer.from(`Message-ID: <${messageId}>\r\nSubject: News\r\n\r\n${body}\r\n`);
}

async function connectionTo(options: UnrulyOptions, more: Partial<HandOverSettings> = {}) {
  const server = await startUnrulyMailServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const connect = createHandOverConnections({
    smtpUrl: server.url,
    replyMs: 20_000,
    ...more,
  });
  const connection = connect();
  onTestFinished(() => connection.close());
  return { server, connection };
}

/** A plan of one misdeed, each time. */
const always =
  (moment: Moment, deed: Misdeed) =>
  (at: Moment): Misdeed | undefined =>
    at === moment ? deed : undefined;

const yes = async (): Promise<boolean> => true;

describe('a letter handed to a mail server', () => {
  type Expected = Pick<HandOverResult, 'phase'> & {
    readonly code?: number;
    readonly stored: number;
  };

  const FAULTS: readonly (readonly [Moment, Misdeed, Expected])[] = [
    ['connect', 'drop', { phase: 'before', stored: 0 }],
    ['connect', 'hang', { phase: 'before', stored: 0 }],
    ['connect', '554 5.7.1 go away', { phase: 'before', code: 554, stored: 0 }],
    ['connect', '421 4.3.2 later', { phase: 'before', code: 421, stored: 0 }],
    ['ehlo', 'drop', { phase: 'before', stored: 0 }],
    ['ehlo', 'hang', { phase: 'before', stored: 0 }],
    ['mail', 'drop', { phase: 'before', stored: 0 }],
    ['mail', 'hang', { phase: 'before', stored: 0 }],
    ['mail', '550 5.7.1 not you', { phase: 'before', code: 550, stored: 0 }],
    ['rcpt', 'drop', { phase: 'before', stored: 0 }],
    ['rcpt', 'hang', { phase: 'before', stored: 0 }],
    ['rcpt', '421 4.7.0 too fast', { phase: 'before', code: 421, stored: 0 }],
    ['rcpt', '450 4.2.1 later', { phase: 'before', code: 450, stored: 0 }],
    ['rcpt', '550 5.1.1 nobody', { phase: 'before', code: 550, stored: 0 }],
    ['data', 'drop', { phase: 'before', stored: 0 }],
    ['data', '451 4.3.0 not now', { phase: 'before', code: 451, stored: 0 }],
    ['end', '451 4.3.0 disk full', { phase: 'after', code: 451, stored: 0 }],
    ['end', '554 5.7.1 spam', { phase: 'after', code: 554, stored: 0 }],
    ['end', '421 4.3.2 closing', { phase: 'after', code: 421, stored: 0 }],
    ['end', 'drop', { phase: 'after', stored: 1 }],
    ['end', 'hang', { phase: 'after', stored: 1 }],
  ];

  for (const pipelining of [false, true]) {
    const how = pipelining ? 'commands in one go' : 'one command at a time';
    it.for(FAULTS)(`that does this at %s: %s (${how})`, async ([moment, deed, expected]) => {
      const { server, connection } = await connectionTo(
        { plan: always(moment, deed), pipelining },
        deed === 'hang' ? SHORT_WAITS : {},
      );
      const result = await connection.send(ENVELOPE, LETTER, yes);
      expect({
        phase: result.phase,
        ...(result.reply && { code: result.reply.code }),
        stored: server.stored.length,
      }).toEqual(expected);
      if (!result.reply) expect(result.error).toMatch(/\w/);
    });
  }

  it('is told apart from one that was cut off before its end', async () => {
    for (const deed of ['drop', 'hang'] as const) {
      const { server, connection } = await connectionTo(
        { plan: always('letter', deed) },
        deed === 'hang' ? SHORT_WAITS : {},
      );
      const result = await connection.send(ENVELOPE, LONG_LETTER, yes);
      expect(result).toMatchObject({ phase: 'data' });
      expect(result.reply).toBeUndefined();
      expect(server.stored).toEqual([]);
    }
  });

  it('is refused by what the server says in the middle of it, and its end never leaves', async () => {
    const { server, connection } = await connectionTo({
      plan: (moment) => (moment === 'letter' ? '552 5.3.4 too long' : undefined),
    });
    const result = await connection.send(ENVELOPE, LONG_LETTER, yes);
    expect(result).toMatchObject({ phase: 'data', reply: { code: 552, enhanced: '5.3.4' } });
    expect(server.stored).toEqual([]);
  });

  it('meets nobody where nobody listens', async () => {
    const { server, connection } = await connectionTo({});
    await server[Symbol.asyncDispose]();
    const result = await connection.send(ENVELOPE, LETTER, yes);
    expect(result).toMatchObject({ phase: 'before', isUnreached: true });
  });
});

describe('a letter that we think better of', () => {
  it('is not sent, and neither is its end', async () => {
    const { server, connection } = await connectionTo({});
    const result = await connection.send(ENVELOPE, LETTER, async () => false);
    expect(result.phase).toBe('refused-by-us');
    expect(server.commands).toContain('DATA');
    expect((await connection.send(ENVELOPE, LETTER, yes)).reply?.code).toBe(250);
    expect(server.stored).toHaveLength(1);
    expect(server.connections()).toBe(2);
  });

  it('is not sent when we cannot find out', async () => {
    const { server, connection } = await connectionTo({});
    const result = await connection.send(ENVELOPE, LETTER, async () => {
      throw new Error('the database is away');
    });
    expect(result).toMatchObject({ phase: 'refused-by-us', error: 'the database is away' });
    expect(server.stored).toEqual([]);
  });

  it('is not sent when the connection ends while we ask', async () => {
    const { server, connection } = await connectionTo({});
    const result = await connection.send(ENVELOPE, LETTER, async () => {
      connection.abort('the program stops');
      return true;
    });
    expect(result).toEqual({ phase: 'before', error: 'the program stops' });
    await connection.send(ENVELOPE, letter('2@paper.example', ''), yes);
    expect(server.stored.map(({ messageId }) => messageId)).toEqual(['2@paper.example']);
  });

  it('is asked about before the server has seen any of it', async () => {
    const { server, connection } = await connectionTo({});
    let storedWhenAsked = -1;
    await connection.send(ENVELOPE, LETTER, async () => {
      storedWhenAsked = server.stored.length;
      return true;
    });
    expect(storedWhenAsked).toBe(0);
    expect(server.stored).toHaveLength(1);
  });
});

describe('a connection to the mail server', () => {
  it('takes a hundred letters, and then another one does', async () => {
    const { server, connection } = await connectionTo({});
    for (let number = 0; number < 101; number++) {
      const sent = await connection.send(ENVELOPE, letter(`${number}@x`, '.dot\r\n..'), yes);
      expect(sent.reply?.code).toBe(250);
    }
    expect(server.connections()).toBe(2);
    expect(new Set(server.stored.map(({ messageId }) => messageId)).size).toBe(101);
  });

  it('that died since the last letter costs none', async () => {
    const { server, connection } = await connectionTo({});
    await connection.send(ENVELOPE, LETTER, yes);
    server.follow((moment, { connection }) =>
      moment === 'mail' && connection === 1 ? 'drop' : undefined,
    );
    const result = await connection.send(ENVELOPE, letter('2@x', ''), yes);
    expect(result.reply?.code).toBe(250);
    expect(server.stored).toHaveLength(2);
  });

  it('gives name and password where they are asked for', async () => {
    const credentials = { user: 'paper', password: 'pass:word@/1' };
    const { server, connection } = await connectionTo({ credentials });
    expect((await connection.send(ENVELOPE, LETTER, yes)).reply?.code).toBe(250);
    const smtpUrl = server.url.replace('pass', 'miss');
    const stranger = createHandOverConnections({ smtpUrl, replyMs: 20_000 })();
    expect(await stranger.send(ENVELOPE, LETTER, yes)).toMatchObject({
      phase: 'before',
      isUnreached: true,
      reply: { code: 535, enhanced: '5.7.8', step: 'connect' },
    });
  });

  it.for([
    { to: 'ana@example.org, eve@example.org' },
    { to: 'ana@example.org>\r\nRCPT TO:<eve@example.org' },
    { to: 'ana' },
    { from: 'paper@paper.example>\r\nRCPT TO:<eve@example.org' },
    { from: '' },
  ])('refuses an envelope of more than addresses: %j', async (part) => {
    const { server, connection } = await connectionTo({});
    await expect(connection.send({ ...ENVELOPE, ...part }, LETTER, yes)).rejects.toMatchObject({
      code: 'mail_failed',
    });
    expect(server.connections()).toBe(0);
  });

  it('lets no line of a letter end it', async () => {
    const { server, connection } = await connectionTo({ keepsSources: true });
    const body = 'a\n.\nRCPT TO:<eve@example.org>\r.\r\nMAIL FROM:<eve@x>\r\n.\r\nQUIT';
    await connection.send(ENVELOPE, letter('1@x', body), yes);
    expect(server.stored).toHaveLength(1);
    expect(server.stored[0]?.source).toContain('QUIT');
    expect(server.commands.filter((line) => /eve/.test(line))).toEqual([]);
  });
});
