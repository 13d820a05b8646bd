/** What receivers look up of a domain before they believe a letter: SPF, DKIM, DMARC, PTR. */

import type { KeyObject } from 'node:crypto';
import { dkimRecord, FEWEST_KEY_BITS } from '../letter/dkim.js';
import { parseDkimRecord } from './dkim-record.js';
import { type DmarcFinding, examineDmarc, organisationOf } from './dmarc.js';
import { type DnsLookup, valuesOf } from './dns.js';
import { type HealthFinding, ill, record, untold, well } from './health-check.js';
import type { SendingHost } from './sending-host.js';
import { examineSpf, MOST_LOOKUPS, type SpfFinding } from './spf.js';

/** How letters are signed: by this program, by nobody that we know of, or by a key that is ill. */
export type Signing =
  | { readonly kind: 'key'; readonly selector: string; readonly publicKey: KeyObject }
  | { readonly kind: 'none'; readonly selector: string }
  | { readonly kind: 'unusable'; readonly reason: string; readonly fix: string };

/** Whether machines that send for a domain are named in its SPF record. */
export async function checkSpf(
  domain: string,
  host: SendingHost | undefined,
  dns: DnsLookup,
): Promise<HealthFinding> {
  const asked = host && host.kind !== 'relay' ? host.addresses : [];
  const finding = await examineSpf(domain, asked, dns);
  const proposed = record(domain, 'TXT', proposedSpf(host));
  switch (finding.status) {
    case 'failed':
      return untold(finding.reason);
    case 'absent':
      return ill(`${domain} has no SPF record`, `Add to the name service: ${proposed}`);
    case 'several':
      return ill(
        `${domain} has ${finding.count} SPF records, and receivers believe none`,
        'Make one of them: all their words behind one "v=spf1".',
      );
    case 'broken':
      return ill(`${finding.reason}: ${quoted(finding.record)}`, `Correct it, as in: ${proposed}`);
    case 'found':
      return spfVerdict(domain, finding, host, asked);
  }
}

function spfVerdict(
  domain: string,
  finding: Extract<SpfFinding, { readonly status: 'found' }>,
  host: SendingHost | undefined,
  asked: readonly string[],
): HealthFinding {
  const shown = quoted(finding.record);
  if (finding.lookups > MOST_LOOKUPS) {
    return ill(
      `${shown} needs more than ${MOST_LOOKUPS} look-ups, so that receivers give up`,
      'Remove includes that are not needed any more, or name networks (ip4:, ip6:) in their place.',
    );
  }
  if (finding.others === 'pass') {
    return ill(`${shown} lets everybody send`, 'Let it end in "~all" or "-all".');
  }
  if (finding.others === 'neutral') {
    return ill(`${shown} says nothing of other senders`, 'Let it end in "~all" or "-all".');
  }
  const missing = asked.filter((address) => finding.verdicts.get(address) !== 'pass');
  if (missing.length > 0 && finding.unknown.length === 0) {
    return ill(
      `${shown} does not name ${missing.join(', ')}, from where letters leave`,
      `Put ${missing.map(networkWord).join(' ')} before its last word, in the record of ${domain}.`,
    );
  }
  if (!finding.namesAnybody && finding.unknown.length === 0) {
    return ill(`${shown} lets nobody send`, `Add the senders of ${domain} before its last word.`);
  }
  return well(`${shown}; ${knownOf(host, asked)}`);
}

function knownOf(host: SendingHost | undefined, asked: readonly string[]): string {
  if (asked.length > 0) return `${asked.join(', ')} may send`;
  if (!host) return 'no mail server is set';
  if (host.kind === 'relay') {
    return `only ${host.name} knows from which addresses it sends: its include must stand there`;
  }
  return `from which address ${host.name} reaches the internet cannot be known from here`;
}

function proposedSpf(host: SendingHost | undefined): string {
  const isKnown = host && host.kind !== 'relay' && host.addresses.length > 0;
  const senders = isKnown
    ? host.addresses.map(networkWord).join(' ')
    : host?.kind === 'relay'
      ? `include:${host.name.split('.').slice(-2).join('.')}`
      : 'mx';
  return `v=spf1 ${senders} ~all`;
}

function networkWord(address: string): string {
  return address.includes(':') ? `ip6:${address}` : `ip4:${address}`;
}

/** Whether what letters are signed with can be checked by those who get them. */
export async function checkDkim(
  domain: string,
  signing: Signing,
  dns: DnsLookup,
): Promise<HealthFinding> {
  if (signing.kind === 'unusable') return ill(signing.reason, signing.fix);
  const name = `${signing.selector}._domainkey.${domain}`;
  const answer = await dns.texts(name);
  if (answer.status === 'failed') return untold(answer.reason);
  return signing.kind === 'key'
    ? ownKey(name, signing.publicKey, valuesOf(answer))
    : keyOfRelay(name, domain, valuesOf(answer));
}

/** Letters leave unsigned here, so all depends on a server that signs them on their way. */
function keyOfRelay(name: string, domain: string, texts: readonly string[]): HealthFinding {
  const [text] = texts;
  const parsed = text === undefined ? undefined : parseDkimRecord(text);
  if (parsed?.status === 'key' && parsed.bits >= FEWEST_KEY_BITS) {
    return well(
      `letters leave unsigned; the mail server must sign them with the key of ${name}`,
      'It must cover List-Unsubscribe and List-Unsubscribe-Post; look at a letter that arrived.',
    );
  }
  return ill(
    `letters leave unsigned, and there is no good key at ${name}`,
    'Run "digest dkim-key", add the record that it prints, and set dkimKey. Or have the relay ' +
      `sign as ${domain}, and set dkimSelector to its selector, so that it can be looked up.`,
  );
}

function ownKey(name: string, publicKey: KeyObject, texts: readonly string[]): HealthFinding {
  const wanted = record(name, 'TXT', dkimRecord(publicKey));
  const [text, ...more] = texts;
  if (text === undefined) return ill(`there is no ${name}`, `Add to the name service: ${wanted}`);
  if (more.length > 0) {
    return ill(`${name} has ${more.length + 1} texts`, `Leave only this one: ${wanted}`);
  }
  const parsed = parseDkimRecord(text);
  if (parsed.status === 'revoked') {
    return ill(`${name} has revoked its key`, `Replace it: ${wanted}`);
  }
  if (parsed.status === 'broken') {
    return ill(`${name} cannot be used: ${parsed.reason}`, `Replace it: ${wanted}`);
  }
  if (!isSameKey(parsed.key, publicKey)) {
    return ill(`${name} holds another key than letters are signed with`, `Replace it: ${wanted}`);
  }
  if (parsed.bits < FEWEST_KEY_BITS) {
    return ill(
      `the key of ${name} has ${parsed.bits} bits`,
      `Make one of ${FEWEST_KEY_BITS} bits with "digest dkim-key", under a new dkimSelector.`,
    );
  }
  if (parsed.isTest) {
    return ill(`${name} says that it is a test (t=y)`, 'Remove t=y from the record.');
  }
  return well(`${name} holds the key that letters are signed with, of ${parsed.bits} bits`);
}

function isSameKey(one: KeyObject, other: KeyObject): boolean {
  const form = { format: 'der', type: 'spki' } as const;
  return one.export(form).equals(other.export(form));
}

/** Whether the domain says what becomes of letters that only pretend, and whether ours pass. */
export async function checkDmarc(
  domain: string,
  returnDomain: string,
  isSignedByUs: boolean,
  dns: DnsLookup,
): Promise<HealthFinding> {
  const finding = await examineDmarc(domain, dns);
  const wanted = record(`_dmarc.${domain}`, 'TXT', 'v=DMARC1; p=none');
  switch (finding.status) {
    case 'failed':
      return untold(finding.reason);
    case 'absent':
      return ill(`there is no _dmarc.${domain}`, `Add to the name service: ${wanted}`);
    case 'several':
      return ill(`_dmarc.${finding.at} has several records`, 'Leave one of them.');
    case 'broken':
      return ill(`_dmarc.${finding.at} has ${finding.reason}`, `Correct it, as in: ${wanted}`);
    case 'found':
      return dmarcVerdict(domain, returnDomain, isSignedByUs, finding, dns);
  }
}

async function dmarcVerdict(
  domain: string,
  returnDomain: string,
  isSignedByUs: boolean,
  { at, record: found }: Extract<DmarcFinding, { readonly status: 'found' }>,
  dns: DnsLookup,
): Promise<HealthFinding> {
  const policy = at === domain ? found.policy : found.subdomainPolicy;
  const isAligned = found.isStrictForSpf
    ? domain === returnDomain
    : (await organisationOf(domain, dns)) === (await organisationOf(returnDomain, dns));
  const says = `_dmarc.${at} asks for p=${policy}`;
  if (!isAligned && !isSignedByUs) {
    return ill(
      `${says}, and bounces go to ${returnDomain}, which is not aligned with ${domain}`,
      `Sign letters (set dkimKey), or use a return address at ${domain}.`,
    );
  }
  const by = [isSignedByUs && 'DKIM', isAligned && 'SPF'].filter(Boolean).join(' and ');
  const hint = found.reportsTo.length === 0 ? 'With rua=mailto:… receivers send you reports.' : '';
  return well(`${says}; aligned by ${by}`, hint);
}

/** Whether the addresses that send have names, and the names those addresses. */
export async function checkPtr(
  host: SendingHost | undefined,
  dns: DnsLookup,
): Promise<HealthFinding> {
  if (!host) return well('no mail server is set');
  if (host.kind === 'relay') return well(`the matter of ${host.name}, which sends`);
  if (host.addresses.length === 0) {
    return well(
      `the address from which ${host.name} reaches the internet cannot be known from here`,
      'See to it that its name leads back to it.',
    );
  }
  const findings = await Promise.all(host.addresses.map((address) => nameOf(address, dns)));
  return findings.find(({ ok }) => !ok) ?? well(findings.map(({ detail }) => detail).join('; '));
}

async function nameOf(address: string, dns: DnsLookup): Promise<HealthFinding> {
  const answer = await dns.namesOf(address);
  if (answer.status === 'failed') return untold(answer.reason);
  const names = valuesOf(answer).map((name) => name.replace(/\.$/, ''));
  const [first] = names;
  if (first === undefined) {
    return ill(
      `${address} has no name`,
      `Ask whoever gave you ${address} to set its PTR record to the name of your mail server.`,
    );
  }
  for (const name of names) {
    if (valuesOf(await dns.addresses(name)).includes(address)) return well(`${address} is ${name}`);
  }
  return ill(
    `${address} is called ${first}, but that name does not lead to it`,
    `Add to the name service: ${record(first, 'A', address)}`,
  );
}

function quoted(text: string): string {
  return `"${text.length > 200 ? `${text.slice(0, 200)}…` : text}"`;
}
