/**
 * Every refusal that a person can cause, in one table: its stable code, the HTTP status and the
 * exit status it means, and what to do about it. Mistakes of the programmer are plain
 * `RangeError`s and never stand here.
 */

type ErrorKind = {
  /** The HTTP status, where a request caused it. */
  readonly status:
    | 400
    | 401
    | 403
    | 404
    | 405
    | 409
    | 410
    | 413
    | 422
    | 429
    | 500
    | 502
    | 503
    | 507;
  /** Exit status of a command: 1 the work failed, 2 the command was used wrongly. */
  readonly exit: 1 | 2;
  /** When a program may ask again what is not available now; 5 if absent. */
  readonly retryAfterSeconds?: number;
  /** One sentence: what the person can do. Overridden where the place knows better. */
  readonly fix: string;
};

const KINDS = {
  not_found: {
    status: 404,
    exit: 1,
    fix: 'Check the address or the identifier, or search for the title.',
  },
  method_not_allowed: {
    status: 405,
    exit: 2,
    fix: 'This address can only be read; use GET.',
  },
  bad_request: { status: 400, exit: 2, fix: 'Correct what the message names and try again.' },
  signed_out: { status: 401, exit: 1, fix: 'Sign in and try again.' },
  forbidden: {
    status: 403,
    exit: 1,
    fix: 'Ask an operator of this instance if you should be able to.',
  },
  csrf: {
    status: 403,
    exit: 1,
    fix: 'Open the page of this site where the form is, and send it from there.',
  },
  conflict: { status: 409, exit: 1, fix: 'Read the page again and repeat what is still wanted.' },
  used_up: { status: 410, exit: 1, fix: 'Ask for a new one.' },
  too_large: { status: 413, exit: 1, fix: 'Send less at once.' },
  not_acceptable: { status: 422, exit: 1, fix: 'Correct what the message names and try again.' },
  url_not_allowed: {
    status: 422,
    exit: 1,
    fix: 'Give the https address of a page that anybody on the internet can read.',
  },
  fetch_limit: {
    status: 422,
    exit: 1,
    fix: 'Give an arXiv number or a DOI instead, or try again later.',
  },
  too_many: { status: 429, exit: 1, fix: 'Wait a little and try again.' },
  mail_failed: {
    status: 502,
    exit: 1,
    fix: 'Check the mail server (SMTP_URL) and try again.',
  },
  bad_usage: { status: 400, exit: 2, fix: 'Add --help to the command to see how it is used.' },
  bad_configuration: {
    status: 500,
    exit: 2,
    fix: 'docs/configuration.md lists every setting.',
  },
  unreadable_input: {
    status: 422,
    exit: 1,
    fix: 'Check that the file exists, may be read and is complete.',
  },
  unknown_format: {
    status: 422,
    exit: 2,
    fix: 'Name the format with --format jsonl or --format listing.',
  },
  source_failed: {
    status: 502,
    exit: 1,
    fix: 'Try again later; nothing that was stored is lost.',
  },
  not_available: {
    status: 503,
    exit: 1,
    fix: 'Try again in a moment.',
  },
  search_busy: {
    status: 503,
    exit: 1,
    retryAfterSeconds: 1,
    fix: 'Try again in a second.',
  },
  port_taken: {
    status: 500,
    exit: 1,
    fix: 'Stop the other program, or choose another port with --port.',
  },
  data_not_writable: {
    status: 500,
    exit: 1,
    fix: 'Give a folder that you may write to with --data, or mend its permissions.',
  },
  disk_full: {
    status: 507,
    exit: 1,
    fix: 'Free some space and try again; what was stored before is safe.',
  },
  disk_failed: {
    status: 500,
    exit: 1,
    fix: 'Check the disk and its quota; what was stored before is safe.',
  },
  database_busy: {
    status: 503,
    exit: 1,
    fix: 'Another process is writing for long; try again in a moment.',
  },
  database_damaged: {
    status: 500,
    exit: 1,
    fix: 'Move the file aside and restore it from a backup.',
  },
  database_newer: {
    status: 500,
    exit: 1,
    fix: 'Use the newer program, or restore a backup made before it ran.',
  },
  database_unreachable: {
    status: 503,
    exit: 1,
    fix: 'Check DATABASE_URL and that the database server runs.',
  },
  internal: {
    status: 500,
    exit: 1,
    fix: 'This is a fault of the program; its log says more.',
  },
} as const;

export type ErrorCode = keyof typeof KINDS;

export const ERRORS: Readonly<Record<ErrorCode, ErrorKind>> = KINDS;

/** Most of what is not available now is a matter of seconds. */
const RETRY_AFTER_SECONDS = 5;

/** A refusal with words for people: `message` says what was wrong, `fix` what to do. */
export class BroadsheetError extends Error {
  readonly code: ErrorCode;
  readonly fix: string;
  readonly retryAfterSeconds: number;

  constructor(
    code: ErrorCode,
    message: string,
    options: { fix?: string; cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'BroadsheetError';
    this.code = code;
    this.fix = options.fix ?? ERRORS[code].fix;
    this.retryAfterSeconds =
      options.retryAfterSeconds ?? ERRORS[code].retryAfterSeconds ?? RETRY_AFTER_SECONDS;
  }

  get status(): ErrorKind['status'] {
    return ERRORS[this.code].status;
  }

  get exitStatus(): ErrorKind['exit'] {
    return ERRORS[this.code].exit;
  }
}

/** The one JSON shape of an error, on the command line and over HTTP. */
export type ErrorJson = {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly fix: string };
};

export function toErrorJson({ code, message, fix }: BroadsheetError): ErrorJson {
  return { error: { code, message, fix } };
}

/** Any thrown value as a refusal; what is not one of ours is `internal`, with its cause kept. */
export function asBroadsheetError(thrown: unknown): BroadsheetError {
  if (thrown instanceof BroadsheetError) return thrown;
  return new BroadsheetError('internal', 'Something went wrong inside Broadsheet.', {
    cause: thrown,
  });
}
