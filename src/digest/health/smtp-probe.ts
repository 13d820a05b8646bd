/** What a look at a mail server told. */

export type SmtpProbe =
  | { readonly status: 'unreachable'; readonly reason: string }
  | {
      readonly status: 'answered';
      /** The address that was spoken to. */
      readonly address: string;
      /** Whether the server offers to turn to TLS; always so where TLS comes first. */
      readonly offersTls: boolean;
      /** Absent where TLS was not offered. */
      readonly tls: TlsOutcome | undefined;
    };

export type TlsOutcome =
  | { readonly status: 'secure'; readonly protocol: string; readonly validUntilMs: number }
  | { readonly status: 'refused'; readonly reason: string };
