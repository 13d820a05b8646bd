import { describe, expect, it } from 'vitest';
import { identityFromClaims, identityFromGithub, isPlainLoopback } from './identity-provider.js';

const ISSUER = 'https://id.example';

describe('who somebody is by the claims of OpenID', () => {
  it('has an address only if the provider has seen it to be theirs', () => {
    const of = (email_verified: unknown) =>
      identityFromClaims(ISSUER, '7', { email: 'ana@uni.example', email_verified }).verifiedEmail;
    expect(of(true)).toBe('ana@uni.example');
    for (const proof of [false, 'true', 1, null, undefined, {}]) expect(of(proof)).toBeUndefined();
  });

  it('is called by what they know themselves by: an ORCID iD, a handle, an address, a name', () => {
    const orcid = { name: 'Ana Ruiz', preferred_username: 'ana' };
    const labelOf = (subject: string, claims: object) =>
      identityFromClaims(ISSUER, subject, { ...claims }).label;
    expect(labelOf('0000-0002-1825-009X', orcid)).toBe('0000-0002-1825-009X');
    expect(labelOf('7', orcid)).toBe('ana');
    expect(labelOf('7', { name: 'Ana', email: 'a@b.example', email_verified: true })).toBe(
      'a@b.example',
    );
    expect(labelOf('7', { given_name: 'Ana', family_name: 'Ruiz' })).toBe('Ana Ruiz');
    expect(labelOf('7', {})).toBe('7');
  });

  it('is nothing that is no text, and no sign that deceives', () => {
    const odd = { name: ['Ana'], preferred_username: 7, email: {}, email_verified: true };
    expect(identityFromClaims(ISSUER, '7', odd)).toEqual({
      issuer: ISSUER,
      subject: '7',
      label: '7',
      displayName: undefined,
      verifiedEmail: undefined,
    });
    expect(identityFromClaims(ISSUER, '7', { name: 'A\u202e\nB' }).displayName).toBe('A B');
  });
});

describe('who somebody is at GitHub', () => {
  const user = { id: 583231, login: 'ana', name: null };

  it('is a number, whatever they are called', () => {
    const emails = [
      { email: 'old@uni.example', primary: false, verified: true },
      { email: 'ana@uni.example', primary: true, verified: true },
    ];
    expect(identityFromGithub('https://github.com', user, emails)).toEqual({
      issuer: 'https://github.com',
      subject: '583231',
      label: 'ana',
      displayName: undefined,
      verifiedEmail: 'ana@uni.example',
    });
  });

  it('has no address but a verified primary one', () => {
    for (const emails of [
      [{ email: 'a@b.example', primary: true, verified: false }],
      [{ email: 'a@b.example', primary: false, verified: true }],
      [{ email: 7, primary: true, verified: true }],
      [null],
      { message: 'Not Found' },
      undefined,
    ]) {
      expect(identityFromGithub('https://github.com', user, emails).verifiedEmail).toBeUndefined();
    }
  });

  it('is nobody without such a number', () => {
    for (const id of ['583231', 1.5, null, undefined, 2 ** 60]) {
      expect(() => identityFromGithub('https://github.com', { ...user, id }, [])).toThrow();
    }
    expect(() => identityFromGithub('https://github.com', null, [])).toThrow();
  });
});

it('asks a provider in the open on this machine alone', () => {
  const plain = (issuer: string) => isPlainLoopback({ name: 'ORCID', issuer });
  expect(plain('https://orcid.org')).toBe(false);
  for (const host of ['localhost:8080', '127.0.0.1', '[::1]'])
    expect(plain(`http://${host}`)).toBe(true);
  for (const host of ['orcid.org', '127.0.0.1.evil.example', '10.0.0.1']) {
    expect(() => plain(`http://${host}`)).toThrow('must begin with https://');
  }
});
