/**
 * Takes reports from the operator's mail server, by LMTP (RFC 2033) or SMTP. It is no relay: it
 * takes what is addressed to our own return addresses and refuses everything else, and it says
 * that a report is taken when the database has it, no sooner.
 */

import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from 'smtp-server';
import { BroadsheetError } from '../../errors.js';
import type { Log } from '../../log.js';
import { MOST_READ_BYTES } from './read-report.js';
import type { ReturnPaths } from './returns.js';
import type { IntakeOutcome } from './returns-intake.js';

export type ReturnsReceiverOptions = {
  /** `lmtp://127.0.0.1:2424` or `smtp://…`; the port 0 is any that is free. */
  readonly listen: string;
  readonly paths: Pick<ReturnPaths, 'read'>;
  /** Rejects when a report could not be stored; then the other server tries again. */
  readonly take: (raw: Uint8Array, envelopeTo: readonly string[]) => Promise<IntakeOutcome>;
  readonly log: Pick<Log, 'info' | 'warn'>;
};

export type ReturnsReceiver = AsyncDisposable & {
  /** Where it listens: `lmtp://127.0.0.1:2424`. */
  readonly address: string;
};

const LONGEST_MESSAGE_BYTES = 10 * 1024 * 1024;
const MOST_CONNECTIONS = 20;
const MOST_RECIPIENTS = 50;
const SILENCE_MS = 60_000;
/** However busily it talks. */
const LONGEST_CONNECTION_MS = 10 * 60_000;
const FAREWELL_MS = 2_000;

/** @throws BroadsheetError `port_taken` */
export async function startReturnsReceiver(
  options: ReturnsReceiverOptions,
): Promise<ReturnsReceiver> {
  const { log } = options;
  const { protocol, hostname, port } = new URL(options.listen);
  const server = new SMTPServer(serverOptions(options, protocol === 'lmtp:'));
  server.server.on('connection', endInTime);
  await listening(server, Number(port), hostname.replace(/^\[(.*)\]$/, '$1'));
  server.on('error', (error) => log.info({ error }, 'A connection of the mail server broke off.'));
  const { port: given } = server.server.address() as AddressInfo;
  return {
    address: `${protocol}//${hostname}:${given}`,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function serverOptions(
  { paths, take, log }: ReturnsReceiverOptions,
  isLmtp: boolean,
): SMTPServerOptions {
  const takeFor = async (raw: Uint8Array, recipient: string): Promise<string | Error> => {
    try {
      const { outcome, kind } = await take(raw, [recipient]);
      log.info({ outcome, kind }, 'A letter came back.');
      return 'Taken';
    } catch (error) {
      log.warn({ error }, 'A report could not be stored; the mail server will send it again.');
      return reply(451, 'Could not be stored, try again later');
    }
  };

  return {
    lmtp: isLmtp,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LONGEST_MESSAGE_BYTES,
    maxClients: MOST_CONNECTIONS,
    maxRecipients: MOST_RECIPIENTS,
    socketTimeout: SILENCE_MS,
    closeTimeout: FAREWELL_MS,
    banner: 'returned letters only',

    onRcptTo({ address }, _, answer) {
      const found = paths.read(address);
      const isOurs = found !== undefined && found.kind !== 'forged';
      answer(isOurs ? null : reply(550, 'No such address here'));
    },

    onData(stream, { envelope }, answer) {
      const recipients = envelope.rcptTo.map(({ address }) => address);
      const respond = async (): Promise<void> => {
        const raw = await wholeOf(stream);
        if (stream.sizeExceeded) return answer(reply(552, 'Too large'));
        const answers: (string | Error)[] = [];
        for (const recipient of recipients) answers.push(await takeFor(raw, recipient));
        if (isLmtp) return answer(null, answers);
        // One answer for all; who was stored already is known the next time.
        const failed = answers.find((one) => one instanceof Error);
        return failed instanceof Error ? answer(failed) : answer(null, 'Taken');
      };
      respond().catch(() => answer(reply(451, 'Broken off')));
    },
  };
}

/** As much of the message as is looked at; the rest is read and dropped. */
async function wholeOf(stream: SMTPServerDataStream): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (length < MOST_READ_BYTES) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function endInTime(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LONGEST_CONNECTION_MS);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}

async function listening(server: SMTPServer, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, () => resolve());
  try {
    await promise;
  } catch (cause) {
    throw new BroadsheetError(
      'port_taken',
      `Nothing can listen at ${host}:${port} for returned letters.`,
      {
        fix: 'Stop the other program, or choose another port in returnListen.',
        cause,
      },
    );
  } finally {
    server.off('error', reject);
  }
}
