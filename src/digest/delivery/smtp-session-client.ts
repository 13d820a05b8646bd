/** Coming into conversation with the mail server: connecting, TLS, name and password. */

import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { HandOverResult } from './sender-connection.js';
import { readReply, type Step } from './smtp-reply.js';

export type SmtpTimeouts = {
  /** Until the server has taken the connection. */
  readonly connectMs: number;
  /** From then until its first words; a server may want to see whether we wait for them. */
  readonly greetingMs: number;
  /** For everything before the letter, and for each wait for the server to read on. */
  readonly commandsMs: number;
  /** For the letter as a whole. */
  readonly letterMs: number;
  /** From the end of the letter to the reply: RFC 5321, section 4.5.3.2.6, would wait 10 min. */
  readonly replyMs: number;
};

export const SMTP_TIMEOUTS: Omit<SmtpTimeouts, 'replyMs'> = {
  connectMs: 10_000,
  greetingMs: 30_000,
  commandsMs: 60_000,
  letterMs: 300_000,
};

/** A connection that the server has agreed to take letters on. */
export type SmtpSession = { readonly connection: SMTPConnection };

/** @param smtpUrl - as nodemailer reads it: `smtp://user:password@host:587?requireTLS=true` */
export function openSmtpSession(
  smtpUrl: string,
  timeouts: SmtpTimeouts,
  signal: AbortSignal,
): Promise<SmtpSession | HandOverResult> {
  const {
    auth: names,
    authMethod: method = false,
    ...options
  } = parseConnectionUrl(smtpUrl) as Options;
  const auth = names && { user: names.user, credentials: names, method };
  const connection = new SMTPConnection({ ...options, ...OWN_OPTIONS, ...waits(timeouts) });
  return new Promise((resolve) => {
    const timers = [
      setTimeout(() => {
        if (connection.stage === 'init') fail('it does not answer');
      }, timeouts.connectMs),
      setTimeout(
        () => fail('it took too long to come into conversation'),
        timeouts.connectMs + timeouts.greetingMs + timeouts.commandsMs,
      ),
    ];
    const finish = (outcome: SmtpSession | HandOverResult): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      connection.off('error', onError);
      connection.off('end', onEnd);
      // A connection that dies while nobody uses it is found dead by the next letter.
      connection.on('error', () => {});
      resolve(outcome);
    };
    const fail = (reason: unknown): void => {
      finish({ phase: 'before', isUnreached: true, ...problemOf(reason, 'connect') });
      connection.close();
    };
    const onError = (error: Error): void => fail(error);
    // What the server said at the end, if anything, is told right after it.
    const onEnd = (): unknown => setImmediate(fail, 'it closed the connection');
    const onAbort = (): void => fail(signal.reason);
    const ready = (): void => finish({ connection });
    const logIn = (): void => {
      if (!auth || !connection.allowsAuth) ready();
      else connection.login(auth, (refused) => (refused ? fail(refused) : ready()));
    };
    connection.on('error', onError);
    connection.on('end', onEnd);
    signal.addEventListener('abort', onAbort, { once: true });
    connection.connect((error) => (error ? fail(error) : logIn()));
  });
}

type Options = SMTPConnectionOptions & {
  readonly auth?: { readonly user: string; readonly pass: string };
  readonly authMethod?: string | false;
};

/** What an address may not set: what is written to the log, and how a connection ends. */
const OWN_OPTIONS: SMTPConnectionOptions = {
  logger: false,
  debug: false,
  transactionLog: false,
  lmtp: false,
  // Whatever has not been sent when we hang up is not to be sent.
  socketCloseTimeout: 0,
  maxResponseSize: 64 * 1024,
};

function waits({ connectMs, greetingMs, commandsMs, replyMs }: SmtpTimeouts) {
  return {
    dnsTimeout: connectMs,
    connectionTimeout: connectMs + greetingMs,
    greetingTimeout: greetingMs,
    // Each letter has timers of its own; this one ends what they should miss.
    socketTimeout: Math.max(commandsMs, replyMs) + 10_000,
  } as const;
}

/** What an error of the connection tells: the server's words, else the system's. */
export function problemOf(reason: unknown, step: Step): Pick<HandOverResult, 'reply' | 'error'> {
  const { response, message } = reason as { response?: unknown; message?: unknown };
  const reply = typeof response === 'string' ? readReply(response) : undefined;
  if (reply && reply.code >= 400) return { reply: { ...reply, step } };
  const text = typeof message === 'string' ? message : String(reason);
  return {
    error: text
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, 200),
  };
}
