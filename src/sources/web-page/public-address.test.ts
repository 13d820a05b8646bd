import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress, parsePublicUrl } from './public-address.js';

describe('A number is of the public internet', () => {
  test.each(['1.1.1.1', '93.184.215.14', '2606:4700::1111', '2a00:1450:4001::200e'])(
    'if anybody reaches it: %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '168.63.129.16',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:1.1.1.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '100::1',
    '2001::1',
    '2001:2::1',
    '2001:20::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
  ])('if it is not inside, reserved or a bridge to the inside: not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    '',
    '127.1',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '1.1.1',
    '1.1.1.1 ',
    'example.org',
  ])('if it is written in the one usual way: not %j', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test('never if it is IPv6 outside of 2000::/3, whatever it is', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const isGlobal = (Number.parseInt(groups[0] ?? '', 16) & 0xe000) === 0x2000;
        expect(isPublicAddress(groups.join(':')) && !isGlobal).toBe(false);
      }),
    );
  });
});

describe('An address may be asked', () => {
  test('if it is https at a public host, and without its fragment', () => {
    expect(parsePublicUrl('https://Papers.Example.org/a?b=c#d')).toMatchObject({
      url: { href: 'https://papers.example.org/a?b=c' },
    });
    expect(parsePublicUrl('https://1.1.1.1/')).toHaveProperty('url');
    expect(parsePublicUrl('https://example.org:443/')).toHaveProperty('url');
  });

  test.each([
    'https://127.1/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://017700000001/',
    'https://0/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::]/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[fd00::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://①②⑦.⓪.⓪.①/',
    'https://localhost/',
    'https://localhost./',
    'https://LOCALHOST/',
    'https://a.localhost/',
    'https://example.org./',
    'https://printer/',
    'https://printer.local/',
    'https://db.internal/',
    'https://router.lan/',
    'https://1.0.0.127.in-addr.arpa/',
    'https://user@example.org/',
    'https://user:password@example.org/',
    'http://ok@127.0.0.1/',
    'https://example.org:8443/',
    'https://example.org:22/',
    'http://example.org/',
    'file:///etc/passwd',
    'gopher://example.org/',
    'ftp://example.org/paper',
    'data:text/html,<meta name="citation_title" content="x">',
    'javascript:alert(1)',
    'blob:https://example.org/x',
    'ws://example.org/',
    'https://',
    'https://exa mple.org/',
    'example.org',
    '//example.org/',
    '',
    `https://example.org/${'x'.repeat(2_000)}`,
    `https://${'a.'.repeat(130)}org/`,
  ])('if it is not %s', (address) => {
    expect(parsePublicUrl(address)).toHaveProperty('reason');
  });
});
