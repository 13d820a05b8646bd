/** Makes the letter of one person from what was chosen for them. */

import type { DigestLetter, LetterMatter, MakeDigestLetter } from './digest-letter.js';
import { typedLine } from './foreign-text.js';
import { letterHeaders } from './letter-headers.js';
import { letterHtml } from './letter-html.js';
import { letterText } from './letter-text.js';
import { type Detail, letterView, titlesOf } from './letter-view.js';
import { createPaperWords, type WordsOfPapers } from './paper-words.js';
import { preheaderOf, subjectOf } from './subject.js';

/** Gmail shows the first 102 kB and hides the rest, the link to leave among it. */
const LARGEST_HTML_BYTES = 80_000;

const DETAILS: readonly Detail[] = ['whole', 'short', 'bare'];

/** How many of the papers stay in a letter that is too large even when it hardly tells a thing. */
const STEP = 0.75;

const LONGEST_SENDER = 60;

/** Keep one for many letters: it remembers the words of papers. */
export function createDigestLetter(): MakeDigestLetter {
  const wordsOf = createPaperWords();
  return (matter) => {
    const { site, subscriber, messageId } = matter;
    return {
      from: { name: typedLine(site.title, LONGEST_SENDER), address: site.from },
      to: subscriber.address,
      messageId,
      headers: letterHeaders(matter),
      ...bodyOf(matter, wordsOf),
    };
  };
}

type Body = Pick<DigestLetter, 'subject' | 'preheader' | 'text' | 'html'>;

/** Tells less of each paper when all of them would be too much, and at last of fewer papers. */
function bodyOf(matter: LetterMatter, wordsOf: WordsOfPapers): Body {
  for (const detail of DETAILS) {
    const body = bodyIn(matter, detail, wordsOf);
    if (fits(body)) return body;
  }
  const { contents } = matter;
  for (let count = contents.papers.length; count > 1; ) {
    count = Math.floor(count * STEP);
    const papers = contents.papers.slice(0, count);
    const more = contents.more + contents.papers.length - count;
    const fewer = { ...matter, contents: { ...contents, papers, more } };
    const body = bodyIn(fewer, 'bare', wordsOf);
    if (fits(body)) return body;
  }
  return bodyIn({ ...matter, contents: { ...contents, papers: [] } }, 'bare', wordsOf);
}

function fits({ html }: Body): boolean {
  return Buffer.byteLength(html) < LARGEST_HTML_BYTES;
}

function bodyIn(matter: LetterMatter, detail: Detail, wordsOf: WordsOfPapers): Body {
  const view = letterView(matter, detail, wordsOf);
  const shown = {
    siteTitle: view.title,
    editionOn: matter.editionOn,
    dateLanguage: matter.subscriber.preferences.dateLanguage,
    titles: titlesOf(view),
  };
  const subject = subjectOf(shown);
  const preheader = preheaderOf(shown);
  return {
    subject,
    preheader,
    text: letterText(view),
    html: letterHtml(view, { subject, preheader }),
  };
}
