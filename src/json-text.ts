/**
 * JSON as a stranger sends it: read only if every reader would read the same. Names that stand
 * twice, numbers that are too great and nesting without end are where parsers differ or fall.
 */

const DEEPEST = 64;

/** Strings, brackets and commas, and whatever else has no blanks. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** What is wrong with a text as JSON, in words; `undefined` if it may be read. */
export function flawOfJson(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return 'What was sent is not JSON.';
  }
  // The names of each object that is open; a list has none.
  const open: (Set<string> | undefined)[] = [];
  let isName = false;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > DEEPEST) return `What was sent is nested more than ${DEEPEST} times.`;
    }
    if (token === '}' || token === ']') open.pop();
    if (token.startsWith('"')) {
      const flaw = isName ? flawOfName(token, open.at(-1)) : flawOfText(token);
      if (flaw) return flaw;
    }
    if (/^-?\d/.test(token) && !Number.isFinite(Number(token))) {
      return 'A number that was sent is too great.';
    }
    isName = token === '{' || (token === ',' && open.at(-1) !== undefined);
  }
  return undefined;
}

function flawOfName(token: string, names: Set<string> | undefined): string | undefined {
  const name = JSON.parse(token) as string;
  if (name === '__proto__') return 'No field may be called __proto__.';
  if (names?.has(name)) return 'A field was sent twice.';
  names?.add(name);
  return flawOfText(token);
}

function flawOfText(token: string): string | undefined {
  if (!token.includes('\\u') && !token.includes('\0')) return undefined;
  const text = JSON.parse(token) as string;
  return text.includes('\0') || !text.isWellFormed() ? NO_TEXT : undefined;
}

/** No database of ours stores it. */
export const NO_TEXT = 'A text that was sent holds characters that are none.';
