/** A mail server of our own on loopback: takes letters, keeps them, and refuses by plan. */

import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type ReceivedLetter = {
  readonly from: string;
  readonly recipients: readonly string[];
  /** Everything after DATA, as it came. */
  readonly source: string;
  /** Unfolded, by name in small letters; several of one name in their order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
};

export type MailServer = AsyncDisposable & {
  readonly url: string;
  readonly letters: readonly ReceivedLetter[];
  /** How many connections there have been. */
  readonly connections: () => number;
};

export type MailServerOptions = {
  /** Recipients that do not exist here. */
  readonly unknown?: readonly string[];
  /** Whoever does not give them is refused. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Whether a letter is refused after its last line. */
  readonly refusesData?: boolean;
};

export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { unknown = [], credentials, refusesData = false } = options;
  const letters: ReceivedLetter[] = [];
  let connections = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: credentials === undefined,
    allowInsecureAuth: true,
    onConnect(_, answer) {
      connections += 1;
      answer();
    },
    onAuth({ username, password }, _, answer) {
      const isRight = username === credentials?.user && password === credentials?.password;
      if (isRight) answer(null, { user: username });
      else answer(new Error('Invalid username or password'));
    },
    onRcptTo({ address }, _, answer) {
      if (!unknown.includes(address)) return answer();
      return answer(Object.assign(new Error('No such user here'), { responseCode: 550 }));
    },
    onData(stream, { envelope }, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refusesData) {
          answer(Object.assign(new Error('Looks like spam'), { responseCode: 554 }));
          return;
        }
        const source = Buffer.concat(chunks).toString('utf8');
        letters.push({
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          recipients: envelope.rcptTo.map(({ address }) => address),
          source,
          headers: headersOf(source),
        });
        answer();
      });
    },
  });
  // A client that hangs up is no fault of the test.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const login = credentials && `${credentials.user}:${encodeURIComponent(credentials.password)}@`;
  return {
    url: `smtp://${login ?? ''}127.0.0.1:${port}`,
    letters,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function headersOf(source: string): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  const head = source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return headers;
}
