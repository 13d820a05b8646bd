import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('every dependency has a line with its reason, and nothing else has', async () => {
  const root = new URL('../../', import.meta.url);
  const guide = await readFile(new URL('docs/dependencies.md', root), 'utf8');
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    await readFile(new URL('package.json', root), 'utf8'),
  );
  const rows = [...guide.matchAll(/^\| `([^`]+)` \| \S/gm)].map(([, name]) => name);
  expect(rows).toEqual([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
  for (const name of Object.keys(optionalDependencies)) expect(guide).toContain(`\`${name}\``);
});
