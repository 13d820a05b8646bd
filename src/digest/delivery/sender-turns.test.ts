import { expect, it } from 'vitest';
import { createTurns } from './sender-turns.js';

it('lets everybody else have a turn between two pieces of work, whether they go well or not', async () => {
  const inTurn = createTurns();
  const done: string[] = [];
  const others = setImmediate(function again() {
    done.push('other');
    if (done.filter((what) => what !== 'other').length < 3) setImmediate(again);
  });
  const works = ['one', 'two', 'three'].map((name) =>
    inTurn(async () => {
      done.push(name);
      if (name === 'two') throw new Error(name);
      return name;
    }),
  );
  const ends = await Promise.allSettled(works);
  clearImmediate(others);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const order = done.join(' ');
  expect(order).toMatch(/one( other)+ two( other)+ three/);
});
