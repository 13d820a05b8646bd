/**
 * Letters by way of the operator's mail server. A few connections are kept for the letters that
 * follow; every wait has an end, so that a server that stalls costs one letter and nothing more.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { BroadsheetError } from '../errors.js';
import type { Letter, Mailer } from './mailer.js';
import { domainOf, isOneAddress } from './one-address.js';

export type SmtpSettings = {
  /**
   * `smtps://` speaks TLS from the first byte; `smtp://` turns to it when the server can, and
   * with `?requireTLS=true` refuses to go on without.
   */
  readonly smtpUrl: string;
  /** The address that letters come from. */
  readonly from: string;
  /** What stands before that address. */
  readonly senderName?: string | undefined;
};

const CONNECT_TIMEOUT_MS = 10_000;
const GREETING_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 30_000;

/** For a server that keeps a letter by answering a byte now and then. */
const LETTER_TIMEOUT_MS = 120_000;

/** Below what servers allow, so that the connection of the next letter is alive. */
const IDLE_MS = 30_000;

/** What was handed in before the program stops still gets this long. */
const FAREWELL_MS = 3_000;

export type SmtpMailer = Mailer &
  AsyncDisposable & {
    /**
     * Connects and signs in, without a letter.
     *
     * @throws BroadsheetError `mail_failed`
     */
    readonly greet: () => Promise<void>;
  };

/** Resolves each `send` when the server has taken the letter. Dispose of it to hang up. */
export function createSmtpMailer(settings: SmtpSettings): SmtpMailer {
  const { smtpUrl, from, senderName } = settings;
  const host = domainOf(from);
  const transport = createTransport(
    {
      pool: true,
      url: smtpUrl,
      maxConnections: 3,
      idleTimeout: IDLE_MS,
      // A kept connection may be dead when it is needed; a second try finds a fresh one.
      maxRequeues: 1,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: GREETING_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      dnsTimeout: CONNECT_TIMEOUT_MS,
      logger: false,
    },
    { disableFileAccess: true, disableUrlAccess: true },
  );
  // Each failure is told to whoever sent the letter.
  transport.on('error', () => {});
  const underWay = new Set<Promise<unknown>>();

  const deliver = async (letter: Letter): Promise<void> => {
    checkLetter(letter);
    const { to, subject, text, html, headers = {} } = letter;
    try {
      await transport.sendMail({
        from: { name: senderName ?? '', address: from },
        to: { name: '', address: to },
        envelope: { from, to: [to] },
        subject,
        text,
        ...(html !== undefined && { html }),
        messageId: `<${randomUUID()}@${host}>`,
        headers: { 'Auto-Submitted': 'auto-generated', ...headers },
        signal: AbortSignal.timeout(LETTER_TIMEOUT_MS),
      });
    } catch (cause) {
      throw new BroadsheetError('mail_failed', reasonOf(cause), { cause });
    }
  };

  return {
    delivers: true,
    send(letter) {
      const delivery = deliver(letter);
      const settled = delivery.catch(() => {}).finally(() => underWay.delete(settled));
      underWay.add(settled);
      return delivery;
    },
    async greet() {
      try {
        await transport.verify();
      } catch (cause) {
        throw new BroadsheetError('mail_failed', reasonOf(cause), { cause });
      }
    },
    async [Symbol.asyncDispose]() {
      const farewell = sleep(FAREWELL_MS, undefined, { ref: false });
      await Promise.race([Promise.all(underWay), farewell]);
      transport.close({ force: true });
    },
  };
}

/** RFC 5322, section 3.6.8. */
const HEADER_NAME = /^[!-9;-~]+$/;

const BREAKS_A_LINE = /[\r\n\0\u2028\u2029]/;

/** They are ours to write. */
const OWN_HEADERS = /^(from|sender|to|cc|bcc|subject|date|message-id|mime-version|content-.*)$/i;

function checkLetter({ to, subject, headers = {} }: Letter): void {
  if (!isOneAddress(to)) throw refusal('the address is not one');
  if (BREAKS_A_LINE.test(subject)) throw refusal('its subject has more than one line');
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name) || OWN_HEADERS.test(name)) {
      throw refusal('it may not have such a header');
    }
    if (BREAKS_A_LINE.test(value)) throw refusal(`its header ${name} has more than one line`);
  }
}

function refusal(reason: string): BroadsheetError {
  return new BroadsheetError('mail_failed', `The letter was not sent: ${reason}.`);
}

/** In words that may be shown to anybody: what the server said may name more than they know. */
function reasonOf(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    return 'The mail server refused the name and password of this site.';
  }
  if (code === 'EENVELOPE') return 'The mail server refused the address.';
  if (code === 'ETLS') return 'The mail server could not be spoken to in secret.';
  if (['ECONNECTION', 'ESOCKET', 'EDNS', 'ETIMEDOUT', 'ECONNREFUSED'].includes(code)) {
    return 'The mail server does not answer.';
  }
  return 'The mail server did not take the letter.';
}
