/**
 * The layout of a safetensors file: eight bytes with the length of the header (little-endian), the
 * header in JSON, which names each tensor with its type, its shape and where its bytes begin and
 * end behind the header, and those bytes.
 */

import { z } from 'zod';
import { shown } from '../../papers/record.js';
import { damaged, unsupported } from './folder-errors.js';

/** What stands before the header. */
export const LENGTH_BYTES = 8;

/** Headers of static models have a few hundred bytes. */
const MOST_HEADER_BYTES = 1_048_576;

const MOST_TENSORS = 1_000;

const BYTES_OF_TYPE = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1 };

export type TensorType = keyof typeof BYTES_OF_TYPE;

export type Tensor = {
  readonly type: TensorType;
  readonly shape: readonly number[];
  /** Offsets into the file; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
};

/** By name. */
export type Tensors = ReadonlyMap<string, Tensor>;

const count = z.int().nonnegative();

const headerEntry = z.looseObject({
  dtype: z.string(),
  shape: z.array(count).max(8),
  data_offsets: z.tuple([count, count]),
});

/**
 * How long the header is.
 *
 * @param start - the first {@link LENGTH_BYTES} of the file, or fewer if it has no more
 * @throws BroadsheetError `unreadable_input`
 */
export function headerLength(start: Uint8Array, fileBytes: number, where: string): number {
  if (start.length < LENGTH_BYTES) throw damaged(`${where} breaks off before its header.`);
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length < 2 || length > MOST_HEADER_BYTES) {
    throw damaged(
      `${where} is not a safetensors file of a static model: its header would have ${length} bytes.`,
    );
  }
  if (LENGTH_BYTES + length > fileBytes) throw damaged(`${where} breaks off within its header.`);
  return length;
}

/**
 * @param header - the bytes that {@link headerLength} tells of
 * @throws BroadsheetError `unreadable_input` if it is no header, or a tensor is not in the file
 */
export function readTensors(header: Uint8Array, fileBytes: number, where: string): Tensors {
  const entries = Object.entries(parseHeader(header, where)).filter(
    ([name]) => name !== '__metadata__',
  );
  if (entries.length > MOST_TENSORS) {
    throw unsupported(`${where} has ${entries.length} tensors; a static model has one to three.`);
  }
  const dataStart = LENGTH_BYTES + header.length;
  return new Map(
    entries.map(([name, entry]) => [name, readTensor(name, entry, dataStart, fileBytes, where)]),
  );
}

function readTensor(
  name: string,
  entry: unknown,
  dataStart: number,
  fileBytes: number,
  where: string,
): Tensor {
  const { success, data } = headerEntry.safeParse(entry);
  if (!success) throw damaged(`The header of ${where} does not say where ${shown(name)} is.`);
  const type = data.dtype;
  if (!isTensorType(type)) {
    throw unsupported(`The tensor ${shown(name)} of ${where} is of the type ${shown(type)}.`);
  }
  const [start, end] = data.data_offsets.map((offset) => dataStart + offset) as [number, number];
  const bytes = data.shape.reduce((product, size) => product * size, BYTES_OF_TYPE[type]);
  if (end - start !== bytes) {
    throw damaged(
      `The tensor ${shown(name)} of ${where} has ${end - start} bytes, where ${data.shape.join(' × ')} ` +
        `numbers of the type ${type} have ${bytes}.`,
    );
  }
  if (end > fileBytes) {
    throw damaged(
      `${where} breaks off within the tensor ${shown(name)}: ${end - fileBytes} bytes are missing.`,
    );
  }
  return { type, shape: data.shape, start, end };
}

/** How many bytes a number of the tensor has. */
export function bytesPerNumber({ type }: Tensor): number {
  return BYTES_OF_TYPE[type];
}

/** Numbers of any of the types; those of 64 bits are rounded where a double has not room. */
export function numbersOf(type: TensorType, bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = BYTES_OF_TYPE[type];
  const numbers = new Float64Array(Math.floor(bytes.length / size));
  const numberAt = readerOf(type, view);
  for (let at = 0; at < numbers.length; at += 1) numbers[at] = numberAt(at * size);
  return numbers;
}

function readerOf(type: TensorType, view: DataView): (offset: number) => number {
  switch (type) {
    case 'F64':
      return (offset) => view.getFloat64(offset, true);
    case 'F32':
      return (offset) => view.getFloat32(offset, true);
    case 'F16':
      return (offset) => halfOf(view.getUint16(offset, true));
    case 'BF16':
      return (offset) => brainFloatOf(view.getUint16(offset, true));
    case 'I64':
      return (offset) => Number(view.getBigInt64(offset, true));
    case 'I32':
      return (offset) => view.getInt32(offset, true);
    case 'I16':
      return (offset) => view.getInt16(offset, true);
    case 'I8':
      return (offset) => view.getInt8(offset);
    case 'U8':
      return (offset) => view.getUint8(offset);
  }
}

const bits = new DataView(new ArrayBuffer(4));

/** A 32-bit float without its last 16 bits. */
function brainFloatOf(half: number): number {
  bits.setUint16(0, half);
  bits.setUint16(2, 0);
  return bits.getFloat32(0);
}

/** IEEE 754's binary16: a sign, five bits of exponent, ten of fraction. */
function halfOf(half: number): number {
  const sign = half >>> 15 === 0 ? 1 : -1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}

function isTensorType(type: string): type is TensorType {
  return Object.hasOwn(BYTES_OF_TYPE, type);
}

function parseHeader(header: Uint8Array, where: string): Record<string, unknown> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(header);
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(`The header of ${where} is not the JSON of a safetensors file.`, cause);
  }
}
