/**
 * The formulas of a page of comments. Typesetting takes time that all readers wait for, so one
 * page has an allowance that its comments share; what is beyond it is shown as source. What was
 * typeset lately is remembered.
 */

import { mathMarkup } from './math.js';

export type Formulas = {
  /** The markup of a formula; `undefined` if its source is to be shown. */
  readonly typeset: (tex: string, isDisplay: boolean) => string | undefined;
};

/** A lively discussion has a few dozen; each costs about 0.1 ms. */
const MOST_FORMULAS = 500;

/** Typesetting 1,000 characters of TeX may cost some 5 ms. */
const MOST_FORMULA_CHARACTERS = 10_000;

const MOST_REMEMBERED = 2_000;

const remembered = new Map<string, string | undefined>();

/** The allowance of one page. */
export function formulasOfPage(): Formulas {
  const left = { formulas: MOST_FORMULAS, characters: MOST_FORMULA_CHARACTERS };
  return {
    typeset(tex, isDisplay) {
      left.formulas -= 1;
      left.characters -= tex.length;
      if (left.formulas < 0 || left.characters < 0) return undefined;
      return rememberedMarkup(tex, isDisplay);
    },
  };
}

function rememberedMarkup(tex: string, isDisplay: boolean): string | undefined {
  const key = `${isDisplay ? 'display' : 'inline'}:${tex}`;
  const isKnown = remembered.has(key);
  const markup = isKnown ? remembered.get(key) : mathMarkup(tex, isDisplay);
  // Taken out and put back, the oldest stands first.
  remembered.delete(key);
  remembered.set(key, markup);
  if (remembered.size > MOST_REMEMBERED) {
    const [oldest] = remembered.keys();
    if (oldest !== undefined) remembered.delete(oldest);
  }
  return markup;
}
