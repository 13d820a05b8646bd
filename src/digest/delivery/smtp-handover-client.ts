/**
 * Letters to the mail server over a connection that knows how far each has got. SMTP's one gap
 * (RFC 1047) lies between the last byte of a letter and the server's reply; an error before it
 * means that nothing was sent, and one behind it that nobody knows. A library that reports both
 * alike cannot be asked, so the letter itself is watched: it is a stream that begins when the
 * server waits for it, and whose end is the last moment at which it was certainly not delivered.
 */

import { BroadsheetError } from '../../errors.js';
import { isOneAddress } from '../../mail/one-address.js';
import {
  type Envelope,
  type HandOverConnection,
  type HandOverResult,
  isTaken,
  type Phase,
} from './sender-connection.js';
import { letterStream } from './sender-letter-stream.js';
import { readReply, type Step } from './smtp-reply.js';
import {
  openSmtpSession,
  problemOf,
  SMTP_TIMEOUTS,
  type SmtpSession,
  type SmtpTimeouts,
} from './smtp-session-client.js';

export type HandOverSettings = {
  readonly smtpUrl: string;
  /** How long a server may think about a letter that it has got whole. */
  readonly replyMs: number;
  readonly timeouts?: Partial<SmtpTimeouts>;
};

/** Servers count letters of a connection, and hang up in the middle of the one too many. */
const LETTERS_PER_CONNECTION = 100;

/** Each call makes a connection of its own, which is opened with its first letter. */
export function createHandOverConnections(settings: HandOverSettings): () => HandOverConnection {
  const timeouts = { ...SMTP_TIMEOUTS, replyMs: settings.replyMs, ...settings.timeouts };
  return () => createConnection(settings.smtpUrl, timeouts);
}

type Open = SmtpSession & { letters: number };

function createConnection(smtpUrl: string, timeouts: SmtpTimeouts): HandOverConnection {
  let open: Open | undefined;
  let underWay = new AbortController();

  const drop = (): void => {
    open?.connection.close();
    open = undefined;
  };

  const attempt = async (letter: Letter): Promise<Attempt> => {
    const isReused = open !== undefined;
    if (open === undefined) {
      const opened = await openSmtpSession(smtpUrl, timeouts, underWay.signal);
      if ('phase' in opened) return { result: opened, isStale: false };
      open = { ...opened, letters: 0 };
    }
    const session = open;
    const { result, wasAwaited } = await sendLetter(session, letter, timeouts, underWay.signal);
    session.letters += 1;
    if (!isTaken(result) || session.letters >= LETTERS_PER_CONNECTION) drop();
    // A kept connection may have died in silence; then the letter was not even asked for.
    const isStale = isReused && result.phase === 'before' && !result.reply && !wasAwaited;
    return { result, isStale: isStale && !underWay.signal.aborted };
  };

  return {
    async send(envelope, message, beforeFirstByte) {
      checkEnvelope(envelope);
      underWay = new AbortController();
      if (open?.connection.destroyed) open = undefined;
      const letter = { envelope, message, beforeFirstByte };
      const first = await attempt(letter);
      return first.isStale ? (await attempt(letter)).result : first.result;
    },
    abort(reason) {
      underWay.abort(reason);
      drop();
    },
    close() {
      open?.connection.quit();
      const leaving = open?.connection;
      setTimeout(() => leaving?.close(), FAREWELL_MS).unref();
      open = undefined;
    },
  };
}

/** How long a server may take to answer our goodbye. */
const FAREWELL_MS = 1_000;

type Letter = {
  readonly envelope: Envelope;
  readonly message: Uint8Array;
  readonly beforeFirstByte: () => Promise<boolean>;
};

type Attempt = { readonly result: HandOverResult; readonly isStale: boolean };

type Sent = { readonly result: HandOverResult; readonly wasAwaited: boolean };

function sendLetter(
  { connection }: SmtpSession,
  { envelope, message, beforeFirstByte }: Letter,
  timeouts: SmtpTimeouts,
  signal: AbortSignal,
): Promise<Sent> {
  return new Promise((resolve) => {
    let phase: Phase = 'before';
    let timer: NodeJS.Timeout;

    const finish = (told: Pick<HandOverResult, 'reply' | 'error'>): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      connection.off('end', onEnd);
      resolve({ result: { phase, ...told }, wasAwaited: isAwaited() });
    };
    const giveUp = (reason: unknown): void => {
      // Told before the connection ends, whose own words would be of the ending.
      finish(problemOf(reason, 'connect'));
      stream.destroy();
      connection.close();
    };
    const enter = (next: Phase, waitMs: number, complaint: string): void => {
      phase = next;
      clearTimeout(timer);
      timer = setTimeout(() => giveUp(complaint), waitMs);
    };
    const onAbort = (): void => giveUp(signal.reason);
    // What the server said at the end, if anything, is told right after it.
    const onEnd = (): unknown => setImmediate(giveUp, 'the server closed the connection');

    const { stream, isAwaited } = letterStream(message, {
      begin: beforeFirstByte,
      onFirstByte: () => enter('data', timeouts.letterMs, 'the server did not read the letter'),
      onEnd: () => enter('after', timeouts.replyMs, 'the server did not reply to the letter'),
      onRefused(error) {
        phase = 'refused-by-us';
        giveUp(error ?? 'it was not to be sent any more');
      },
    });

    enter('before', timeouts.commandsMs, 'the server did not answer in time');
    signal.addEventListener('abort', onAbort, { once: true });
    connection.once('end', onEnd);
    connection.send({ from: envelope.from, to: [envelope.to] }, stream, (error, info) => {
      if (error) return finish(problemOf(error, stepOf(error, phase)));
      // Praise before the end is for something else; the end never leaves.
      if (phase !== 'after') return giveUp('the server replied before the letter had ended');
      const reply = readReply(info?.response ?? '');
      finish(reply ? { reply: { ...reply, step: 'letter' } } : { error: 'no reply' });
    });
  });
}

/** To which command a refusal was the answer. */
function stepOf(error: object, phase: Phase): Step {
  if (phase !== 'before') return 'letter';
  const { command } = error as { command?: unknown };
  if (command === 'MAIL FROM') return 'mail';
  if (command === 'RCPT TO') return 'rcpt';
  return command === 'DATA' ? 'data' : 'connect';
}

function checkEnvelope({ from, to }: Envelope): void {
  if (!isOneAddress(to)) throw refusal('the address of the reader is not one');
  if (!isOneAddress(from)) throw refusal('the address that it comes from is not one');
}

function refusal(reason: string): BroadsheetError {
  return new BroadsheetError('mail_failed', `The letter was not sent: ${reason}.`);
}
