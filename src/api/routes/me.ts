/** `/me`: whom a token speaks for, and what it may do. */

import { Hono } from 'hono';
import { requireToken } from '../bearer.js';
import { answerMethod } from '../methods.js';
import { momentJson } from '../moments.js';

export function meRoute(): Hono {
  return new Hono().all('/me', (c) =>
    answerMethod(c, {
      GET: () => {
        const { account, scopes } = requireToken(c);
        const { name, displayName, biography, role, createdAtMs } = account;
        const createdAt = momentJson(createdAtMs);
        return c.json({ name, displayName, biography, role, createdAt, scopes });
      },
    }),
  );
}
