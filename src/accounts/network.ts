/** Which network an address of the internet belongs to: people move within one, rings share it. */

import ipaddr from 'ipaddr.js';

/**
 * The first 24 bits of an IPv4 address or the first 48 of an IPv6 address, as `192.0.2.0/24`;
 * `undefined` for what is no address. An IPv4 address in the clothes of IPv6 is what it is.
 */
export function networkOf(text: string): string | undefined {
  // ipaddr.js would read 127.1 and 0x7f000001, too, which no header holds honestly.
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return subnet(ipaddr.IPv4.parse(text), 24);
  if (!ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  if (address.isIPv4MappedAddress()) return subnet(address.toIPv4Address(), 24);
  return subnet(address, 48);
}

function subnet(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const bytes = address.toByteArray().map((byte, at) => (at < bits / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(bytes)}/${bits}`;
}
