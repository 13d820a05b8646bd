/** The forms by which people put collections together. */

import {
  type CollectedPaper,
  type Collection,
  LONGEST_DESCRIPTION,
  LONGEST_NOTE,
  LONGEST_TITLE,
  VISIBILITIES,
  type Visibility,
} from '../community/collections.js';
import type { BroadsheetError } from '../errors.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { plainLine } from '../papers/text-pieces.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { Problem } from './settings-frame.js';
import { signInPath } from './sign-in-path.js';

export function collectionPath({ id }: Pick<Collection, 'id'>): string {
  return `/collections/${id}`;
}

const VISIBILITY_WORDS: Readonly<Record<Visibility, string>> = {
  private: 'Private: only you',
  link: 'By link: whoever knows the address',
  public: 'Public: everybody, and it is listed',
};

/** What somebody has typed about a collection, as it may be far from one. */
export type GivenWords = {
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
};

type WordsFormProps = {
  readonly view: View;
  readonly action: string;
  readonly words: GivenWords;
  readonly submit: string;
  /** What was wrong with them. */
  readonly problem: BroadsheetError | undefined;
  /** A paper that goes into the new collection. */
  readonly paper?: Pick<Paper, 'id' | 'title'> | undefined;
};

/** The fields of a new collection, or of one that is changed. */
export function CollectionForm({
  view,
  action,
  words,
  submit,
  problem,
  paper,
}: WordsFormProps): Markup {
  return (
    <form method="post" action={action} class="form">
      <CsrfField visitor={view.visitor} />
      <Problem problem={problem} />
      {paper && <input type="hidden" name="paper" value={paper.id} />}
      <label for="title">Title</label>
      <input
        id="title"
        name="title"
        value={words.title}
        required
        maxlength={LONGEST_TITLE}
        autocomplete="off"
        dir="auto"
        aria-describedby={problem ? 'problem' : undefined}
      />
      <label for="description">What it is about</label>
      <textarea
        id="description"
        name="description"
        rows={4}
        maxlength={LONGEST_DESCRIPTION}
        dir="auto"
      >
        {words.description}
      </textarea>
      <fieldset>
        <legend>Who may read it</legend>
        {VISIBILITIES.map((visibility) => (
          <label class="choice">
            <input
              type="radio"
              name="visibility"
              value={visibility}
              checked={visibility === words.visibility}
            />
            {VISIBILITY_WORDS[visibility]}
          </label>
        ))}
      </fieldset>
      <button type="submit">{submit}</button>
    </form>
  );
}

type SaveToProps = {
  readonly view: View;
  readonly paper: Pick<Paper, 'id' | 'title'>;
  /** The reader's own. */
  readonly collections: readonly Collection[];
  /** Those of them that hold the paper. */
  readonly holding: ReadonlySet<Collection['id']>;
  /** The path of the page, to come back to. */
  readonly back: string;
};

/** The reader's collections, each with a button that puts the paper in or takes it out. */
export function SaveTo({ view, paper, collections, holding, back }: SaveToProps): Markup {
  if (!view.visitor.account) {
    return (
      <a class="save" href={signInPath(back)} rel="nofollow">
        Save<span class="hidden">: sign in to keep “{plainLine(paper.title)}”</span>
      </a>
    );
  }
  return (
    <details class="save">
      <summary>
        {holding.size > 0 ? `Saved in ${collectionsInWords(holding.size)}` : 'Save'}
      </summary>
      <ul>
        {collections.map((collection) => {
          const isHeld = holding.has(collection.id);
          const path = `${collectionPath(collection)}/papers`;
          return (
            <li>
              <form method="post" action={isHeld ? `${path}/remove` : path}>
                <CsrfField visitor={view.visitor} />
                <input type="hidden" name="paper" value={paper.id} />
                <input type="hidden" name="back" value={back} />
                <button type="submit" class="quiet">
                  <span aria-hidden="true">{isHeld ? '☑ ' : '☐ '}</span>
                  <span class="hidden">{isHeld ? 'Take out of ' : 'Save in '}</span>
                  <bdi>{collection.title}</bdi>
                </button>
              </form>
            </li>
          );
        })}
        <li>
          <a href={`/collections/new?paper=${encodeURIComponent(paper.id)}`}>New collection…</a>
        </li>
      </ul>
    </details>
  );
}

export function collectionsInWords(count: number): string {
  return count === 1 ? '1 collection' : `${count.toLocaleString('en-GB')} collections`;
}

type PaperToolsProps = {
  readonly view: View;
  readonly collection: Collection;
  readonly paper: Pick<Paper, 'id' | 'title'>;
  readonly note: CollectedPaper['note'];
  /** Whether it is the first or the last of all. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly back: string;
};

/** What the owner can do with a paper of a collection. */
export function CollectedPaperTools(props: PaperToolsProps): Markup {
  const { view, collection, paper, note, isFirst, isLast, back } = props;
  const path = `${collectionPath(collection)}/papers`;
  const fields = { view, paperId: paper.id, back };
  const name = <span class="hidden"> “{plainLine(paper.title)}”</span>;
  return (
    <details class="tools">
      <summary>Change{name}</summary>
      <form method="post" action={`${path}/note`} class="form">
        <Fields {...fields} />
        <label for={`note-${paper.id}`}>Your note</label>
        <textarea id={`note-${paper.id}`} name="note" rows={2} maxlength={LONGEST_NOTE} dir="auto">
          {note}
        </textarea>
        <button type="submit">Save note</button>
      </form>
      {!(isFirst && isLast) && (
        <form method="post" action={`${path}/move`} class="moves">
          <Fields {...fields} />
          {!isFirst && (
            <>
              <button type="submit" name="to" value="first" class="quiet">
                To the top{name}
              </button>
              <button type="submit" name="to" value="up" class="quiet">
                Up{name}
              </button>
            </>
          )}
          {!isLast && (
            <>
              <button type="submit" name="to" value="down" class="quiet">
                Down{name}
              </button>
              <button type="submit" name="to" value="last" class="quiet">
                To the end{name}
              </button>
            </>
          )}
        </form>
      )}
      <form method="post" action={`${path}/remove`}>
        <Fields {...fields} />
        <button type="submit" class="quiet">
          Take out{name}
        </button>
      </form>
    </details>
  );
}

function Fields({
  view,
  paperId,
  back,
}: {
  readonly view: View;
  readonly paperId: PaperId;
  readonly back: string;
}) {
  return (
    <>
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="paper" value={paperId} />
      <input type="hidden" name="back" value={back} />
    </>
  );
}
