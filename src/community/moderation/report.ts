/** What can be reported to the moderators, and why. */

import type { PaperId } from '../../papers/identifiers.js';

export const REPORT_TARGETS = ['comment', 'collection', 'submission', 'account'] as const;

export type ReportTargetKind = (typeof REPORT_TARGETS)[number];

export type ReportTarget = { readonly kind: ReportTargetKind; readonly id: string };

/** The choices of the form, in its order, with their words. */
export const REPORT_REASONS = {
  spam: 'It is advertising, or the same again and again.',
  abuse: 'It attacks or insults somebody.',
  personal: 'It tells private things about somebody.',
  deceit: 'It deceives: a false name, made-up facts, votes that are not earned.',
  'off-topic': 'It has nothing to do with the paper.',
  other: 'Something else, as I say below.',
} as const;

export type ReportReason = keyof typeof REPORT_REASONS;

export function isReportTargetKind(text: string): text is ReportTargetKind {
  return REPORT_TARGETS.some((kind) => kind === text);
}

export function isReportReason(text: string): text is ReportReason {
  return Object.hasOwn(REPORT_REASONS, text);
}

/** The name of a paper's place in the list of a day. */
export function submissionId(day: string, paperId: PaperId): string {
  return `${day}/${paperId}`;
}

/** What such a name says; the day is text of the right form and may be no day at all. */
export function parseSubmissionId(
  id: string,
): { readonly day: string; readonly paperId: PaperId } | undefined {
  const [, day, paperId] = /^(\d{4}-\d\d-\d\d)\/(.+)$/s.exec(id) ?? [];
  return day && paperId ? { day, paperId: paperId as PaperId } : undefined;
}

/** The reason and the words beside it, as one text that is stored. */
export function reasonText(reason: ReportReason, words: string): string {
  return words ? `${reason}: ${words}` : reason;
}

/** The same in words for moderators. */
export function reasonInWords(text: string): string {
  const [, reason = '', words] = /^([a-z-]+)(?:: (.*))?$/s.exec(text) ?? [];
  if (!isReportReason(reason)) return text;
  return words ? `${REPORT_REASONS[reason]} “${words}”` : REPORT_REASONS[reason];
}
