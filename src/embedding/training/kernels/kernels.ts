/**
 * The inner loops of training, in AssemblyScript: TypeScript's looks, WebAssembly's types.
 * `../training-kernels.ts` says what each does; `../training-layout.ts` says where everything
 * lies and in what order.
 *
 * Nothing here allocates or keeps anything, and every sum has one order, so that results do not
 * depend on which thread computes what.
 */

/** Bytes of a vector of 256 numbers, as a shift. */
const VECTOR_SHIFT: usize = 10;

/** Bytes of 256 signs, as a shift. */
const SIGNS_SHIFT: usize = 5;

const DIMENSIONS: usize = 256;
const LEVELS: usize = 4;

/** Texts that are compared together. */
const TILE: usize = 16;

/** Of one sum, as many terms are read at a time as stay in the nearest cache. */
const TERMS_AT_ONCE: usize = 256;

/** Where the vectors of a level end: each has twice the dimensions of the one before. */
@inline
function endOf(level: usize): usize {
  return (<usize>32) << level;
}

@inline
function startOf(level: usize): usize {
  return level == 0 ? 0 : endOf(level - 1);
}

export function sumTerms(
  terms: usize,
  weights: usize,
  count: u32,
  rows: usize,
  rowCount: u32,
  signs: usize,
  unknownScale: f32,
  sum: usize,
): void {
  memory.fill(sum, 0, 1 << VECTOR_SHIFT);
  for (let at: usize = 0; at < <usize>count; at++) {
    const term = load<u32>(terms + (at << 2));
    const weight = load<f32>(weights + (at << 2));
    if (term < rowCount) addRow(rows + ((<usize>term) << VECTOR_SHIFT), weight, sum);
    else {
      addSigns(
        signs + ((<usize>(term - rowCount)) << SIGNS_SHIFT),
        (weight * unknownScale) / 16,
        sum,
      );
    }
  }
}

@inline
function addRow(row: usize, weight: f32, sum: usize): void {
  const weights = f32x4.splat(weight);
  for (let at: usize = 0; at < 1 << VECTOR_SHIFT; at += 64) {
    v128.store(sum + at, f32x4.add(v128.load(sum + at), f32x4.mul(weights, v128.load(row + at))));
    v128.store(
      sum + at,
      f32x4.add(v128.load(sum + at, 16), f32x4.mul(weights, v128.load(row + at, 16))),
      16,
    );
    v128.store(
      sum + at,
      f32x4.add(v128.load(sum + at, 32), f32x4.mul(weights, v128.load(row + at, 32))),
      32,
    );
    v128.store(
      sum + at,
      f32x4.add(v128.load(sum + at, 48), f32x4.mul(weights, v128.load(row + at, 48))),
      48,
    );
  }
}

/** Adds the value where a bit is 1, and takes it away where it is 0. */
@inline
function addSigns(signs: usize, value: f32, sum: usize): void {
  const lanes = i32x4(1, 2, 4, 8);
  const minus = i32x4.splat(0x8000_0000);
  const values = f32x4.splat(value);
  for (let word: usize = 0; word < 8; word++) {
    const bits = load<u32>(signs + (word << 2));
    for (let at: u32 = 0; at < 8; at++) {
      const isZero = i32x4.eq(v128.and(i32x4.splat(bits >>> (at << 2)), lanes), i32x4.splat(0));
      const signed = v128.xor(values, v128.and(isZero, minus));
      const place = sum + (word << 7) + (<usize>at << 4);
      v128.store(place, f32x4.add(v128.load(place), signed));
    }
  }
}

export function arrange(
  sums: usize,
  textCount: u32,
  first: u32,
  quads: usize,
  octets: usize,
  slabs: usize,
  inverseLengths: usize,
): void {
  const count = <usize>textCount;
  for (let text = <usize>first; text < <usize>first + TILE; text++) {
    const sum = sums + (text << VECTOR_SHIFT);
    let square: f32 = 0;
    for (let level: usize = 0; level < LEVELS; level++) {
      square += squaresBetween(sum, startOf(level), endOf(level));
      const inverse: f32 = square > 1e-12 ? 1 / sqrt<f32>(square) : 0;
      store<f32>(inverseLengths + ((level * count + text) << 2), inverse);
    }
    const quad = quads + ((text & ~3) << VECTOR_SHIFT) + ((text & 3) << 2);
    const octet = octets + ((text & ~7) << VECTOR_SHIFT) + ((text & 7) << 2);
    for (let dimension: usize = 0; dimension < DIMENSIONS; dimension++) {
      const value = load<f32>(sum + (dimension << 2));
      store<f32>(quad + (dimension << 4), value);
      store<f32>(octet + (dimension << 5), value);
    }
    for (let dimension: usize = 0; dimension < DIMENSIONS; dimension += 8) {
      const place = slabs + (dimension * count + (text << 3) << 2);
      v128.store(place, v128.load(sum + (dimension << 2)));
      v128.store(place, v128.load(sum + (dimension << 2), 16), 16);
    }
  }
}

@inline
function squaresBetween(vector: usize, start: usize, end: usize): f32 {
  let squares = f32x4.splat(0);
  for (let dimension = start; dimension < end; dimension += 4) {
    const values = v128.load(vector + (dimension << 2));
    squares = f32x4.add(squares, f32x4.mul(values, values));
  }
  return total(squares);
}

@inline
function total(values: v128): f32 {
  return (
    f32x4.extract_lane(values, 0) +
    f32x4.extract_lane(values, 1) +
    (f32x4.extract_lane(values, 2) + f32x4.extract_lane(values, 3))
  );
}

/**
 * Adds to a block of 4 rows and 8 columns the products of 4 and 8 numbers, `count` times. It is
 * where nearly all the time goes: eight sums stay in registers, and every number that is loaded is
 * used four or eight times.
 */
function multiply(
  fours: usize,
  eights: usize,
  count: usize,
  block: usize,
  rowBytes: usize,
  halfBytes: usize,
): void {
  const second = block + rowBytes;
  const third = second + rowBytes;
  const fourth = third + rowBytes;
  let a0 = v128.load(block);
  let a1 = v128.load(block + halfBytes);
  let b0 = v128.load(second);
  let b1 = v128.load(second + halfBytes);
  let c0 = v128.load(third);
  let c1 = v128.load(third + halfBytes);
  let d0 = v128.load(fourth);
  let d1 = v128.load(fourth + halfBytes);
  for (const end = fours + (count << 4); fours < end; fours += 32, eights += 64) {
    let low = v128.load(eights);
    let high = v128.load(eights, 16);
    let one = v128.load_splat<f32>(fours);
    a0 = f32x4.add(a0, f32x4.mul(one, low));
    a1 = f32x4.add(a1, f32x4.mul(one, high));
    one = v128.load_splat<f32>(fours, 4);
    b0 = f32x4.add(b0, f32x4.mul(one, low));
    b1 = f32x4.add(b1, f32x4.mul(one, high));
    one = v128.load_splat<f32>(fours, 8);
    c0 = f32x4.add(c0, f32x4.mul(one, low));
    c1 = f32x4.add(c1, f32x4.mul(one, high));
    one = v128.load_splat<f32>(fours, 12);
    d0 = f32x4.add(d0, f32x4.mul(one, low));
    d1 = f32x4.add(d1, f32x4.mul(one, high));
    low = v128.load(eights, 32);
    high = v128.load(eights, 48);
    one = v128.load_splat<f32>(fours, 16);
    a0 = f32x4.add(a0, f32x4.mul(one, low));
    a1 = f32x4.add(a1, f32x4.mul(one, high));
    one = v128.load_splat<f32>(fours, 20);
    b0 = f32x4.add(b0, f32x4.mul(one, low));
    b1 = f32x4.add(b1, f32x4.mul(one, high));
    one = v128.load_splat<f32>(fours, 24);
    c0 = f32x4.add(c0, f32x4.mul(one, low));
    c1 = f32x4.add(c1, f32x4.mul(one, high));
    one = v128.load_splat<f32>(fours, 28);
    d0 = f32x4.add(d0, f32x4.mul(one, low));
    d1 = f32x4.add(d1, f32x4.mul(one, high));
  }
  v128.store(block, a0);
  v128.store(block + halfBytes, a1);
  v128.store(second, b0);
  v128.store(second + halfBytes, b1);
  v128.store(third, c0);
  v128.store(third + halfBytes, c1);
  v128.store(fourth, d0);
  v128.store(fourth + halfBytes, d1);
}

/**
 * Adds to the products of a tile of queries and all passages those of some dimensions. The
 * products lie in squares of 4 × 4, all squares of four queries behind each other.
 */
function multiplyTile(
  quads: usize,
  octets: usize,
  count: usize,
  start: usize,
  end: usize,
  products: usize,
): void {
  for (let passage: usize = 0; passage < count; passage += 8) {
    const eights = octets + (passage << VECTOR_SHIFT) + (start << 5);
    for (let query: usize = 0; query < TILE; query += 4) {
      const fours = quads + (query << VECTOR_SHIFT) + (start << 4);
      const block = products + (query * count + (passage << 2) << 2);
      multiply(fours, eights, end - start, block, 16, 64);
    }
  }
}

/** e to the power of numbers from -87 up to 0 (Cephes' `expf`): wrong by less than 2e-7 of it. */
@inline
function powersOfE(exponents: v128): v128 {
  const clamped = f32x4.max(exponents, f32x4.splat(-87));
  const twos = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.44269504088896341)));
  let rest = f32x4.sub(clamped, f32x4.mul(twos, f32x4.splat(0.693359375)));
  rest = f32x4.sub(rest, f32x4.mul(twos, f32x4.splat(-2.12194440e-4)));
  let sum = f32x4.splat(1.9875691500e-4);
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1.3981999507e-3));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(8.3334519073e-3));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(4.1665795894e-2));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1.6666665459e-1));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(5.0000001201e-1));
  sum = f32x4.add(f32x4.mul(f32x4.mul(sum, rest), rest), f32x4.add(rest, f32x4.splat(1)));
  const exponentBits = i32x4.shl(
    i32x4.add(i32x4.trunc_sat_f32x4_s(twos), i32x4.splat(127)),
    23,
  );
  return f32x4.mul(sum, exponentBits);
}

export function compareTile(
  quads: usize,
  octets: usize,
  batch: u32,
  first: u32,
  queryInverses: usize,
  passageInverses: usize,
  inverseTemperature: f32,
  products: usize,
  logits: usize,
  rowSums: usize,
  columnParts: usize,
): void {
  const count = <usize>batch;
  memory.fill(products, 0, (TILE * count) << 2);
  memory.fill(columnParts, 0, (LEVELS * count) << 2);
  const most = f32x4.splat(inverseTemperature);
  const tileQuads = quads + ((<usize>first) << VECTOR_SHIFT);
  for (let level: usize = 0; level < LEVELS; level++) {
    multiplyTile(tileQuads, octets, count, startOf(level), endOf(level), products);
    const inverses = queryInverses + ((level * count) << 2);
    const columns = columnParts + ((level * count) << 2);
    const others = passageInverses + ((level * count) << 2);
    for (let query: usize = 0; query < TILE; query += 4) {
      const row = <usize>first + query;
      const source = products + ((query * count) << 2);
      const target = logits + ((level * count + row) * count << 2);
      const inverse = inverses + (row << 2);
      const inverse0 = f32x4.splat(load<f32>(inverse) * inverseTemperature);
      const inverse1 = f32x4.splat(load<f32>(inverse, 4) * inverseTemperature);
      const inverse2 = f32x4.splat(load<f32>(inverse, 8) * inverseTemperature);
      const inverse3 = f32x4.splat(load<f32>(inverse, 12) * inverseTemperature);
      let sum0 = f32x4.splat(0);
      let sum1 = f32x4.splat(0);
      let sum2 = f32x4.splat(0);
      let sum3 = f32x4.splat(0);
      for (let column: usize = 0; column < count; column += 4) {
        const square = column << 4;
        const other = v128.load(others + (column << 2));
        const logit0 = f32x4.mul(f32x4.mul(v128.load(source + square), inverse0), other);
        const logit1 = f32x4.mul(f32x4.mul(v128.load(source + square, 16), inverse1), other);
        const logit2 = f32x4.mul(f32x4.mul(v128.load(source + square, 32), inverse2), other);
        const logit3 = f32x4.mul(f32x4.mul(v128.load(source + square, 48), inverse3), other);
        v128.store(target + square, logit0);
        v128.store(target + square, logit1, 16);
        v128.store(target + square, logit2, 32);
        v128.store(target + square, logit3, 48);
        const power0 = powersOfE(f32x4.sub(logit0, most));
        const power1 = powersOfE(f32x4.sub(logit1, most));
        const power2 = powersOfE(f32x4.sub(logit2, most));
        const power3 = powersOfE(f32x4.sub(logit3, most));
        sum0 = f32x4.add(sum0, power0);
        sum1 = f32x4.add(sum1, power1);
        sum2 = f32x4.add(sum2, power2);
        sum3 = f32x4.add(sum3, power3);
        const four = f32x4.add(f32x4.add(power0, power1), f32x4.add(power2, power3));
        const place = columns + (column << 2);
        v128.store(place, f32x4.add(v128.load(place), four));
      }
      const sums = rowSums + ((level * count + row) << 2);
      store<f32>(sums, total(sum0));
      store<f32>(sums, total(sum1), 4);
      store<f32>(sums, total(sum2), 8);
      store<f32>(sums, total(sum3), 12);
    }
  }
}

export function addParts(parts: usize, partCount: u32, count: u32, first: u32, until: u32, sums: usize): void {
  for (let at = <usize>first; at < <usize>until; at += 4) {
    let sum = f32x4.splat(0);
    for (let part: usize = 0; part < <usize>partCount; part++) {
      sum = f32x4.add(sum, v128.load(parts + ((part * count + at) << 2)));
    }
    v128.store(sums + (at << 2), sum);
  }
}

export function weighTile(
  logits: usize,
  transposed: usize,
  batch: u32,
  first: u32,
  queryInverses: usize,
  passageInverses: usize,
  inverseTemperature: f32,
  levelShares: usize,
  rowSums: usize,
  columnSums: usize,
  rowPulls: usize,
  columnPullParts: usize,
): void {
  const count = <usize>batch;
  memory.fill(columnPullParts, 0, (LEVELS * count) << 2);
  const most = f32x4.splat(inverseTemperature);
  const one = f32x4.splat(1);
  for (let level = <isize>LEVELS - 1; level >= 0; level--) {
    const levelStart = <usize>level * count;
    const share: f32 = load<f32>(levelShares + (<usize>level << 2)) / (2 * <f32>batch);
    const shares = f32x4.splat(share);
    const inverses = queryInverses + (levelStart << 2);
    const others = passageInverses + (levelStart << 2);
    const columns = columnSums + (levelStart << 2);
    const pulls = columnPullParts + (levelStart << 2);
    for (let query: usize = 0; query < TILE; query += 4) {
      const row = <usize>first + query;
      const squares = logits + ((levelStart + row) * count << 2);
      const inverse = inverses + (row << 2);
      const inverse0 = f32x4.splat(load<f32>(inverse) * inverseTemperature);
      const inverse1 = f32x4.splat(load<f32>(inverse, 4) * inverseTemperature);
      const inverse2 = f32x4.splat(load<f32>(inverse, 8) * inverseTemperature);
      const inverse3 = f32x4.splat(load<f32>(inverse, 12) * inverseTemperature);
      const sums = rowSums + ((levelStart + row) << 2);
      const perRow0 = f32x4.splat(1 / load<f32>(sums));
      const perRow1 = f32x4.splat(1 / load<f32>(sums, 4));
      const perRow2 = f32x4.splat(1 / load<f32>(sums, 8));
      const perRow3 = f32x4.splat(1 / load<f32>(sums, 12));
      let pull0 = f32x4.splat(0);
      let pull1 = f32x4.splat(0);
      let pull2 = f32x4.splat(0);
      let pull3 = f32x4.splat(0);
      for (let column: usize = 0; column < count; column += 4) {
        const square = squares + (column << 4);
        const logit0 = v128.load(square);
        const logit1 = v128.load(square, 16);
        const logit2 = v128.load(square, 32);
        const logit3 = v128.load(square, 48);
        const perColumn = f32x4.div(one, v128.load(columns + (column << 2)));
        let force0 = f32x4.mul(
          f32x4.mul(shares, powersOfE(f32x4.sub(logit0, most))),
          f32x4.add(perRow0, perColumn),
        );
        let force1 = f32x4.mul(
          f32x4.mul(shares, powersOfE(f32x4.sub(logit1, most))),
          f32x4.add(perRow1, perColumn),
        );
        let force2 = f32x4.mul(
          f32x4.mul(shares, powersOfE(f32x4.sub(logit2, most))),
          f32x4.add(perRow2, perColumn),
        );
        let force3 = f32x4.mul(
          f32x4.mul(shares, powersOfE(f32x4.sub(logit3, most))),
          f32x4.add(perRow3, perColumn),
        );
        if (column == row) {
          // The passage of this query, and the other way round.
          const both: f32 = share + share;
          force0 = f32x4.sub(force0, f32x4.replace_lane(f32x4.splat(0), 0, both));
          force1 = f32x4.sub(force1, f32x4.replace_lane(f32x4.splat(0), 1, both));
          force2 = f32x4.sub(force2, f32x4.replace_lane(f32x4.splat(0), 2, both));
          force3 = f32x4.sub(force3, f32x4.replace_lane(f32x4.splat(0), 3, both));
        }
        {
          const drawn0 = f32x4.mul(force0, logit0);
          const drawn1 = f32x4.mul(force1, logit1);
          const drawn2 = f32x4.mul(force2, logit2);
          const drawn3 = f32x4.mul(force3, logit3);
          pull0 = f32x4.add(pull0, drawn0);
          pull1 = f32x4.add(pull1, drawn1);
          pull2 = f32x4.add(pull2, drawn2);
          pull3 = f32x4.add(pull3, drawn3);
          const place = pulls + (column << 2);
          const four = f32x4.add(f32x4.add(drawn0, drawn1), f32x4.add(drawn2, drawn3));
          v128.store(place, f32x4.add(v128.load(place), four));
        }
        const other = v128.load(others + (column << 2));
        let weight0 = f32x4.mul(f32x4.mul(force0, inverse0), other);
        let weight1 = f32x4.mul(f32x4.mul(force1, inverse1), other);
        let weight2 = f32x4.mul(f32x4.mul(force2, inverse2), other);
        let weight3 = f32x4.mul(f32x4.mul(force3, inverse3), other);
        // Longer vectors begin with the dimensions of shorter ones.
        const turned = transposed + ((levelStart + column) * count + (row << 2) << 2);
        if (level < <isize>LEVELS - 1) {
          const longer = turned + (count * count << 2);
          weight0 = f32x4.add(weight0, v128.load(longer));
          weight1 = f32x4.add(weight1, v128.load(longer, 16));
          weight2 = f32x4.add(weight2, v128.load(longer, 32));
          weight3 = f32x4.add(weight3, v128.load(longer, 48));
        }
        v128.store(turned, weight0);
        v128.store(turned, weight1, 16);
        v128.store(turned, weight2, 32);
        v128.store(turned, weight3, 48);
        const low01 = v128.shuffle<f32>(weight0, weight1, 0, 4, 1, 5);
        const high01 = v128.shuffle<f32>(weight0, weight1, 2, 6, 3, 7);
        const low23 = v128.shuffle<f32>(weight2, weight3, 0, 4, 1, 5);
        const high23 = v128.shuffle<f32>(weight2, weight3, 2, 6, 3, 7);
        v128.store(square, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
        v128.store(square, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 16);
        v128.store(square, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 32);
        v128.store(square, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 48);
      }
      const target = rowPulls + ((levelStart + row) << 2);
      store<f32>(target, total(pull0));
      store<f32>(target, total(pull1), 4);
      store<f32>(target, total(pull2), 8);
      store<f32>(target, total(pull3), 12);
    }
  }
}

export function pullTile(
  weights: usize,
  slabs: usize,
  batch: u32,
  first: u32,
  sums: usize,
  inverseLengths: usize,
  pulls: usize,
  gradients: usize,
): void {
  const count = <usize>batch;
  const tile = gradients + ((<usize>first) << VECTOR_SHIFT);
  memory.fill(tile, 0, TILE << VECTOR_SHIFT);
  for (let level: usize = 0; level < LEVELS; level++) {
    const levelWeights = weights + ((level * count + <usize>first) * count << 2);
    for (let start: usize = 0; start < count; start += TERMS_AT_ONCE) {
      const terms = min(TERMS_AT_ONCE, count - start);
      for (let dimension = startOf(level); dimension < endOf(level); dimension += 8) {
        const eights = slabs + (dimension * count + (start << 3) << 2);
        for (let text: usize = 0; text < TILE; text += 4) {
          const fours = levelWeights + (text * count + (start << 2) << 2);
          const block = tile + (text << VECTOR_SHIFT) + (dimension << 2);
          multiply(fours, eights, terms, block, 1 << VECTOR_SHIFT, 16);
        }
      }
    }
  }
  for (let text = <usize>first; text < <usize>first + TILE; text++) {
    let own: f32 = 0;
    for (let level = <isize>LEVELS - 1; level >= 0; level--) {
      const place = (<usize>level * count + text) << 2;
      const inverse = load<f32>(inverseLengths + place);
      own += load<f32>(pulls + place) * inverse * inverse;
      const owns = f32x4.splat(own);
      for (let dimension = startOf(level); dimension < endOf(level); dimension += 4) {
        const at = (text << VECTOR_SHIFT) + (dimension << 2);
        const gradient = v128.load(gradients + at);
        v128.store(gradients + at, f32x4.sub(gradient, f32x4.mul(owns, v128.load(sums + at))));
      }
    }
  }
}

export function updateRows(
  queryTerms: usize,
  queryWeights: usize,
  queryCounts: usize,
  queryGradients: usize,
  passageTerms: usize,
  passageWeights: usize,
  passageCounts: usize,
  passageGradients: usize,
  batch: u32,
  mostTerms: u32,
  rowCount: u32,
  part: u32,
  partCount: u32,
  scratch: usize,
  rows: usize,
  firstMoments: usize,
  secondMoments: usize,
  step: usize,
): void {
  // For each row of this part: how often it is met, then where its entries end.
  const ends = scratch;
  const partRows = (rowCount + partCount - 1 - part) / partCount;
  memory.fill(ends, 0, (<usize>partRows) << 2);
  for (let side: u32 = 0; side < 2; side++) {
    const terms = side == 0 ? queryTerms : passageTerms;
    const counts = side == 0 ? queryCounts : passageCounts;
    for (let text: u32 = 0; text < batch; text++) {
      const start = terms + (<usize>(text * mostTerms) << 2);
      const until = start + (<usize>load<u32>(counts + (<usize>text << 2)) << 2);
      for (let at = start; at < until; at += 4) {
        const term = load<u32>(at);
        if (term >= rowCount || term % partCount != part) continue;
        const place = ends + (<usize>(term / partCount) << 2);
        store<u32>(place, load<u32>(place) + 1);
      }
    }
  }
  let before: u32 = 0;
  for (let row: usize = 0; row < <usize>partRows; row++) {
    const place = ends + (row << 2);
    const count = load<u32>(place);
    store<u32>(place, before);
    before += count;
  }
  // Where the gradient of each entry is and how much of it counts: in the order of rows, and
  // within a row in the order of texts.
  const sorted = ends + (<usize>partRows << 2);
  for (let side: u32 = 0; side < 2; side++) {
    const terms = side == 0 ? queryTerms : passageTerms;
    const weights = side == 0 ? queryWeights : passageWeights;
    const counts = side == 0 ? queryCounts : passageCounts;
    const gradients = side == 0 ? queryGradients : passageGradients;
    for (let text: u32 = 0; text < batch; text++) {
      const start = <usize>(text * mostTerms) << 2;
      const until = start + (<usize>load<u32>(counts + (<usize>text << 2)) << 2);
      for (let at = start; at < until; at += 4) {
        const term = load<u32>(terms + at);
        if (term >= rowCount || term % partCount != part) continue;
        const place = ends + (<usize>(term / partCount) << 2);
        const end = load<u32>(place);
        store<u32>(place, end + 1);
        const entry = sorted + (<usize>end << 3);
        store<u32>(entry, <u32>(gradients + (<usize>text << VECTOR_SHIFT)));
        store<f32>(entry, load<f32>(weights + at), 4);
      }
    }
  }
  let from = sorted;
  for (let row: u32 = 0; row < partRows; row++) {
    const until = sorted + (<usize>load<u32>(ends + (<usize>row << 2)) << 3);
    if (until == from) continue;
    const at = <usize>(row * partCount + part) << VECTOR_SHIFT;
    updateRow(from, until, rows + at, firstMoments + at, secondMoments + at, step);
    from = until;
  }
}

/** One step of Adam (Kingma and Ba, 2015) on one row. */
function updateRow(
  from: usize,
  until: usize,
  row: usize,
  firstMoment: usize,
  secondMoment: usize,
  step: usize,
): void {
  const firstKept = f32x4.splat(load<f32>(step));
  const firstNew = f32x4.splat(load<f32>(step, 4));
  const secondKept = f32x4.splat(load<f32>(step, 8));
  const secondNew = f32x4.splat(load<f32>(step, 12));
  const rate = f32x4.splat(load<f32>(step, 16));
  const secondScale = f32x4.splat(load<f32>(step, 20));
  const least = f32x4.splat(load<f32>(step, 24));
  for (let dimension: usize = 0; dimension < 1 << VECTOR_SHIFT; dimension += 64) {
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    for (let entry = from; entry < until; entry += 8) {
      const gradient = <usize>load<u32>(entry) + dimension;
      const weight = v128.load_splat<f32>(entry, 4);
      sum0 = f32x4.add(sum0, f32x4.mul(weight, v128.load(gradient)));
      sum1 = f32x4.add(sum1, f32x4.mul(weight, v128.load(gradient, 16)));
      sum2 = f32x4.add(sum2, f32x4.mul(weight, v128.load(gradient, 32)));
      sum3 = f32x4.add(sum3, f32x4.mul(weight, v128.load(gradient, 48)));
    }
    for (let quarter: usize = 0; quarter < 4; quarter++) {
      const sum = quarter == 0 ? sum0 : quarter == 1 ? sum1 : quarter == 2 ? sum2 : sum3;
      const at = dimension + (quarter << 4);
      const first = f32x4.add(
        f32x4.mul(firstKept, v128.load(firstMoment + at)),
        f32x4.mul(firstNew, sum),
      );
      const second = f32x4.add(
        f32x4.mul(secondKept, v128.load(secondMoment + at)),
        f32x4.mul(secondNew, f32x4.mul(sum, sum)),
      );
      v128.store(firstMoment + at, first);
      v128.store(secondMoment + at, second);
      const spread = f32x4.add(f32x4.sqrt(f32x4.mul(second, secondScale)), least);
      const change = f32x4.div(f32x4.mul(rate, first), spread);
      v128.store(row + at, f32x4.sub(v128.load(row + at), change));
    }
  }
}

export function rankTile(
  quads: usize,
  octets: usize,
  count: u32,
  padded: u32,
  first: u32,
  passageInverses: usize,
  products: usize,
  level: u32,
  ranks: usize,
): void {
  const width = <usize>padded;
  memory.fill(products, 0, (TILE * width) << 2);
  const tileQuads = quads + (<usize>first << VECTOR_SHIFT);
  multiplyTile(tileQuads, octets, width, 0, endOf(level), products);
  const inverses = passageInverses + (<usize>level * width << 2);
  for (let query: usize = 0; query < TILE; query++) {
    const row = <usize>first + query;
    const line = products + ((query & ~3) * width + ((query & 3) << 2) << 2);
    const own = load<f32>(line + ((row >> 2) << 6) + ((row & 3) << 2)) * load<f32>(inverses + (row << 2));
    let rank: u32 = 1;
    for (let column: usize = 0; column < <usize>count; column++) {
      const product = load<f32>(line + ((column >> 2) << 6) + ((column & 3) << 2));
      if (product * load<f32>(inverses + (column << 2)) > own) rank++;
    }
    store<u32>(ranks + (row << 2), rank);
  }
}
