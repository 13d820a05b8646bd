import { describe, expect, it } from 'vitest';
import { quantise, storeVector } from './quantise.js';
import {
  allocateVectors,
  CODE_BYTES,
  copyVector,
  DIMENSIONS,
  type SearchVectors,
} from './search-vectors.js';
import { layoutOf, MOST_THREADS } from './vector-layout.js';

function vectorWith(values: Readonly<Record<number, number>>): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  for (const [dimension, value] of Object.entries(values)) vector[Number(dimension)] = value;
  return vector;
}

function contentOf({ codes, values, scales }: SearchVectors): unknown {
  return [Array.from(codes), Array.from(values), Array.from(scales)];
}

describe('the vectors of a segment', () => {
  it('are zeros at first', () => {
    const { count, codes, values, scales } = allocateVectors(3);
    expect(count).toBe(3);
    expect(codes).toEqual(new Uint8Array(3 * CODE_BYTES));
    expect(values).toEqual(new Int8Array(3 * DIMENSIONS));
    expect(scales).toEqual(new Float32Array(3));
  });

  it('may be none', () => expect(allocateVectors(0).codes).toHaveLength(0));

  it('lie in memory that threads share, in the shape that was asked for', () => {
    const { memory, codes, values, scales } = allocateVectors(100);
    expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    for (const { buffer, byteOffset } of [codes, values, scales]) {
      expect(buffer).toBe(memory.buffer);
      expect(byteOffset % 16).toBe(0);
    }
  });

  it('do the same where WebAssembly is refused', () => {
    const { WebAssembly: engine } = globalThis as { WebAssembly?: unknown };
    Object.assign(globalThis, { WebAssembly: undefined });
    try {
      const vectors = allocateVectors(2);
      storeVector(vectors, 1, vectorWith({ 3: 1 }));
      expect(vectors.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(vectors.values[DIMENSIONS + 3]).toBe(127);
    } finally {
      Object.assign(globalThis, { WebAssembly: engine });
    }
  });

  it('are refused before they outgrow what 32 bits can address', () => {
    expect(() => allocateVectors(20_000_000)).toThrow('4 GiB');
    expect(() => allocateVectors(-1)).toThrow(RangeError);
  });

  it('can be copied one by one', () => {
    const from = allocateVectors(3);
    for (const paper of [0, 1, 2]) storeVector(from, paper, vectorWith({ [paper]: 1, 9: -0.25 }));
    const to = allocateVectors(1);
    copyVector(from, 1, to, 0);
    const { code, values, scale } = quantise(vectorWith({ 1: 1, 9: -0.25 }));
    expect(contentOf(to)).toEqual([Array.from(code), Array.from(values), [scale]]);
  });
});

it('threads, codes, values and scales have room of their own', () => {
  for (const count of [0, 1, 15, 16, 17, 5_000]) {
    const { codes, values, scales, bytes, batch, roomOf } = layoutOf(count);
    const parts: [at: number, bytes: number][] = [
      [codes, count * CODE_BYTES],
      [values, count * DIMENSIONS],
      [scales, count * 4],
      [bytes, 0],
    ];
    for (let thread = 0; thread < MOST_THREADS; thread += 1) {
      const room = roomOf(thread);
      parts.push(
        [room.queryCode, CODE_BYTES],
        [room.queryValues, DIMENSIONS],
        [room.histogram, 256 * 4],
        // Read 16 at a time.
        [room.distances, Math.ceil(count / 16) * 16],
        [room.allowed, Math.ceil(count / 32) * 4],
        [room.numbers, batch * 4],
        [room.dots, batch * 4],
      );
    }
    parts.sort(([a, aBytes], [b, bBytes]) => a - b || aBytes - bBytes);
    for (const [index, [at, size]] of parts.entries()) {
      expect(at + size).toBeLessThanOrEqual(parts[index + 1]?.[0] ?? bytes);
    }
  }
});

it('there is no room for more threads than were planned for', () => {
  expect(() => layoutOf(1).roomOf(MOST_THREADS)).toThrow(RangeError);
});
