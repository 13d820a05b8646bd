/** Groups of what belongs together two by two. */

import { grouped, type Sliced, sorted } from './slices.js';

export type Groups<Member extends string> = {
  /** From now on, the groups of these two are one. */
  readonly join: (a: Member, b: Member) => void;
  /** Each group in order; the groups in the order of their first members. */
  readonly all: () => Sliced<readonly (readonly Member[])[]>;
};

export function createGroups<Member extends string>(): Groups<Member> {
  /** A member that is nearer to the head of its group, which is its first member. */
  const nearer = new Map<Member, Member>();
  const headOf = (member: Member): Member => {
    let head = member;
    for (let next = nearer.get(head); next !== undefined; next = nearer.get(head)) {
      // Halves the way for whoever comes next, or a long chain would be walked each time.
      const after = nearer.get(next);
      if (after !== undefined) nearer.set(head, after);
      head = next;
    }
    return head;
  };
  const members = new Set<Member>();
  return {
    join(a, b) {
      members.add(a).add(b);
      const [one, other] = [headOf(a), headOf(b)];
      if (one < other) nearer.set(other, one);
      if (other < one) nearer.set(one, other);
    },
    *all() {
      const inOrder = yield* sorted([...members], (a, b) => (a < b ? -1 : 1));
      return [...(yield* grouped(inOrder, headOf)).values()];
    },
  };
}
