import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGroups } from './account-groups.js';
import { atOnce } from './slices.js';

const MEMBERS = [...'abcdefghij'];

describe('groups', () => {
  it('are what hangs together by any way, whoever was joined first', () => {
    const member = fc.constantFrom(...MEMBERS);
    fc.assert(
      fc.property(fc.array(fc.tuple(member, member)), (pairs) => {
        const groups = createGroups();
        for (const [a, b] of pairs) groups.join(a, b);
        expect(atOnce(groups.all())).toEqual(plainGroups(pairs));
      }),
    );
  });

  it('do not become slow where a long chain is joined from its end', () => {
    const groups = createGroups();
    const names = Array.from({ length: 30_000 }, (_, at) => String(at).padStart(5, '0'));
    for (let at = names.length - 1; at > 0; at -= 1) {
      groups.join(names[at] as string, names[at - 1] as string);
      groups.join(names[at] as string, names.at(-1) as string);
    }
    expect(atOnce(groups.all())).toEqual([names]);
  });
});

/** Joins until nothing changes. */
function plainGroups(pairs: readonly (readonly [string, string])[]): string[][] {
  const headOf = new Map(pairs.flat().map((member) => [member, member]));
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const [a, b] of pairs) {
      const head = [headOf.get(a) as string, headOf.get(b) as string].sort()[0] as string;
      isChanged ||= headOf.get(a) !== head || headOf.get(b) !== head;
      headOf.set(a, head).set(b, head);
    }
  }
  const members = [...headOf.keys()].sort();
  return [...Map.groupBy(members, (each) => headOf.get(each)).values()];
}
