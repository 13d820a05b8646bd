import { describe, expect, it } from 'vitest';
import type { AccountId } from '../../accounts/account.js';
import {
  findRepetitions,
  findSignUpBursts,
  type Repetition,
  type SignUp,
  type SignUpBurst,
  type WrittenText,
} from './repetitions.js';
import { atOnce } from './slices.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function signUp(accountId: string, atMs: number, network?: string): SignUp {
  return { accountId: accountId as AccountId, atMs, network };
}

function signUpBursts(signUps: readonly SignUp[]): readonly SignUpBurst[] {
  return atOnce(findSignUpBursts(signUps));
}

function repetitions(comments: readonly WrittenText[]): readonly Repetition[] {
  return atOnce(findRepetitions(comments));
}

describe('a burst of sign-ups', () => {
  it('is many accounts from one network within an hour', () => {
    const made = [0, 1, 2, 3, 4].map((each) => signUp(`a${each}`, each * 5 * MINUTE, 'house'));
    const others = [0, 1, 2, 3].map((each) => signUp(`b${each}`, each * 5 * MINUTE, 'office'));
    expect(signUpBursts([...others, ...made])).toEqual([
      {
        accounts: ['a0', 'a1', 'a2', 'a3', 'a4'],
        isOneNetwork: true,
        firstAtMs: 0,
        lastAtMs: 20 * MINUTE,
      },
    ]);
  });

  it('is found wherever the hour begins, and told once', () => {
    const early = signUp('early', -50 * MINUTE, 'house');
    const made = [0, 1, 2, 3, 4, 5].map((each) => signUp(`a${each}`, each * 11 * MINUTE, 'house'));
    const [burst, ...others] = signUpBursts([early, ...made]);
    expect(burst?.accounts).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5']);
    expect(others).toEqual([]);
  });

  it('is far more accounts than usual, wherever they come from', () => {
    const usual = Array.from({ length: 50 }, (_, each) => signUp(`u${each}`, each * 5 * HOUR));
    const many = Array.from({ length: 30 }, (_, each) =>
      signUp(`m${each}`, 2 * HOUR + each * MINUTE),
    );
    const [burst, ...others] = signUpBursts([...usual, ...many]);
    expect(burst?.accounts).toHaveLength(30);
    expect(burst?.isOneNetwork).toBe(false);
    expect(others).toEqual([]);
  });

  it('is not what a busy site always has', () => {
    const busy = Array.from({ length: 2_000 }, (_, each) => signUp(`u${each}`, each * MINUTE));
    expect(signUpBursts(busy)).toEqual([]);
  });
});

describe('a repeated text', () => {
  const written = (commentId: string, text: string, accountId = 'a') => ({
    commentId,
    accountId: accountId as AccountId,
    text,
  });

  it('is found whatever its signs, digits and capitals', () => {
    const found = repetitions([
      written('1', 'Best essay service on this planet: call 123!', 'a'),
      written('2', 'BEST essay service, on this planet – call 456', 'b'),
      written('3', 'best  essay  service on this planet call', 'a'),
      written('4', 'A question about the second table of results'),
    ]);
    expect(found).toMatchObject([{ commentIds: ['1', '2', '3'], accounts: ['a', 'b'] }]);
  });

  it('is not what people say by chance', () => {
    expect(repetitions(['1', '2', '3', '4'].map((id) => written(id, 'Thank you!')))).toEqual([]);
  });
});
