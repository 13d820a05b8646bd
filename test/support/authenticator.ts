/**
 * A key as a phone keeps it, in software: answers as Web Authentication Level 3 says, and signs
 * whatever a test wants it to say, so that only what was altered can be the reason of a refusal.
 */

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export type AuthenticatorAnswer = {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly clientExtensionResults: object;
  readonly response: Readonly<Record<string, unknown>>;
};

/** What an answer says; honest where a test says nothing. */
export type Alteration = {
  readonly clientData?: Readonly<Record<string, unknown>>;
  readonly rpId?: string;
  /** Section 6.1: 1 is somebody there, 4 somebody recognised, 16 kept by a service, 64 a key. */
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string;
};

export type Authenticator = {
  readonly id: string;
  readonly add: (options: object, alteration?: Alteration) => AuthenticatorAnswer;
  readonly signIn: (options: object, alteration?: Alteration) => AuthenticatorAnswer;
};

type Asked = { readonly challenge: string; readonly user?: { readonly id: string } };

export function createAuthenticator(origin: string): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credential = randomBytes(16);
  const id = credential.toString('base64url');
  const host = new URL(origin).hostname;
  let counter = 0;
  let user: string | undefined;

  const clientData = (type: string, { challenge }: Asked, { clientData: other }: Alteration) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...other }));

  const authenticatorData = (usualFlags: number, alteration: Alteration, rest: Buffer) => {
    counter += 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(alteration.counter ?? counter);
    const flags = Buffer.of(alteration.flags ?? usualFlags);
    return Buffer.concat([sha256(alteration.rpId ?? host), flags, count, rest]);
  };

  const answer = (response: Record<string, unknown>): AuthenticatorAnswer => ({
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    // As JSON has it: what is not there has no name either.
    response: JSON.parse(JSON.stringify(response)) as Record<string, unknown>,
  });

  return {
    id,
    add(options, alteration = {}) {
      const asked = options as Asked;
      user = asked.user?.id;
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
      // COSE (RFC 9053) of an ES256 key, written out in CBOR.
      const key = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ]);
      const length = Buffer.of(0, credential.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, credential, key]);
      const data = authenticatorData(1 + 4 + 64, alteration, attested);
      const dataLength = Buffer.alloc(2);
      dataLength.writeUInt16BE(data.length);
      const attestationObject = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
        Buffer.of(0x59),
        dataLength,
        data,
      ]);
      return answer({
        clientDataJSON: clientData('webauthn.create', asked, alteration).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      });
    },
    signIn(options, alteration = {}) {
      const client = clientData('webauthn.get', options as Asked, alteration);
      const data = authenticatorData(1 + 4, alteration, Buffer.alloc(0));
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey);
      return answer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: alteration.userHandle ?? user,
      });
    },
  };
}

function sha256(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
