/** An SPF record taken apart (RFC 7208, section 4.6). */

import ipaddr from 'ipaddr.js';

export type SpfTerm = {
  /** What becomes of a sender that matches. */
  readonly sign: '+' | '-' | '~' | '?';
  readonly kind: 'all' | 'include' | 'a' | 'mx' | 'ptr' | 'ip4' | 'ip6' | 'exists';
  /** A domain or a network; empty where the domain itself is meant. */
  readonly value: string;
  /** How many bits of an address count, where fewer than all do. */
  readonly prefix4?: number | undefined;
  readonly prefix6?: number | undefined;
};

export type SpfRecord = {
  readonly terms: readonly SpfTerm[];
  /** Whose record goes on where none of the terms matched. */
  readonly redirect: string | undefined;
};

/** Longer ones do not fit into an answer of the name service. */
const LONGEST_RECORD = 4_000;

const TERM =
  /^([+\-~?]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^\s/][^\s]*?))?((?:\/\d{1,3})?(?:\/\/\d{1,3})?)$/i;

const MODIFIER = /^([a-z][a-z0-9._-]*)=(\S*)$/i;

/** The terms of a record, or what makes receivers refuse it. */
export function parseSpf(record: string): SpfRecord | { readonly flaw: string } {
  if (record.length > LONGEST_RECORD) return { flaw: 'more text than receivers read' };
  const [version = '', ...words] = record.trim().split(/ +/);
  if (version.toLowerCase() !== 'v=spf1') return { flaw: 'no "v=spf1" at its beginning' };
  const terms: SpfTerm[] = [];
  let redirect: string | undefined;
  for (const word of words) {
    const modifier = MODIFIER.exec(word);
    if (modifier) {
      if (modifier[1]?.toLowerCase() !== 'redirect') continue;
      if (redirect !== undefined) return { flaw: 'two times "redirect="' };
      redirect = domainIn(modifier[2] ?? '');
      continue;
    }
    const term = parseTerm(word);
    if (!term) return { flaw: `a word that means nothing, "${word.slice(0, 60)}"` };
    terms.push(term);
  }
  // With "all", nothing goes on elsewhere.
  return { terms, redirect: terms.some(({ kind }) => kind === 'all') ? undefined : redirect };
}

function parseTerm(word: string): SpfTerm | undefined {
  const [, sign = '', name = '', given = '', bits = ''] = TERM.exec(word) ?? [];
  const kind = name.toLowerCase() as SpfTerm['kind'];
  if (!name) return undefined;
  const term = { sign: (sign || '+') as SpfTerm['sign'], kind };
  if (kind === 'ip4' || kind === 'ip6') return networkTerm(term, given + bits);
  const needsDomain = kind === 'include' || kind === 'exists';
  if (needsDomain !== (given !== '') && (needsDomain || kind === 'all')) return undefined;
  const takesBits = kind === 'a' || kind === 'mx';
  if (bits !== '' && !takesBits) return undefined;
  const [, four, six] = /^(?:\/(\d+))?(?:\/\/(\d+))?$/.exec(bits) ?? [];
  if (Number(four ?? 0) > 32 || Number(six ?? 0) > 128) return undefined;
  return {
    ...term,
    value: domainIn(given),
    ...(four !== undefined && { prefix4: Number(four) }),
    ...(six !== undefined && { prefix6: Number(six) }),
  };
}

function networkTerm(term: Pick<SpfTerm, 'sign' | 'kind'>, network: string): SpfTerm | undefined {
  const [start = '', bits, ...more] = network.split('/');
  if (more.length > 0 || !ipaddr.isValid(start)) return undefined;
  const isSix = start.includes(':');
  if (isSix !== (term.kind === 'ip6')) return undefined;
  if (bits !== undefined && (!/^\d+$/.test(bits) || Number(bits) > (isSix ? 128 : 32))) {
    return undefined;
  }
  return { ...term, value: network };
}

function domainIn(text: string): string {
  return text.toLowerCase().replace(/\.$/, '');
}
