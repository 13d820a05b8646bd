/** The pages of collections: the lists of them, one of them, and the way to change it. */

import type { AccountId, PublicAccount } from '../accounts/account.js';
import type { Collection, Visibility } from '../community/collections.js';
import type { BroadsheetError } from '../errors.js';
import { dateInWords, dayAt } from '../papers/dates.js';
import type { Paper } from '../papers/paper.js';
import {
  CollectedPaperTools,
  CollectionForm,
  collectionPath,
  type GivenWords,
} from './collection-forms.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import { HiddenPaper } from './dismiss-button.js';
import { countOfPapers } from './edition-page.js';
import { document } from './layout.js';
import { ListedCard } from './listed-card.js';
import type { ListedPaper } from './listing.js';
import type { Markup } from './markup.js';
import { assertPageExists, type Page, PageLinks } from './paging.js';
import { PersonName } from './person-name.js';

const VISIBILITY_MARKS: Readonly<Record<Visibility, string>> = {
  private: 'private',
  link: 'by link',
  public: 'public',
};

type Owners = ReadonlyMap<AccountId, PublicAccount>;

/** A row of a list of collections. */
export function CollectionList({
  view,
  collections,
  owners,
  heading: Heading,
}: {
  readonly view: View;
  readonly collections: readonly Collection[];
  /** Named beside each; left out in a list of one owner. */
  readonly owners?: Owners;
  readonly heading: 'h2' | 'h3';
}): Markup {
  return (
    <ul class="collections">
      {collections.map((collection) => {
        const owner = owners?.get(collection.ownerId);
        return (
          <li>
            <Heading>
              <a href={collectionPath(collection)} dir="auto">
                {collection.title}
              </a>
            </Heading>
            {collection.description && (
              <p class="about" dir="auto">
                {collection.description}
              </p>
            )}
            <p class="byline">
              {countOfPapers(collection.papers)}
              {owner && <OwnerLink owner={owner} />}
              {!owners && `, ${VISIBILITY_MARKS[collection.visibility]}`}
              {', changed on '}
              {dayOf(view, collection.changedAtMs)}
            </p>
          </li>
        );
      })}
    </ul>
  );
}

export type CollectionsPageProps = {
  /** The reader's own; `undefined` for a stranger. */
  readonly own: readonly Collection[] | undefined;
  readonly others: readonly Collection[];
  readonly owners: Owners;
  readonly page: Page;
  readonly total: number;
};

/** @throws BroadsheetError if the list ends before this page */
export function collectionsPage(web: View, props: CollectionsPageProps): Markup {
  const { own, others, owners, page, total } = props;
  assertPageExists(page, total);
  return document({
    web,
    title: 'Collections',
    path: '/collections',
    children: (
      <div class="reading">
        <h1>Collections</h1>
        {own && (
          <section aria-labelledby="own">
            <h2 id="own">Yours</h2>
            {own.length === 0 ? (
              <p>You have none yet. A collection keeps papers in your order, with your notes.</p>
            ) : (
              <CollectionList view={web} collections={own} heading="h3" />
            )}
            <p>
              <a class="button" href="/collections/new">
                New collection
              </a>
            </p>
          </section>
        )}
        <section aria-labelledby="public">
          <h2 id="public">Public collections</h2>
          {total === 0 && <p>Nobody has made a collection public yet.</p>}
          <CollectionList view={web} collections={others} owners={owners} heading="h3" />
          <PageLinks
            page={page}
            total={total}
            addressOf={(number) => (number === 1 ? '/collections' : `/collections?page=${number}`)}
          />
        </section>
      </div>
    ),
  });
}

export type CollectionPageProps = {
  readonly collection: Collection;
  readonly owner: PublicAccount | undefined;
  readonly papers: readonly (ListedPaper & {
    readonly note: string;
    /** Whether the reader has hidden it. */
    readonly isDismissed: boolean;
  })[];
  readonly page: Page;
};

/** @throws BroadsheetError if the list ends before this page */
export function collectionPage(web: View, props: CollectionPageProps): Markup {
  const { collection, owner, papers, page } = props;
  const { title, description, visibility, isHidden } = collection;
  assertPageExists(page, collection.papers);
  const path = collectionPath(collection);
  const isOwn = web.visitor.account?.id === collection.ownerId;
  const addressOf = (number: number) => (number === 1 ? path : `${path}?page=${number}`);
  return document({
    web,
    title,
    path,
    isIndexed: visibility === 'public' && !isHidden && collection.papers > 0,
    children: (
      <div class="results collection">
        <p class="kicker">
          Collection
          {visibility !== 'public' && `, ${VISIBILITY_MARKS[visibility]}`}
        </p>
        <h1 dir="auto">{title}</h1>
        {description && (
          <p class="about" dir="auto">
            {description}
          </p>
        )}
        <p class="byline">
          {countOfPapers(collection.papers)}
          {owner && <OwnerLink owner={owner} />}
          {', changed on '}
          {dayOf(web, collection.changedAtMs)}
        </p>
        {isHidden && <p class="note">A moderator has hidden this collection from others.</p>}
        <p class="links">
          {isOwn ? (
            <a href={`${path}/edit`}>Edit title, readers, or remove</a>
          ) : (
            <a href={`/report/collection/${collection.id}`} rel="nofollow">
              Report
            </a>
          )}
        </p>
        {collection.papers === 0 && (
          <p class="note">
            {isOwn
              ? 'It is empty. The page of a paper has a button “Save”.'
              : 'It is empty so far.'}
          </p>
        )}
        {papers.map(({ note, isDismissed, ...listed }, at) => {
          const nth = page.offset + at + 1;
          const back = addressOf(page.number);
          if (isDismissed) return <HiddenPaper view={web} paper={listed.paper} back={back} />;
          return (
            <ListedCard web={web} listed={listed} back={back} heading="h2">
              {note && (
                <p class="collected-note" dir="auto">
                  {note}
                </p>
              )}
              {isOwn && (
                <CollectedPaperTools
                  view={web}
                  collection={collection}
                  paper={listed.paper}
                  note={note}
                  isFirst={nth === 1}
                  isLast={nth === collection.papers}
                  back={back}
                />
              )}
            </ListedCard>
          );
        })}
        <PageLinks page={page} total={collection.papers} addressOf={addressOf} />
      </div>
    ),
  });
}

export function newCollectionPage(
  web: View,
  {
    words,
    problem,
    paper,
  }: {
    readonly words: GivenWords;
    readonly problem?: BroadsheetError | undefined;
    readonly paper: Paper | undefined;
  },
): Markup {
  return document({
    web,
    title: 'New collection',
    path: '/collections/new',
    isIndexed: false,
    children: (
      <div class="reading">
        <h1>New collection</h1>
        <CollectionForm
          view={web}
          action="/collections"
          words={words}
          submit="Make the collection"
          problem={problem}
          paper={paper}
        />
      </div>
    ),
  });
}

export function editCollectionPage(
  web: View,
  collection: Collection,
  {
    words,
    problem,
  }: {
    readonly words: GivenWords;
    readonly problem?: BroadsheetError | undefined;
  },
): Markup {
  const path = collectionPath(collection);
  return document({
    web,
    title: 'Edit collection',
    path: `${path}/edit`,
    isIndexed: false,
    children: (
      <div class="reading">
        <p class="links">
          <a href={path}>← Back to the collection</a>
        </p>
        <h1>Edit collection</h1>
        <CollectionForm
          view={web}
          action={path}
          words={words}
          submit="Save changes"
          problem={problem}
        />
        <details>
          <summary>Remove this collection</summary>
          <p>Its list and its notes ({countOfPapers(collection.papers)}) are gone for good then.</p>
          <form method="post" action={`${path}/delete`}>
            <CsrfField visitor={web.visitor} />
            <button type="submit">Remove for good</button>
          </form>
        </details>
      </div>
    ),
  });
}

function OwnerLink({ owner }: { readonly owner: PublicAccount }) {
  return (
    <>
      {', by '}
      <a href={`/@${owner.name}`}>
        <PersonName person={owner} />
      </a>
    </>
  );
}

function dayOf(view: View, epochMs: number) {
  const day = dayAt(new Date(epochMs), view.site.timeZone);
  return <time datetime={day}>{dateInWords(day)}</time>;
}
