/** Errors as threads hand them to each other: a refusal keeps its code, a fault its stack. */

import { BroadsheetError, type ErrorCode } from '../../errors.js';

export type PostedError = {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly refusal?: { readonly code: ErrorCode; readonly fix: string };
};

export function toPostedError(thrown: unknown): PostedError {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const { message, stack } = thrown;
  if (!(thrown instanceof BroadsheetError)) return { message, stack };
  return { message, stack, refusal: { code: thrown.code, fix: thrown.fix } };
}

export function fromPostedError({ message, stack, refusal }: PostedError): Error {
  const error = refusal
    ? new BroadsheetError(refusal.code, message, { fix: refusal.fix })
    : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
