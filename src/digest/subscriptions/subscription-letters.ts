/** The letters about a subscription, in words and in plain HTML. They load nothing. */

import type { Letter } from '../../mail/mailer.js';

type LetterFacts = {
  readonly to: string;
  readonly siteTitle: string;
  readonly link: string;
  readonly asked: Date;
  /** The network of whoever asked, shortened; empty when nobody knows. */
  readonly from: string;
};

/** Asks whether the reader of this address wants the mail. The only one that an address gets. */
export function confirmationLetter(facts: LetterFacts & { readonly livesDays: number }): Letter {
  const { siteTitle, livesDays } = facts;
  return letter(facts, {
    subject: `Do you want the daily mail of ${siteTitle}?`,
    before: [
      `Somebody asked for the daily mail of ${siteTitle} to be sent to this address, ` +
        `${askedBy(facts)}.`,
      'It brings the papers that your field talks about, with the reason why each is in it. ' +
        'How often it comes, at which hour and with what, is yours to choose, and every letter ' +
        'has a link that ends it at once.',
      'If you want it, open this link and press the button there:',
    ],
    link: 'Yes, send it to me',
    after: [
      `The link holds for ${livesDays} days.`,
      'If you did not ask, do nothing: without it you get no mail of this kind, and what was ' +
        'asked is forgotten.',
    ],
  });
}

/** For somebody who asks for what they have. */
export function alreadySubscribedLetter(facts: LetterFacts): Letter {
  const { siteTitle } = facts;
  return letter(facts, {
    subject: `You have the daily mail of ${siteTitle} already`,
    before: [
      `Somebody asked for the daily mail of ${siteTitle} to be sent to this address, ` +
        `${askedBy(facts)}. It is sent to it already, so nothing was changed.`,
      'When it comes and what is in it, and whether it comes at all, can be set here:',
    ],
    link: 'Your daily mail',
    after: [
      'Keep the link to yourself: whoever has it can change what is sent to you.',
      'If letters do not reach you, look among what is taken for spam.',
    ],
  });
}

type Words = {
  readonly subject: string;
  readonly before: readonly string[];
  readonly link: string;
  readonly after: readonly string[];
};

function letter({ to, link }: LetterFacts, { subject, before, link: label, after }: Words): Letter {
  const paragraph = (text: string) => `<p>${escaped(text)}</p>`;
  const html = [
    ...before.map(paragraph),
    `<p><a href="${escaped(link)}">${escaped(label)}</a></p>`,
    ...after.map(paragraph),
  ];
  return {
    to,
    subject,
    text: `${[...before, link, ...after].join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${html.join('\n')}\n</body></html>\n`,
  };
}

function askedBy({ from, asked }: LetterFacts): string {
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  const moment = `on ${day.format(asked)} at ${asked.toISOString().slice(11, 16)} UTC`;
  return from === '' ? moment : `${moment}, from the network ${from}`;
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
