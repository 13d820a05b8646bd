/**
 * Words, domains and mail addresses that an instance wants to look at before all may read them.
 * What matches is held or refused by whoever asks; nothing here decides.
 */

import { BroadsheetError } from '../../errors.js';
import { shown } from '../../papers/record.js';

export const BLOCKLIST_KINDS = ['word', 'domain', 'address'] as const;

export type BlocklistKind = (typeof BLOCKLIST_KINDS)[number];

export type BlocklistEntry = {
  readonly kind: BlocklistKind;
  /** As `parseBlocklistEntry` writes it. */
  readonly pattern: string;
};

/** What is compared; what is absent matches nothing. */
export type BlocklistSubject = {
  readonly text?: string;
  /** Addresses of the web; what is none is passed over. */
  readonly links?: readonly string[];
  /** A mail address. */
  readonly address?: string | undefined;
};

const LONGEST_PATTERN = 200;

/** In signs that look different and are meant to be the same: case, width, accents. */
const MARKS = /\p{M}+/gu;

const LETTERS = /[\p{L}\p{N}]+/gu;

/**
 * An entry in the spelling in which entries are compared.
 *
 * @throws BroadsheetError `not_acceptable`
 */
export function parseBlocklistEntry(kind: BlocklistKind, text: string): BlocklistEntry {
  const pattern = PARSERS[kind](text.trim().slice(0, LONGEST_PATTERN + 1));
  if (pattern === undefined || pattern.length > LONGEST_PATTERN) {
    throw new BroadsheetError('not_acceptable', `${shown(text)} is no ${kind} to block.`, {
      fix: FIXES[kind],
    });
  }
  return { kind, pattern };
}

const PARSERS: Readonly<Record<BlocklistKind, (text: string) => string | undefined>> = {
  word: (text) => wordsOf(text).join(' ') || undefined,
  domain: (text) => hostOf(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`),
  address: (text) => {
    const [local, domain, ...more] = text.toLowerCase().split('@');
    const host = domain && hostOf(`https://${domain}`);
    if (local === undefined || !host || more.length > 0 || /[\s\p{Cc}]/u.test(local))
      return undefined;
    return `${local}@${host}`;
  },
};

const FIXES: Readonly<Record<BlocklistKind, string>> = {
  word: 'Give one word or a few words in a row, with letters or digits.',
  domain: 'Give a domain such as example.org; what stands below it is blocked, too.',
  address: 'Give an address such as name@example.org, or @example.org for all of a domain.',
};

/** The first entry that a subject matches. */
export function matchesBlocklist(
  entries: readonly BlocklistEntry[],
  { text = '', links = [], address }: BlocklistSubject,
): BlocklistEntry | undefined {
  // A sign before and behind each word, so that only whole words are found.
  const spoken = ` ${wordsOf(text).join(' ')} `;
  const hosts = links.map(hostOf).filter((host) => host !== undefined);
  const sender = address && PARSERS.address(address);
  return entries.find(({ kind, pattern }) => {
    if (kind === 'word') return spoken.includes(` ${pattern} `);
    if (kind === 'domain') return hosts.some((host) => isBelow(host, pattern));
    if (!sender) return false;
    if (!pattern.startsWith('@')) return sender === pattern;
    return isBelow(sender.slice(sender.indexOf('@') + 1), pattern.slice(1));
  });
}

/** The words of a text, in one spelling. */
function wordsOf(text: string): readonly string[] {
  const plain = text.normalize('NFKD').replace(MARKS, '').toLowerCase().normalize('NFKC');
  // Signs that take no room would cut a word in two unseen.
  return plain.replace(/\p{Cf}+/gu, '').match(LETTERS) ?? [];
}

/** The host that an address names, without a dot at its end. */
function hostOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const host = new URL(address).hostname.replace(/\.$/, '');
  return host.includes('.') && !host.startsWith('.') ? host : undefined;
}

function isBelow(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
