/**
 * Which machines may send mail of a domain (SPF, RFC 7208): its record read, what it refers to
 * followed, the questions that it costs counted, and addresses looked for in it.
 */

import ipaddr from 'ipaddr.js';
import type { DnsLookup } from './dns.js';
import { parseSpf, type SpfTerm } from './spf-record.js';

/** RFC 7208, section 4.6.4: who needs more is refused by receivers. */
export const MOST_LOOKUPS = 10;

/** The same section: the names of a domain's mail servers that are looked up. */
const MOST_EXCHANGES = 10;

export type SpfVerdict = 'pass' | 'fail' | 'softfail' | 'neutral';

/** What the record of a domain says. */
export type SpfFinding =
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'several'; readonly count: number }
  /** Receivers take it for no record at all. */
  | { readonly status: 'broken'; readonly reason: string; readonly record: string }
  | {
      readonly status: 'found';
      readonly record: string;
      /** How many questions it costs at worst; one more than allowed when there are more. */
      readonly lookups: number;
      /** What becomes of addresses that are not named. */
      readonly others: SpfVerdict;
      /** Whether anybody at all is let through. */
      readonly namesAnybody: boolean;
      /** What of it depends on each letter, so that nobody can say beforehand. */
      readonly unknown: readonly string[];
      /** What it says of each address that was asked about. */
      readonly verdicts: ReadonlyMap<string, SpfVerdict>;
    };

type Walk = {
  readonly dns: DnsLookup;
  readonly addresses: readonly string[];
  readonly unknown: string[];
  lookups: number;
  namesAnybody: boolean;
  fault: string | undefined;
};

const VERDICTS: Readonly<Record<SpfTerm['sign'], SpfVerdict>> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
};

/** @param addresses - of the machines that send */
export async function examineSpf(
  domain: string,
  addresses: readonly string[],
  dns: DnsLookup,
): Promise<SpfFinding> {
  const found = await recordOf(domain, dns);
  if (found.status !== 'record') return found;
  const walk: Walk = {
    dns,
    addresses,
    unknown: [],
    lookups: 0,
    namesAnybody: false,
    fault: undefined,
  };
  const decided = await follow(domain, found.record, walk);
  if (walk.fault !== undefined && walk.lookups <= MOST_LOOKUPS) {
    return { status: 'broken', reason: walk.fault, record: found.record };
  }
  return {
    status: 'found',
    record: found.record,
    lookups: walk.lookups,
    others: decided.others,
    namesAnybody: walk.namesAnybody,
    unknown: walk.unknown,
    verdicts: new Map(
      addresses.map((address) => [address, decided.verdicts.get(address) ?? decided.others]),
    ),
  };
}

async function recordOf(
  domain: string,
  dns: DnsLookup,
): Promise<
  | Exclude<SpfFinding, { readonly status: 'found' | 'broken' }>
  | { readonly status: 'record'; readonly record: string }
> {
  const answer = await dns.texts(domain);
  if (answer.status === 'failed') return answer;
  const records =
    answer.status === 'found' ? answer.values.filter((text) => /^v=spf1( |$)/i.test(text)) : [];
  const [record] = records;
  if (record === undefined) return { status: 'absent' };
  return records.length > 1
    ? { status: 'several', count: records.length }
    : { status: 'record', record };
}

type Decided = {
  readonly verdicts: Map<string, SpfVerdict>;
  /** Of every other address. */
  readonly others: SpfVerdict;
};

/** Follows every term, also those behind one that matched: the count has to hold for any sender. */
async function follow(domain: string, record: string, walk: Walk): Promise<Decided> {
  const verdicts = new Map<string, SpfVerdict>();
  const parsed = parseSpf(record);
  if ('flaw' in parsed) {
    walk.fault ??= `the record of ${domain} has ${parsed.flaw}`;
    return { verdicts, others: 'neutral' };
  }
  for (const term of parsed.terms) {
    if (isTooMuch(walk)) break;
    const matches = await matchesOf(term, domain, walk);
    for (const address of walk.addresses) {
      if (!verdicts.has(address) && matches(address)) verdicts.set(address, VERDICTS[term.sign]);
    }
    // What stands behind "all" is never read.
    if (term.kind === 'all') return { verdicts, others: VERDICTS[term.sign] };
  }
  if (parsed.redirect === undefined || isTooMuch(walk)) return { verdicts, others: 'neutral' };
  const rest = await referTo(parsed.redirect, walk);
  for (const [address, verdict] of rest.verdicts) {
    if (!verdicts.has(address)) verdicts.set(address, verdict);
  }
  return { verdicts, others: rest.others };
}

function isTooMuch(walk: Walk): boolean {
  return walk.lookups > MOST_LOOKUPS;
}

/** The record of another domain, by `include` or `redirect`. */
async function referTo(domain: string, walk: Walk): Promise<Decided> {
  walk.lookups += 1;
  const nothing: Decided = { verdicts: new Map(), others: 'neutral' };
  if (isTooMuch(walk)) return nothing;
  if (domain.includes('%')) {
    walk.unknown.push(domain);
    return nothing;
  }
  const found = await recordOf(domain, walk.dns);
  if (found.status === 'record') return follow(domain, found.record, walk);
  if (found.status === 'failed') walk.unknown.push(domain);
  else walk.fault ??= `it refers to ${domain}, which has ${inWords(found)}`;
  return nothing;
}

function inWords(found: { readonly status: 'absent' | 'several' }): string {
  return found.status === 'absent' ? 'no SPF record' : 'several SPF records';
}

/** Which addresses a term is about. */
async function matchesOf(
  term: SpfTerm,
  domain: string,
  walk: Walk,
): Promise<(address: string) => boolean> {
  const nobody = () => false;
  const isLetting = term.sign === '+';
  switch (term.kind) {
    case 'all':
      walk.namesAnybody ||= isLetting;
      return () => true;
    case 'ip4':
    case 'ip6':
      walk.namesAnybody ||= isLetting;
      return (address) => isInNetwork(address, term.value);
    case 'include': {
      const { verdicts, others } = await referTo(term.value, walk);
      return (address) => (verdicts.get(address) ?? others) === 'pass';
    }
    case 'a':
    case 'mx': {
      walk.lookups += 1;
      const name = term.value || domain;
      if (isTooMuch(walk)) return nobody;
      if (name.includes('%')) {
        walk.unknown.push(name);
        return nobody;
      }
      const found = await (term.kind === 'a'
        ? hostAddresses([name], walk)
        : mailServers(name, walk));
      walk.namesAnybody ||= isLetting && found.length > 0;
      return (address) =>
        found.some((one) => isInNetwork(address, `${one}${prefixFor(one, term)}`));
    }
    case 'ptr':
    case 'exists':
      walk.lookups += 1;
      walk.unknown.push(`${term.kind}${term.value && `:${term.value}`}`);
      return nobody;
  }
}

async function mailServers(name: string, walk: Walk): Promise<readonly string[]> {
  const answer = await walk.dns.exchanges(name);
  const hosts = answer.status === 'found' ? answer.values.map(({ host }) => host) : [];
  return hostAddresses(hosts.slice(0, MOST_EXCHANGES), walk);
}

async function hostAddresses(hosts: readonly string[], walk: Walk): Promise<readonly string[]> {
  const answers = await Promise.all(hosts.map((host) => walk.dns.addresses(host)));
  return answers.flatMap((answer) => (answer.status === 'found' ? answer.values : []));
}

function prefixFor(address: string, { prefix4, prefix6 }: SpfTerm): string {
  const bits = address.includes(':') ? prefix6 : prefix4;
  return bits === undefined ? '' : `/${bits}`;
}

/** @param network - `192.0.2.0/24`, or one address */
export function isInNetwork(address: string, network: string): boolean {
  const [start = '', bits] = network.split('/');
  if (!ipaddr.isValid(address) || !ipaddr.isValid(start)) return false;
  const one = ipaddr.process(address);
  const from = ipaddr.process(start);
  if (one.kind() !== from.kind()) return false;
  const most = from.kind() === 'ipv6' ? 128 : 32;
  const length = bits === undefined ? most : Number(bits);
  return Number.isInteger(length) && length >= 0 && length <= most && one.match(from, length);
}
