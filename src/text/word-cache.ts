/**
 * The words met lately with their stems, found by their letters as they stand in a row of bytes,
 * four letters at a time. Nearly every word of a text was met before, and to stem one anew costs
 * as much as to find thirty.
 *
 * The cache is a table of fixed size. A word has {@link WAYS} places in it, by its hash; where all
 * are taken, it takes the place of another, so rare words come and go and no text can make the
 * table large or slow. Refused: a `Map` by string, which needs a string for each look-up, and
 * grows.
 */

/** A word and its term. The same word comes back as another entry if it was gone meanwhile. */
export type WordEntry = {
  /** Without case and accents, before stemming. */
  readonly word: string;
  readonly term: string;
  /** Whose numbers the next two are; see {@link newClaim}. */
  claim: number;
  wordId: number;
  termId: number;
  /** The same for another, who reads the same texts in turn and gives words one number each. */
  rowClaim: number;
  row: number;
};

/** A row of ASCII codes; the codes of a word stand before {@link BEHIND_WORD} more bytes. */
export type Letters = { readonly codes: Uint8Array; readonly view: DataView };

export type WordCache = {
  /** The entry of a word, which is folded already. */
  readonly entryOf: (word: string) => WordEntry;
  /** The entry of a word that stands in a row of letters and is folded already. */
  readonly entryAt: (letters: Letters, start: number, end: number) => WordEntry;
};

/** How many bytes of the row are read at a time, less one. */
export const BEHIND_WORD = 3;

/**
 * More than the 180,000 words of 50,000 abstracts: 10 MB, and some 110 bytes for each word met, at
 * most 40 MB. With half as many sets, reading such a corpus takes half as long again.
 */
const SET_BITS = 16;
const WAYS = 4;

/** Letters are read four at a time. */
const BLOCK = 4;
const LETTER_BITS = 8;

/** What lies side by side in memory of each word: its hash, its length and its first blocks. */
const RECORD = 8;
const LENGTH = 1;
const FIRST_BLOCK = 2;
const MOST_LETTERS = (RECORD - FIRST_BLOCK) * BLOCK;

/** The length of a word that is not ASCII: such words do not stand in rows of letters. */
const NOT_ASCII = -1;

/** The golden ratio of 2 to the power of 32, made odd. */
const HASH_FACTOR = 0x9e3779b1;

let lastClaim = 0;

/**
 * A number that no entry carries. Who numbers words writes it, with the numbers, into the entries,
 * and knows by it which of them it has numbered: cheaper by far than a `Map` of words.
 */
export function newClaim(): number {
  lastClaim += 1;
  return lastClaim;
}

/**
 * @param termOf - the term of a word; asked once for each word while it is known
 * @param setBits - the size of the table: room for four words times two to this power
 */
export function createWordCache(
  termOf: (word: string) => string,
  setBits: number = SET_BITS,
): WordCache {
  const places = (1 << setBits) * WAYS;
  const entries: (WordEntry | undefined)[] = new Array(places);
  const records = new Int32Array(places * RECORD);
  let nextToGo = 0;

  const add = (word: string, hash: number): WordEntry => {
    const entry: WordEntry = {
      word,
      term: termOf(word),
      claim: 0,
      wordId: 0,
      termId: 0,
      rowClaim: 0,
      row: 0,
    };
    const first = firstPlace(hash, setBits);
    let place = first;
    while (place < first + WAYS && entries[place]) place += 1;
    if (place === first + WAYS) {
      nextToGo = (nextToGo + 1) % WAYS;
      place = first + nextToGo;
    }
    entries[place] = entry;
    const record = place * RECORD;
    records[record] = hash;
    records[record + LENGTH] = /^[\0-\x7f]*$/.test(word) ? word.length : NOT_ASCII;
    for (let at = 0; at < MOST_LETTERS; at += BLOCK) {
      records[record + FIRST_BLOCK + at / BLOCK] = blockOf(word, at);
    }
    return entry;
  };

  const isAt = (record: number, letters: Letters, start: number, end: number): boolean => {
    if (records[record + LENGTH] !== end - start) return false;
    let block = record + FIRST_BLOCK;
    for (let at = start; at < end && block < record + RECORD; at += BLOCK) {
      if (records[block] !== blockAt(letters, at, end)) return false;
      block += 1;
    }
    return true;
  };

  return {
    entryOf(word) {
      let hash = 0;
      for (let at = 0; at < word.length; at += BLOCK) hash = hashedWith(hash, blockOf(word, at));
      const first = firstPlace(hash, setBits);
      for (let place = first; place < first + WAYS; place += 1) {
        const entry = entries[place];
        if (entry?.word === word) return entry;
      }
      return add(detached(word), hash);
    },

    entryAt(letters, start, end) {
      let hash = 0;
      for (let at = start; at < end; at += BLOCK) {
        hash = hashedWith(hash, blockAt(letters, at, end));
      }
      const first = firstPlace(hash, setBits);
      for (let place = first; place < first + WAYS; place += 1) {
        const record = place * RECORD;
        if (records[record] !== hash || !isAt(record, letters, start, end)) continue;
        const entry = entries[place] as WordEntry;
        if (end - start <= MOST_LETTERS || endsAs(entry.word, letters, start)) return entry;
      }
      return add(String.fromCharCode(...letters.codes.subarray(start, end)), hash);
    },
  };
}

/** Whether the letters that have no room in the record are those of the word. */
function endsAs(word: string, { codes }: Letters, start: number): boolean {
  for (let at = MOST_LETTERS; at < word.length; at += 1) {
    if (word.charCodeAt(at) !== codes[start + at]) return false;
  }
  return true;
}

/** A copy: a substring would keep the whole text that it was cut from in memory. */
export function detached(text: string): string {
  return Buffer.from(text).toString();
}

function firstPlace(hash: number, setBits: number): number {
  return (hash >>> (32 - setBits)) * WAYS;
}

/**
 * The hash of some blocks and one more. Its first bits are the best (Knuth, "The Art of Computer
 * Programming", volume 3, section 6.4, on multiplicative hashing).
 */
function hashedWith(hash: number, block: number): number {
  const mixed = Math.imul(hash ^ block, HASH_FACTOR);
  return mixed ^ (mixed >>> 15);
}

/** Four letters as one number; what is behind the word counts as zero. */
function blockAt({ view }: Letters, at: number, end: number): number {
  const block = view.getInt32(at, true);
  return end - at >= BLOCK ? block : block & ((1 << ((end - at) * LETTER_BITS)) - 1);
}

function blockOf(word: string, from: number): number {
  let block = 0;
  for (let at = 0; at < BLOCK && from + at < word.length; at += 1) {
    block |= (word.charCodeAt(from + at) & 0xff) << (at * LETTER_BITS);
  }
  return block;
}
