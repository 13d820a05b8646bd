/**
 * Asking a provider who somebody is: OpenID Connect with code, PKCE, state and nonce, or GitHub's
 * OAuth. Nothing that a provider sends can hold us up or fill our memory: every answer has a time
 * and a length.
 */

import * as openid from 'openid-client';
import { BroadsheetError } from '../errors.js';
import {
  type Claims,
  type IdentityProvider,
  identityFromClaims,
  identityFromGithub,
  isPlainLoopback,
  type ProvenIdentity,
} from './identity-provider.js';

export type IdentityProviderClient = {
  /**
   * Where the person goes to say yes.
   *
   * @throws BroadsheetError `bad_request` when the provider cannot be asked
   */
  readonly addressFor: (attempt: Attempt) => Promise<string>;
  /**
   * Who came back.
   *
   * @param query - what the provider put behind our address
   * @throws BroadsheetError `bad_request`
   */
  readonly identityOf: (query: URLSearchParams, attempt: Attempt) => Promise<ProvenIdentity>;
};

/** One try to sign in: the same values on the way there and on the way back. */
export type Attempt = {
  readonly state: string;
  readonly nonce: string;
  /** PKCE, RFC 7636. */
  readonly codeVerifier: string;
  /** Ours, where the provider sends the person back to. */
  readonly redirectUri: string;
};

const TIMEOUT_SECONDS = 10;

/** A hundred times what keys and claims need. */
const LONGEST_ANSWER_BYTES = 1_048_576;

/** Endpoints and keys change seldom, and with notice. */
const DISCOVERY_HOLDS_MS = 6 * 3_600_000;

const CLOCK_TOLERANCE_SECONDS = 60;

type Parts = { readonly fetch: typeof globalThis.fetch; readonly now: () => Date };

/** @throws BroadsheetError `bad_configuration` for an issuer that would be asked in the open */
export function createIdentityProviderClient(
  provider: IdentityProvider,
  { fetch, now }: Parts,
): IdentityProviderClient {
  const { kind, name } = provider;
  const extensions = isPlainLoopback(provider) ? [openid.allowInsecureRequests] : [];
  const configure = kind === 'github' ? configureGithub : discover;
  let discovered: { readonly config: openid.Configuration; readonly untilMs: number } | undefined;

  const configuration = async (): Promise<openid.Configuration> => {
    if (discovered && discovered.untilMs > now().getTime()) return discovered.config;
    const config = await configure(provider, { fetch: bounded(fetch), extensions });
    discovered = { config, untilMs: now().getTime() + DISCOVERY_HOLDS_MS };
    return config;
  };

  return {
    async addressFor({ state, nonce, codeVerifier, redirectUri }) {
      const config = await configuration().catch((cause) => {
        throw silentProvider(name, cause);
      });
      const address = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: scopesOf(provider).join(' '),
        state,
        code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(kind === 'oidc' && { nonce }),
      });
      return address.href;
    },

    async identityOf(query, attempt) {
      try {
        const config = await configuration();
        const here = new URL(attempt.redirectUri);
        here.search = query.toString();
        return await (kind === 'github' ? askGithub : askOpenid)(config, here, attempt, provider);
      } catch (cause) {
        throw unproven(name, cause);
      }
    },
  };
}

type Connection = {
  readonly fetch: openid.CustomFetch;
  readonly extensions: readonly ((config: openid.Configuration) => void)[];
};

async function discover(
  { issuer, clientId, clientSecret }: IdentityProvider,
  { fetch, extensions }: Connection,
): Promise<openid.Configuration> {
  const found = await openid.discovery(new URL(issuer), clientId, undefined, undefined, {
    [openid.customFetch]: fetch,
    timeout: TIMEOUT_SECONDS,
    execute: [...extensions],
  });
  const server = found.serverMetadata();
  const config = new openid.Configuration(
    server,
    clientId,
    { [openid.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
    authenticationFor(clientSecret, server.token_endpoint_auth_methods_supported),
  );
  // A signature is checked even where TLS alone would vouch for the token.
  return connected(config, {
    fetch,
    extensions: [...extensions, openid.enableNonRepudiationChecks],
  });
}

/** GitHub publishes no metadata for this; another issuer is a server of the same kind. */
async function configureGithub(
  { issuer, clientId, clientSecret }: IdentityProvider,
  connection: Connection,
): Promise<openid.Configuration> {
  const base = issuer.replace(/\/$/, '');
  const config = new openid.Configuration(
    {
      issuer: base,
      authorization_endpoint: `${base}/login/oauth/authorize`,
      token_endpoint: `${base}/login/oauth/access_token`,
    },
    clientId,
    {},
    authenticationFor(clientSecret, ['client_secret_post']),
  );
  return connected(config, connection);
}

function connected(config: openid.Configuration, { fetch, extensions }: Connection) {
  config[openid.customFetch] = fetch;
  config.timeout = TIMEOUT_SECONDS;
  for (const extend of extensions) extend(config);
  return config;
}

/** OpenID Connect Discovery 1.0 says that a server which names no method means the header. */
function authenticationFor(
  clientSecret: string | undefined,
  methods: readonly string[] = ['client_secret_basic'],
): openid.ClientAuth {
  if (clientSecret === undefined) return openid.None();
  const inBody = methods.includes('client_secret_post') && !methods.includes('client_secret_basic');
  return inBody ? openid.ClientSecretPost(clientSecret) : openid.ClientSecretBasic(clientSecret);
}

/** The scopes of OpenID mean nothing to GitHub, and its own default would tell no address. */
function scopesOf({ kind, scopes }: IdentityProvider): readonly string[] {
  return kind === 'github' && scopes.includes('openid') ? ['user:email'] : scopes;
}

async function askOpenid(
  config: openid.Configuration,
  here: URL,
  { state, nonce, codeVerifier }: Attempt,
  { scopes }: IdentityProvider,
): Promise<ProvenIdentity> {
  const tokens = await openid.authorizationCodeGrant(config, here, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new RangeError('no ID token');
  const hasMore = scopes.includes('email') && claims.email === undefined;
  const asksFurther = hasMore && config.serverMetadata().userinfo_endpoint !== undefined;
  const further: Claims = asksFurther
    ? await openid.fetchUserInfo(config, tokens.access_token, claims.sub)
    : {};
  return identityFromClaims(claims.iss, claims.sub, { ...claims, ...further });
}

async function askGithub(
  config: openid.Configuration,
  here: URL,
  { state, codeVerifier }: Attempt,
): Promise<ProvenIdentity> {
  const { issuer } = config.serverMetadata();
  const tokens = await openid.authorizationCodeGrant(config, here, {
    expectedState: state,
    pkceCodeVerifier: codeVerifier,
  });
  const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api`;
  const read = async (path: string): Promise<unknown> => {
    const headers = new Headers({ Accept: 'application/vnd.github+json' });
    const address = new URL(api + path);
    const answer = await openid.fetchProtectedResource(
      config,
      tokens.access_token,
      address,
      'GET',
      null,
      headers,
    );
    if (!answer.ok) throw new RangeError(`GitHub answered ${answer.status} for ${path}`);
    return answer.json();
  };
  const [user, emails] = await Promise.all([read('/user'), read('/user/emails')]);
  return identityFromGithub(issuer, user, emails);
}

/** Reads an answer whole, and gives up on one that is too long. */
function bounded(fetch: typeof globalThis.fetch): openid.CustomFetch {
  return async (address, options) => {
    const answer = await fetch(address, options as RequestInit);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of answer.body ?? []) {
      length += chunk.length;
      // Leaving the loop hangs up.
      if (length > LONGEST_ANSWER_BYTES) throw new RangeError('the answer is too long');
      chunks.push(chunk);
    }
    const body = length > 0 ? Buffer.concat(chunks) : null;
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}

function silentProvider(name: string, cause: unknown): BroadsheetError {
  return new BroadsheetError('bad_request', `${name} cannot be asked at the moment.`, {
    fix: 'Try again in a few minutes, or sign in another way.',
    cause,
  });
}

function unproven(name: string, cause: unknown): BroadsheetError {
  if (cause instanceof openid.AuthorizationResponseError && cause.error === 'access_denied') {
    return new BroadsheetError('bad_request', `${name} was not allowed to say who you are.`, {
      fix: 'Nothing was changed. You can try again, or sign in another way.',
    });
  }
  return new BroadsheetError(
    'bad_request',
    `What came back from ${name} does not prove anything.`,
    {
      fix: 'Begin again on the page Sign in; if it goes on, tell those who run this instance.',
      cause,
    },
  );
}
