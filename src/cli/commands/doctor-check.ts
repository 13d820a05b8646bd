/** What the doctor finds, one thing after the other. */

import { asBroadsheetError } from '../../errors.js';

export type Check = {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly fix: string;
};

/** What a check finds, without its name. */
export type Finding = Omit<Check, 'name'>;

/** A check that breaks has found something. */
export async function attempted(name: string, check: () => Promise<Finding>): Promise<Check> {
  try {
    return { name, ...(await check()) };
  } catch (thrown) {
    const { message, fix } = asBroadsheetError(thrown);
    return { name, ok: false, detail: message, fix };
  }
}
