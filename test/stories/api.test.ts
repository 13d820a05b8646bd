/** A program of a reader's, with a token, on the running site. */

import { expect, it } from 'vitest';
import { broadsheetJson, serve } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it('lets a program vote with a token that its reader made, and nobody without one', async () => {
  const folder = await temporaryFolder();
  const { url } = await serve(['--data', folder, '--no-gather'], {
    environment: { BROADSHEET_BASE_URL: 'http://localhost' },
  });
  const { answer } = await broadsheetJson<{ link: string }>([
    'account',
    'create',
    'ana@example.org',
    '--data',
    folder,
  ]);
  const path = new URL(answer.link).pathname;
  const entered = await fetch(url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: url },
  });
  const session = entered.headers.getSetCookie().find((cookie) => /session=/.test(cookie)) ?? '';
  const page = await fetch(`${url}/settings/tokens`, {
    method: 'POST',
    headers: { Origin: url, Cookie: session.split(';')[0] ?? '' },
    body: new URLSearchParams([
      ['label', 'a script'],
      ['scope', 'read'],
      ['scope', 'vote'],
      ['lives', '30'],
    ]),
  });
  const token = /bsh_[\w-]+/.exec(await page.text())?.[0];
  expect(token).toBeDefined();

  const [, id] = /data-paper-id="([^"]+)"/.exec(await (await fetch(url)).text()) ?? [];
  const vote = `${url}/api/v1/papers/${id}/vote`;
  expect((await fetch(vote, { method: 'PUT' })).status).toBe(401);
  const headers = { Authorization: `Bearer ${token}` };
  for (const _ of [1, 2]) {
    const voted = await fetch(vote, { method: 'PUT', headers });
    expect(await voted.json()).toEqual({ paper: id, votes: 1, voted: true });
  }
  const paper = await (await fetch(`${url}/papers/${id}`)).text();
  expect(paper).toContain('1 vote');
  expect((await fetch(`${url}/api/v1/nowhere`)).status).toBe(404);
});
