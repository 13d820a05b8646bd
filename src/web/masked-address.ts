/** An address on a page that others may look at: whose it is sees which, and nobody learns it. */

/** `a…@example.org` */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = address.slice(0, Math.max(0, at));
  return `${first}…${address.slice(at)}`;
}
