/** One address, and what each method does there. */

import type { Context } from 'hono';
import { BroadsheetError } from '../errors.js';
import { shown } from '../papers/record.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Methods = Readonly<
  Partial<Record<Method, (c: Context) => Response | Promise<Response>>>
>;

/** @throws BroadsheetError `method_not_allowed`, with what is allowed in the header */
export function answerMethod(c: Context, methods: Methods): Response | Promise<Response> {
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
  const act = new Map(Object.entries(methods)).get(method);
  if (act) return act(c);
  const allowed = Object.keys(methods).flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : each));
  c.header('Allow', allowed.join(', '));
  throw new BroadsheetError(
    'method_not_allowed',
    `${shown(method)} does nothing at this address.`,
    { fix: `Use ${allowed.join(', ')}.` },
  );
}
