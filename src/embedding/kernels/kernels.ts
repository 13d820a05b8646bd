/**
 * The inner loop of embedding a text, in AssemblyScript: TypeScript's looks, WebAssembly's types.
 * `../row-sums.ts` says what it does and holds its twin in TypeScript; `../model-memory.ts` says
 * where everything lies.
 *
 * Nothing here allocates or keeps anything: a kernel reads and writes the memory that it is
 * given, at addresses that it is given.
 */

/** Numbers in a row. */
const DIMENSIONS: usize = 256;

/** Dimensions that are added up at a time: as many sums as the common processors have room for. */
const STRIDE: usize = 32;

/** Bytes that come from memory at once, on common processors; a row is four of them. */
const CACHE_LINE: usize = 64;

/** Of a row's address and its factor. */
const ENTRY_BYTES: usize = 8;

/**
 * Adds rows to sums, in the order of the batch: the product of a number and its factor is rounded
 * to 32 bits, and so is every sum.
 */
export function addRows(batch: usize, count: u32, sums: usize): void {
  const end = batch + <usize>count * ENTRY_BYTES;
  for (let entry = batch; entry < end; entry += ENTRY_BYTES) touch(<usize>load<u32>(entry));
  for (let from: usize = 0; from < DIMENSIONS; from += STRIDE) {
    const to = sums + from * 4;
    let sum0 = v128.load(to);
    let sum1 = v128.load(to, 16);
    let sum2 = v128.load(to, 32);
    let sum3 = v128.load(to, 48);
    let sum4 = v128.load(to, 64);
    let sum5 = v128.load(to, 80);
    let sum6 = v128.load(to, 96);
    let sum7 = v128.load(to, 112);
    for (let entry = batch; entry < end; entry += ENTRY_BYTES) {
      const row = <usize>load<u32>(entry) + from;
      const factor = v128.load32_splat(entry, 4);
      const first = v128.load(row);
      const second = v128.load(row, 16);
      const values0 = i16x8.extend_low_i8x16_s(first);
      const values1 = i16x8.extend_high_i8x16_s(first);
      const values2 = i16x8.extend_low_i8x16_s(second);
      const values3 = i16x8.extend_high_i8x16_s(second);
      sum0 = f32x4.add(sum0, f32x4.mul(factor, lowFloats(values0)));
      sum1 = f32x4.add(sum1, f32x4.mul(factor, highFloats(values0)));
      sum2 = f32x4.add(sum2, f32x4.mul(factor, lowFloats(values1)));
      sum3 = f32x4.add(sum3, f32x4.mul(factor, highFloats(values1)));
      sum4 = f32x4.add(sum4, f32x4.mul(factor, lowFloats(values2)));
      sum5 = f32x4.add(sum5, f32x4.mul(factor, highFloats(values2)));
      sum6 = f32x4.add(sum6, f32x4.mul(factor, lowFloats(values3)));
      sum7 = f32x4.add(sum7, f32x4.mul(factor, highFloats(values3)));
    }
    v128.store(to, sum0);
    v128.store(to, sum1, 16);
    v128.store(to, sum2, 32);
    v128.store(to, sum3, 48);
    v128.store(to, sum4, 64);
    v128.store(to, sum5, 80);
    v128.store(to, sum6, 96);
    v128.store(to, sum7, 112);
  }
}

/**
 * Reads something of each part of a row that comes from memory at once. Rows lie anywhere in many
 * megabytes: asked for all together they come at the same time, and adding them up takes half as
 * long as where each stride waits for its own. No compiler leaves a read out that could fail.
 */
@inline
function touch(row: usize): void {
  load<u8>(row);
  load<u8>(row, CACHE_LINE);
  load<u8>(row, 2 * CACHE_LINE);
  load<u8>(row, 3 * CACHE_LINE);
}

@inline
function lowFloats(values: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(values));
}

@inline
function highFloats(values: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(values));
}
