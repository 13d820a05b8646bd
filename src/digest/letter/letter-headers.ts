/** The headers by which mail programs know what a letter is, and how to leave. */

import { encodeWord } from 'nodemailer/lib/mime-funcs';
import { domainOf } from '../../mail/one-address.js';
import type { Day } from '../../papers/dates.js';
import { digestPaths } from '../subscriptions/subscription.js';
import type { LetterMatter, LetterSite } from './digest-letter.js';
import { typedLine } from './foreign-text.js';

/** RFC 5321, section 4.5.3.1.1. */
const LONGEST_LOCAL = 64;

/** RFC 2047 allows 75 for an encoded word. */
const LONGEST_WORD = 52;

export function letterHeaders(matter: LetterMatter): Readonly<Record<string, string>> {
  const { site, subscriber, editionOn } = matter;
  const page = `${site.origin}${digestPaths.unsubscribe(subscriber.linkKey)}`;
  return {
    'List-Unsubscribe': `<${page}>, <${leavingAddress(site, subscriber.linkKey)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Id': `${asPhrase(typedLine(site.title, LONGEST_LOCAL))} <${listId(site)}>`,
    'Auto-Submitted': 'auto-generated',
    'Feedback-ID': feedbackId(site, editionOn),
  };
}

/** Where a letter to leave goes: a mailbox of its own where returns are read, else the sender. */
function leavingAddress({ returnAddress, from }: LetterSite, linkKey: string): string {
  const at = returnAddress?.lastIndexOf('@') ?? -1;
  if (returnAddress !== undefined && at > 0) {
    const local = `${returnAddress.slice(0, at)}+leave.${linkKey}`;
    const address = `${local}${returnAddress.slice(at)}`;
    if (local.length <= LONGEST_LOCAL) return `mailto:${encodeURI(address)}`;
    return `mailto:${encodeURI(returnAddress)}?subject=unsubscribe%20${linkKey}`;
  }
  return `mailto:${encodeURI(from)}?subject=unsubscribe%20${linkKey}`;
}

/** RFC 2919: a name below a domain of ours, of letters, digits, hyphens and dots. */
function listId({ from }: LetterSite): string {
  const host = domainOf(from)
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '');
  return `digest.${host || 'localhost'}`;
}

/** Edition, list, program, sender: Gmail's complaints are counted by each of the four. */
function feedbackId(site: LetterSite, editionOn: Day): string {
  return `${editionOn.replaceAll('-', '')}:digest:broadsheet:${listId(site).slice('digest.'.length)}`;
}

/** A name before an address (RFC 5322, `phrase`), in ASCII. */
export function asPhrase(name: string): string {
  if (/^[\w]+(?: [\w]+)*$/.test(name)) return name;
  if (/^[\x20-\x7e]*$/.test(name) && !name.includes('=?')) {
    return `"${name.replace(/["\\]/g, '\\$&')}"`;
  }
  return asEncodedWords(name);
}

/**
 * Any line as encoded words of RFC 2047. Also one that is made of such words already, so that it
 * is read as it was written.
 */
export function asEncodedWords(line: string): string {
  return encodeWord(line, 'B', LONGEST_WORD);
}
