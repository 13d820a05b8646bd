/**
 * Why a paper is as hot as it is: what its heat is the sum of, grouped as people would say it. The
 * terms add up to the heat that is shown, which is how anybody can check it.
 */

import type { EvidenceKind, EvidenceRemark } from './evidence.js';
import { heatAt, leftAfter } from './hotness.js';
import {
  type Prior,
  priorLeft,
  sumsOf,
  type TrendingSettings,
  type WeighedEvidence,
  withPrior,
  worthOf,
} from './standing-sums.js';

export type TrendingTerm = {
  readonly kind: EvidenceKind | 'prior';
  readonly remark: EvidenceRemark | undefined;
  /** `12 votes`, `comments by 3 people`. */
  readonly words: string;
  /** How many of its kind. */
  readonly amount: number;
  /** What one of them counted on average, in votes. */
  readonly weight: number;
  /** What its field raised it by, on average. */
  readonly factor: number;
  /** Amount × weight × factor: what it was worth when it came. The sum of these is the merit. */
  readonly worth: number;
  /** The age at which its worth would be what is left; negative for what lies ahead. */
  readonly ageHours: number;
  /** What is left of its worth, in fresh votes. The sum of these is the heat. */
  readonly contribution: number;
};

export type TrendingExplanation = {
  readonly atMs: number;
  readonly heat: number;
  readonly merit: number;
  /** What contributes most comes first, and what counts nothing last. */
  readonly terms: readonly TrendingTerm[];
};

/** What is explained: all of a paper's evidence, and its prior. */
export type Explainable = {
  readonly evidence: readonly (WeighedEvidence & { readonly actor: string })[];
  readonly prior: Prior | undefined;
};

export function explain(
  { evidence, prior }: Explainable,
  nowMs: number,
  settings: TrendingSettings,
): TrendingExplanation {
  const sums = sumsOf(evidence, settings.halfLifeHours);
  const { hotness, merit } = withPrior(sums, prior, settings);
  const present = evidence.filter(({ amount }) => amount > 0);
  const groups = Map.groupBy(present, groupOf);
  const terms = [...groups.values()].map((pieces) => termOf(pieces, nowMs, settings));
  if (prior) terms.push(priorTerm(prior, sums.evidenceVotes, nowMs, settings));
  return {
    atMs: nowMs,
    heat: heatAt(nowMs, hotness, settings.halfLifeHours),
    merit,
    terms: terms.sort((a, b) => b.contribution - a.contribution || (a.words < b.words ? -1 : 1)),
  };
}

/** People's pieces go together by kind and remark; of elsewhere, all days of one origin. */
function groupOf({ kind, remark, actor }: WeighedEvidence & { readonly actor: string }): string {
  return [kind, remark ?? '', isImported(kind) ? originOf(actor) : ''].join(' ');
}

function termOf(
  pieces: readonly (WeighedEvidence & { readonly actor: string })[],
  nowMs: number,
  { halfLifeHours }: TrendingSettings,
): TrendingTerm {
  const first = pieces[0] as (typeof pieces)[number];
  let amount = 0;
  let votes = 0;
  let worth = 0;
  let contribution = 0;
  for (const piece of pieces) {
    amount += piece.amount;
    votes += piece.amount * piece.weight;
    worth += worthOf(piece);
    contribution += worthOf(piece) * leftAfter(nowMs - piece.atMs, halfLifeHours);
  }
  const meanAtMs = pieces.reduce((sum, { atMs }) => sum + atMs / pieces.length, 0);
  return {
    kind: first.kind,
    remark: first.remark,
    words: inWords(first, amount),
    amount,
    weight: votes / amount,
    factor: votes > 0 ? worth / votes : 1,
    worth,
    ageHours:
      worth > 0
        ? -Math.log2(contribution / worth) * halfLifeHours
        : (nowMs - meanAtMs) / MS_PER_HOUR,
    contribution,
  };
}

function priorTerm(
  prior: Prior,
  evidenceVotes: number,
  nowMs: number,
  settings: TrendingSettings,
): TrendingTerm {
  const { worth, atMs } = priorLeft(prior, evidenceVotes, settings.prior);
  const ageMs = nowMs - atMs;
  return {
    kind: 'prior',
    remark: undefined,
    words: 'what its content lets expect',
    amount: 1,
    weight: worth,
    factor: 1,
    worth,
    ageHours: ageMs / MS_PER_HOUR,
    contribution: worth * leftAfter(ageMs, settings.halfLifeHours),
  };
}

const MS_PER_HOUR = 3_600_000;

function isImported(kind: EvidenceKind): boolean {
  return kind === 'upvotes' || kind === 'stars';
}

/** `huggingface` of `huggingface:2026-11-20`. */
function originOf(actor: string): string {
  const at = actor.indexOf(':');
  return at < 0 ? actor : actor.slice(0, at);
}

/** Origins as they write themselves. */
const ORIGINS: Readonly<Record<string, string>> = {
  huggingface: 'Hugging Face',
  github: 'GitHub',
};

/** Why pieces count less than others, behind the words of their kind. */
const REMARKS: Readonly<Record<EvidenceRemark, string>> = {
  own: 'by its own authors',
  'new-account': 'new accounts',
  'same-network': 'new accounts of a network that has spoken',
  neutralised: 'set aside by a moderator',
};

function inWords(
  { kind, remark, actor }: WeighedEvidence & { readonly actor: string },
  amount: number,
): string {
  const what = whatInWords(kind, amount, originOf(actor));
  return remark ? `${what} (${REMARKS[remark]})` : what;
}

function whatInWords(kind: EvidenceKind, amount: number, origin: string): string {
  const from = ORIGINS[origin] ?? origin;
  switch (kind) {
    case 'vote':
      return counted(amount, 'vote', 'votes');
    case 'save':
      return counted(amount, 'save', 'saves');
    case 'comment':
      return `comments by ${counted(amount, 'person', 'people')}`;
    case 'upvotes':
      return `${counted(amount, 'upvote', 'upvotes')} at ${from}`;
    case 'stars':
      return `${counted(amount, 'star', 'stars')} at ${from}`;
  }
}

function counted(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}
