/** What a text in Markdown can hold here, and so all that a page ever shows of one. */

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  /** TeX without its dollars; `isDisplay` if they were two. */
  | { readonly kind: 'math'; readonly tex: string; readonly isDisplay: boolean }
  | { readonly kind: 'break' }
  | {
      readonly kind: 'emphasis' | 'strong' | 'struck';
      readonly children: readonly Inline[];
    }
  /** To an http or https address; `isBare` if the address is all that was written. */
  | {
      readonly kind: 'link';
      readonly url: string;
      readonly isBare: boolean;
      readonly children: readonly Inline[];
    }
  /** `@ana`, whether there is such an account or not: `name` as accounts have it. */
  | { readonly kind: 'mention'; readonly name: string; readonly text: string }
  /** `arXiv:2303.01234`: the number, and how it was written. */
  | { readonly kind: 'paper'; readonly arxivId: string; readonly text: string };

export type Block =
  /** `isTight` in a list whose items are lines rather than paragraphs. */
  | {
      readonly kind: 'paragraph';
      readonly isTight: boolean;
      readonly children: readonly Inline[];
    }
  | { readonly kind: 'heading'; readonly children: readonly Inline[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'list';
      /** The number of its first item; absent without numbers. */
      readonly start: number | undefined;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'formula'; readonly tex: string }
  | { readonly kind: 'rule' };

export type Markdown = {
  readonly blocks: readonly Block[];
  /** The addresses of all links, in their order. */
  readonly links: readonly string[];
  /** The names after `@`, each once, in their order. */
  readonly mentions: readonly string[];
  /** The arXiv numbers that are named or linked, each once. */
  readonly arxivIds: readonly string[];
};

/** What was met while a text was read. */
export type Findings = {
  readonly links: string[];
  readonly mentions: Set<string>;
  readonly arxivIds: Set<string>;
};
