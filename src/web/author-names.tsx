/** The names of a paper's authors beside each other. */

import { plainLine } from '../papers/text-pieces.js';
import type { Markup } from './markup.js';

/** Isolated, so that one written from right to left does not turn its neighbours around. */
export function AuthorNames({ names }: { readonly names: readonly string[] }): Markup {
  return (
    <>
      {names.map((name, at) => (
        <>
          {at > 0 && ', '}
          <bdi>{plainLine(name)}</bdi>
        </>
      ))}
    </>
  );
}
