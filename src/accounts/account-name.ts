/**
 * What people are called: the name in addresses and mentions, which must not be taken for
 * somebody else's, and the name that they show, which may be in any language.
 */

import { mixesLookAlikes } from './scripts.js';

export type Checked = { readonly name: string } | { readonly reason: string };

const SHORTEST = 2;
const LONGEST = 30;
const LONGEST_DISPLAY_NAME = 60;

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Names that seem to speak for the site, and the first parts of its addresses. */
const RESERVED = [
  'about account accounts admin administrator all anonymous api assets author authors billing',
  'broadsheet collection collections comment comments contact curator date deleted digest edition',
  'editor everybody everyone feed feeds following for-you gone healthz help here home info login',
  'logout mail map mcp me metrics mod moderation moderator month moderators nobody notification',
  'notifications null official operator operators owner paper papers passkeys postmaster privacy',
  'readyz register report reports root search security settings sign-in sign-out sign-up signin',
  'signout signup site staff submit subscribe support system team terms today token topics',
  'trending undefined unsubscribe user users vote votes webmaster week you',
].flatMap((line) => line.split(' '));

/** Pairs of letters that seem to be one, then letters that seem to be a digit. */
const LOOK_ALIKES: readonly (readonly [RegExp, string])[] = [
  [/-/g, ''],
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/[il]/g, '1'],
  [/o/g, '0'],
  [/s/g, '5'],
  [/z/g, '2'],
];

/** How a name looks: names of one shape are taken for each other, so only one of them is given. */
export function nameShape(name: string): string {
  return LOOK_ALIKES.reduce((shape, [like, as]) => shape.replace(like, as), name.toLowerCase());
}

const RESERVED_SHAPES: ReadonlySet<string> = new Set(RESERVED.map(nameShape));

/** A name as it may be given, or what is wrong with it. A leading `@` is allowed. */
export function parseAccountName(text: string): Checked {
  const name = text.trim().replace(/^@/, '').toLowerCase();
  if (name.length < SHORTEST || name.length > LONGEST) {
    return { reason: `A name has ${SHORTEST} to ${LONGEST} letters.` };
  }
  if (!NAME.test(name)) {
    return { reason: 'A name is of the letters a to z, digits and single hyphens between them.' };
  }
  if (isReserved(name)) return { reason: `The name ${name} is kept for the site itself.` };
  return { name };
}

/** Whether a text has the form of a name that somebody could have. */
export function isAccountName(text: string): boolean {
  return text.length >= SHORTEST && text.length <= LONGEST && NAME.test(text);
}

function isReserved(name: string): boolean {
  return RESERVED_SHAPES.has(nameShape(name));
}

/** Room for what tells two of one name apart. */
const LONGEST_SUGGESTION = LONGEST - 5;

/**
 * Names to try, the nicest first: from an address's part before the `@` or from the name that a
 * person has elsewhere, then with something behind it, then without it.
 *
 * @param random - what may stand behind it: four of a–z and 0–9, another at each call
 */
export function* suggestNames(from: string | undefined, random: () => string): Generator<string> {
  const base = plainName(from ?? '');
  if (base) {
    yield base;
    for (let number = 2; number <= 9; number += 1) yield `${base}-${number}`;
    for (let time = 0; time < 5; time += 1) yield `${base}-${random()}`;
  }
  for (let time = 0; time < 20; time += 1) yield `reader-${random()}`;
}

/** Any text as a name; `undefined` if too little of it is left, or what is may not be given. */
function plainName(text: string): string | undefined {
  const name = text
    .replace(/\+.*$/, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_SUGGESTION)
    .replace(/^-+|-+$/g, '');
  return isAccountName(name) && !isReserved(name) ? name : undefined;
}

/** The name that a person shows, cleaned, or what is wrong with it. */
export function parseDisplayName(text: string): Checked {
  if (text.length > 1_000) return { reason: tooLong() };
  const name = text
    .toWellFormed()
    .normalize('NFKC')
    .replace(/\s+/gu, ' ')
    // Controls, and signs that cannot be seen or that reverse the direction of writing; private
    // and unassigned ones are shown as boxes at best.
    .replace(/\p{C}/gu, '')
    .replace(/ +/g, ' ')
    .trim();
  if ([...name].length > LONGEST_DISPLAY_NAME) return { reason: tooLong() };
  if (!/\p{L}/u.test(name)) return { reason: 'The name that is shown needs a letter.' };
  if (/\p{M}{4}/u.test(name)) {
    return { reason: 'Too many signs stand above or below one letter of the name.' };
  }
  if (mixesLookAlikes(name)) {
    return { reason: 'A word of the name mixes letters of alphabets that look alike.' };
  }
  return { name };
}

function tooLong(): string {
  return `The name that is shown has at most ${LONGEST_DISPLAY_NAME} characters.`;
}
