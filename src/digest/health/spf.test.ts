import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DnsLookup } from './dns.js';
import { examineSpf, isInNetwork, MOST_LOOKUPS } from './spf.js';
import { parseSpf } from './spf-record.js';

const HOST = '192.0.2.25';

/** A name service that is a list: texts, addresses and mail servers by name. */
function names(given: {
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  readonly exchanges?: Readonly<Record<string, readonly string[]>>;
}): DnsLookup {
  const answer = <Value>(values: readonly Value[] | undefined) =>
    values ? ({ status: 'found', values } as const) : ({ status: 'absent' } as const);
  return {
    texts: async (name) => answer(given.texts?.[name]),
    addresses: async (name) => answer(given.addresses?.[name]),
    exchanges: async (name) =>
      answer(given.exchanges?.[name]?.map((host) => ({ priority: 1, host }))),
    namesOf: async () => ({ status: 'absent' }),
  };
}

const ELSEWHERE = {
  '_spf.example.net': ['v=spf1 ip4:192.0.2.0/28 ip4:198.51.100.0/24 ?all'],
  'other.example': ['v=spf1 ip4:192.0.2.25 -all'],
};

async function verdict(record: string, address = HOST): Promise<string> {
  const dns = names({
    texts: { 'example.org': [record, 'something else'], ...ELSEWHERE },
    addresses: {
      'example.org': [HOST],
      'mx.example.org': [HOST],
      'far.example.org': ['2001:db8::7'],
    },
    exchanges: { 'example.org': ['mx.example.org'] },
  });
  const finding = await examineSpf('example.org', [address], dns);
  return finding.status === 'found' ? (finding.verdicts.get(address) ?? '') : finding.status;
}

describe('what an SPF record says of a sender', () => {
  const CASES: readonly (readonly [record: string, address: string, verdict: string])[] = [
    ['v=spf1 ip4:192.0.2.25 -all', HOST, 'pass'],
    ['v=spf1 ip4:192.0.2.0/24 -all', HOST, 'pass'],
    ['v=spf1 ip4:192.0.2.128/25 ~all', HOST, 'softfail'],
    ['v=spf1 ip6:2001:db8::/32 -all', '2001:db8::25', 'pass'],
    ['v=spf1 ip6:2001:db8::/32 -all', HOST, 'fail'],
    ['v=spf1 a -all', HOST, 'pass'],
    ['v=spf1 a:example.org/24 -all', '192.0.2.77', 'pass'],
    ['v=spf1 a:far.example.org//64 -all', '2001:db8::8', 'pass'],
    ['v=spf1 mx -all', HOST, 'pass'],
    ['v=spf1 mx:example.net -all', HOST, 'fail'],
    ['V=SPF1 Include:_spf.EXAMPLE.net ~all', '198.51.100.7', 'pass'],
    // What an included record says of others is no answer here.
    ['v=spf1 include:_spf.example.net ~all', HOST, 'softfail'],
    ['v=spf1 -ip4:192.0.2.25 ip4:192.0.2.0/24 -all', HOST, 'fail'],
    ['v=spf1 redirect=other.example', HOST, 'pass'],
    ['v=spf1 redirect=other.example ?all', HOST, 'neutral'],
    ['v=spf1', HOST, 'neutral'],
    ['v=spf1 -all ip4:192.0.2.25', HOST, 'fail'],
    ['v=spf1 exp=why.example.org unknown=x a -all', HOST, 'pass'],
    ['v=spf1 ip4:192.0.2.300 -all', HOST, 'broken'],
    ['v=spf1 ipv4:192.0.2.25 -all', HOST, 'broken'],
    ['v=spf1 include -all', HOST, 'broken'],
    ['v=spf1 all:example.org', HOST, 'broken'],
    ['v=spf1 include:nothing.example -all', HOST, 'broken'],
    ['v=spf10 -all', HOST, 'absent'],
  ];
  for (const [record, address, expected] of CASES) {
    it(`"${record}": ${expected} for ${address}`, async () => {
      expect(await verdict(record, address)).toBe(expected);
    });
  }
});

it('two records are as bad as none', async () => {
  const dns = names({ texts: { 'example.org': ['v=spf1 -all', 'v=spf1 a -all'] } });
  expect(await examineSpf('example.org', [], dns)).toEqual({ status: 'several', count: 2 });
});

it('every look-up counts, those of what is included too, and a circle ends', async () => {
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, at) => [
        at === 0 ? 'example.org' : `n${at}.example`,
        [at === length - 1 ? 'v=spf1 a -all' : `v=spf1 include:n${at + 1}.example -all`],
      ]),
    );
  const lookups = async (texts: Readonly<Record<string, readonly string[]>>) => {
    const finding = await examineSpf('example.org', [], names({ texts }));
    return finding.status === 'found' ? finding.lookups : finding.status;
  };
  expect(await lookups(chain(1))).toBe(1);
  expect(await lookups(chain(10))).toBe(10);
  expect(await lookups(chain(20))).toBe(MOST_LOOKUPS + 1);
  expect(await lookups({ 'example.org': ['v=spf1 include:example.org -all'] })).toBe(
    MOST_LOOKUPS + 1,
  );
});

it('says what depends on the letter, and who is let in at all', async () => {
  const dns = names({ texts: { 'example.org': ['v=spf1 exists:%{i}.example.net -all'] } });
  expect(await examineSpf('example.org', [HOST], dns)).toMatchObject({
    unknown: ['exists:%{i}.example.net'],
    namesAnybody: false,
  });
});

it('an address is in a network when they share its first bits', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const address = fc.tuple(octet, octet, octet, octet);
  const bitsOf = (parts: readonly number[]) =>
    parts.map((part) => part.toString(2).padStart(8, '0')).join('');
  fc.assert(
    fc.property(address, address, fc.integer({ min: 0, max: 32 }), (one, start, bits) => {
      const isInside = bitsOf(one).slice(0, bits) === bitsOf(start).slice(0, bits);
      expect(isInNetwork(one.join('.'), `${start.join('.')}/${bits}`)).toBe(isInside);
    }),
  );
});

it('any text is a record or has a flaw, and nothing breaks', () => {
  const word = fc.oneof(
    fc.constantFrom('a', 'mx', '-all', 'ip4:', 'include:', '/24', '//64', 'redirect=', '%{i}', '~'),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const parsed = parseSpf(`v=spf1 ${words.join(' ')}`);
      expect('flaw' in parsed || Array.isArray(parsed.terms)).toBe(true);
    }),
  );
});
