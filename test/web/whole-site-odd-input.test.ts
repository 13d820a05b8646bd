/** Every route of the pages, on every database, with what no form of ours holds. */

import { describe, expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../support/databases.js';
import {
  type Body,
  bodyOf,
  getRoutes,
  goodRequest,
  ORIGIN,
  postRoutes,
  type Route,
  send,
  sessionOf,
  whoMay,
} from '../support/hostile-requests.js';
import { type HostileSite, openHostileSite } from '../support/hostile-site.js';

/** Values of one field. */
const ODD_VALUES: readonly string[] = [
  '',
  'a\0b',
  '\u0001\u202e\u200b',
  '1e400',
  '9'.repeat(40),
  '__proto__',
  '../../etc/passwd',
  '//evil.example',
  "' or 1=1 --",
  '%',
  '𝒜\u0301\u0301',
  'x'.repeat(100_000),
];

/** Names in an address: what routers and databases stumble over. */
const ODD_NAMES: readonly string[] = [
  '%00',
  '%ED%A0%80',
  '%FF',
  '%',
  '%2e%2e',
  '%2F%2F',
  '__proto__',
  '-1',
  '1e400',
  '9'.repeat(40),
  '%27%20or%201=1',
  '%E2%80%AE',
  'x'.repeat(4_000),
];

/** All that pages of ours read behind the question mark. */
const QUESTIONS = [
  'address',
  'back',
  'category',
  'code',
  'confirmed',
  'done',
  'edition',
  'error',
  'explain',
  'feed',
  'from',
  'hidden',
  'mode',
  'page',
  'paper',
  'q',
  'quote',
  'saved',
  'sort',
  'state',
  'until',
  'verify',
  'welcome',
];

/** Behind each of them, written as in an address. */
const ODD_ANSWERS: readonly string[] = [
  '',
  '%00',
  '%ED%A0%80',
  '%FF',
  '%',
  '%E2%80%AE',
  '1e400',
  '-1',
  '9'.repeat(40),
  '__proto__',
  '%2F%2Fevil.example',
  '1&page=2&page[]=3',
];

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'Content-Type': 'application/json' };

type Oddity = { readonly body?: Body; readonly headers: Readonly<Record<string, string>> };

/** Bodies made of the good fields, or of none. */
function oddBodies(fields: Readonly<Record<string, string>>, isJson: boolean): readonly Oddity[] {
  const names = Object.keys(fields);
  const changed = names.flatMap((name) =>
    ODD_VALUES.map((value) => bodyOf({ fields: { ...fields, [name]: value }, isJson })),
  );
  const without = names.map((name) => {
    const { [name]: _, ...others } = fields;
    return bodyOf({ fields: others, isJson });
  });
  const several = (suffix: string) =>
    names.map((name) => `${name}${suffix}=a&${name}${suffix}=b`).join('&');
  const file = new FormData();
  for (const name of names) file.set(name, new File(['a file'], 'a.txt'));
  const nested = Object.fromEntries(names.map((name) => [name, [{ a: [null, 1, true] }]]));
  return [
    ...changed,
    ...without,
    { headers: {} },
    { headers: FORM, body: several('') },
    { headers: FORM, body: several('[]') },
    { headers: FORM, body: several('[a][b]') },
    { headers: FORM, body: '__proto__[role]=operator&constructor.prototype.role=operator' },
    { headers: FORM, body: '%ED%A0%80=%ED%A0%80&%=%&&&=' },
    { headers: {}, body: file },
    { headers: JSON_TYPE, body: JSON.stringify(nested) },
    { headers: JSON_TYPE, body: '[]' },
    { headers: JSON_TYPE, body: 'null' },
    { headers: JSON_TYPE, body: '{"answer":{"id":1e308,"response":{"clientDataJSON":[]}}}' },
    { headers: JSON_TYPE, body: '{"answer":{"id":"AA","rawId":"AA","type":"public-key"}}' },
  ];
}

/** What is wrong with an answer: a fault of the program, or a refusal without its words. */
function flawOf({ status, text }: { readonly status: number; readonly text: string }) {
  if (status >= 500) return `${status}: ${text.slice(0, 200)}`;
  if (status < 400) return undefined;
  // Some refusals stand beside the form for whoever asks for pages; programs get them as JSON.
  const { error } = JSON.parse(text) as { readonly error?: Readonly<Record<string, string>> };
  return error?.code && error.message && error.fix ? undefined : `${status}: ${text.slice(0, 200)}`;
}

async function flawsOf(site: HostileSite, route: Route, oddities: readonly Oddity[]) {
  const session = await sessionOf(site, whoMay(site, route));
  const flaws: string[] = [];
  for (const { body, headers } of oddities) {
    const answer = await send(site, {
      path: goodRequest(site, route).path,
      session,
      headers: { ...headers, Origin: ORIGIN },
      ...(body !== undefined && { body }),
    });
    const flaw = flawOf(answer);
    if (flaw) flaws.push(`${route.pattern} ${String(body).slice(0, 150)} → ${flaw}`);
  }
  return flaws;
}

async function flawsOfQuestions(site: HostileSite, route: Route, values: readonly string[]) {
  const session = await sessionOf(site, whoMay(site, route));
  const [path = ''] = goodRequest(site, route).path.split('?');
  const flaws: string[] = [];
  for (const value of values) {
    const query = QUESTIONS.map((name) => `${name}=${value}`).join('&');
    const flaw = flawOf(await send(site, { method: 'GET', path: `${path}?${query}`, session }));
    if (flaw) flaws.push(`${path} ${value} → ${flaw}`);
  }
  return flaws;
}

describe('what no page of ours sends', () => {
  it('is refused in words by every form, and is no fault of the program', async () => {
    const site = await openHostileSite({ hasProvider: true });
    const flaws: string[] = [];
    for (const route of postRoutes(site)) {
      const { fields, isJson } = goodRequest(site, route);
      flaws.push(...(await flawsOf(site, route, oddBodies(fields, isJson))));
    }
    expect(flaws).toEqual([]);
    expect(site.logged).toEqual([]);
  });

  it('is refused in words by every address', async () => {
    const site = await openHostileSite();
    const flaws: string[] = [];
    const parameter = /:\w+(\{[^}]*\})?/g;
    for (const { method, pattern } of [...getRoutes(site), ...postRoutes(site)]) {
      if (!pattern.includes(':')) continue;
      const session = await sessionOf(site, whoMay(site, { method, pattern }));
      for (const name of ODD_NAMES) {
        const path = pattern.replace(parameter, pattern.includes('{@') ? `@${name}` : name);
        const sent = { method, path, session, headers: { Origin: ORIGIN } };
        const flaw = flawOf(await send(site, sent));
        if (flaw) flaws.push(`${method} ${path.slice(0, 120)} → ${flaw}`);
      }
    }
    expect(flaws).toEqual([]);
    expect(site.logged).toEqual([]);
  });

  it('is refused in words, or ignored, behind every question mark', async () => {
    const site = await openHostileSite();
    const flaws: string[] = [];
    for (const route of getRoutes(site)) {
      flaws.push(...(await flawsOfQuestions(site, route, ODD_ANSWERS)));
    }
    expect(flaws).toEqual([]);
    expect(site.logged).toEqual([]);
  });
});

/** What one database takes and another does not: too long a number, too long a text, no text. */
const ODD_FOR_DATABASES = ['9'.repeat(15), 'é'.repeat(50_000)];

describeOnEveryDatabase('what a database may stumble over', (database) => {
  it('is refused in words by every route', async () => {
    const site = await openHostileSite({ database: database() });
    const flaws: string[] = [];
    for (const route of postRoutes(site)) {
      const { fields, isJson } = goodRequest(site, route);
      const odd = Object.keys(fields).flatMap((name) =>
        ODD_FOR_DATABASES.map((value) => bodyOf({ fields: { ...fields, [name]: value }, isJson })),
      );
      flaws.push(...(await flawsOf(site, route, odd)));
    }
    for (const route of getRoutes(site)) {
      flaws.push(...(await flawsOfQuestions(site, route, ['%00', '9'.repeat(15)])));
    }
    expect(flaws).toEqual([]);
    expect(site.logged).toEqual([]);
  });
});
