/**
 * The part of a report that is made for programs: `message/delivery-status` (RFC 3464) and its
 * form for addresses of all scripts (RFC 6533). Servers leave out what they like and divide the
 * recipients or do not, so that everything here is read where it stands and nothing is expected.
 */

import { fieldsOf } from './mail-fields.js';

/** What a report says of one recipient. */
export type RecipientReport = {
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded`; empty where none was given. */
  readonly action: string;
  /** `5.1.1`; empty where none was given. */
  readonly status: string;
  /** The first one, and the one in the end; empty where none was given. */
  readonly originalRecipient: string;
  readonly finalRecipient: string;
  /** What the other server said, on one line. */
  readonly diagnostic: string;
};

export type DeliveryStatus = {
  readonly recipients: readonly RecipientReport[];
  /** The Message-ID of the letter, where the report names it (Gmail does). */
  readonly messageId: string | undefined;
};

type Draft = { -readonly [Key in keyof RecipientReport]: string };

const MOST_RECIPIENTS = 50;
const LONGEST_DIAGNOSTIC = 1_000;

const EMPTY: RecipientReport = {
  action: '',
  status: '',
  originalRecipient: '',
  finalRecipient: '',
  diagnostic: '',
};

/** Which part of a recipient a field gives. */
const PARTS: Readonly<Record<string, keyof RecipientReport>> = {
  action: 'action',
  status: 'status',
  'original-recipient': 'originalRecipient',
  'final-recipient': 'finalRecipient',
  'diagnostic-code': 'diagnostic',
};

export function readDeliveryStatus(text: string): DeliveryStatus {
  const recipients: RecipientReport[] = [];
  let draft: Draft = { ...EMPTY };
  let messageId: string | undefined;

  const close = (): void => {
    const says = draft.action !== '' || draft.status !== '' || draft.diagnostic !== '';
    if (says && recipients.length < MOST_RECIPIENTS) recipients.push(draft);
    draft = { ...EMPTY };
  };

  for (const field of fieldsOf(text)) {
    if (!field) {
      close();
      continue;
    }
    if (field.name === 'x-original-message-id') messageId ??= messageIdIn(field.value);
    const part = PARTS[field.name];
    if (!part) continue;
    // Some divide the recipients by nothing at all.
    if (draft[part] !== '') close();
    draft[part] = READ[part](field.value);
  }
  close();
  return { recipients, messageId };
}

const READ: Readonly<Record<keyof RecipientReport, (value: string) => string>> = {
  action: (value) => /^[a-z]+/.exec(value.trim().toLowerCase())?.[0] ?? '',
  status: (value) => /(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(value)?.[1] ?? '',
  originalRecipient: recipientIn,
  finalRecipient: recipientIn,
  diagnostic: (value) => behindType(value).slice(0, LONGEST_DIAGNOSTIC),
};

/** `rfc822; ana@example.org` and `utf-8; \x{E4}na@example.org`. */
function recipientIn(value: string): string {
  return behindType(value)
    .slice(0, 500)
    .replace(/\\x\{([0-9A-Fa-f]{1,6})\}/g, (escaped, hex: string) => {
      const point = Number.parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : escaped;
    })
    .replace(/^<(.*)>$/, '$1');
}

/** Types are short words in front of a semicolon: `smtp; 550 No such user`. */
function behindType(value: string): string {
  return value.replace(/^\s{0,8}[A-Za-z][\w.-]{0,30}\s{0,8};/, '').trim();
}

/** A Message-ID without its brackets. */
export function messageIdIn(value: string): string | undefined {
  const text = value.trim().replace(/^<([^<>]*)>.*$/s, '$1');
  return text.length > 0 && text.length <= 250 && !/[\s\p{Cc}]/u.test(text) ? text : undefined;
}
