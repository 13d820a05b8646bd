/** The names in a field `author` of BibTeX: joined by `and`, often with the family name first. */

/** The whole field as names in reading order. What braces hold together is not divided. */
export function splitNames(field: string): string[] {
  return splitOutsideBraces(field.replace(/\s+/g, ' '), ' and ')
    .map((name) => inReadingOrder(name.trim()))
    .filter((name) => name && name.toLowerCase() !== 'others');
}

/** `Jan van der Berg Jr` of `van der Berg, Jr, Jan`, as BibTeX orders them. */
function inReadingOrder(name: string): string {
  const parts = splitOutsideBraces(name, ',').map((part) => part.trim());
  if (parts.length === 2) return [parts[1], parts[0]].filter(Boolean).join(' ');
  if (parts.length === 3) return [parts[2], parts[0], parts[1]].filter(Boolean).join(' ');
  return name;
}

function splitOutsideBraces(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let begun = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth = Math.max(0, depth - 1);
    else if (depth === 0 && text.startsWith(separator, at)) {
      parts.push(text.slice(begun, at));
      begun = at + separator.length;
      // The blank behind one `and` begins the next.
      at = begun - 1;
    }
  }
  parts.push(text.slice(begun));
  return parts;
}
