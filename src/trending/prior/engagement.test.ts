import { describe, expect, it } from 'vitest';
import { dailyLists, type EngagementRecord, engagementRecord } from './engagement.js';

function seen(
  arxiv: string,
  dailyDate: string,
  observedAt: string,
  upvotes: number | null,
): EngagementRecord {
  return { arxiv, title: `Paper ${arxiv}`, dailyDate, observedAt, upvotes };
}

describe('the lists of days', () => {
  it('name each paper on its first day, with what it had at first and in the end', () => {
    const lists = dailyLists([
      seen('2', '2026-03-07', '2026-03-07T08:00:00Z', 30),
      seen('2', '2026-03-06', '2026-03-06T08:00:00Z', 22),
      seen('1', '2026-03-06', '2026-03-06', 5),
      seen('3', '2026-03-05', '2026-03-05', 7),
    ]);
    expect(lists).toEqual([
      { day: '2026-03-05', papers: [{ arxiv: '3', first: 7, last: 7, isSeenTwice: false }] },
      {
        day: '2026-03-06',
        papers: [
          { arxiv: '1', first: 5, last: 5, isSeenTwice: false },
          { arxiv: '2', first: 22, last: 30, isSeenTwice: true },
        ],
      },
    ]);
  });

  it('leave out what was seen years later, and what nobody counted', () => {
    const lists = dailyLists([
      seen('1', '2024-03-21', '2024-03-21', 29),
      seen('1', '2024-03-21', '2026-05-06', 183),
      seen('2', '2024-03-21', '2024-03-21', null),
      seen('3', '2024-03-21', '2026-05-06', 200),
    ]);
    const papers = [{ arxiv: '1', first: 29, last: 29, isSeenTwice: false }];
    expect(lists).toEqual([{ day: '2024-03-21', papers }]);
  });
});

it('is read from records that say all they must, and nothing else', () => {
  const record = seen('1', '2026-03-06', '2026-03-06', null);
  expect(engagementRecord.parse({ ...record, source: 'somebody' })).toEqual(record);
  for (const wrong of [{ upvotes: -1 }, { upvotes: '3' }, { dailyDate: 'soon' }, { arxiv: '' }]) {
    expect(engagementRecord.safeParse({ ...record, ...wrong }).success).toBe(false);
  }
});
