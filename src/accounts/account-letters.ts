/** The letters that let somebody in, in words and in plain HTML. They load nothing. */

import type { Letter } from '../mail/mailer.js';

/** What all letters of this kind tell. */
type LetterFacts = {
  readonly to: string;
  readonly siteTitle: string;
  readonly link: string;
  readonly asked: Date;
  /** `Firefox on Linux`. */
  readonly device: string;
  readonly livesMinutes: number;
};

export function signInLetter(facts: LetterFacts & { readonly code: string }): Letter {
  const { siteTitle, code, livesMinutes } = facts;
  return letter(facts, {
    // The code stands in the subject so that a telephone shows it without opening the letter.
    subject: `${code} is your code to sign in to ${siteTitle}`,
    says: [
      `Somebody asked to sign in to ${siteTitle} with this address, ${askedBy(facts)}.`,
      `In the browser where you asked, type this code:`,
      { code },
      'or open this link there:',
    ],
    link: `Sign in to ${siteTitle}`,
    after: [
      `Code and link hold for ${livesMinutes} minutes and can be used once. ` +
        'Tell the code to nobody: whoever has it can sign in as you.',
      'If you did not ask for this, do nothing: nobody is signed in without it.',
    ],
  });
}

export function changeEmailLetter(facts: LetterFacts & { readonly name: string }): Letter {
  const { siteTitle, name, livesMinutes } = facts;
  return letter(facts, {
    subject: `Confirm this address for ${siteTitle}`,
    says: [
      `@${name} of ${siteTitle} gave this address as a new one, ${askedBy(facts)}.`,
      'To confirm that it is yours, open this link while you are signed in:',
    ],
    link: 'Confirm this address',
    after: [
      `The link holds for ${livesMinutes} minutes and can be used once.`,
      'If you did not ask for this, do nothing: the address is not used without it.',
    ],
  });
}

/** To the address before, so that nobody loses an account unseen. */
export function emailChangedLetter({
  to,
  siteTitle,
  name,
  asked,
}: Pick<LetterFacts, 'to' | 'siteTitle' | 'asked'> & { readonly name: string }): Letter {
  return {
    to,
    subject: `Your address at ${siteTitle} was changed`,
    text: paragraphs([
      `@${name} of ${siteTitle} has another address since ${moment(asked)}; ` +
        'links to sign in are no longer sent to this one.',
      'If it was not you, write to those who run the site.',
    ]),
  };
}

type Words = {
  readonly subject: string;
  readonly says: readonly (string | { readonly code: string })[];
  readonly link: string;
  readonly after: readonly string[];
};

function letter({ to, link }: LetterFacts, words: Words): Letter {
  const said = words.says.map((part) => (typeof part === 'string' ? part : spaced(part.code)));
  const html = [
    ...words.says.map((part) =>
      typeof part === 'string'
        ? `<p>${escaped(part)}</p>`
        : `<p style="font-size:1.75em;font-weight:bold;letter-spacing:.15em">${escaped(part.code)}</p>`,
    ),
    `<p><a href="${escaped(link)}">${escaped(words.link)}</a></p>`,
    ...words.after.map((part) => `<p>${escaped(part)}</p>`),
  ];
  return {
    to,
    subject: words.subject,
    text: paragraphs([...said, link, ...words.after]),
    html: `<!doctype html>\n<html lang="en"><body>\n${html.join('\n')}\n</body></html>\n`,
  };
}

/** Two spaces before it, so that it is seen; none within, so that it can be copied. */
function spaced(code: string): string {
  return `  ${code}`;
}

function paragraphs(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}

function askedBy({ device, asked }: LetterFacts): string {
  return `in ${device}, on ${moment(asked)}`;
}

function moment(date: Date): string {
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(date);
  return `${day} at ${date.toISOString().slice(11, 16)} UTC`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
