/**
 * What a message says that came back to us, whatever program wrote it: a delivery report
 * (RFC 3464), a complaint (RFC 5965), a bounce in plain words, an automatic reply, or something
 * else. Everybody can write to our addresses, so reading never fails, never takes long, and tells
 * only what stands there; what follows from it is decided elsewhere.
 */

import { isAutoReply } from './auto-reply.js';
import { isFromSystem, readBounceText } from './bounce-text.js';
import { messageIdIn, type RecipientReport, readDeliveryStatus } from './delivery-status.js';
import { addressesIn, headerOf, type MailField } from './mail-fields.js';
import { fieldValue } from './mime-parts.js';
import { letterIdsIn, type ReportMessage, takeApart } from './report-parts.js';
import { oneLine } from './return-words.js';

export type ReportKind =
  | 'delivery'
  | 'complaint'
  /** Somebody has opened or deleted the letter (RFC 8098). */
  | 'receipt'
  | 'auto-reply'
  /** A message that is none of these, or none at all. */
  | 'message';

export type RawReport = {
  readonly kind: ReportKind;
  /** Of a delivery report. */
  readonly recipients: readonly RecipientReport[];
  /** `abuse`, `not-spam`, …; empty unless it is a complaint. */
  readonly feedbackType: string;
  /** Whom the message was sent to, by its header. */
  readonly addressees: readonly string[];
  /** The Message-IDs of the letters that came with it, without brackets. */
  readonly letterIds: readonly string[];
  /** Of the report itself, without brackets. */
  readonly messageId: string | undefined;
  readonly subject: string;
};

/** More of a message is not looked at: what it says of its way stands before what it carries. */
export const MOST_READ_BYTES: number = 192 * 1024;

const LONGEST_SUBJECT = 500;

/** A report in a message that somebody passed on, and once more. */
const DEEPEST_MESSAGE = 3;

const NOTHING: RawReport = {
  kind: 'message',
  recipients: [],
  feedbackType: '',
  addressees: [],
  letterIds: [],
  messageId: undefined,
  subject: '',
};

const STATUS_PARTS = new Set(['message/delivery-status', 'message/global-delivery-status']);

const RECEIPT_PARTS = new Set([
  'message/disposition-notification',
  'message/global-disposition-notification',
]);

const ADDRESSEES = new Set([
  'to',
  'delivered-to',
  'x-delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-rcpt-to',
]);

/** Recipients that failed stand in it, where Exim or Gmail wrote the report. */
const FAILED = 'x-failed-recipients';

/** Reads what came in, whatever it is. */
export function readReport(raw: Uint8Array): RawReport {
  return readMessage(raw.subarray(0, MOST_READ_BYTES), 1);
}

function readMessage(raw: Uint8Array, depth: number): RawReport {
  const message = takeApart(raw);
  const common = commonOf(message);
  return (
    deliveryStatusIn(message, common) ??
    complaintIn(message, common) ??
    receiptIn(message, common) ??
    bounceIn(message, common) ??
    autoReplyIn(message, common) ??
    passedOnIn(message, common, depth) ??
    common
  );
}

type ReadOne = (message: ReportMessage, common: RawReport) => RawReport | undefined;

const deliveryStatusIn: ReadOne = (message, common) => {
  const part = message.parts.find(({ type }) => STATUS_PARTS.has(type));
  // Some call it plain text.
  const text = part?.text ?? (isReport(message) ? message.text : '');
  const { recipients, messageId } = readDeliveryStatus(text);
  const says = part ? recipients.length > 0 : recipients.some(({ action }) => action !== '');
  if (!says) return undefined;
  const letterIds = messageId ? [messageId, ...common.letterIds] : common.letterIds;
  return { ...common, kind: 'delivery', recipients: withText(recipients, message), letterIds };
};

/** A report without a word of the other server often has it in the part for people. */
function withText(
  recipients: readonly RecipientReport[],
  { header, subject, text }: ReportMessage,
): readonly RecipientReport[] {
  const [only, ...others] = recipients;
  if (!only || others.length > 0 || only.diagnostic !== '') return recipients;
  const found = readBounceText({
    from: fieldValue(header, 'from'),
    subject,
    namesFailed: true,
    text,
  });
  return [{ ...only, diagnostic: found?.diagnostic ?? '' }];
}

const complaintIn: ReadOne = ({ parts }, common) => {
  const part = parts.find(({ type }) => type === 'message/feedback-report');
  if (!part) return undefined;
  const feedbackType = fieldValue(headerOf(part.text), 'feedback-type').toLowerCase().slice(0, 40);
  return { ...common, kind: 'complaint', feedbackType };
};

const receiptIn: ReadOne = ({ parts }, common) =>
  parts.some(({ type }) => RECEIPT_PARTS.has(type)) ? { ...common, kind: 'receipt' } : undefined;

const bounceIn: ReadOne = ({ header, subject, text }, common) => {
  const namesFailed = header.some(({ name }) => name === FAILED);
  if (!namesFailed && isAutoReplyOfPerson(header, subject)) return undefined;
  const recipient = readBounceText({
    from: fieldValue(header, 'from'),
    subject,
    namesFailed,
    text,
  });
  if (!recipient) return undefined;
  const letterIds = [...common.letterIds, ...idsInText(text)];
  return { ...common, kind: 'delivery', recipients: [recipient], letterIds };
};

const autoReplyIn: ReadOne = ({ header, subject }, common) =>
  isAutoReply(header, subject) ? { ...common, kind: 'auto-reply' } : undefined;

/** A report that somebody forwarded as a whole. */
function passedOnIn(
  { parts }: ReportMessage,
  common: RawReport,
  depth: number,
): RawReport | undefined {
  if (depth >= DEEPEST_MESSAGE) return undefined;
  for (const { message } of parts) {
    if (message.length === 0) continue;
    const inner = readMessage(message, depth + 1);
    if (inner.kind !== 'delivery' && inner.kind !== 'complaint') continue;
    return { ...inner, addressees: [...common.addressees, ...inner.addressees] };
  }
  return undefined;
}

/** Mail systems mark their reports as automatic replies, too; they do not call them so. */
function isAutoReplyOfPerson(header: readonly MailField[], subject: string): boolean {
  return (
    isAutoReply([], subject) ||
    (isAutoReply(header, subject) && !isFromSystem(fieldValue(header, 'from')))
  );
}

function isReport({ header }: ReportMessage): boolean {
  return /^\s{0,8}multipart\/report/i.test(fieldValue(header, 'content-type'));
}

function commonOf({ header, subject, parts }: ReportMessage): RawReport {
  return {
    ...NOTHING,
    addressees: header
      .filter(({ name }) => ADDRESSEES.has(name))
      .slice(0, 20)
      .flatMap(({ value }) => addressesIn(value)),
    letterIds: parts.flatMap(letterIdsIn),
    messageId: messageIdIn(fieldValue(header, 'message-id')),
    subject: oneLine(subject.slice(0, LONGEST_SUBJECT)),
  };
}

/** qmail copies the letter into its words. */
function idsInText(text: string): readonly string[] {
  const found = /^message-id:[ \t]{0,8}<([^<>\s]{1,250})>/im.exec(text);
  return found?.[1] === undefined ? [] : [found[1]];
}
