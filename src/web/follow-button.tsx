/** "Follow": puts the new papers of an author, a category, a topic or a search on `/following`. */

import { type Follow, type FollowKind, LONGEST_FOLLOWED, toFollow } from '../community/follows.js';
import { parseQuery } from '../search/parse-query.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { signInPath } from './sign-in-path.js';

export type FollowButtonProps = {
  readonly view: View;
  readonly follow: Follow;
  readonly isFollowed: boolean;
  /** The path of the page, to come back to. */
  readonly back: string;
};

const KIND_WORDS: Readonly<Record<FollowKind, string>> = {
  author: 'author',
  category: 'category',
  topic: 'topic',
  search: 'search',
};

export function FollowButton({ view, follow, isFollowed, back }: FollowButtonProps): Markup {
  const { kind, value, label } = follow;
  const what = `the ${KIND_WORDS[kind]} “${label}”`;
  if (!view.visitor.account) {
    return (
      <a class="follow" href={signInPath(back)} rel="nofollow">
        Follow this {KIND_WORDS[kind]}
        <span class="hidden">: sign in to follow {what}</span>
      </a>
    );
  }
  return (
    <form class="follow" method="post" action={isFollowed ? '/follows/remove' : '/follows'}>
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="kind" value={kind} />
      <input type="hidden" name="value" value={isFollowed ? value : label} />
      <input type="hidden" name="back" value={back} />
      <button type="submit" class="quiet">
        {isFollowed ? 'Stop following' : `Follow this ${KIND_WORDS[kind]}`}
        <span class="hidden">: {what}</span>
      </button>
    </form>
  );
}

/**
 * What following a search means: its author or its category when it asks for one of them alone,
 * else the search itself. `undefined` for what cannot be followed.
 */
export function followOfSearch(text: string): Follow | undefined {
  const { terms, excluded, filters, paperName } = parseQuery(text);
  if (paperName !== undefined || !text.trim() || text.length > LONGEST_FOLLOWED) return undefined;
  const { categories, sources, ...others } = filters;
  const isBare = excluded.length === 0 && sources.length === 0 && Object.keys(others).length === 0;
  const [term] = terms;
  const [category] = categories;
  if (isBare && terms.length === 1 && term?.field === 'author' && categories.length === 0) {
    return toFollow('author', term.text);
  }
  if (isBare && terms.length === 0 && categories.length === 1 && category) {
    return toFollow('category', category);
  }
  return toFollow('search', text);
}
