/** What other servers say, in a form that may be kept: one line, short, and without addresses. */

const LONGEST_READ = 1_000;
const LONGEST_DETAIL = 300;

const BREAKS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu;

/** In front of the @, whatever its form: an address stands in one column of one table only. */
const MAILBOX = /[^\s<>"'(),:;=@]{1,64}@/g;

/** The words of a server for the operator to read. */
export function tidyDetail(text: string): string {
  return oneLine(text.slice(0, LONGEST_READ)).replace(MAILBOX, '…@').slice(0, LONGEST_DETAIL);
}

/** The same text on one line. */
export function oneLine(text: string): string {
  return text.replace(BREAKS, ' ').trim();
}
