/**
 * The mailer of an installation without a mail server: it prints each letter whole, so that
 * whoever runs the program can follow the links in it.
 */

import type { Letter, Mailer } from './mailer.js';

/** @param print - is handed one letter, of many lines */
export function createLogMailer(print: (text: string) => void): Mailer {
  return {
    delivers: false,
    async send(letter) {
      print(letterAsText(letter));
    },
  };
}

const ADDRESS_IN_TEXT = /https?:\/\/[^\s<>"]+/g;

/** Each address gets a line of its own: a terminal then makes it a link, and copying is easy. */
function letterAsText({ to, subject, text }: Letter): string {
  const body = text
    .replace(ADDRESS_IN_TEXT, (address) => `\n${address}\n`)
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n[ \t]+/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return [
    '----- A letter (no mail server is set) -----',
    `To: ${oneLine(to)}`,
    `Subject: ${oneLine(subject)}`,
    '',
    body,
    '----- End of the letter -----',
  ].join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
