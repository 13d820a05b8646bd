import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CompiledModule, type SharedMemory, webAssembly } from '../../web-assembly.js';
import { loadKernels } from './kernels-client.js';
import { allocateVectors } from './search-vectors.js';
import { createPlainKernels, type VectorKernels } from './vector-kernels.js';
import { layoutOf, MOST_DISTANCES } from './vector-layout.js';

const { module } = await loadKernels();

function compiledKernels(memory: SharedMemory): VectorKernels {
  const engine = webAssembly();
  if (!engine) throw new Error('these tests need WebAssembly');
  const { exports } = new engine.Instance(module as CompiledModule, { env: { memory } });
  return exports as VectorKernels;
}

type Task = {
  readonly count: number;
  readonly from: number;
  readonly until: number;
  readonly isFiltered: boolean;
  readonly codeBytes: number;
  readonly threshold: number;
  readonly seed: number;
  /** How many different bytes there are: with few, distances meet and reach both ends. */
  readonly variety: number;
};

/** Everything that the kernels write for a task, on a memory full of numbers from its seed. */
function traceOf(kernelsFor: (memory: SharedMemory) => VectorKernels, task: Task): unknown {
  const { count, from, until, codeBytes, threshold } = task;
  const { memory } = allocateVectors(count);
  const { buffer } = memory;
  fillRandomly(new Uint8Array(buffer), task);
  const kernels = kernelsFor(memory);
  const { codes, values, batch, roomOf } = layoutOf(count);
  const room = roomOf(1);
  const allowed = task.isFiltered ? room.allowed : 0;

  kernels.measure(
    codes,
    room.queryCode,
    codeBytes,
    from,
    until,
    allowed,
    room.distances,
    room.histogram,
  );
  const found = kernels.collect(
    room.distances,
    from,
    until,
    allowed,
    threshold,
    room.numbers,
    batch,
  );
  const numbers = new Uint32Array(buffer, room.numbers, found).slice();
  kernels.multiply(values, room.queryValues, codeBytes * 8, room.numbers, found, room.dots);
  return {
    distances: new Uint8Array(buffer, room.distances, count).slice(),
    histogram: new Uint32Array(buffer, room.histogram, MOST_DISTANCES).slice(),
    numbers,
    dots: new Int32Array(buffer, room.dots, found).slice(),
  };
}

function fillRandomly(bytes: Uint8Array, { seed, variety }: Task): void {
  let state = seed;
  for (let at = 0; at < bytes.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = variety === 256 ? state >>> 24 : ((state >>> 24) % variety) * 0xff;
  }
}

it('the compiled kernels and the plain ones give the same', () => {
  const tasks = fc
    .record({
      count: fc.integer({ min: 0, max: 200 }),
      span: fc.tuple(fc.nat(200), fc.nat(200)),
      isFiltered: fc.boolean(),
      codeBytes: fc.constantFrom(4, 8, 16, 32),
      threshold: fc.nat(255),
      seed: fc.nat(),
      variety: fc.constantFrom(1, 2, 256),
    })
    .map(({ span, ...task }): Task => {
      const [from = 0, until = 0] = span.map((end) => end % (task.count + 1)).sort((a, b) => a - b);
      return { ...task, from, until };
    });
  fc.assert(
    fc.property(tasks, (task) => {
      expect(traceOf(compiledKernels, task)).toEqual(traceOf(createPlainKernels, task));
    }),
    // Enough for spans that end at each of the 32 bits of a word.
    { numRuns: 400 },
  );
});

it('kernels stop collecting where there is no more room', () => {
  const { memory } = allocateVectors(100);
  const room = layoutOf(100).roomOf(0);
  for (const kernels of [compiledKernels(memory), createPlainKernels(memory)]) {
    expect(kernels.collect(room.distances, 10, 90, 0, 0, room.numbers, 20)).toBe(20);
    expect([...new Uint32Array(memory.buffer, room.numbers, 20)]).toEqual(
      Array.from({ length: 20 }, (_, at) => 10 + at),
    );
  }
});
