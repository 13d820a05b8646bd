/**
 * Vectors of words to the vector of a text: their sum, made length 1. The adding exists twice: in
 * AssemblyScript (`kernels/kernels.ts`), and here in plain TypeScript for where WebAssembly is
 * refused. Both give the same bits, because they round in the same places to 32-bit floats: the
 * factor of a vector, each product of it, and each sum, in the order in which vectors come.
 */

import { type CompiledModule, isWebAssemblyMemory, webAssembly } from '../web-assembly.js';
import { DIMENSIONS } from './embedder.js';
import { hashedSigns, LENGTH_OF_SIGNS } from './hashed-signs.js';
import {
  BYTES_PER_ENTRY,
  MOST_IN_BATCH,
  MOST_SIGNS_IN_BATCH,
  type ModelRoom,
  type ModelRows,
  roomOf,
} from './model-memory.js';

export type RowSums = {
  /** Adds the vector of a row. @param weight - a 32-bit float */
  readonly add: (row: number, weight: number) => void;
  /** Adds the vector of a term that has no row, as long as the weight: a 32-bit float. */
  readonly addUnknown: (term: string, weight: number) => void;
  /** The sum of what was added, at length 1, or zeros if it is none; the next one begins at 0. */
  readonly take: () => Float32Array;
};

type RowKernels = {
  /** Adds `count` rows to the sums; each is an address and a factor in the batch. */
  readonly addRows: (batch: number, count: number, sums: number) => void;
};

/** Sums for one thread; kernels are used where there are some and they can run. */
export function createRowSums(model: ModelRows, kernels?: CompiledModule): RowSums {
  const engine = webAssembly();
  if (!kernels || !engine || !isWebAssemblyMemory(model.memory)) return createPlainSums(model);
  const room = roomOf(model);
  if (!room) return createPlainSums(model);
  const { exports } = new engine.Instance(kernels, { env: { memory: model.memory } });
  return createCompiledSums(model, room, exports as RowKernels);
}

function createPlainSums({ rows, scales }: ModelRows): RowSums {
  const sums = new Float32Array(DIMENSIONS);
  const signs = new Int8Array(DIMENSIONS);

  const addTimes = (values: Int8Array, from: number, factor: number): void => {
    for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
      const product = Math.fround(factor * (values[from + dimension] as number));
      sums[dimension] = (sums[dimension] as number) + product;
    }
  };

  return {
    add(row, weight) {
      addTimes(rows, row * DIMENSIONS, Math.fround(weight * (scales[row] as number)));
    },
    addUnknown(term, weight) {
      addTimes(hashedSigns(term, signs), 0, Math.fround(weight / LENGTH_OF_SIGNS));
    },
    take: () => takeFrom(sums),
  };
}

function createCompiledSums(
  { memory, rows, scales }: ModelRows,
  room: ModelRoom,
  { addRows }: RowKernels,
): RowSums {
  const { buffer } = memory;
  const addresses = new Uint32Array(buffer, room.batch, (MOST_IN_BATCH * BYTES_PER_ENTRY) / 4);
  const factors = new Float32Array(buffer, room.batch, addresses.length);
  const sums = new Float32Array(buffer, room.sums, DIMENSIONS);
  const signs = Array.from(
    { length: MOST_SIGNS_IN_BATCH },
    (_, at) => new Int8Array(buffer, room.signs + at * DIMENSIONS, DIMENSIONS),
  );
  const rowsAt = rows.byteOffset;
  let entries = 0;
  let signsUsed = 0;

  const addBatch = (): void => {
    addRows(room.batch, entries, room.sums);
    entries = 0;
    signsUsed = 0;
  };
  const append = (address: number, factor: number): void => {
    if (entries === MOST_IN_BATCH) addBatch();
    addresses[entries * 2] = address;
    factors[entries * 2 + 1] = factor;
    entries += 1;
  };

  return {
    add(row, weight) {
      append(rowsAt + row * DIMENSIONS, weight * (scales[row] as number));
    },
    addUnknown(term, weight) {
      if (signsUsed === MOST_SIGNS_IN_BATCH || entries === MOST_IN_BATCH) addBatch();
      const row = signs[signsUsed] as Int8Array;
      signsUsed += 1;
      append(hashedSigns(term, row).byteOffset, weight / LENGTH_OF_SIGNS);
    },
    take() {
      addBatch();
      return takeFrom(sums);
    },
  };
}

function takeFrom(sums: Float32Array): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  let squares = 0;
  for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
    const sum = sums[dimension] as number;
    squares += sum * sum;
  }
  if (squares > 0) {
    const length = Math.sqrt(squares);
    for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
      vector[dimension] = (sums[dimension] as number) / length;
    }
  }
  sums.fill(0);
  return vector;
}
