/** "Not interested": hides one paper from one reader at once, and can be undone. */

import type { Context } from 'hono';
import { type PaperId, paperPath } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { plainLine } from '../papers/text-pieces.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { RichLine } from './rich-text.js';

type DismissButtonProps = {
  readonly view: View;
  readonly paper: Pick<Paper, 'id' | 'title'>;
  /** The path of the page, to come back to. */
  readonly back: string;
};

/** What the address of a page is given after something on it was hidden. */
const JUST_HIDDEN = 'hidden';

const HERE = 'http://here.invalid';

export function DismissButton({ view, paper, back }: DismissButtonProps): Markup {
  return (
    <form class="dismiss" method="post" action="/dismissals">
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="paper" value={paper.id} />
      <input type="hidden" name="back" value={back} />
      <button type="submit" class="quiet">
        Not interested<span class="hidden"> in “{plainLine(paper.title)}”</span>
      </button>
    </form>
  );
}

/** Stands in a list where a paper was that the reader has just hidden. */
export function HiddenPaper({ view, paper, back }: DismissButtonProps): Markup {
  return (
    <div class="hidden-paper" role="status">
      <p>
        Hidden:{' '}
        <a href={paperPath(paper.id)}>
          <RichLine text={paper.title} isLinkText />
        </a>
      </p>
      <UndoDismissal view={view} paper={paper} back={back} />
    </div>
  );
}

export function UndoDismissal({ view, paper, back }: DismissButtonProps): Markup {
  return (
    <form class="dismiss" method="post" action="/dismissals/undo">
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="paper" value={paper.id} />
      <input type="hidden" name="back" value={back} />
      <button type="submit" class="quiet">
        Undo<span class="hidden">: show “{plainLine(paper.title)}” again</span>
      </button>
    </form>
  );
}

/** A path together with the paper that was just hidden there. */
export function withJustHidden(path: string, id: PaperId): string {
  const address = new URL(path, HERE);
  address.searchParams.set(JUST_HIDDEN, id);
  return address.pathname + address.search + address.hash;
}

/** The same path without it. */
export function withoutJustHidden(path: string): string {
  const address = new URL(path, HERE);
  address.searchParams.delete(JUST_HIDDEN);
  return address.pathname + address.search + address.hash;
}

/** The paper that the reader says to have just hidden on this page; to be looked up, not trusted. */
export function justHidden(c: Context): string | undefined {
  return c.req.query(JUST_HIDDEN);
}
