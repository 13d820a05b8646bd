/** A name server of our own on loopback: answers over UDP from a list, and can be silent. */

import { createSocket } from 'node:dgram';
import { decode, encode, type StringAnswer, type TxtAnswer } from 'dns-packet';

/** What stands under a name, as people write it into a zone. */
export type ZoneEntry = {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly TXT?: readonly string[];
  readonly PTR?: readonly string[];
  /** `10 mail.example.org`. */
  readonly MX?: readonly string[];
  /** Questions about it get no answer, or one that the server is broken. */
  readonly fault?: 'silence' | 'broken';
};

export type Zone = Readonly<Record<string, ZoneEntry>>;

export type NameServer = AsyncDisposable & {
  /** For `servers`: `127.0.0.1:41234`. */
  readonly address: string;
  /** What was asked, as `TXT example.org`. */
  readonly questions: readonly string[];
};

const NAME_ERROR = 3;
const SERVER_FAILURE = 2;

/** A text of a record may have 255 octets; longer ones come in pieces. */
const PIECE = 255;

export async function startNameServer(zone: Zone): Promise<NameServer> {
  const questions: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const query = decode(message);
    const question = query.questions?.[0];
    if (!question) return;
    const name = question.name.toLowerCase();
    questions.push(`${question.type} ${name}`);
    const entry = zone[name];
    if (entry?.fault === 'silence') return;
    const rcode = entry?.fault === 'broken' ? SERVER_FAILURE : entry ? 0 : NAME_ERROR;
    const answer = encode({
      type: 'response',
      id: query.id ?? 0,
      flags: rcode,
      questions: query.questions,
      answers: rcode === 0 ? answersTo(name, question.type, entry) : [],
    });
    socket.send(answer, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

/** The name under which the names of an address stand: `1.2.0.192.in-addr.arpa`. */
export function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

type AnyAnswer =
  | StringAnswer
  | TxtAnswer
  | { type: 'MX'; name: string; data: { preference: number; exchange: string } };

function answersTo(name: string, type: string, entry: ZoneEntry | undefined): AnyAnswer[] {
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'PTR':
      return (entry?.[type] ?? []).map((data) => ({ type, name, ttl: 0, data }));
    case 'TXT':
      return (entry?.TXT ?? []).map((text) => ({ type, name, ttl: 0, data: piecesOf(text) }));
    case 'MX':
      return (entry?.MX ?? []).map((line) => {
        const [preference = '0', exchange = '.'] = line.split(' ');
        return { type, name, ttl: 0, data: { preference: Number(preference), exchange } };
      });
    default:
      return [];
  }
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += PIECE) pieces.push(text.slice(at, at + PIECE));
  return pieces;
}
