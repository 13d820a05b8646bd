/**
 * Where the frames of a Zstandard file begin and end. Node's decoder drops, without a word, what
 * follows a frame in the same piece of input, and so loses all but the first part of files that
 * were joined or compressed in parallel; it does not know skippable frames either. So we cut the
 * input at the ends of frames before the decoder sees it.
 *
 * Source: RFC 8878 (2021), sections 3.1.1 (frames, blocks) and 3.1.2 (skippable frames).
 */

export type ZstdFrameCutter = {
  /** The bytes in pieces of which none reaches over the end of a frame. */
  readonly cut: (chunk: Uint8Array) => readonly Uint8Array[];
  /** Whether the input so far ends where a frame ends. */
  readonly isAtFrameEnd: () => boolean;
};

/** What the next bytes are. */
type Part =
  | { readonly kind: 'frame-start' }
  | { readonly kind: 'block-start'; readonly hasChecksum: boolean }
  /** So many bytes to pass on, then what follows them. */
  | { readonly kind: 'content'; readonly bytes: number; readonly next: Part }
  /** So many bytes of a skippable frame, then a frame. */
  | { readonly kind: 'skipped'; readonly bytes: number }
  /** No frame at all: all is passed on, and the decoder refuses it. */
  | { readonly kind: 'unknown' };

const FRAME_MAGIC = 0xfd2fb528;
/** The last four bits of this number are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;

const MAGIC_BYTES = 4;
const SKIPPABLE_HEADER_BYTES = 8;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const RUN_LENGTH_BLOCK = 1;

const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

const FRAME_START: Part = { kind: 'frame-start' };

export function createZstdFrameCutter(): ZstdFrameCutter {
  let part: Part = FRAME_START;
  /** The beginning of a header whose rest has not come yet. */
  let held: Uint8Array = new Uint8Array();

  return {
    cut(chunk) {
      const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      held = new Uint8Array();
      const pieces: Uint8Array[] = [];
      let from = 0;
      let at = 0;
      const passOn = () => {
        if (at > from) pieces.push(bytes.subarray(from, at));
        from = at;
      };

      while (at < bytes.length) {
        if (part.kind === 'unknown') {
          at = bytes.length;
        } else if (part.kind === 'content' || part.kind === 'skipped') {
          const step = Math.min(part.bytes, bytes.length - at);
          at += step;
          if (part.kind === 'skipped') from = at;
          const left: number = part.bytes - step;
          if (left > 0) part = { ...part, bytes: left };
          else part = part.kind === 'skipped' ? FRAME_START : part.next;
          if (part.kind === 'frame-start') passOn();
        } else {
          const next = readHeader(part, bytes.subarray(at));
          if (!next) {
            passOn();
            held = bytes.slice(at);
            return pieces;
          }
          part = next;
        }
      }
      passOn();
      return pieces;
    },

    isAtFrameEnd: () => part.kind === 'frame-start' && held.length === 0,
  };
}

/** What a header announces, itself included; `undefined` while too little of it is there. */
function readHeader(
  part: Extract<Part, { readonly kind: 'frame-start' | 'block-start' }>,
  bytes: Uint8Array,
): Part | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return part.kind === 'frame-start' ? readFrameStart(view) : readBlock(view, part.hasChecksum);
}

function readFrameStart(view: DataView): Part | undefined {
  if (view.byteLength < MAGIC_BYTES) return undefined;
  const magic = view.getUint32(0, true);
  if ((magic & 0xfffffff0) === SKIPPABLE_MAGIC) {
    if (view.byteLength < SKIPPABLE_HEADER_BYTES) return undefined;
    return { kind: 'skipped', bytes: SKIPPABLE_HEADER_BYTES + view.getUint32(4, true) };
  }
  if (magic !== FRAME_MAGIC) return { kind: 'unknown' };
  if (view.byteLength <= MAGIC_BYTES) return undefined;

  const descriptor = view.getUint8(MAGIC_BYTES);
  const isSingleSegment = (descriptor & 0b10_0000) !== 0;
  const hasChecksum = (descriptor & 0b100) !== 0;
  const sizeFlag = descriptor >> 6;
  const bytes =
    MAGIC_BYTES +
    1 +
    (isSingleSegment ? 0 : 1) +
    (DICTIONARY_ID_BYTES[descriptor & 0b11] ?? 0) +
    (isSingleSegment && sizeFlag === 0 ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] ?? 0));
  return { kind: 'content', bytes, next: { kind: 'block-start', hasChecksum } };
}

function readBlock(view: DataView, hasChecksum: boolean): Part | undefined {
  if (view.byteLength < BLOCK_HEADER_BYTES) return undefined;
  const header = view.getUint16(0, true) | (view.getUint8(2) << 16);
  const isLast = (header & 1) !== 0;
  const type = (header >> 1) & 0b11;
  const content = type === RUN_LENGTH_BLOCK ? 1 : header >> 3;
  return {
    kind: 'content',
    bytes: BLOCK_HEADER_BYTES + content + (isLast && hasChecksum ? CHECKSUM_BYTES : 0),
    next: isLast ? FRAME_START : { kind: 'block-start', hasChecksum },
  };
}
