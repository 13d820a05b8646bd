/**
 * The pieces of a vocabulary by their letters, so that all pieces that begin at a place of a text
 * are found in one walk over it. A tree whose steps are UTF-16 units; its nodes lie in a hash
 * table by their parent and their unit, which takes twelve to thirty bytes a node and is plain
 * data that threads share. Refused: a `Map` of pieces, which every thread would have to fill for
 * itself, and which is asked anew for every length.
 */

/** A node is its place in the arrays; the root is the place behind the last. */
export type PieceTrie = {
  /** The parent of each node, plus 1; 0 where there is no node. */
  readonly parents: Uint32Array;
  /** The last unit of each node. */
  readonly units: Uint16Array;
  /** The number of the piece that ends at each node; {@link NO_PIECE} if none does. */
  readonly pieces: Int32Array;
};

export const NO_PIECE = -1;
export const NO_NODE = -1;

/** At most half of the table is taken, so that looking for what is not there ends soon. */
const ROOM_PER_NODE = 2;

/** The golden ratio of 2 to the power of 32, and a prime. */
const NODE_FACTOR = 0x9e3779b1;
const UNIT_FACTOR = 0x85ebca6b;

/**
 * @param pieces - by number, in UTF-16 without lone surrogates; of equal ones the last counts, and
 *   empty ones are never found
 */
export function createPieceTrie(pieces: readonly string[]): PieceTrie {
  const bits = Math.ceil(Math.log2(ROOM_PER_NODE * countNodes(pieces) + 1));
  const places = 2 ** bits;
  const trie = {
    parents: new Uint32Array(new SharedArrayBuffer(places * Uint32Array.BYTES_PER_ELEMENT)),
    units: new Uint16Array(new SharedArrayBuffer(places * Uint16Array.BYTES_PER_ELEMENT)),
    pieces: new Int32Array(new SharedArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT)),
  };
  trie.pieces.fill(NO_PIECE);
  for (const [number, piece] of pieces.entries()) {
    if (piece === '') continue;
    let node = rootOf(trie);
    for (let at = 0; at < piece.length; at += 1) {
      const unit = piece.charCodeAt(at);
      const child = placeOf(trie, node, unit);
      trie.parents[child] = node + 1;
      trie.units[child] = unit;
      node = child;
    }
    trie.pieces[node] = number;
  }
  return trie;
}

export function rootOf(trie: PieceTrie): number {
  return trie.parents.length;
}

/** The node one unit on; {@link NO_NODE} if no piece goes on so. */
export function childOf(trie: PieceTrie, node: number, unit: number): number {
  const place = placeOf(trie, node, unit);
  return trie.parents[place] === 0 ? NO_NODE : place;
}

/** The node that a text leads to; {@link NO_NODE} if no piece begins so. */
export function nodeOf(trie: PieceTrie, text: string): number {
  let node = rootOf(trie);
  for (let at = 0; at < text.length && node !== NO_NODE; at += 1) {
    node = childOf(trie, node, text.charCodeAt(at));
  }
  return node;
}

/** The number of a piece; {@link NO_PIECE} if there is none of these letters. */
export function pieceNumber(trie: PieceTrie, piece: string): number {
  const node = nodeOf(trie, piece);
  return node === NO_NODE || node === rootOf(trie) ? NO_PIECE : (trie.pieces[node] as number);
}

/** Where a node is, or the free place where it would be. */
function placeOf({ parents, units }: PieceTrie, node: number, unit: number): number {
  const last = parents.length - 1;
  const hash = Math.imul(Math.imul(node + 1, NODE_FACTOR) ^ unit, UNIT_FACTOR);
  let place = (hash ^ (hash >>> 15)) & last;
  for (;;) {
    const parent = parents[place];
    if (parent === 0 || (parent === node + 1 && units[place] === unit)) return place;
    place = (place + 1) & last;
  }
}

/** How many different beginnings the pieces have: sorted, each adds what it has not in common. */
function countNodes(pieces: readonly string[]): number {
  let nodes = 0;
  let before = '';
  for (const piece of [...pieces].sort()) {
    let common = 0;
    while (common < piece.length && piece.charCodeAt(common) === before.charCodeAt(common)) {
      common += 1;
    }
    nodes += piece.length - common;
    before = piece;
  }
  return nodes;
}
