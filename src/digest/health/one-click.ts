/** Whether a letter lets readers leave with one click (RFC 8058), as its head tells. */

/** What is wrong with the head of a letter; `undefined` when nothing is. */
export function oneClickFlaw(letter: string, isSigned: boolean): string | undefined {
  const head = letter.slice(0, headEnd(letter)).replace(/\r?\n[ \t]+/g, ' ');
  const all = (name: string) =>
    head
      .split(/\r?\n/)
      .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      .map((line) => line.slice(name.length + 1).trim());
  const [way, ...moreWays] = all('List-Unsubscribe');
  const [post, ...morePosts] = all('List-Unsubscribe-Post');
  if (way === undefined || moreWays.length > 0) return 'it has no single List-Unsubscribe';
  if (!/<https:\/\/[^>]+>/i.test(way)) return 'its List-Unsubscribe has no https address';
  if (post !== 'List-Unsubscribe=One-Click' || morePosts.length > 0) {
    return 'it has no single List-Unsubscribe-Post of one click';
  }
  if (!isSigned) return undefined;
  const signed = all('DKIM-Signature').flatMap(signedHeaders);
  return ['list-unsubscribe', 'list-unsubscribe-post'].every((name) => signed.includes(name))
    ? undefined
    : 'its signature does not cover List-Unsubscribe and List-Unsubscribe-Post';
}

function headEnd(letter: string): number {
  const end = letter.search(/\r?\n\r?\n/);
  return end === -1 ? letter.length : end;
}

/** The names in `h=`. */
function signedHeaders(signature: string): readonly string[] {
  const names = /(?:^|;)\s*h=([^;]*)/i.exec(signature)?.[1] ?? '';
  return names.split(':').map((name) => name.trim().toLowerCase());
}
