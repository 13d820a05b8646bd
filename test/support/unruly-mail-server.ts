/**
 * A mail server on loopback that misbehaves by plan, and keeps the names of the letters that it
 * has stored: what really arrived, whatever the sender believes.
 */

import { type AddressInfo, createServer, type Socket } from 'node:net';

/** When it misbehaves: at connecting, after a command, within the letter, after its last dot. */
export type Moment = 'connect' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'letter' | 'end';

/** A reply that is no success; hanging up; saying nothing more. */
export type Misdeed = 'drop' | 'hang' | `${4 | 5}${string}`;

export type Plan = (
  moment: Moment,
  about: { readonly connection: number; readonly to: string },
) => Misdeed | undefined;

export type StoredLetter = {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly bytes: number;
};

export type UnrulyMailServer = AsyncDisposable & {
  readonly url: string;
  readonly stored: readonly StoredLetter[];
  readonly connections: () => number;
  /** Everything the clients said, but for letters. */
  readonly commands: readonly string[];
  /** What it does from now on. */
  follow: (plan: Plan) => void;
};

export type UnrulyOptions = {
  readonly plan?: Plan;
  readonly pipelining?: boolean;
  readonly credentials?: { readonly user: string; readonly password: string };
  /** How long it thinks about a letter. */
  readonly thinksMs?: number;
  /** Whether letters are kept whole; their names are, always. */
  readonly keepsSources?: boolean;
};

export async function startUnrulyMailServer(
  options: UnrulyOptions = {},
): Promise<UnrulyMailServer> {
  const stored: StoredLetter[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let plan: Plan = options.plan ?? (() => undefined);
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    converse(socket, {
      options,
      store: (letter) => stored.push(letter),
      heard: (command) => commands.push(command),
      misdeed: (moment, to) => plan(moment, { connection, to }),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { user, password } = options.credentials ?? {};
  const login = user ? `${user}:${encodeURIComponent(password ?? '')}@` : '';
  return {
    url: `smtp://${login}127.0.0.1:${port}`,
    stored,
    commands,
    connections: () => connections,
    follow: (next) => {
      plan = next;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Conversation = {
  readonly options: UnrulyOptions;
  readonly store: (letter: StoredLetter) => void;
  readonly heard: (command: string) => void;
  readonly misdeed: (moment: Moment, to: string) => Misdeed | undefined;
};

const END = '\r\n.\r\n';

function converse(socket: Socket, { options, store, heard, misdeed }: Conversation): void {
  let input = '';
  let from = '';
  let to = '';
  let isLetter = false;
  let isDeaf = false;

  const say = (line: string): void => {
    if (!socket.destroyed) socket.write(`${line}\r\n`);
  };
  /** Does what the plan says; true if that was anything. */
  const misbehaves = (moment: Moment): boolean => commits(misdeed(moment, to));

  const commits = (deed: Misdeed | undefined): boolean => {
    if (deed === undefined) return false;
    if (deed === 'drop') {
      isDeaf = true;
      socket.destroy();
    } else if (deed === 'hang') isDeaf = true;
    else {
      say(deed);
      if (deed.startsWith('421')) socket.end();
    }
    return true;
  };

  const takeLetter = (end: number): void => {
    const source = input.slice(0, end);
    input = input.slice(end + END.length);
    isLetter = false;
    const deed = misdeed('end', to);
    if (!deed || deed === 'drop' || deed === 'hang') {
      const messageId = /^message-id:\s*<([^>]*)>/im.exec(source)?.[1] ?? '';
      store({ messageId, from, to, source: options.keepsSources ? source : '', bytes: end });
    }
    if (commits(deed)) return;
    if (options.thinksMs) setTimeout(say, options.thinksMs, '250 2.0.0 kept');
    else say('250 2.0.0 kept');
  };

  const obey = (line: string): void => {
    heard(line);
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') {
      if (misbehaves('ehlo')) return;
      const more = [
        ...(options.pipelining ? ['PIPELINING'] : []),
        ...(options.credentials ? ['AUTH PLAIN'] : []),
        'ENHANCEDSTATUSCODES',
      ];
      say(
        ['unruly.example', ...more]
          .map((word, at) => `250${at < more.length ? '-' : ' '}${word}`)
          .join('\r\n'),
      );
    } else if (verb === 'AUTH') {
      const { user, password } = options.credentials ?? {};
      const given = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString();
      say(given === `\0${user}\0${password}` ? '235 2.7.0 welcome' : '535 5.7.8 who are you?');
    } else if (verb === 'MAIL') {
      from = /<(.*?)>/.exec(line)?.[1] ?? '';
      to = '';
      if (!misbehaves('mail')) say('250 2.1.0 sender ok');
    } else if (verb === 'RCPT') {
      to = /<(.*?)>/.exec(line)?.[1] ?? '';
      if (misbehaves('rcpt')) to = '';
      else say('250 2.1.5 recipient ok');
    } else if (verb === 'DATA') {
      if (to === '') say('503 5.5.1 for whom?');
      else if (!misbehaves('data')) {
        isLetter = true;
        say('354 go ahead');
      }
    } else if (verb === 'QUIT') {
      say('221 2.0.0 bye');
      socket.end();
    } else say(verb === 'RSET' ? '250 2.0.0 forgotten' : '502 5.5.2 what?');
  };

  const read = (): void => {
    while (!isDeaf && !socket.destroyed) {
      if (isLetter) {
        if (input.length > 0 && misbehaves('letter')) return;
        const end = input.indexOf(END);
        if (end < 0) return;
        takeLetter(end);
      } else {
        const end = input.indexOf('\r\n');
        if (end < 0) return;
        const line = input.slice(0, end);
        input = input.slice(end + 2);
        obey(line);
      }
    }
  };

  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    if (isDeaf) return;
    input += chunk.toString('latin1');
    read();
  });
  if (!misbehaves('connect')) say('220 unruly.example');
}
