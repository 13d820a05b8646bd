/** Where to go back to after a form, as a form says it: an address that anybody can make up. */

/** No host; a page that leads elsewhere would be lent to whoever wants our name on a link. */
const HERE = 'http://here.invalid';

const LONGEST_PATH = 2_000;

/**
 * The path of this site that a text names, written as browsers understand it; `/` for whatever
 * leads elsewhere or is no path.
 */
export function localPath(text: unknown): string {
  if (typeof text !== 'string' || text.length > LONGEST_PATH || !text.startsWith('/')) return '/';
  if (!URL.canParse(text, HERE)) return '/';
  const { origin, pathname, search, hash } = new URL(text, HERE);
  // Dots are resolved by now: `/.//elsewhere` has become what browsers take for a host.
  if (origin !== HERE || /^\/[/\\]/.test(pathname)) return '/';
  return pathname + search + hash;
}
