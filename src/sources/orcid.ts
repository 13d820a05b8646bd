/** ORCID iDs: who an author is, where a source says more than a name. */

/** An author of a paper with their iD, `0000-0002-1825-0097`. */
export type AuthorId = { readonly name: string; readonly orcid: string };

const ORCID = /^(?:(?:https?:\/\/)?(?:www\.)?orcid\.org\/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\/?$/i;

/** The iD in a text or an address, in its own spelling; `undefined` if its digits do not fit. */
export function parseOrcid(text: string): string | undefined {
  const orcid = ORCID.exec(text.trim())?.[1]?.toUpperCase();
  return orcid && checkDigit(orcid) === orcid.at(-1) ? orcid : undefined;
}

/** The last sign by the others (ISO 7064, MOD 11-2). */
function checkDigit(orcid: string): string {
  let total = 0;
  for (const digit of orcid.replaceAll('-', '').slice(0, -1)) total = (total + Number(digit)) * 2;
  const rest = (12 - (total % 11)) % 11;
  return rest === 10 ? 'X' : String(rest);
}
