import { describe, expect, it } from 'vitest';
import { readCharsmap, replacerOf } from './charsmap.js';

/** Of a unit: that it is the last of a key. */
const IS_END = 0x100;

const STEP = 256;

/**
 * A map of a single character. The nodes of each byte lie {@link STEP} behind those of the byte
 * before it, and the last points to where the replacement is: at 0.
 */
function mapOf(character: string, replacement: string): Uint8Array {
  const key = new TextEncoder().encode(character);
  const units = new Uint32Array(STEP * (key.length + 2));
  units[0] = STEP << 10;
  for (const [at, byte] of key.entries()) {
    const node = (STEP * (at + 1)) ^ byte;
    const offset = node ^ (STEP * (at + 2));
    units[node] = (offset << 10) | byte | (at === key.length - 1 ? IS_END : 0);
  }
  const texts = new TextEncoder().encode(`${replacement}\0`);
  return Buffer.concat([Uint8Array.from(sizeOf(units)), new Uint8Array(units.buffer), texts]);
}

function sizeOf(units: Uint32Array): Uint8Array {
  return new Uint8Array(Uint32Array.of(units.byteLength).buffer);
}

function replaced(text: string, character: string, replacement: string): string {
  const map = readCharsmap(mapOf(character, replacement));
  if (!map) throw new Error('not a map');
  return replacerOf(map)(text);
}

describe('a character map', () => {
  it('replaces what it names, and nothing else', () => {
    expect(replaced('ﬁne ﬂow “ﬁ”', 'ﬁ', 'fi')).toBe('fine ﬂow “fi”');
    expect(replaced('plain', 'ﬁ', 'fi')).toBe('plain');
  });

  it('may take away, and name plain letters', () => {
    expect(replaced('a\u00adb', '\u00ad', '')).toBe('ab');
    expect(replaced('banana', 'n', 'm')).toBe('bamama');
  });

  it('replaces a letter and its marks together where they are short', () => {
    expect(replaced('cafe\u0301', 'e\u0301', 'é')).toBe('café');
    expect(replaced('e\u0301\u0302\u0303', 'e', 'E')).toBe('E\u0301\u0302\u0303');
  });

  it('is refused if it is cut off or sized wrongly', () => {
    const map = mapOf('ﬁ', 'fi');
    expect(readCharsmap(map.subarray(0, 3))).toBeUndefined();
    expect(readCharsmap(map.subarray(0, 100))).toBeUndefined();
    expect(readCharsmap(Uint8Array.of(6, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8))).toBeUndefined();
  });

  it('replaces nothing where its numbers lead nowhere', () => {
    const lost = Uint8Array.from(mapOf('ﬁ', 'fi'));
    lost.fill(0xff, 4 + 4 * STEP, 4 + 8 * STEP);
    const strange = Uint8Array.from(mapOf('ﬁ', 'fi'));
    strange[4 + 4 * (STEP ^ 0xef)] = 0xee;
    for (const bytes of [lost, strange]) {
      const map = readCharsmap(bytes);
      expect(map && replacerOf(map)('ﬁ')).toBe('ﬁ');
    }
  });
});
