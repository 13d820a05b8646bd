/** `1 paper`, `1,200 papers`: of words whose plural is an s. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString('en-GB')} ${what}${number === 1 ? '' : 's'}`;
}
