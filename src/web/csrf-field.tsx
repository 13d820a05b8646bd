/** The field that shows a form to come from one of our own pages; `csrf.ts` checks it. */

import type { Markup } from './markup.js';
import type { Visitor } from './visitor.js';

/** Stands in every form that posts. */
export function CsrfField({ visitor }: { readonly visitor: Visitor }): Markup {
  return <input type="hidden" name="csrf" value={visitor.csrfToken} />;
}
