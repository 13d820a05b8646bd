import { expect, it } from 'vitest';
import { createByteSink, reserve, sharedBytesFrom, writeVarint } from './byte-sink.js';

it('a row of bytes grows and keeps what it holds', () => {
  const sink = createByteSink(2);
  for (const number of [1, 300, 0xffff_ffff]) {
    reserve(sink, 5);
    sink.length = writeVarint(sink.bytes, sink.length, number);
  }
  const encoded = [1, 0xac, 0x02, 0xff, 0xff, 0xff, 0xff, 0x0f];
  expect([...sharedBytesFrom(sink)]).toEqual(encoded);
  expect([...sharedBytesFrom(sink, 2)]).toEqual([...encoded, 0, 0]);
});

it('a row of bytes refuses to outgrow the 32 bits that say where things stand in it', () => {
  const sink = { bytes: new Uint8Array(8), length: 2 ** 32 - 5 };
  expect(() => reserve(sink, 5)).toThrow(RangeError);
  expect(sink.bytes).toHaveLength(8);
});

it('a row of as many bytes as expected is handed on as it lies, zeros behind it', () => {
  const sink = createByteSink(10);
  sink.length = writeVarint(sink.bytes, 0, 300);
  const shared = sharedBytesFrom(sink, 4);
  expect([...shared]).toEqual([0xac, 0x02, 0, 0, 0, 0]);
  expect(shared.buffer).toBe(sink.bytes.buffer);
});
