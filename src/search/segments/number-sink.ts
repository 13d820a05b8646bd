/** Whole numbers in a row that grows. */

import { sharedNumbers } from './shared-arrays.js';

export type NumberSink = { values: Uint32Array; length: number };

export function createNumberSink(capacity = 1_024): NumberSink {
  return { values: new Uint32Array(capacity), length: 0 };
}

export function pushNumber(sink: NumberSink, value: number): void {
  if (sink.length === sink.values.length) {
    const larger = new Uint32Array(sink.values.length * 2);
    larger.set(sink.values);
    sink.values = larger;
  }
  sink.values[sink.length] = value;
  sink.length += 1;
}

/** What a sink holds, in shared memory. */
export function sharedFrom({ values, length }: NumberSink): Uint32Array {
  const shared = sharedNumbers(length);
  shared.set(values.subarray(0, length));
  return shared;
}
