/** Which part of a long list a program asks for. */

import type { Context } from 'hono';
import { BroadsheetError } from '../errors.js';
import { shown } from '../papers/record.js';

export type Page = {
  /** From 1. */
  readonly page: number;
  readonly limit: number;
  readonly offset: number;
};

const USUAL_LIMIT = 50;
const GREATEST_LIMIT = 100;
const GREATEST_PAGE = 100_000;

/** @throws BroadsheetError `bad_request` */
export function askedPage(c: Context): Page {
  const page = askedNumber(c, 'page', { usual: 1, greatest: GREATEST_PAGE });
  const limit = askedNumber(c, 'limit', { usual: USUAL_LIMIT, greatest: GREATEST_LIMIT });
  return { page, limit, offset: (page - 1) * limit };
}

/** @throws BroadsheetError `bad_request` unless it is absent or a whole number from 1 */
export function askedNumber(
  c: Context,
  name: string,
  { usual, greatest }: { readonly usual: number; readonly greatest: number },
): number {
  const given = c.req.query(name);
  if (given === undefined) return usual;
  if (/^[1-9]\d{0,5}$/.test(given) && Number(given) <= greatest) return Number(given);
  throw new BroadsheetError('bad_request', `${name}=${shown(given)} cannot be answered.`, {
    fix: `Give a whole number from 1 to ${greatest}.`,
  });
}
