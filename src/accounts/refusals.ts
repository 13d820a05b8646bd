/** What people are told when an account cannot be made or changed as they asked. */

import { BroadsheetError } from '../errors.js';
import { parseAccountName, parseDisplayName } from './account-name.js';
import { type EmailAddress, parseEmailAddress } from './email-address.js';

/** @throws BroadsheetError `not_acceptable` */
export function acceptName(text: string): string {
  const checked = parseAccountName(text);
  if ('name' in checked) return checked.name;
  throw new BroadsheetError('not_acceptable', checked.reason);
}

/**
 * Empty means: to be shown by the name.
 *
 * @throws BroadsheetError `not_acceptable`
 */
export function acceptDisplayName(text: string): string {
  if (text.trim() === '') return '';
  const checked = parseDisplayName(text);
  if ('name' in checked) return checked.name;
  throw new BroadsheetError('not_acceptable', checked.reason);
}

/** @throws BroadsheetError `not_acceptable` */
export function acceptEmail(text: string): EmailAddress {
  const email = parseEmailAddress(text);
  if (email) return email;
  throw new BroadsheetError('not_acceptable', 'This is not an address that mail can reach.', {
    fix: 'Give an address such as ana@example.org.',
  });
}

export function noAccount(): BroadsheetError {
  return new BroadsheetError('not_found', 'There is no such account.');
}

export function nameTaken(name: string): BroadsheetError {
  return new BroadsheetError('conflict', `The name ${name}, or one that looks like it, is taken.`, {
    fix: 'Choose another name.',
  });
}

export function emailTaken(): BroadsheetError {
  return new BroadsheetError('conflict', 'That address belongs to another account.', {
    fix: 'Sign in by that address instead, or give another.',
  });
}

/** Runs a change, and refuses in our words when it would make two of what there can be one of. */
export async function refusingDuplicates<Result>(
  refusal: BroadsheetError,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw isUniqueViolation(error) ? refusal : error;
  }
}

/** PostgreSQL's code for it, and SQLite's words. */
function isUniqueViolation(error: unknown): boolean {
  const { code, message = '' } = error as { readonly code?: string; readonly message?: string };
  return code === '23505' || message.includes('UNIQUE constraint failed');
}
