/** What the name service says of a name, as far as mail cares. */

/** An answer: what stands there, that nothing does, or that nobody answered. */
export type DnsAnswer<Value> =
  | { readonly status: 'found'; readonly values: readonly Value[] }
  | { readonly status: 'absent' }
  /** Whether anything stands there is not known. */
  | { readonly status: 'failed'; readonly reason: string };

export type MailExchange = { readonly priority: number; readonly host: string };

/** Questions to the name service. None of them throws, and each has an end. */
export type DnsLookup = {
  /** Each text in one piece. */
  readonly texts: (name: string) => Promise<DnsAnswer<string>>;
  /** In the order in which they are to be tried. */
  readonly exchanges: (name: string) => Promise<DnsAnswer<MailExchange>>;
  /** IPv4 and IPv6. */
  readonly addresses: (name: string) => Promise<DnsAnswer<string>>;
  /** The names of an address. */
  readonly namesOf: (address: string) => Promise<DnsAnswer<string>>;
};

export function valuesOf<Value>(answer: DnsAnswer<Value>): readonly Value[] {
  return answer.status === 'found' ? answer.values : [];
}

/** The domain of an address of mail, in small letters. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Whether a name is a domain or stands below it. */
export function isWithin(name: string, domain: string): boolean {
  const bare = name.toLowerCase().replace(/\.$/, '');
  return bare === domain || bare.endsWith(`.${domain}`);
}

/** Whether a text is a domain that anybody could look up: `localhost` is not. */
export function isPublicDomain(domain: string): boolean {
  return (
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(domain) &&
    !/(^|\.)(localhost|local|internal|invalid|test|home\.arpa)$/i.test(domain) &&
    !/\.\d+$/.test(domain)
  );
}
