/**
 * The order of a discussion and what of it somebody sees: the latest thread first, answers below
 * what they answer and the earliest of them first. Long discussions are cut into pages wherever
 * one is full, so that a page stays readable whatever shape the threads have.
 */

import { type Comment, type CommentId, type CommentViewer, mayKnow, mayRead } from './comment.js';

/** A comment without its text. */
export type CommentOutline = Pick<
  Comment,
  'id' | 'parentId' | 'accountId' | 'status' | 'writtenAtMs'
> & { readonly length: number };

/**
 * How a comment appears: whole, or as a place that keeps its answers together, since it is
 * hidden, deleted, or still waits for a moderator.
 */
export type Appearance = 'whole' | 'hidden' | 'deleted' | 'waiting';

export type Entry = {
  readonly id: CommentId;
  /** What it answers, if that is here. */
  readonly parentId: CommentId | undefined;
  /** 0 for one that begins a thread. */
  readonly depth: number;
  readonly appearance: Appearance;
  readonly length: number;
};

/** What fits on a page of readable size, and is typeset in a moment. */
const MOST_ON_A_PAGE = 200;
const MOST_CHARACTERS_ON_A_PAGE = 200_000;

/** All that somebody sees of a discussion, in the order in which it is read. */
export function arrange(outlines: readonly CommentOutline[], viewer: CommentViewer): Entry[] {
  const byId = new Map(outlines.map((outline) => [outline.id, outline]));
  const answers = new Map<CommentId | undefined, CommentOutline[]>();
  for (const outline of outlines) {
    // What answered something that has vanished begins a thread.
    const parent = outline.parentId && byId.has(outline.parentId) ? outline.parentId : undefined;
    const among = answers.get(parent);
    if (among) among.push(outline);
    else answers.set(parent, [outline]);
  }
  for (const among of answers.values()) among.sort(byTime);
  const threads = (answers.get(undefined) ?? []).toReversed();

  const entries: Entry[] = [];
  // Threads may be deeper than calls may: what is still to be read waits in a list.
  const waiting = threads.toReversed().map((outline) => ({ outline, depth: 0 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { outline, depth } = next;
    entries.push({
      id: outline.id,
      parentId: depth === 0 ? undefined : outline.parentId,
      depth,
      appearance: appearanceFor(outline, viewer),
      length: outline.length,
    });
    for (const answer of (answers.get(outline.id) ?? []).toReversed()) {
      waiting.push({ outline: answer, depth: depth + 1 });
    }
  }
  return withoutEmptyPlaces(entries, (id) => {
    const outline = byId.get(id);
    return outline !== undefined && mayKnow(outline, viewer);
  });
}

/** The same in pages, at least one. */
export function pagesOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const pages: Entry[][] = [[]];
  let characters = 0;
  for (const entry of entries) {
    const length = entry.appearance === 'whole' ? entry.length : 0;
    const page = pages.at(-1);
    const isFull =
      page !== undefined &&
      page.length > 0 &&
      (page.length >= MOST_ON_A_PAGE || characters + length > MOST_CHARACTERS_ON_A_PAGE);
    if (isFull) {
      pages.push([entry]);
      characters = length;
    } else {
      page?.push(entry);
      characters += length;
    }
  }
  return pages;
}

function appearanceFor(outline: CommentOutline, viewer: CommentViewer): Appearance {
  if (mayRead(outline, viewer)) return 'whole';
  if (outline.status === 'hidden') return 'hidden';
  return outline.status === 'deleted' ? 'deleted' : 'waiting';
}

/** Places that keep nothing together are left out; from the end, answers come first. */
function withoutEmptyPlaces(
  entries: readonly Entry[],
  isKnown: (id: CommentId) => boolean,
): Entry[] {
  const kept: Entry[] = [];
  const needed = new Set<CommentId>();
  for (const entry of entries.toReversed()) {
    if (!isKnown(entry.id) && !needed.has(entry.id)) continue;
    kept.push(entry);
    if (entry.parentId) needed.add(entry.parentId);
  }
  return kept.reverse();
}

function byTime(one: CommentOutline, other: CommentOutline): number {
  return one.writtenAtMs - other.writtenAtMs || (one.id < other.id ? -1 : 1);
}
