import { describe, expect, it } from 'vitest';
import { examineDmarc, organisationOf, parseDmarc } from './dmarc.js';
import type { DnsLookup } from './dns.js';

function withTexts(texts: Readonly<Record<string, readonly string[]>>): DnsLookup {
  const absent = async () => ({ status: 'absent' }) as const;
  return {
    texts: async (name) => {
      const values = texts[name];
      return values ? { status: 'found', values } : { status: 'absent' };
    },
    exchanges: absent,
    addresses: absent,
    namesOf: absent,
  };
}

describe('a DMARC record', () => {
  it('says what to do, with what is below, and who wants to know', () => {
    expect(
      parseDmarc('v=DMARC1; p=Reject; sp=none; adkim=s; rua=mailto:a@example.org, mailto:b@x.org;'),
    ).toEqual({
      policy: 'reject',
      subdomainPolicy: 'none',
      isStrictForDkim: true,
      isStrictForSpf: false,
      reportsTo: ['mailto:a@example.org', 'mailto:b@x.org'],
    });
    expect(parseDmarc('v=DMARC1;p=none')).toMatchObject({ subdomainPolicy: 'none', reportsTo: [] });
  });

  it('is passed over without a policy that is one', () => {
    expect(parseDmarc('v=DMARC1; rua=mailto:a@example.org')).toEqual({ flaw: 'no policy (p=)' });
    expect(parseDmarc('v=DMARC1; p=sometimes')).toEqual({
      flaw: 'an unknown policy (p=sometimes)',
    });
    expect(parseDmarc('p=none; v=DMARC1')).toMatchObject({ flaw: expect.stringContaining('v=') });
  });

  it('holds for what is below it, unless something nearer is there', async () => {
    const dns = withTexts({
      '_dmarc.example.org': ['other text', 'v=DMARC1; p=reject'],
      '_dmarc.near.example.org': ['v=DMARC1; p=none'],
    });
    expect(await examineDmarc('news.example.org', dns)).toMatchObject({ at: 'example.org' });
    expect(await examineDmarc('near.example.org', dns)).toMatchObject({ at: 'near.example.org' });
    expect(await examineDmarc('example.net', dns)).toEqual({ status: 'absent' });
  });

  it('is not believed where there are two', async () => {
    const dns = withTexts({ '_dmarc.example.org': ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] });
    expect(await examineDmarc('example.org', dns)).toEqual({
      status: 'several',
      at: 'example.org',
    });
  });

  it('tells where an organisation begins', async () => {
    const dns = withTexts({
      '_dmarc.example.org': ['v=DMARC1; p=none'],
      '_dmarc.a.example.org': ['v=DMARC1; p=none'],
    });
    expect(await organisationOf('b.a.example.org', dns)).toBe('example.org');
    expect(await organisationOf('mail.example.net', dns)).toBe('mail.example.net');
  });
});
