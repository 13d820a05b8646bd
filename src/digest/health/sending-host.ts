/** From which machine letters leave, as far as that can be known from here. */

import ipaddr from 'ipaddr.js';
import { type DnsLookup, isWithin, valuesOf } from './dns.js';

export type SendingHost = {
  readonly name: string;
  /**
   * `here` for this machine, `nearby` for one of a private network, `ours` for one whose address
   * belongs to our own domain, `relay` for everybody else's.
   */
  readonly kind: 'here' | 'nearby' | 'ours' | 'relay';
  /** Where letters come from; empty where that is not known. */
  readonly addresses: readonly string[];
};

/** What may be the address of nobody on the internet. */
const NOT_PUBLIC: ReadonlySet<string> = new Set([
  'unspecified',
  'broadcast',
  'multicast',
  'linkLocal',
  'loopback',
  'carrierGradeNat',
  'private',
  'uniqueLocal',
]);

/** More than two addresses for each protocol is a farm, of which any may send. */
const MOST_ADDRESSES = 4;

/**
 * @param organisation - the domain below which a name is ours
 * @param ownAddresses - of this machine
 */
export async function sendingHost(
  smtpUrl: string,
  organisation: string,
  ownAddresses: readonly string[],
  dns: DnsLookup,
): Promise<SendingHost> {
  const name = new URL(smtpUrl).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const addresses = await addressesOf(name, dns);
  const isHere = addresses.some((one) => isLoopback(one) || ownAddresses.includes(one));
  if (isHere) return { name, kind: 'here', addresses: ownAddresses.filter(isPublicAddress) };
  const reachable = addresses.filter(isPublicAddress).slice(0, MOST_ADDRESSES);
  // A name that only this network knows has no address, or one that nobody else can see.
  if (reachable.length === 0) return { name, kind: 'nearby', addresses: [] };
  const names = await Promise.all(reachable.map((address) => dns.namesOf(address)));
  const isOurs = names.flatMap(valuesOf).some((one) => isWithin(one, organisation));
  return { name, kind: isOurs ? 'ours' : 'relay', addresses: reachable };
}

async function addressesOf(name: string, dns: DnsLookup): Promise<readonly string[]> {
  if (ipaddr.isValid(name)) return [name];
  if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1'];
  return name.includes('.') ? valuesOf(await dns.addresses(name)) : [];
}

export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && !NOT_PUBLIC.has(ipaddr.process(address).range());
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}
