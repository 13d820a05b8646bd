/** Where readers bring papers, and what they see before a paper goes into the list. */

import { LONGEST_NOTE } from '../community/pick.js';
import type { SubmissionRules } from '../community/submission-rules.js';
import type { Allowance, Looked } from '../community/submissions.js';
import { dateInWords } from '../papers/dates.js';
import { dayPeriod, periodPath } from '../papers/edition.js';
import { paperPath } from '../papers/identifiers.js';
import { LONGEST_BIBTEX } from '../sources/bibtex/bibtex-entry.js';
import { AuthorNames } from './author-names.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { DateOf } from './paper-card.js';
import { RichLine, RichText } from './rich-text.js';
import { type FormProblem, Problem } from './settings-frame.js';
import { signInPath } from './sign-in-path.js';

const PATH = '/submit';

/** The paper's own page names all. */
const AUTHORS_IN_PREVIEW = 20;

const WHO: Readonly<Record<SubmissionRules['submitters'], string>> = {
  readers: 'Everybody with an account may submit.',
  authors: 'People may submit whose authorship of a paper here has been confirmed.',
  curators: 'On this site curators submit.',
};

export function submitPage(
  view: View,
  {
    rules,
    allowance,
    pasted = '',
    problem,
  }: {
    readonly rules: SubmissionRules;
    /** Of whoever is signed in. */
    readonly allowance: Allowance | undefined;
    readonly pasted?: string | undefined;
    /** What was wrong with what they pasted. */
    readonly problem?: FormProblem | undefined;
  },
): Markup {
  return document({
    web: view,
    title: 'Submit a paper',
    path: PATH,
    isIndexed: false,
    children: (
      <div class="submit reading">
        <h1>Submit a paper</h1>
        <p>
          Bring a paper that others should read
          {allowance && (
            <>
              {' '}
              into <DayOf allowance={allowance} />
            </>
          )}
          . If it is in a list already, it gets your vote.
        </p>
        <Problem problem={problem ?? allowance?.refusal} />
        {!allowance && (
          <p>
            <a class="button" href={signInPath(PATH)}>
              Sign in to submit
            </a>
          </p>
        )}
        {allowance && !allowance.refusal && (
          <PasteForm view={view} pasted={pasted} hasProblem={problem !== undefined} />
        )}
        <Rules rules={rules} allowance={allowance} />
      </div>
    ),
  });
}

function PasteForm({
  view,
  pasted,
  hasProblem,
}: {
  readonly view: View;
  readonly pasted: string;
  readonly hasProblem: boolean;
}) {
  return (
    <form method="post" action={PATH} class="form">
      <CsrfField visitor={view.visitor} />
      <label for="paper">The paper</label>
      <textarea
        id="paper"
        name="paper"
        rows={5}
        required
        maxlength={LONGEST_BIBTEX}
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        aria-describedby={hasProblem ? 'problem paste-hint' : 'paste-hint'}
      >
        {pasted}
      </textarea>
      <p class="hint" id="paste-hint">
        An arXiv number (<code>2611.01234</code>) or address, a DOI, the https address of the
        paper’s page (ACL Anthology, OpenReview, a publisher), or one BibTeX entry. You see what was
        found before anything is stored.
      </p>
      <button type="submit">Look it up</button>
    </form>
  );
}

function Rules({
  rules,
  allowance,
}: {
  readonly rules: SubmissionRules;
  readonly allowance: Allowance | undefined;
}) {
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">What is taken</h2>
      <ul>
        <li>{WHO[rules.submitters]}</li>
        <li>
          Papers that first appeared in the last {count(rules.ageDays, 'day', 'days')}; a new
          version of an old paper is an old paper.
        </li>
        <li>
          {rules.ownPapers
            ? 'Papers of your own, too; your vote for them is recorded and counts nothing.'
            : 'No papers of your own.'}
        </li>
        <li>
          At most {count(rules.perDay, 'paper', 'papers')} a day from each; new accounts may submit
          fewer.
          {allowance?.left !== undefined && (
            <strong>
              {' '}
              You can submit {count(allowance.left, 'more paper', 'more papers')} today.
            </strong>
          )}
        </li>
      </ul>
    </section>
  );
}

export function previewPage(
  view: View,
  {
    paper,
    paperId,
    token,
    remark,
    day,
    note = '',
    problem,
  }: Extract<Looked, { kind: 'preview' }> & {
    readonly note?: string;
    readonly problem?: FormProblem | undefined;
  },
): Markup {
  const authors = paper.authors.slice(0, AUTHORS_IN_PREVIEW);
  const others = paper.authors.length - authors.length;
  return document({
    web: view,
    title: 'Is this the paper?',
    path: PATH,
    isIndexed: false,
    children: (
      <div class="submit reading">
        <h1>Is this the paper?</h1>
        <div class="preview">
          <h2 dir="auto">
            <RichLine text={paper.title} />
          </h2>
          <p class="byline">
            {authors.length > 0 && (
              <span class="authors">
                <AuthorNames names={authors} />
                {others > 0 && ` and ${others.toLocaleString('en-GB')} others`}
              </span>
            )}
            <DateOf date={paper.publishedOn ?? paper.announcedOn} />
          </p>
          {paper.abstract ? <RichText text={paper.abstract} /> : <p>No abstract was found.</p>}
          {paperId && (
            <p>
              <a href={paperPath(paperId)}>Its page here</a>
            </p>
          )}
        </div>
        {remark && <p class="note">{remark} As a curator you may submit it all the same.</p>}
        <form method="post" action={`${PATH}/confirm`} class="form">
          <CsrfField visitor={view.visitor} />
          <Problem problem={problem} />
          <input type="hidden" name="token" value={token} />
          <label for="note">Why others should read it (may stay empty)</label>
          <textarea
            id="note"
            name="note"
            rows={3}
            maxlength={LONGEST_NOTE}
            dir="auto"
            aria-describedby={problem ? 'problem' : undefined}
          >
            {note}
          </textarea>
          <p class="hint">
            It goes into <a href={periodPath(dayPeriod(day))}>the list of {dateInWords(day)}</a>{' '}
            with your name and your vote.
          </p>
          <button type="submit">Submit this paper</button>
        </form>
        <p>
          <a href={PATH}>It is another one</a>
        </p>
      </div>
    ),
  });
}

function DayOf({ allowance: { day } }: { readonly allowance: Allowance }) {
  return <a href={periodPath(dayPeriod(day))}>the list of {dateInWords(day)}</a>;
}

function count(number: number, one: string, more: string): string {
  return number === 1 ? `one ${one}` : `${number.toLocaleString('en-GB')} ${more}`;
}
