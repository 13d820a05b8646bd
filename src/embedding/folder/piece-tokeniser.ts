/**
 * How a text becomes pieces of words, as `tokenizer.json` of Hugging Face's tokenizers says it, in
 * plain data that threads share. A text is parted at *added tokens*, each section is *normalised*
 * (case, accents, blanks) and *split* into words, and a *model* cuts each word into pieces.
 */

import type { Charsmap } from './charsmap.js';
import type { PieceTrie } from './piece-trie.js';

export type PieceTokeniser = WordPieceTokeniser | UnigramTokeniser;

type Common = {
  readonly addedTokens: readonly AddedToken[];
  readonly normalisers: readonly Normaliser[];
  readonly splitters: readonly Splitter[];
  readonly trie: PieceTrie;
  /** What stands for what has no pieces; -1 if nothing does. */
  readonly unknownRow: number;
  /**
   * Whether what is unknown counts: it does in sentence-transformers, and in Model2Vec where the
   * model is Unigram, but not where it is WordPiece.
   */
  readonly keepsUnknown: boolean;
};

/** The longest piece that fits, then the longest that fits behind it (Wu et al., 2016). */
export type WordPieceTokeniser = Common & {
  readonly kind: 'word-piece';
  /** Stands before pieces that do not begin a word: `##`. */
  readonly continuingPrefix: string;
  /** Longer words are unknown. */
  readonly mostCharacters: number;
};

/** The pieces that are likeliest together (Kudo, 2018). */
export type UnigramTokeniser = Common & {
  readonly kind: 'unigram';
  /** The logarithm of each piece's probability. */
  readonly scores: Float64Array;
  /** That of a character that is no piece. */
  readonly unknownScore: number;
  /** The row of each byte, for characters that are no piece; absent where they are unknown. */
  readonly byteRows?: Int32Array;
};

/** A token that is found as it stands, like `[MASK]`, before words are looked for. */
export type AddedToken = {
  readonly text: string;
  readonly row: number;
  /** Whether it is looked for in the normalised text, rather than in the text as it came. */
  readonly isNormalised: boolean;
  /** Whether blanks beside it belong to it. */
  readonly takesBlanksBefore: boolean;
  readonly takesBlanksBehind: boolean;
};

export type Normaliser =
  | {
      readonly kind: 'bert';
      readonly cleans: boolean;
      readonly partsChinese: boolean;
      readonly stripsAccents: boolean;
      readonly lowers: boolean;
    }
  | { readonly kind: 'lowercase' }
  | { readonly kind: 'strip-accents' }
  | { readonly kind: 'unicode'; readonly form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD' }
  | { readonly kind: 'strip'; readonly left: boolean; readonly right: boolean }
  | { readonly kind: 'replace'; readonly pattern: string | RegExp; readonly by: string }
  | { readonly kind: 'prepend'; readonly text: string }
  | { readonly kind: 'charsmap'; readonly map: Charsmap };

export type Splitter =
  /** At blanks; each punctuation mark is a word. */
  | { readonly kind: 'bert' }
  /** Runs of word characters, and runs of what is neither that nor a blank. */
  | { readonly kind: 'whitespace' }
  | { readonly kind: 'whitespace-split' }
  | { readonly kind: 'punctuation' }
  | { readonly kind: 'digits'; readonly oneByOne: boolean }
  /** Every blank becomes a visible mark, which begins a word. */
  | {
      readonly kind: 'metaspace';
      readonly mark: string;
      /** Which sections begin with a mark even without a blank. */
      readonly prepends: 'always' | 'first' | 'never';
      /** Whether words are parted at the mark. */
      readonly splits: boolean;
    };
