/**
 * Which addresses of the web a stranger may have us fetch: those that anybody on the internet
 * reaches by themselves. Everything else may be the operator's own network, where being asked
 * by this machine opens doors.
 *
 * Judged twice: the address as it was written, and each number that its name leads to.
 */

import ipaddr from 'ipaddr.js';

/** An address that may be asked, or why not, in words for people. */
export type PublicUrl = { readonly url: URL } | { readonly reason: string };

const LONGEST_URL = 2_000;

/** The longest name of DNS. */
const LONGEST_HOST = 253;

/** Ends of names that are answered on local networks, or by nobody. */
const LOCAL_ENDS = [
  'arpa',
  'corp',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'onion',
  'private',
  'test',
];

/** Numbers that look public and are the inside of a data centre. */
const INSIDE = ['168.63.129.16/32'].map((block) => ipaddr.parseCIDR(block));

/** All of IPv6 that is routed on the internet (RFC 4291, 2.4; IANA has given out no other). */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * An address as somebody wrote it.
 *
 * @param scheme - with its colon; only tests speak anything but `https:`
 * @param port - `''` is the scheme's own
 */
export function parsePublicUrl(
  text: string,
  { scheme = 'https:', port = '' }: { readonly scheme?: string; readonly port?: string } = {},
): PublicUrl {
  if (text.length > LONGEST_URL || !URL.canParse(text)) {
    return { reason: 'This is not an address of the web.' };
  }
  const url = new URL(text);
  if (url.protocol !== scheme) {
    return { reason: `Only pages whose address begins with ${scheme}// are fetched.` };
  }
  if (url.username || url.password) {
    return { reason: 'No page is fetched whose address holds a user name.' };
  }
  if (url.port !== port) return { reason: 'No page is fetched whose address names a port.' };
  url.hash = '';
  const name = hostOf(url);
  const isNumber = ipaddr.isValid(name);
  if (isNumber ? !isPublicAddress(name) : !isPublicName(name)) {
    return { reason: `${url.hostname} is not a host of the public internet.` };
  }
  return { url };
}

/** The host of an address without the brackets around a number of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** Whether a number such as `192.0.2.1` or `2001:db8::1` is one of the public internet. */
export function isPublicAddress(text: string): boolean {
  // Four decimal numbers are one spelling of many; others would have to be understood alike
  // by us and by whoever connects.
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv6') return address.match(GLOBAL_IPV6) && !text.includes('%');
  return !INSIDE.some(([block, bits]) => block.kind() === 'ipv4' && address.match(block, bits));
}

/** Whether a name may be looked up: of two labels or more, and not of a local network. */
function isPublicName(name: string): boolean {
  if (name.length === 0 || name.length > LONGEST_HOST) return false;
  const labels = name.split('.');
  // A dot at the end leaves an empty label: the same host under a name that no list has.
  return labels.length > 1 && !labels.includes('') && !LOCAL_ENDS.includes(labels.at(-1) ?? '');
}
