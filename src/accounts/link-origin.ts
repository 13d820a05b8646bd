/**
 * Where the links of our letters point. A browser says what it likes about the host that it
 * asks, so it is believed only when the operator named no address and the host is this machine.
 */

export type LinkOrigins = {
  /** The operator's setting. */
  readonly baseUrl: string | undefined;
  /** Where the program listens, once it does: `http://localhost:3000`. */
  readonly listensAt: () => string | undefined;
};

const USUAL = 'http://localhost:3000';

/** @param asked - the origin of the request, from its Host header; not believed otherwise */
export function linkOrigin({ baseUrl, listensAt }: LinkOrigins, asked: string | undefined): string {
  const own = baseUrl?.replace(/\/+$/, '');
  if (own) return own;
  return (asked && ownMachine(asked)) || listensAt() || USUAL;
}

/** The origin in a text, if its host is the machine it is read on. */
function ownMachine(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, origin } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const isLoopback =
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return isLoopback ? origin : undefined;
}
