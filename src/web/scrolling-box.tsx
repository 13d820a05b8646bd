/** A box for what may be wider than a phone. It scrolls by itself, so the keyboard can reach it. */

import type { Child } from 'hono/jsx';
import type { Markup } from './markup.js';

export function ScrollingBox({
  label,
  children,
}: {
  /** What is in it, for who does not see it. No two boxes of a page have the same. */
  readonly label: string;
  readonly children: Child;
}): Markup {
  return (
    <section class="terms" aria-label={label} tabindex={0}>
      {children}
    </section>
  );
}
