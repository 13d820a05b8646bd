/**
 * What a domain asks receivers to do with letters that are not its own (DMARC, RFC 7489): its
 * record, found by going up from the domain, and whether two domains are of one organisation.
 *
 * Where an organisation begins is told by the highest record on the way up, and not by a list of
 * public suffixes, which would be out of date.
 */

import type { DnsLookup } from './dns.js';

export type DmarcPolicy = 'none' | 'quarantine' | 'reject';

export type DmarcRecord = {
  readonly policy: DmarcPolicy;
  /** For the domains below the one where it stands. */
  readonly subdomainPolicy: DmarcPolicy;
  /** Whether only the very same domain counts as aligned. */
  readonly isStrictForDkim: boolean;
  readonly isStrictForSpf: boolean;
  /** Where reports go; empty where nobody wants them. */
  readonly reportsTo: readonly string[];
};

export type DmarcFinding =
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'several'; readonly at: string }
  | { readonly status: 'broken'; readonly at: string; readonly reason: string }
  | { readonly status: 'found'; readonly at: string; readonly record: DmarcRecord };

/** Domains are not deeper than this, except to tire somebody. */
const MOST_STEPS = 8;

const POLICIES: readonly string[] = ['none', 'quarantine', 'reject'];

/** The record that holds for a domain: its own, or the nearest one above it. */
export async function examineDmarc(domain: string, dns: DnsLookup): Promise<DmarcFinding> {
  for (const at of wayUp(domain)) {
    const finding = await recordAt(at, dns);
    if (finding.status !== 'absent') return finding;
  }
  return { status: 'absent' };
}

/** The highest domain on the way up that has a record; the domain itself where none has. */
export async function organisationOf(domain: string, dns: DnsLookup): Promise<string> {
  const way = wayUp(domain);
  const findings = await Promise.all(way.map((at) => recordAt(at, dns)));
  const highest = findings.findLastIndex(
    ({ status }) => status !== 'absent' && status !== 'failed',
  );
  return way[highest] ?? domain;
}

/** `a.b.example.org`, `b.example.org`, `example.org`. */
function wayUp(domain: string): readonly string[] {
  const labels = domain.split('.');
  const steps = Math.max(1, labels.length - 1);
  return Array.from({ length: Math.min(steps, MOST_STEPS) }, (_, up) => labels.slice(up).join('.'));
}

async function recordAt(domain: string, dns: DnsLookup): Promise<DmarcFinding> {
  const answer = await dns.texts(`_dmarc.${domain}`);
  if (answer.status === 'failed') return answer;
  const records =
    answer.status === 'found' ? answer.values.filter((text) => /^v\s*=\s*DMARC1\b/.test(text)) : [];
  const [record] = records;
  if (record === undefined) return { status: 'absent' };
  if (records.length > 1) return { status: 'several', at: domain };
  const parsed = parseDmarc(record);
  return 'flaw' in parsed
    ? { status: 'broken', at: domain, reason: parsed.flaw }
    : { status: 'found', at: domain, record: parsed };
}

/** What a record says, or what makes receivers pass it over. */
export function parseDmarc(text: string): DmarcRecord | { readonly flaw: string } {
  const [first, ...rest] = tagsOf(text);
  if (first?.[0] !== 'v' || first[1] !== 'DMARC1') {
    return { flaw: 'no "v=DMARC1" at its beginning' };
  }
  const tags = new Map(rest.map(([name, value]) => [name, value]));
  const policy = tags.get('p')?.toLowerCase();
  if (!isPolicy(policy)) {
    return { flaw: policy === undefined ? 'no policy (p=)' : `an unknown policy (p=${policy})` };
  }
  const below = tags.get('sp')?.toLowerCase();
  return {
    policy,
    subdomainPolicy: isPolicy(below) ? below : policy,
    isStrictForDkim: tags.get('adkim')?.toLowerCase() === 's',
    isStrictForSpf: tags.get('aspf')?.toLowerCase() === 's',
    reportsTo: (tags.get('rua') ?? '')
      .split(',')
      .map((address) => address.trim())
      .filter(Boolean),
  };
}

/** The tags of a record as DMARC and DKIM write them: `name=value; …`. */
export function tagsOf(text: string): readonly (readonly [name: string, value: string])[] {
  return text
    .split(';')
    .filter((part) => part.includes('='))
    .map((part) => {
      const sign = part.indexOf('=');
      return [part.slice(0, sign).trim().toLowerCase(), part.slice(sign + 1).trim()] as const;
    });
}

function isPolicy(text: string | undefined): text is DmarcPolicy {
  return text !== undefined && POLICIES.includes(text);
}
