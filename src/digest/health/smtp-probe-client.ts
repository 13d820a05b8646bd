/**
 * A look at a mail server: who answers, and whether it can be spoken to in secret. Nobody signs
 * in and nothing is sent.
 */

import { once } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { SmtpProbe, TlsOutcome } from './smtp-probe.js';

/** For all of it. */
const TIMEOUT_MS = 10_000;

/** A greeting and its list of abilities are far shorter. */
const LONGEST_REPLY = 16_000;

const USUAL_PORT = 587;
const USUAL_TLS_PORT = 465;

type Options = {
  readonly timeoutMs?: number | undefined;
  /** Certificates to believe besides those of the machine. */
  readonly ca?: string | undefined;
};

/** @param smtpUrl - as the setting has it; `requireTLS` and names are not looked at */
export async function probeSmtp(smtpUrl: string, options: Options = {}): Promise<SmtpProbe> {
  const { protocol, hostname, port } = new URL(smtpUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isTlsFirst = protocol === 'smtps:';
  const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const socket = connectPlain({
    host,
    port: Number(port) || (isTlsFirst ? USUAL_TLS_PORT : USUAL_PORT),
  });
  // What it fails of is told where it is waited for.
  socket.on('error', () => {});
  const stop = () => socket.destroy(new Error('it took too long'));
  signal.addEventListener('abort', stop);
  try {
    await once(socket, 'connect', { signal });
    const address = socket.remoteAddress ?? host;
    const answered = { status: 'answered', address } as const;
    if (isTlsFirst)
      return { ...answered, offersTls: true, tls: await secured(socket, host, options) };
    const offersTls = await offersStartTls(socket);
    if (!offersTls) return { ...answered, offersTls, tls: undefined };
    await command(socket, 'STARTTLS');
    return { ...answered, offersTls, tls: await secured(socket, host, options) };
  } catch (error) {
    return { status: 'unreachable', reason: signal.aborted ? 'it took too long' : wordsOf(error) };
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

async function offersStartTls(socket: Socket): Promise<boolean> {
  await replyOf(socket);
  const abilities = await command(socket, 'EHLO localhost');
  return /^250[ -]STARTTLS\s*$/im.test(abilities);
}

async function command(socket: Socket, words: string): Promise<string> {
  socket.write(`${words}\r\n`);
  return replyOf(socket);
}

/** The next reply, of one line or more (RFC 5321, section 4.2.1), if it is a good one. */
function replyOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (settle: () => void) => {
      socket.off('data', read);
      socket.off('close', closed);
      settle();
    };
    const closed = () => end(() => reject(socket.errored ?? new Error('it hung up')));
    const read = (piece: Buffer) => {
      text += piece.toString('latin1');
      const last = /^(\d{3})(?: [^\n]*)?\r?\n/m.exec(text);
      if (last) {
        const isGood = last[1]?.startsWith('2');
        end(() => (isGood ? resolve(text) : reject(new Error(`it answered ${last[1]}`))));
      } else if (text.length > LONGEST_REPLY) {
        end(() => reject(new Error('it speaks no SMTP')));
      }
    };
    socket.on('data', read);
    socket.on('close', closed);
    if (socket.destroyed) closed();
  });
}

/** Turns to TLS, and looks at the certificate as a sender of letters does. */
async function secured(socket: Socket, host: string, { ca }: Options): Promise<TlsOutcome> {
  const secure = connectTls({
    socket,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
  });
  secure.on('error', () => {});
  try {
    await Promise.race([
      once(secure, 'secureConnect'),
      once(socket, 'close').then(() => Promise.reject(new Error('it hung up'))),
    ]);
    return outcomeOf(secure);
  } catch (error) {
    return { status: 'refused', reason: wordsOf(error) };
  } finally {
    secure.destroy();
  }
}

function outcomeOf(secure: TLSSocket): TlsOutcome {
  if (!secure.authorized) {
    return { status: 'refused', reason: wordsOf(secure.authorizationError) };
  }
  const certificate: PeerCertificate = secure.getPeerCertificate();
  return {
    status: 'secure',
    protocol: secure.getProtocol() ?? 'TLS',
    validUntilMs: Date.parse(certificate.valid_to),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it hung up',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name service does not answer',
  ETIMEDOUT: 'it does not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody that this machine knows',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody that this machine knows',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by nobody that this machine knows',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function wordsOf(error: unknown): string {
  // Node gives the reason of a bad certificate as its code, whatever its types say.
  const code = typeof error === 'string' ? error : ((error as NodeJS.ErrnoException)?.code ?? '');
  const words = WORDS[code] ?? (error as Error)?.message ?? code;
  return words.replace(/\s+/g, ' ').slice(0, 200) || 'it cannot be spoken to in secret';
}
