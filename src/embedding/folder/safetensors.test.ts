import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safetensors, tensor } from '../../../test/support/model-folder.js';
import { BroadsheetError } from '../../errors.js';
import { headerLength, LENGTH_BYTES, numbersOf, readTensors, type Tensors } from './safetensors.js';

const FILE = safetensors({
  embeddings: tensor([
    [1, -0.5],
    [3, 4],
  ]),
  mapping: { dtype: 'I32', shape: [2], bytes: new Uint8Array(Int32Array.of(1, 0).buffer) },
});

/** What a file of these bytes says that it has, if it says to be so long. */
function read(file: Uint8Array, fileBytes: number = file.length): Tensors {
  const length = headerLength(file.subarray(0, LENGTH_BYTES), fileBytes, 'the file');
  return readTensors(file.subarray(LENGTH_BYTES, LENGTH_BYTES + length), fileBytes, 'the file');
}

function withHeader(header: string): Uint8Array {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header)]);
}

describe('a safetensors file', () => {
  it('names its tensors, with their shapes and where their numbers are', () => {
    const tensors = read(FILE);
    expect([...tensors.keys()]).toEqual(['embeddings', 'mapping']);
    const found = tensors.get('embeddings');
    expect(found?.shape).toEqual([2, 2]);
    const bytes = FILE.subarray(found?.start, found?.end);
    expect([...numbersOf('F32', bytes)]).toEqual([1, -0.5, 3, 4]);
  });

  it.each([
    ['F64', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], 1],
    ['F16', [0x00, 0x3c], 1],
    ['F16', [0x01, 0x80], -(2 ** -24)],
    ['F16', [0xff, 0x7b], 65_504],
    ['F16', [0x00, 0xfc], Number.NEGATIVE_INFINITY],
    ['F16', [0x01, 0x7e], Number.NaN],
    ['BF16', [0x49, 0x40], 3.140625],
    ['BF16', [0x80, 0xbf], -1],
    ['I64', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -1],
    ['I16', [0x00, 0x80], -32_768],
    ['I8', [0x80], -128],
    ['U8', [0x80], 128],
  ] as const)('may have numbers of the type %s', (type, bytes, number) => {
    expect([...numbersOf(type, Uint8Array.from(bytes))]).toEqual([number]);
  });

  it.each([
    ['breaks off before its header', FILE.subarray(0, 7), FILE.length],
    ['breaks off within its header', FILE, 40],
    ['breaks off within the tensor "mapping": 1 bytes are missing', FILE, FILE.length - 1],
    ['is not a safetensors file', Buffer.from('PK\x03\x04 and more'), 16],
    ['is not the JSON', withHeader('{"embeddings": '), 1_000],
    ['is not the JSON', withHeader('[1, 2]'), 1_000],
    ['does not say where "a" is', withHeader('{"a": {"dtype": "F32"}}'), 1_000],
    [
      'does not say where "a" is',
      withHeader('{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}'),
      1_000,
    ],
    [
      'is of the type "F8_E4M3"',
      withHeader('{"a": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}}'),
      1_000,
    ],
    [
      'has 4 bytes, where 3 × 2 numbers of the type F32 have 24',
      withHeader('{"a": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 4]}}'),
      1_000,
    ],
    [
      'has -4 bytes',
      withHeader('{"a": {"dtype": "F32", "shape": [1], "data_offsets": [8, 4]}}'),
      1_000,
    ],
  ])('is refused if it %s', (reason, file, fileBytes) => {
    expect(() => read(file, fileBytes)).toThrow(reason);
  });

  it('is read or refused with words, whatever its bytes', () => {
    const spoilt = fc.array(fc.tuple(fc.nat(FILE.length - 1), fc.nat(255)), { minLength: 1 });
    fc.assert(
      fc.property(spoilt, fc.nat(FILE.length), (changes, fileBytes) => {
        const file = Uint8Array.from(FILE);
        for (const [at, byte] of changes) file[at] = byte;
        try {
          for (const { start, end } of read(file, fileBytes).values()) {
            expect(start).toBeLessThanOrEqual(end);
            expect(end).toBeLessThanOrEqual(fileBytes);
          }
        } catch (error) {
          if (!(error instanceof BroadsheetError)) throw error;
        }
      }),
    );
  });
});
