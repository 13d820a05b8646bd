/** What curators do with the list of a day, beside each paper of it. Readers see none of this. */

import { hasRole } from '../accounts/account.js';
import { LONGEST_NOTE } from '../community/pick.js';
import type { Day } from '../papers/dates.js';
import type { PaperId } from '../papers/identifiers.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';

type ToolProps = {
  readonly view: View;
  readonly day: Day;
  readonly paperId: PaperId;
  /** The path of the page, to come back to. */
  readonly back: string;
};

/** For a paper of the list: its place, its note, and the way out. */
export function CuratorTools({
  note,
  ...props
}: ToolProps & { readonly note: string }): Markup | null {
  if (!hasRole(props.view.visitor.account, 'curator')) return null;
  const { paperId } = props;
  return (
    <details class="curate">
      <summary>
        Curate<span class="hidden"> {paperId}</span>
      </summary>
      <div class="curate-acts">
        <form method="post" action="/picks/move">
          <Fields {...props} />
          <button type="submit" name="to" value="up">
            Up
          </button>
          <button type="submit" name="to" value="down">
            Down
          </button>
          <button type="submit" name="to" value="1">
            To the top
          </button>
          <button type="submit" name="to" value="ranked">
            Let votes rank it
          </button>
        </form>
        <form method="post" action="/picks/remove">
          <Fields {...props} />
          <button type="submit">Take out of the list</button>
        </form>
      </div>
      <form method="post" action="/picks/note" class="form">
        <Fields {...props} />
        <label for={`note-${paperId}`}>Why it is here</label>
        <textarea id={`note-${paperId}`} name="note" rows={2} maxlength={LONGEST_NOTE} dir="auto">
          {note}
        </textarea>
        <button type="submit">Save the note</button>
      </form>
    </details>
  );
}

/** For a paper that is not in the list: the way in. */
export function PickTool(props: ToolProps): Markup | null {
  if (!hasRole(props.view.visitor.account, 'curator')) return null;
  const { paperId } = props;
  return (
    <details class="curate">
      <summary>
        Pick<span class="hidden"> {paperId}</span>
      </summary>
      <form method="post" action="/picks" class="form">
        <Fields {...props} />
        <label for={`note-${paperId}`}>Why it belongs into the list (may stay empty)</label>
        <textarea id={`note-${paperId}`} name="note" rows={2} maxlength={LONGEST_NOTE} dir="auto" />
        <button type="submit">Put it into the list</button>
      </form>
    </details>
  );
}

function Fields({ view, day, paperId, back }: ToolProps) {
  return (
    <>
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="day" value={day} />
      <input type="hidden" name="paper" value={paperId} />
      <input type="hidden" name="back" value={back} />
    </>
  );
}
