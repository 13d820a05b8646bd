/**
 * The inner loops of searching vectors, in AssemblyScript: TypeScript's looks, WebAssembly's
 * types. `../vectors/vector-kernels.ts` says what each does and holds its twin in TypeScript;
 * `../vectors/vector-layout.ts` says where everything lies.
 *
 * Nothing here allocates or keeps anything: a kernel reads and writes the memory that it is
 * given, at addresses that it is given.
 */

/** Bytes from a paper's signs to the next paper's, as a shift. */
const CODE_SHIFT: usize = 5;

/** Bytes from a paper's values to the next paper's, as a shift. */
const VALUE_SHIFT: usize = 8;

const MOST_DISTANCES: u32 = 256;

export function measure(
  codes: usize,
  query: usize,
  codeBytes: u32,
  from: u32,
  until: u32,
  allowed: usize,
  distances: usize,
  histogram: usize,
): void {
  memory.fill(histogram, 0, MOST_DISTANCES * 4);
  // One loop for each length: the constant is folded into each.
  if (codeBytes == 4) measureAll(4, codes, query, from, until, allowed, distances, histogram);
  else if (codeBytes == 8) measureAll(8, codes, query, from, until, allowed, distances, histogram);
  else if (codeBytes == 16) measureAll(16, codes, query, from, until, allowed, distances, histogram);
  else measureAll(32, codes, query, from, until, allowed, distances, histogram);
}

@inline
function measureAll(
  codeBytes: u32,
  codes: usize,
  query: usize,
  from: u32,
  until: u32,
  allowed: usize,
  distances: usize,
  histogram: usize,
): void {
  const first = codeBytes == 4 ? <u64>load<u32>(query) : load<u64>(query);
  const second = load<u64>(query, 8);
  const third = load<u64>(query, 16);
  const fourth = load<u64>(query, 24);
  if (allowed == 0) {
    for (let paper = from; paper < until; paper++) {
      const code = codes + ((<usize>paper) << CODE_SHIFT);
      const distance = distanceTo(codeBytes, code, first, second, third, fourth);
      note(distance, paper, distances, histogram);
    }
    return;
  }
  for (let base = from & ~31; base < until; base += 32) {
    let bits = load<u32>(allowed + (base >>> 3)) & within(base, from, until);
    while (bits != 0) {
      const paper = base + ctz(bits);
      bits &= bits - 1;
      const code = codes + ((<usize>paper) << CODE_SHIFT);
      const distance = distanceTo(codeBytes, code, first, second, third, fourth);
      note(distance, paper, distances, histogram);
    }
  }
}

/**
 * How many bits differ. Whole numbers of 64 bits, since counting their bits is one instruction
 * on the common processors; 16 papers at a time in vectors of 128 bits took as long.
 */
@inline
function distanceTo(
  codeBytes: u32,
  code: usize,
  first: u64,
  second: u64,
  third: u64,
  fourth: u64,
): u32 {
  if (codeBytes == 4) return <u32>popcnt(<u64>load<u32>(code) ^ first);
  let distance = popcnt(load<u64>(code) ^ first);
  if (codeBytes >= 16) distance += popcnt(load<u64>(code, 8) ^ second);
  if (codeBytes >= 32) {
    distance += popcnt(load<u64>(code, 16) ^ third);
    distance += popcnt(load<u64>(code, 24) ^ fourth);
  }
  return min(<u32>distance, MOST_DISTANCES - 1);
}

@inline
function note(distance: u32, paper: u32, distances: usize, histogram: usize): void {
  store<u8>(distances + paper, <u8>distance);
  const bin = histogram + (distance << 2);
  store<u32>(bin, load<u32>(bin) + 1);
}

export function collect(
  distances: usize,
  from: u32,
  until: u32,
  allowed: usize,
  threshold: u32,
  numbers: usize,
  capacity: u32,
): u32 {
  const farthest = i8x16.splat(<i8>threshold);
  let count: u32 = 0;
  for (let base = from & ~15; base < until; base += 16) {
    // Distances that were never measured are masked out: behind the last, and not allowed ones.
    let bits = <u32>i8x16.bitmask(i8x16.le_u(v128.load(distances + base), farthest));
    bits &= within(base, from, until);
    if (allowed != 0) bits &= load<u16>(allowed + (base >>> 3));
    while (bits != 0) {
      if (count == capacity) return count;
      store<u32>(numbers + (count << 2), base + ctz(bits));
      bits &= bits - 1;
      count++;
    }
  }
  return count;
}

/** The bits, from the lowest, of those of the 32 papers from `base` on that are in the span. */
@inline
function within(base: u32, from: u32, until: u32): u32 {
  let bits: u32 = 0xffff_ffff;
  if (base < from) bits <<= from - base;
  if (until - base < 32) bits &= ~(0xffff_ffff << (until - base));
  return bits;
}

export function multiply(
  values: usize,
  query: usize,
  dimensions: u32,
  numbers: usize,
  count: u32,
  dots: usize,
): void {
  for (let at: u32 = 0; at < count; at++) {
    const row = values + ((<usize>load<u32>(numbers + (at << 2))) << VALUE_SHIFT);
    let sums = i32x4.splat(0);
    for (let dimension: u32 = 0; dimension < dimensions; dimension += 16) {
      const ours = v128.load(row + dimension);
      const theirs = v128.load(query + dimension);
      const low = i32x4.dot_i16x8_s(
        i16x8.extend_low_i8x16_s(ours),
        i16x8.extend_low_i8x16_s(theirs),
      );
      const high = i32x4.dot_i16x8_s(
        i16x8.extend_high_i8x16_s(ours),
        i16x8.extend_high_i8x16_s(theirs),
      );
      sums = i32x4.add(sums, i32x4.add(low, high));
    }
    const dot =
      i32x4.extract_lane(sums, 0) +
      i32x4.extract_lane(sums, 1) +
      i32x4.extract_lane(sums, 2) +
      i32x4.extract_lane(sums, 3);
    store<i32>(dots + (at << 2), dot);
  }
}
