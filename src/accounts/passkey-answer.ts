/** What a browser sends for a passkey, checked for its form before anything is worked out of it. */

import { z } from 'zod';
import { BroadsheetError } from '../errors.js';

/** Credentials may have 1,023 bytes; certificates and keys of new kinds some thousands. */
const bytes = (most: number) =>
  z
    .string()
    .min(1)
    .max(Math.ceil((most * 4) / 3))
    .regex(/^[\w-]+$/);

const CREDENTIAL = {
  id: bytes(1_023),
  rawId: bytes(1_023),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
};

const ADDED = z.object({
  ...CREDENTIAL,
  response: z.object({
    clientDataJSON: bytes(4_096),
    attestationObject: bytes(32_768),
    transports: z
      .array(
        z
          .string()
          .max(32)
          .regex(/^[a-z-]+$/),
      )
      .max(10)
      .exactOptional(),
  }),
});

const SIGN_IN = z.object({
  ...CREDENTIAL,
  response: z.object({
    clientDataJSON: bytes(4_096),
    authenticatorData: bytes(4_096),
    signature: bytes(8_192),
    userHandle: bytes(64).exactOptional(),
  }),
});

const CLIENT_DATA = z.object({
  challenge: z.string().max(200),
  crossOrigin: z.boolean().optional(),
});

/** What every answer of an authenticator begins with; all binary values in base64url. */
type Credential = {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly clientExtensionResults: Record<string, never>;
};

/** A new key. */
export type AddedAnswer = Credential & {
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports?: string[];
  };
};

/** A challenge signed by a key that is known. */
export type SignInAnswer = Credential & {
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string;
  };
};

export type PasskeyAnswer = { readonly response: { readonly clientDataJSON: string } };

/** @throws BroadsheetError `bad_request` */
export function readAddedAnswer(sent: unknown): AddedAnswer {
  return checked(ADDED, sent);
}

/** @throws BroadsheetError `bad_request` */
export function readSignInAnswer(sent: unknown): SignInAnswer {
  return checked(SIGN_IN, sent);
}

/** @throws BroadsheetError `bad_request` */
export function challengeOf({ response }: PasskeyAnswer): string {
  let data: unknown;
  try {
    data = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString());
  } catch {
    throw notAnAnswer();
  }
  const { challenge, crossOrigin } = checked(CLIENT_DATA, data);
  if (crossOrigin) {
    throw new BroadsheetError(
      'bad_request',
      'The passkey was asked inside the page of another site.',
    );
  }
  return challenge;
}

function checked<Shape extends z.ZodType>(shape: Shape, sent: unknown): z.infer<Shape> {
  const result = shape.safeParse(sent);
  if (result.success) return result.data;
  throw notAnAnswer();
}

function notAnAnswer(): BroadsheetError {
  return new BroadsheetError('bad_request', 'This is not the answer of a passkey.');
}
