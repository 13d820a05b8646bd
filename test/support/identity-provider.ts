/**
 * A provider of our own on loopback, of OpenID Connect and of GitHub's kind, where people are
 * signed in already and say yes to everything. It keeps a log, and misbehaves by plan.
 */

import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT, UnsecuredJWT } from 'jose';
import { onTestFinished } from 'vitest';
import type { IdentityProvider } from '../../src/accounts/identity-provider.js';

export const CLIENT = { id: 'broadsheet', secret: 'a secret/of: broadsheet' } as const;

/** Who is signed in at the provider. */
export type Person = {
  readonly subject: string;
  readonly name?: string;
  readonly handle?: string;
  readonly email?: string;
  readonly emailVerified?: unknown;
};

export type ProviderMisbehaviour = {
  /** What is sent instead of the answer to a path; `undefined` lets it be answered. */
  readonly answer?: (path: string) => Response | Promise<Response> | undefined;
  /** Changes what an ID token says. */
  readonly claims?: object;
  readonly header?: Partial<JWTHeaderParameters>;
  /** The token says that it needs no signature. */
  readonly isUnsigned?: true;
  /** Signed with a key that the provider does not publish. */
  readonly isForged?: true;
  /** Changes the address that the person is sent back to. */
  readonly back?: (address: URL) => void;
};

export type TestProvider = {
  readonly issuer: string;
  /** As it would stand in the settings. */
  readonly settings: (given?: Partial<IdentityProvider>) => IdentityProvider;
  /** Path and query of every request so far. */
  readonly requests: readonly string[];
  person: Person;
  misbehaviour: ProviderMisbehaviour;
};

const ANA: Person = {
  subject: '0000-0002-1825-0097',
  name: 'Ana Ruiz',
  handle: 'ana-ruiz',
  email: 'ana@uni.example',
  emailVerified: true,
};

/** What was granted for a code. */
type Grant = {
  readonly nonce: string | null;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly person: Person;
};

/** Stopped when the test is over. */
export async function startIdentityProvider(): Promise<TestProvider> {
  const keys = await generateKeyPair('RS256', { extractable: true });
  const otherKeys = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const grants = new Map<string, Grant>();
  const granted = new Map<string, Grant>();
  const requests: string[] = [];
  const app = new Hono();

  app.use(async (c, next) => {
    requests.push(new URL(c.req.url).pathname + new URL(c.req.url).search);
    const instead = await provider.misbehaviour.answer?.(c.req.path);
    if (instead) return instead;
    return next();
  });

  app.get('/.well-known/openid-configuration', (c) =>
    c.json({
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize`,
      token_endpoint: `${provider.issuer}/token`,
      userinfo_endpoint: `${provider.issuer}/userinfo`,
      jwks_uri: `${provider.issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    }),
  );
  app.get('/keys', (c) => c.json({ keys: [jwk] }));

  const authorize = (c: Context) => {
    const { client_id, redirect_uri, state, nonce, code_challenge, code_challenge_method } =
      c.req.query();
    const isRight = client_id === CLIENT.id && code_challenge_method === 'S256';
    if (!isRight || !redirect_uri || !code_challenge) return c.text('bad request', 400);
    const code = randomBytes(16).toString('hex');
    grants.set(code, {
      nonce: nonce ?? null,
      challenge: code_challenge,
      redirectUri: redirect_uri,
      person: provider.person,
    });
    const back = new URL(redirect_uri);
    back.search = new URLSearchParams({
      code,
      state: state ?? '',
      ...(c.req.path === '/authorize' && { iss: provider.issuer }),
    }).toString();
    provider.misbehaviour.back?.(back);
    return c.redirect(back.href, 302);
  };
  app.get('/authorize', authorize);
  app.get('/login/oauth/authorize', authorize);

  const token = async (c: Context, isOpenid: boolean) => {
    const form = await c.req.parseBody();
    const verifier = String(form.code_verifier);
    const grant = grants.get(String(form.code));
    grants.delete(String(form.code));
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const isRight = grant?.challenge === challenge && grant.redirectUri === form.redirect_uri;
    if (!isClient(c, form)) return c.json({ error: 'invalid_client' }, 401);
    // GitHub tells of refusals with status 200.
    if (!isRight) return c.json({ error: 'invalid_grant' }, isOpenid ? 400 : 200);
    const accessToken = randomBytes(16).toString('hex');
    granted.set(accessToken, grant);
    return c.json({
      access_token: accessToken,
      token_type: 'bearer',
      ...(isOpenid && { expires_in: 600, id_token: await idToken(grant) }),
    });
  };
  app.post('/token', (c) => token(c, true));
  app.post('/login/oauth/access_token', (c) => token(c, false));

  const idToken = async ({ nonce, person }: Grant): Promise<string> => {
    const { claims, header, isUnsigned, isForged } = provider.misbehaviour;
    const seconds = Math.floor(Date.now() / 1000);
    const payload = {
      iss: provider.issuer,
      sub: person.subject,
      aud: CLIENT.id,
      iat: seconds,
      exp: seconds + 600,
      ...(nonce !== null && { nonce }),
      ...claims,
    };
    if (isUnsigned) return new UnsecuredJWT(payload).encode();
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
      .sign((isForged ? otherKeys : keys).privateKey);
  };

  const personOf = (c: Context): Person | undefined =>
    granted.get(c.req.header('Authorization')?.replace(/^bearer /i, '') ?? '')?.person;

  app.get('/userinfo', (c) => {
    const person = personOf(c);
    if (!person) return c.body(null, 401);
    return c.json({
      sub: person.subject,
      name: person.name,
      preferred_username: person.handle,
      email: person.email,
      email_verified: person.emailVerified,
    });
  });
  app.get('/api/user', (c) => {
    const person = personOf(c);
    if (!person || !c.req.header('User-Agent')) return c.body(null, 403);
    return c.json({ id: Number(person.subject), login: person.handle, name: person.name ?? null });
  });
  app.get('/api/user/emails', (c) =>
    c.json([
      { email: 'old@uni.example', primary: false, verified: true },
      { email: personOf(c)?.email, primary: true, verified: personOf(c)?.emailVerified },
    ]),
  );

  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: TestProvider = {
    issuer,
    settings: (given) => ({
      id: 'orcid',
      name: 'ORCID',
      kind: 'oidc',
      issuer,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      scopes: ['openid', 'profile', 'email'],
      ...given,
    }),
    requests,
    person: ANA,
    misbehaviour: {},
  };
  return provider;
}

/** An answer that never ends: a byte now and then, until nobody listens. */
export function endlessAnswer(chunk: string, everyMs: number): Response {
  const bytes = new TextEncoder().encode(chunk);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await sleep(everyMs);
      controller.enqueue(bytes);
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'application/json' } });
}

function isClient(c: Context, form: Readonly<Record<string, unknown>>): boolean {
  if (form.client_secret !== undefined) {
    return form.client_id === CLIENT.id && form.client_secret === CLIENT.secret;
  }
  const [, basic = ''] = (c.req.header('Authorization') ?? '').split(' ');
  const [id, secret] = Buffer.from(basic, 'base64').toString().split(':').map(fromForm);
  return id === CLIENT.id && secret === CLIENT.secret;
}

/** RFC 6749, section 2.3.1: both are encoded as a form would be. */
function fromForm(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
