/**
 * Whether mail of this installation is likely to be believed and read: what receivers look up,
 * how the mail server is spoken to, how readers leave, and where bounces come back.
 */

import { organisationOf } from './dmarc.js';
import { type DnsLookup, domainOf, isPublicDomain, valuesOf } from './dns.js';
import { type HealthCheck, type HealthFinding, ill, record, untold, well } from './health-check.js';
import { oneClickFlaw } from './one-click.js';
import type { Reached } from './reach-client.js';
import { checkDkim, checkDmarc, checkPtr, checkSpf, type Signing } from './record-checks.js';
import { type SendingHost, sendingHost } from './sending-host.js';
import type { SmtpProbe } from './smtp-probe.js';

/** What the settings say. */
export type MailFacts = {
  /** The sender of letters. */
  readonly from: string;
  readonly smtpUrl?: string | undefined;
  readonly returnAddress?: string | undefined;
  /** Where the program itself takes what comes back. */
  readonly returnListen?: string | undefined;
  /** Whether a provider tells of bounces. */
  readonly hasHooks: boolean;
  readonly baseUrl?: string | undefined;
  readonly signing: Signing;
  /** Of this machine, private ones included. */
  readonly ownAddresses: readonly string[];
};

export type MailHealthParts = {
  readonly facts: MailFacts;
  readonly dns: DnsLookup;
  readonly probe: (smtpUrl: string) => Promise<SmtpProbe>;
  readonly reach: (url: string) => Promise<Reached>;
  /** A letter as it would leave; absent where none can be made. */
  readonly letter: () => Promise<string | undefined>;
  readonly now: () => Date;
};

const MS_PER_DAY = 86_400_000;

/** Time enough to have a certificate renewed. */
const CERTIFICATE_DAYS = 7;

/** Gmail's rules of February 2024: from so many letters a day to its readers, all of them hold. */
const BULK_LETTERS = 5_000;

/** What bulk senders must have. */
const BULK_RULES: readonly string[] = ['SPF', 'DKIM', 'DMARC', 'PTR', 'TLS', 'one-click'];

/** Each check by its name; a failing one says how to mend it. */
export async function checkMailHealth(parts: MailHealthParts): Promise<readonly HealthCheck[]> {
  const { facts, dns } = parts;
  const domain = domainOf(facts.from);
  const returnDomain = domainOf(facts.returnAddress ?? facts.from);
  const sender = checkSender(facts.from, domain);
  const isSignedByUs = facts.signing.kind === 'key';
  const host = facts.smtpUrl
    ? await sendingHost(facts.smtpUrl, await organisation(domain, dns), facts.ownAddresses, dns)
    : undefined;

  // What nobody can look up is not asked about.
  const records: Record<string, () => Promise<HealthFinding>> = sender.ok
    ? {
        SPF: () => checkSpf(domain, host, dns),
        ...(returnDomain !== domain && {
          [`SPF of ${returnDomain}`]: () => checkSpf(returnDomain, host, dns),
        }),
        DKIM: () => checkDkim(domain, facts.signing, dns),
        DMARC: () => checkDmarc(domain, returnDomain, isSignedByUs, dns),
      }
    : {};
  const checks = await Promise.all(
    Object.entries({
      sender: async () => sender,
      ...records,
      PTR: () => checkPtr(host, dns),
      TLS: () => checkTls(parts, host),
      'one-click': () => checkOneClick(parts),
      'return address': () => checkReturnAddress(facts, dns),
    }).map(async ([name, check]) => ({ name, ...(await check()) })),
  );
  return [...checks, { name: 'bulk senders', ...bulkRules(checks) }];
}

async function organisation(domain: string, dns: DnsLookup): Promise<string> {
  return isPublicDomain(domain) ? organisationOf(domain, dns) : domain;
}

function checkSender(from: string, domain: string): HealthFinding {
  if (isPublicDomain(domain)) return well(`letters come from ${from}`);
  return ill(
    `letters come from ${from}, which nobody on the internet can look up`,
    'Set mailFrom to an address of a domain of yours.',
  );
}

async function checkTls(
  { facts, probe, now }: MailHealthParts,
  host: SendingHost | undefined,
): Promise<HealthFinding> {
  if (!facts.smtpUrl || !host) {
    return ill('there is no mail server', 'Set SMTP_URL: without it no digest is sent.');
  }
  const found = await probe(facts.smtpUrl);
  const where = new URL(facts.smtpUrl).host;
  if (found.status === 'unreachable') {
    return ill(`${where} cannot be spoken to: ${found.reason}`, 'Check SMTP_URL and the server.');
  }
  if (!found.offersTls) {
    // What never leaves the machine can be read by nobody else.
    if (host.kind === 'here') return well(`${where} is this machine; nothing is sent in the clear`);
    return ill(
      `${where} offers no TLS, so that letters and the password go in the clear`,
      'Use smtps://, or another server.',
    );
  }
  if (found.tls?.status !== 'secure') {
    const reason = found.tls?.reason ?? 'it does not turn to TLS';
    return ill(
      `${where} offers TLS, but ${reason}; letters are not handed to it`,
      'Give the server a certificate for the name in SMTP_URL, and renew it in time.',
    );
  }
  const { protocol, validUntilMs } = found.tls;
  const days = Math.floor((validUntilMs - now().getTime()) / MS_PER_DAY);
  const detail = `${where} speaks ${protocol}; its certificate holds for ${days} more days`;
  if (days >= CERTIFICATE_DAYS) return well(detail);
  return ill(detail, 'Renew the certificate of the mail server.');
}

async function checkOneClick(parts: MailHealthParts): Promise<HealthFinding> {
  const { baseUrl, signing } = parts.facts;
  if (!baseUrl) {
    return ill('links in letters lead to localhost', 'Set baseUrl to the address of the site.');
  }
  const origin = baseUrl.replace(/\/+$/, '');
  if (!origin.startsWith('https://')) {
    return ill(
      `${origin} is not https, so that mail programs offer no button to leave`,
      'Set baseUrl to an address with https, by way of a reverse proxy.',
    );
  }
  const reached = await parts.reach(`${origin}/healthz`);
  if (reached.status === 'failed' || reached.httpStatus !== 200) {
    const what = reached.status === 'failed' ? reached.reason : `status ${reached.httpStatus}`;
    return ill(
      `${origin} does not answer from here (${what})`,
      'Start the site; check baseUrl and the reverse proxy.',
    );
  }
  const letter = await parts.letter();
  const flaw = letter === undefined ? undefined : oneClickFlaw(letter, signing.kind === 'key');
  if (flaw) return ill(`a letter was made, and ${flaw}`, 'Check baseUrl and dkimKey.');
  const looked = letter === undefined ? 'no letter could be made to look at' : 'letters say so';
  return well(`readers can leave by ${origin}; ${looked}`);
}

async function checkReturnAddress(facts: MailFacts, dns: DnsLookup): Promise<HealthFinding> {
  const { returnAddress, returnListen, hasHooks } = facts;
  if (!returnAddress) {
    if (hasHooks) return well('a provider tells of bounces and complaints');
    return ill(
      `bounces go to ${facts.from}, where this program does not see them`,
      'Set returnAddress, and returnListen or "digest returned" (docs/digest.md), or mailHooks.',
    );
  }
  const domain = domainOf(returnAddress);
  if (returnListen) return well(`${returnAddress}, taken in at ${returnListen}`);
  const answer = await dns.exchanges(domain);
  if (answer.status === 'failed') return untold(answer.reason);
  const hosts = valuesOf(answer).map(({ host }) => host.replace(/\.$/, ''));
  if (hosts.some(Boolean)) {
    return well(`${returnAddress}, by way of ${hosts.filter(Boolean).join(', ')}`);
  }
  const wanted = record(domain, 'MX', `10 mail.${domain}.`);
  // An empty name says that the domain takes no mail (RFC 7505).
  if (hosts.length > 0) return ill(`${domain} takes no mail`, `Change its record: ${wanted}`);
  const direct = await dns.addresses(domain);
  if (direct.status === 'found') {
    return well(`${returnAddress}, at ${domain} itself`, `Better say so: ${wanted}`);
  }
  return ill(`${domain} has no mail server, so nothing comes back`, `Add: ${wanted}`);
}

function bulkRules(checks: readonly HealthCheck[]): HealthFinding {
  const amount = BULK_LETTERS.toLocaleString('en');
  const isMissing = (rule: string) => !checks.some(({ name, ok }) => name === rule && ok);
  const missing = BULK_RULES.filter(isMissing);
  const rest = 'complaints must stay below 0.1 %';
  if (missing.length === 0) return well(`all that can be checked holds; ${rest}`);
  return ill(
    `from ${amount} letters a day, large providers refuse letters for want of ${missing.join(', ')}`,
    `Mend ${missing.length === 1 ? 'it' : 'them'} first; below that number it is wise, too.`,
  );
}
