import { describe, expect, it } from 'vitest';
import { createKeyedHash } from './keyed-hash.js';
import { networkOf } from './network.js';

describe('the network of an address', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['127.0.0.1', '127.0.0.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8:1:ffff::', '2001:db8:1::/48'],
    ['fe80::1%eth0', 'fe80::/48'],
    ['::1', '::/48'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it.each(['', 'unknown', '127.1', '0x7f000001', '2130706433', '1.2.3.4:80', '1.2.3.4, 5.6.7.8'])(
    'is none of %j',
    (text) => {
      expect(networkOf(text)).toBeUndefined();
    },
  );
});

describe('a keyed hash', () => {
  const hash = createKeyedHash('one secret of an installation');

  it('is the same for the same, and another by another key', () => {
    expect(hash('network', 'x')).toBe(hash('network', 'x'));
    expect(hash('network', 'x')).not.toBe(createKeyedHash('another secret')('network', 'x'));
    expect(hash('network', 'x')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of two purposes never meets, however they are cut', () => {
    expect(hash('network', 'x')).not.toBe(hash('address', 'x'));
    expect(hash('ab', 'c')).not.toBe(hash('a', 'bc'));
    expect(hash('a', '')).not.toBe(hash('', 'a'));
  });
});
