/** The address of the sign-in page, for a reader who comes from some other page. */

/** From a page one comes back to it; the front page is where one comes to anyway. */
export function signInPath(path: string): string {
  if (path === '/' || path.startsWith('/sign-in')) return '/sign-in';
  return `/sign-in?back=${encodeURIComponent(path)}`;
}
