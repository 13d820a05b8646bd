/**
 * Words of other servers without the addresses that they name: what is kept of a letter, or
 * logged, must not outlive an address that is to be forgotten.
 */

/** What stands before an @, in quotation marks or not; a word without one is passed over whole. */
const LOCAL_PART = /"[^"]{1,64}"@(?=[^\s@])|[^\s<>()[\],;:@"'=]+(@(?=[^\s@]))?/g;

/** `<ana@example.org> unknown` becomes `<…@example.org> unknown`: which provider it was, stays. */
export function hideAddresses(text: string): string {
  return text.replace(LOCAL_PART, (word) => (word.endsWith('@') ? '…@' : word));
}
