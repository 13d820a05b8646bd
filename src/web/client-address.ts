/**
 * Where a request comes from. The socket tells who is connected; a header tells for whom, and is
 * believed only as far as our own proxies have written it (ASVS 5.0, 15.3.4).
 */

import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';
import { networkOf } from '../accounts/network.js';

export type Client = {
  /** One machine, as far as addresses tell: an IPv4 address, or 64 bits of an IPv6 one. */
  readonly address: string;
  /** Where one owner likely has many machines: 24 bits of an IPv4 address, 48 of an IPv6 one. */
  readonly network: string;
};

/** Every host has so many bits to itself. */
const HOST_BITS = 64;

/**
 * The client behind a request; `undefined` where it cannot be known. That is so for requests
 * from this machine when no proxy is trusted, since a proxy that nobody told us of speaks for all
 * of its readers.
 *
 * @param trustedProxies - how many proxies of ours stand in a row before the program
 */
export function clientOf(c: Context, trustedProxies: number): Client | undefined {
  const connected = connectedAddress(c);
  if (!connected) return undefined;
  const address = parse(spokenFor(c, connected, trustedProxies));
  if (!address) return undefined;
  if (trustedProxies === 0 && address.range() === 'loopback') return undefined;
  const network = networkOf(address.toString());
  return network ? { address: machineOf(address), network } : undefined;
}

/** Who asked the first of so many proxies; without any, who is connected. */
function spokenFor(c: Context, connected: string, trustedProxies: number): string {
  const hops = (c.req.header('X-Forwarded-For') ?? '').split(',').map((hop) => hop.trim());
  const chain = [...hops.filter(Boolean), connected];
  return chain.at(Math.max(-chain.length, -1 - trustedProxies)) ?? connected;
}

function connectedAddress(c: Context): string | undefined {
  try {
    return getConnInfo(c).remote.address;
  } catch {
    // A request that came over no socket.
    return undefined;
  }
}

type Address = ReturnType<typeof ipaddr.process>;

/** Some proxies add the port, and put brackets around what has colons of its own. */
function parse(text: string): Address | undefined {
  const bare =
    /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined;
}

function machineOf(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  const masked = ipaddr.IPv6.networkAddressFromCIDR(`${address}/${HOST_BITS}`);
  return `${masked}/${HOST_BITS}`;
}
