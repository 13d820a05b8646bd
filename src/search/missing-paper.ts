/** What is said when a query names a paper that is not here: the same by every engine. */

import { shown } from '../papers/record.js';

/** @param isMentioned - whether papers were found that mention the name */
export function noteOnMissing(name: string, isMentioned: boolean): string {
  const note = `There is no paper ${shown(name)} here.`;
  return isMentioned ? `${note} What was found mentions it.` : note;
}
