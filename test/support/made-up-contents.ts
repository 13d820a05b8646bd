/** Letters about papers that nobody wrote, in our own words, for tests that look at letters. */

import type { ChosenPaper, Contents, Reason } from '../../src/digest/contents/contents.js';
import type { LetterMatter, LetterSite } from '../../src/digest/letter/digest-letter.js';
import {
  type Subscriber,
  type SubscriberId,
  usualPreferences,
} from '../../src/digest/subscriptions/subscription.js';
import type { Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import type { Paper } from '../../src/papers/paper.js';
import type { RawRecord } from '../../src/papers/record.js';
import { record } from './catalogue.js';
import { paperOf } from './papers.js';

export const LETTER_DAY = '2026-11-20' as Day;

export const LETTER_SITE: LetterSite = {
  title: 'Language Daily',
  tagline: 'New papers on how machines read and write',
  origin: 'https://papers.example.org',
  from: 'digest@example.org',
  returnAddress: 'bounces@example.org',
  contact: 'desk@example.org',
};

type MadeUp = readonly [
  names: readonly string[],
  title: string,
  authors: readonly string[],
  category: string,
  abstract: string,
  more?: Partial<RawRecord>,
];

const MADE_UP: readonly MadeUp[] = [
  [
    ['2611.10321'],
    'Reading Twice: Small Models that Look Back Before They Answer',
    ['Jane Doe', 'Mikael Lindqvist', 'Ana Ruiz', 'Bo Chen', 'Tomasz Wójcik'],
    'cs.CL',
    'We let a model of $10^9$ parameters read its prompt a second time, with what it understood the first time in view. On twelve tasks it makes a third fewer mistakes, at 1.4 times the cost. Larger models gain less.',
  ],
  [
    ['2611.10877'],
    'How Many Questions Does a Benchmark Need?',
    ['Samira Haddad', 'Paul Brandt'],
    'stat.ML',
    'Forty well-chosen questions rank models as four thousand do. We show how to choose them from the answers of models that are older than the benchmark, and when that fails.',
  ],
  [
    ['2611.09914'],
    'Distilling $k$-Nearest-Neighbour Memory into $\\alpha$-Entmax Attention',
    ['Yuki Tanaka', 'Ibrahim Diallo', 'Marta Kowalska'],
    'cs.LG',
    'A memory of stored examples helps a language model and slows it down. We train its attention heads to answer as the memory would, and drop the memory.',
  ],
  [
    ['2611.10002'],
    'A Field Guide to Tokenizers of Languages without Blanks',
    ['Nguyễn Thị Mai', 'Somchai Prasert'],
    'cs.CL',
    'Thai, Lao, Khmer and Burmese are written without blanks between words. We compare nineteen tokenizers on them and find that what helps one harms the next. A table tells which to take for what.',
  ],
  [
    ['2611.11150'],
    'Speech Recognition for Nobody’s Mother Tongue: Trade Pidgins on Three Coasts',
    ['Grace Mensah', 'Luís Duarte', 'Peter van Dijk', 'Aisha Bello'],
    'eess.AS',
    'Pidgins are spoken daily by millions and recorded by few. With 90 hours from three ports we halve the error rate of the best recogniser that one can download.',
  ],
  [
    ['doi:10.5555/3712345'],
    'What Reviewers Ask For, and What Authors Then Do',
    ['Eleni Papadopoulou'],
    'cs.DL',
    'From 31,000 open reviews we learn which requests lead to new experiments, which to new sentences, and which to nothing. Requests that name a table are met twice as often.',
    { links: [{ kind: 'pdf', url: 'https://journal.example.com/reviewers.pdf' }] },
  ],
  [
    ['openreview:kx81Fjq2Lw'],
    'Pruning by Forgetting: Weights that Nobody Misses',
    ['Oluwaseun Adeyemi', 'Chiara Conti', 'Wei Zhang'],
    'cs.LG',
    'Instead of asking which weights matter, we let a network forget at random and see after which loss it complains. Half of all weights go unmissed, and they are not those that the usual scores name.',
  ],
  [
    ['2611.10555'],
    'ملاحظات حول الترجمة الآلية للشعر',
    ['ليلى حداد', 'Omar Farouk'],
    'cs.CL',
    'Notes on the machine translation of poetry, with forty poems in nine translations each, judged by people who write poems themselves.',
  ],
  [
    ['2611.11208'],
    'Calibrated to Whom? Confidence of Models in the Eyes of Nurses, Pilots and Clerks',
    ['Hanna Virtanen', 'Rosa Jiménez', 'Tom O’Brien'],
    'cs.HC',
    'A model that is right as often as it says may still mislead. We asked 214 people at work what “80 % sure” means to them, and fit what models say to what is heard.',
  ],
  [
    ['2611.10760'],
    'Graphs Without Edges',
    ['Dmitri Sokolov', 'Elif Yılmaz'],
    'cs.SI',
    'Many graphs are given as lists of who was in the same room. We learn on such lists directly, without making edges of them first, in time linear in the length of the list.',
  ],
];

export const MADE_UP_PAPERS: readonly Paper[] = MADE_UP.map(
  ([names, title, authors, category, abstract, more]) =>
    paperOf(record({ names, title, authors, categories: [category], abstract, ...more })),
);

export function madeUpSubscriber(
  facts: Partial<Subscriber> = {},
): Subscriber & { readonly address: string } {
  return {
    id: '7b0f7a54-3f3b-4a0e-9d5c-0f7c1f2a9b11' as SubscriberId,
    addressHash: 'ab'.repeat(32),
    domain: 'reader.example',
    accountId: undefined,
    state: 'confirmed',
    linkKey: 'Lk3yQ7vXo2m9Rb5TzW8cJ1nHf6dSg4aPuE0iYtMxKqB',
    feedKey: 'Fk3yQ7vXo2m9Rb5TzW8cJ1nHf6dSg4aPuE0iYtMxKqB',
    preferences: usualPreferences({ hour: 8, timeZone: 'Europe/Berlin' }),
    nextOn: '2026-11-21' as Day,
    nextAtMs: Date.UTC(2026, 10, 21, 7),
    requestedAtMs: Date.UTC(2026, 9, 3, 9),
    confirmedAtMs: Date.UTC(2026, 9, 3, 9, 4),
    endedAtMs: undefined,
    endedBy: undefined,
    ...facts,
    address: facts.address ?? 'lee@reader.example',
  };
}

const REASONS: readonly Reason[] = [
  { kind: 'picked', note: 'The plainest idea of the week, and it works.' },
  { kind: 'trending', category: 'stat.ML' },
  { kind: 'trending', category: 'cs.LG' },
  { kind: 'new', category: 'cs.CL' },
];

/** The list of a day, for somebody of whom nothing more is known. */
export function fullLetter(): LetterMatter {
  const chosen = MADE_UP_PAPERS.map(
    ({ id, categories: [category] }, at): ChosenPaper => ({
      paperId: id,
      section: 'edition',
      reasons: [REASONS[at] ?? { kind: 'new', category }],
      votes: [31, 12, 12, 4, 1, 1][at] ?? 0,
    }),
  );
  return letterOf(MADE_UP_PAPERS, { day: LETTER_DAY, papers: chosen, more: 214 });
}

/** What somebody gets who follows, searches and saves. */
export function personalLetter(): LetterMatter {
  const [first, second, third, fourth, fifth, , , , ninth] = MADE_UP_PAPERS;
  const choices: readonly [Paper | undefined, ChosenPaper['section'], readonly Reason[], number][] =
    [
      [
        first,
        'follows',
        [
          { kind: 'follow', what: 'author', label: 'Jane Doe' },
          { kind: 'trending', category: 'cs.CL' },
        ],
        31,
      ],
      [fifth, 'follows', [{ kind: 'search', query: 'low-resource "speech recognition"' }], 1],
      [
        third,
        'interests',
        [
          {
            kind: 'like',
            papers: 3,
            title: 'Sparse $\\alpha$-Entmax Heads and What They Look At',
          },
        ],
        12,
      ],
      [ninth, 'interests', [{ kind: 'like', papers: 1, title: 'When Models Say “Maybe”' }], 0],
      [second, 'edition', [{ kind: 'trending', category: 'stat.ML' }], 12],
      [fourth, 'edition', [{ kind: 'new', category: 'cs.CL' }], 4],
    ];
  const papers = choices.flatMap(([paper, section, reasons, votes]) =>
    paper ? [{ paperId: paper.id, section, reasons, votes }] : [],
  );
  // On a day without papers the edition is that of the day before.
  return letterOf(MADE_UP_PAPERS, { day: '2026-11-19' as Day, papers, more: 220 });
}

/** What somebody gets who wants a letter even when nothing is new. */
export function emptyLetter(): LetterMatter {
  return letterOf([], { day: undefined, papers: [], more: 0 });
}

export function letterOf(papers: readonly Paper[], contents: Contents): LetterMatter {
  return {
    site: LETTER_SITE,
    subscriber: madeUpSubscriber(),
    editionOn: LETTER_DAY,
    messageId: `20261120.${'5e'.repeat(16)}@example.org`,
    contents,
    papers: new Map<PaperId, Paper>(papers.map((paper) => [paper.id, paper])),
  };
}
