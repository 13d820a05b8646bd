/**
 * The table of characters that SentencePiece models carry (`precompiled_charsmap`): what is to be
 * replaced by what, such as `ﬁ` by `fi`. A number of bytes, in 32 bits; so many bytes of a double
 * array of UTF-8 (J. Aoe, "An efficient digital search algorithm by using a double-array
 * structure", 1989; the units are those of the library Darts-clone); then the replacements, each
 * with a zero byte behind it. All numbers are little-endian.
 */

export type Charsmap = {
  readonly units: Uint32Array;
  /** Replacements in UTF-8. */
  readonly texts: Uint8Array;
};

/** A replacement is cut behind so many bytes: Unicode's longest has 33. */
const LONGEST_REPLACEMENT_BYTES = 64;

/** Clusters of letters and marks of more bytes are replaced character by character. */
const MOST_CLUSTER_BYTES = 5;

/** Runs of characters that are not plain: most are one or two long. */
const LONGEST_KEPT = 12;
const MOST_KEPT = 10_000;

const clusters = new Intl.Segmenter('und', { granularity: 'grapheme' });
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** `undefined` if the bytes are not such a table. */
export function readCharsmap(bytes: Uint8Array): Charsmap | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(0, true);
  if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length) return undefined;
  const units = Uint32Array.from({ length: size / 4 }, (_, at) => view.getUint32(4 + at * 4, true));
  return { units, texts: bytes.slice(4 + size) };
}

/** A function that replaces what the table names, and is quick where that is nothing. */
export function replacerOf(map: Charsmap): (text: string) => string {
  const replacementOf = (part: string): string | undefined => {
    const at = firstMatch(map.units, encoder.encode(part));
    if (at === undefined) return undefined;
    const room = map.texts.subarray(at, at + LONGEST_REPLACEMENT_BYTES);
    const end = room.indexOf(0);
    return decoder.decode(end < 0 ? room : room.subarray(0, end));
  };
  const replaced = (cluster: string): string => {
    if (Buffer.byteLength(cluster) <= MOST_CLUSTER_BYTES) {
      const replacement = replacementOf(cluster);
      if (replacement !== undefined) return replacement;
    }
    let text = '';
    for (const character of cluster) text += replacementOf(character) ?? character;
    return text;
  };
  const inClusters = (text: string): string => {
    let result = '';
    for (const { segment } of clusters.segment(text)) result += replaced(segment);
    return result;
  };

  const isPlain = (code: number): boolean => replacementOf(String.fromCharCode(code)) === undefined;
  const leavesPlainText = Array.from({ length: 0x7f - 0x20 }, (_, at) => 0x20 + at).every(isPlain);
  // A mark may belong to the plain letter before it.
  const inRuns = remembered(inClusters);
  return leavesPlainText
    ? (text) => text.replace(/[\x20-\x7e]?[^\x20-\x7e]+/g, inRuns)
    : inClusters;
}

/** A function that keeps what short texts became: quotation marks and dashes come again. */
function remembered(change: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const changed = change(text);
    if (text.length <= LONGEST_KEPT) {
      if (known.size === MOST_KEPT) known.clear();
      known.set(text, changed);
    }
    return changed;
  };
}

/** Where the replacement of the shortest beginning stands that the double array has. */
function firstMatch(units: Uint32Array, key: Uint8Array): number | undefined {
  let node = offsetOf(units[0] as number);
  for (const byte of key) {
    if (byte === 0) return undefined;
    node ^= byte;
    const unit = units[node];
    if (unit === undefined || (unit & 0x8000_00ff) !== byte) return undefined;
    node ^= offsetOf(unit);
    const isEnd = (unit & 0x100) !== 0;
    if (isEnd) return node < units.length ? (units[node] as number) & 0x7fff_ffff : undefined;
  }
  return undefined;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
