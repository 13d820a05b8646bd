import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createZstdFrameCutter } from './zstd-frames.js';

/** Frames of several blocks, of one repeated byte, of nothing, with and without a checksum. */
const CONTENTS = [
  Buffer.from('Attention is all you need.'),
  Buffer.alloc(0),
  Buffer.alloc(300_000, 'x'),
  Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at * 31) >> 3)),
];

const frame = fc
  .record({ content: fc.constantFrom(...CONTENTS), checksum: fc.constantFrom(0, 1) })
  .map(({ content, checksum }) => {
    const params = { [constants.ZSTD_c_checksumFlag]: checksum };
    return { isSkippable: false, bytes: zstdCompressSync(content, { params }) };
  });

const skippableFrame = fc
  .record({ kind: fc.nat({ max: 15 }), content: fc.uint8Array({ maxLength: 20 }) })
  .map(({ kind, content }) => {
    const header = Buffer.alloc(8);
    header.writeUInt32LE(0x184d2a50 + kind, 0);
    header.writeUInt32LE(content.length, 4);
    return { isSkippable: true, bytes: Buffer.concat([header, content]) };
  });

const frames = fc.array(fc.oneof(frame, skippableFrame), { minLength: 1, maxLength: 4 });

function cutAll(bytes: Uint8Array, chunkBytes: number) {
  const cutter = createZstdFrameCutter();
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    pieces.push(...cutter.cut(bytes.subarray(at, at + chunkBytes)));
  }
  return { pieces, isAtFrameEnd: cutter.isAtFrameEnd() };
}

describe('the frames of a Zstandard file', () => {
  it('come whole, skippable ones left out, and no piece reaches over the end of one', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 5_000 }), (parts, chunkBytes) => {
        const whole = Buffer.concat(parts.map(({ bytes }) => bytes));
        const wanted = parts.filter(({ isSkippable }) => !isSkippable).map(({ bytes }) => bytes);
        const { pieces, isAtFrameEnd } = cutAll(whole, chunkBytes);

        expect(isAtFrameEnd).toBe(true);
        expect(Buffer.concat(pieces).equals(Buffer.concat(wanted))).toBe(true);
        const ends = runningSums(wanted);
        const pieceEnds = new Set(runningSums(pieces));
        expect(ends.filter((end) => !pieceEnds.has(end))).toEqual([]);
      }),
    );
  });

  it('end nowhere else than where they end', () => {
    fc.assert(
      fc.property(frames, fc.nat(), (parts, place) => {
        const whole = Buffer.concat(parts.map(({ bytes }) => bytes));
        const end = place % (whole.length + 1);
        const ends = [0, ...runningSums(parts.map(({ bytes }) => bytes))];
        expect(cutAll(whole.subarray(0, end), 100).isAtFrameEnd).toBe(ends.includes(end));
      }),
    );
  });

  it('are not looked for in what is none; the decoder is to refuse it', () => {
    const { pieces, isAtFrameEnd } = cutAll(Buffer.from('no frame at all'), 4);
    expect(Buffer.concat(pieces).toString()).toBe('no frame at all');
    expect(isAtFrameEnd).toBe(false);
  });
});

/** Where each part ends when they stand one behind the other. */
function runningSums(parts: readonly Uint8Array[]): number[] {
  let sum = 0;
  return parts.map((part) => {
    sum += part.length;
    return sum;
  });
}
