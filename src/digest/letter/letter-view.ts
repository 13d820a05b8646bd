/**
 * What a letter says, before it is HTML or plain text: every line written out, every link whole.
 * Both forms are made of it, so that they cannot differ in what they tell.
 */

import { type Day, dayAt } from '../../papers/dates.js';
import { dayPeriod, periodPath } from '../../papers/edition.js';
import type { Paper } from '../../papers/paper.js';
import type { ChosenPaper, Section } from '../contents/contents.js';
import { digestPaths } from '../subscriptions/subscription.js';
import type { LetterMatter } from './digest-letter.js';
import { cutLine, typedLine } from './foreign-text.js';
import { type LetterLink, linksOf, pageOf } from './letter-links.js';
import {
  headingOf,
  inNumbers,
  longDay,
  rhythmInWords,
  shortDay,
  votesInWords,
} from './letter-words.js';
import type { PaperWords, WordLimits, WordsOfPapers } from './paper-words.js';
import { reasonInWords } from './reason-words.js';

export type PaperView = PaperWords & {
  /** Its page with us. */
  readonly url: string;
  /** Why it is here, the most telling first. */
  readonly why: string;
  /**
   * The category unless a reason names it, votes, and what a reader should know before believing
   * the text; may be empty.
   */
  readonly facts: string;
  /** Empty where there is room for that of the title only. */
  readonly links: readonly LetterLink[];
};

export type SectionView = {
  readonly heading: string;
  /** The day whose list it comes from, where that is not the letter's, in the reader's language. */
  readonly day: string | undefined;
  readonly papers: readonly PaperView[];
};

export type LetterView = {
  readonly title: string;
  readonly tagline: string;
  readonly siteUrl: string;
  /** The day of the letter, in the reader's language, and which that is. */
  readonly date: string;
  readonly dateLanguage: string;
  readonly sections: readonly SectionView[];
  /** What stands there instead of papers. */
  readonly empty: string | undefined;
  /** `12 more papers …`, where there are any. */
  readonly more: LetterLink | undefined;
  /** Why the reader gets it. */
  readonly why: string;
  readonly footerLinks: readonly LetterLink[];
};

/** How much is told of each paper; less where all of them would be too much for one letter. */
export type Detail = 'whole' | 'short' | 'bare';

type Limits = WordLimits & { readonly reasons: number; readonly hasLinks: boolean };

const LIMITS: Readonly<Record<Detail, Limits>> = {
  whole: { title: 300, summary: 320, sentences: 2, reasons: 3, line: 300, hasLinks: true },
  short: { title: 160, summary: 160, sentences: 1, reasons: 1, line: 160, hasLinks: true },
  bare: { title: 120, summary: 0, sentences: 0, reasons: 1, line: 70, hasLinks: false },
};

const LONGEST_CATEGORY = 40;

/** More than any title or tagline that a site may have. */
const LONGEST_OF_SITE = 160;

export function letterView(
  matter: LetterMatter,
  detail: Detail,
  wordsOf: WordsOfPapers,
): LetterView {
  const { site, subscriber, editionOn, contents } = matter;
  const { preferences } = subscriber;
  const sections = sectionsOf(matter, LIMITS[detail], wordsOf);
  const title = typedLine(site.title, LONGEST_OF_SITE);
  return {
    title,
    tagline: typedLine(site.tagline, LONGEST_OF_SITE),
    siteUrl: `${site.origin}/`,
    date: longDay(editionOn, preferences.dateLanguage),
    dateLanguage: preferences.dateLanguage,
    sections,
    empty:
      sections.length > 0
        ? undefined
        : `Nothing new came in for you this time. All earlier editions stay where they are, and ${title} goes on looking.`,
    more: moreOf(contents, site.origin),
    why: whyOf(matter),
    footerLinks: footerLinksOf(matter),
  };
}

/** The titles of its papers, in order. */
export function titlesOf({ sections }: LetterView): readonly string[] {
  return sections.flatMap(({ papers }) => papers.map(({ title }) => title));
}

function sectionsOf(
  matter: LetterMatter,
  limits: Limits,
  wordsOf: WordsOfPapers,
): readonly SectionView[] {
  const { subscriber, contents, papers, site, editionOn } = matter;
  const { cadence, dateLanguage } = subscriber.preferences;
  const bySection = new Map<Section, PaperView[]>();
  for (const chosen of contents.papers) {
    const paper = papers.get(chosen.paperId);
    if (!paper) continue;
    const section = bySection.get(chosen.section) ?? [];
    bySection.set(chosen.section, section);
    section.push({
      ...wordsOf(paper, limits),
      ...aboutPaper(paper, chosen, site.origin, limits),
    });
  }
  const dayOf = (section: Section): string | undefined =>
    section === 'edition' && contents.day && contents.day !== editionOn && cadence !== 'weekly'
      ? shortDay(contents.day, dateLanguage)
      : undefined;
  return [...bySection].map(([section, views]) => ({
    heading: headingOf(section, cadence),
    day: dayOf(section),
    papers: views,
  }));
}

/** What depends on whom the letter is for. */
function aboutPaper(
  paper: Paper,
  { reasons, votes }: ChosenPaper,
  origin: string,
  limits: Limits,
): Omit<PaperView, keyof PaperWords> {
  const why = reasons.slice(0, limits.reasons).map(reasonInWords);
  return {
    url: pageOf(paper, origin),
    why: cutLine(why.join(' · '), limits.line),
    facts: factsOf(paper, votes, why),
    links: limits.hasLinks ? linksOf(paper, origin) : [],
  };
}

function factsOf(paper: Paper, votes: number, why: readonly string[]): string {
  const category = typedLine(paper.categories[0] ?? '', LONGEST_CATEGORY);
  const isTold = why.some((reason) => reason.endsWith(` in ${category}`));
  const facts = [
    isTold ? '' : category,
    votesInWords(votes),
    paper.withdrawn ? 'Withdrawn' : '',
    paper.isSample ? 'Sample summary, written by Broadsheet' : '',
  ];
  return facts.filter(Boolean).join(' · ');
}

function moreOf(
  { day, more }: { readonly day: Day | undefined; readonly more: number },
  origin: string,
): LetterLink | undefined {
  if (!day || more < 1) return undefined;
  const label = more === 1 ? '1 more paper on the site' : `${inNumbers(more)} more on the site`;
  return { label, url: `${origin}${periodPath(dayPeriod(day))}` };
}

function whyOf({ site, subscriber }: LetterMatter): string {
  const { preferences, confirmedAtMs, requestedAtMs } = subscriber;
  const day = dayAt(new Date(confirmedAtMs ?? requestedAtMs), preferences.timeZone);
  const since = shortDay(day, preferences.dateLanguage);
  const title = typedLine(site.title, LONGEST_OF_SITE);
  return `You get this because you subscribed to ${title} on ${since}. It comes ${rhythmInWords(preferences)}.`;
}

function footerLinksOf({ site, subscriber }: LetterMatter): readonly LetterLink[] {
  const { origin, contact } = site;
  return [
    { label: 'Preferences', url: `${origin}${digestPaths.preferences(subscriber.linkKey)}` },
    { label: 'Unsubscribe', url: `${origin}${digestPaths.unsubscribe(subscriber.linkKey)}` },
    { label: 'The site', url: `${origin}/` },
    ...(contact === undefined ? [] : [{ label: 'Contact', url: `mailto:${contact}` }]),
  ];
}
