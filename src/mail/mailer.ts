/** A letter, and who takes it to the post. */

export type Letter = {
  /** One address, checked before (`accounts/email-address.ts`). */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Further headers. Values with line breaks are refused. */
  readonly headers?: Readonly<Record<string, string>>;
};

export type Mailer = {
  /**
   * Whether letters leave the machine. Without a mail server they are written to the log
   * instead, and pages say so.
   */
  readonly delivers: boolean;
  /** @throws BroadsheetError `mail_failed` when the server did not take it */
  readonly send: (letter: Letter) => Promise<void>;
};
