import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountId } from '../accounts/account.js';
import type { CommentId, CommentStatus, CommentViewer } from './comment.js';
import { arrange, type CommentOutline, type Entry, pagesOf } from './comment-threads.js';

const ANA = { id: 'ana' as AccountId, role: 'reader' } as const;
const MODERATOR = { id: 'mo' as AccountId, role: 'moderator' } as const;

/** `a`, or `b answers a`, each written a moment after the one before. */
function outlines(...lines: string[]): CommentOutline[] {
  return lines.map((line, at) => {
    const [, id = '', parent, status = 'shown', by = 'bob'] =
      /^(\w+)(?: answers (\w+))?(?: is (\w+))?(?: by (\w+))?$/.exec(line) ?? [];
    return {
      id: id as CommentId,
      parentId: parent as CommentId | undefined,
      accountId: by as AccountId,
      status: status as CommentStatus,
      writtenAtMs: at,
      length: 10,
    };
  });
}

/** The discussion as indented words. */
function seen(viewer: CommentViewer, ...lines: string[]): string[] {
  return arrange(outlines(...lines), viewer).map(
    ({ id, depth, appearance }) =>
      `${'. '.repeat(depth)}${id}${appearance === 'whole' ? '' : ` (${appearance})`}`,
  );
}

describe('a discussion', () => {
  it('has the latest thread first, and answers in the order of their writing', () => {
    expect(seen(undefined, 'a', 'b', 'c answers a', 'd answers a', 'e answers c')).toEqual([
      'b',
      'a',
      '. c',
      '. . e',
      '. d',
    ]);
  });

  it('shows what waits to its author and to moderators only', () => {
    const lines = ['a is held by ana', 'b'];
    expect(seen(undefined, ...lines)).toEqual(['b']);
    expect(seen({ ...ANA, id: 'bob' as AccountId }, ...lines)).toEqual(['b']);
    expect(seen(ANA, ...lines)).toEqual(['b', 'a']);
    expect(seen(MODERATOR, ...lines)).toEqual(['b', 'a']);
  });

  it('shows what is hidden to moderators, and says to others that it was', () => {
    expect(seen(undefined, 'a is hidden', 'b answers a')).toEqual(['a (hidden)', '. b']);
    expect(seen(MODERATOR, 'a is hidden')).toEqual(['a']);
    expect(seen(ANA, 'a is hidden by ana')).toEqual(['a (hidden)']);
  });

  it('keeps the place of what is deleted as long as somebody answers there', () => {
    expect(seen(undefined, 'a is deleted', 'b answers a')).toEqual(['a (deleted)', '. b']);
    expect(seen(undefined, 'a is deleted', 'b answers a is held')).toEqual([]);
    expect(seen(MODERATOR, 'a is deleted')).toEqual([]);
  });

  it('keeps the place of what waits when somebody has answered', () => {
    expect(seen(undefined, 'a is held', 'b answers a')).toEqual(['a (waiting)', '. b']);
  });

  it('lets what answered something vanished begin a thread', () => {
    expect(seen(undefined, 'b answers nothing')).toEqual(['b']);
  });

  it('may be deeper than calls can be', () => {
    const deep = Array.from({ length: 20_000 }, (_, at) =>
      at === 0 ? 'c0' : `c${at} answers c${at - 1}`,
    );
    const entries = arrange(outlines(...deep), undefined);
    expect(entries.at(-1)).toMatchObject({ id: 'c19999', depth: 19_999 });
  });

  it('holds, for any threads and viewers, just what the plainest reading of the rules gives', () => {
    const one = fc.record({
      parent: fc.nat(20),
      status: fc.constantFrom<CommentStatus>('shown', 'held', 'hidden', 'deleted'),
      by: fc.constantFrom('ana', 'bob'),
    });
    const viewers = fc.constantFrom<CommentViewer>(undefined, ANA, MODERATOR);
    fc.assert(
      fc.property(fc.array(one, { maxLength: 15 }), viewers, (made, viewer) => {
        const lines = made.map(({ parent, status, by }, at) => {
          const answers = parent < at ? ` answers c${parent}` : '';
          return `c${at}${answers} is ${status} by ${by}`;
        });
        expect(seen(viewer, ...lines)).toEqual(plainly(outlines(...lines), viewer));
      }),
    );
  });
});

/** The same by recursion, without a thought for speed. */
function plainly(all: readonly CommentOutline[], viewer: CommentViewer): string[] {
  const isModerator = viewer?.role === 'moderator';
  const show = (outline: CommentOutline, depth: number): string[] => {
    const answers = all
      .filter(({ parentId }) => parentId === outline.id)
      .flatMap((answer) => show(answer, depth + 1));
    const isWhole =
      outline.status === 'shown' ||
      (outline.status === 'held' && (isModerator || viewer?.id === outline.accountId)) ||
      (outline.status === 'hidden' && isModerator);
    if (isWhole) return [`${'. '.repeat(depth)}${outline.id}`, ...answers];
    if (answers.length === 0 && outline.status !== 'hidden') return [];
    const word = outline.status === 'held' ? 'waiting' : outline.status;
    return [`${'. '.repeat(depth)}${outline.id} (${word})`, ...answers];
  };
  return all
    .filter(({ parentId }) => parentId === undefined)
    .toReversed()
    .flatMap((outline) => show(outline, 0));
}

describe('the pages of a discussion', () => {
  const entry = (length: number): Entry => ({
    id: 'x' as CommentId,
    parentId: undefined,
    depth: 0,
    appearance: 'whole',
    length,
  });

  it('are one when there is nothing', () => expect(pagesOf([])).toEqual([[]]));

  it('hold 200 comments, and fewer long ones', () => {
    const sizes = (entries: Entry[]) => pagesOf(entries).map(({ length }) => length);
    expect(sizes(Array.from({ length: 450 }, () => entry(10)))).toEqual([200, 200, 50]);
    expect(sizes(Array.from({ length: 45 }, () => entry(10_000)))).toEqual([20, 20, 5]);
  });
});
