/** Builds messages of the forms in which mail servers send their reports. */

/** Which letter a report is about. */
export type ReportedLetter = {
  /** The envelope sender of the letter: where the report goes. */
  readonly returnPath: string;
  /** Without brackets. */
  readonly messageId: string;
  readonly recipient: string;
};

export const LETTER: ReportedLetter = {
  returnPath: 'bounces+20261121.0000000000000000000000000.0000000000000@example.org',
  messageId: '20261121.00112233445566778899aabbccddeeff@example.org',
  recipient: 'ana@reader.example',
};

export type Fields = Readonly<Record<string, string>>;

/** The letter that was not delivered, as far as reports carry it. */
export function originalHeader({ messageId, recipient, returnPath }: ReportedLetter): string {
  return crlf(`Return-Path: <${returnPath}>
Received: from press.example.org by relay.example.org with ESMTPS; Sat, 21 Nov 2026 08:00:03 +0000
From: The Broadsheet <digest@example.org>
To: ${recipient}
Subject: The papers of Saturday
Message-ID: <${messageId}>
Auto-Submitted: auto-generated
List-Id: Broadsheet <digest.example.org>
`);
}

export function originalLetter(letter: ReportedLetter): string {
  return `${originalHeader(letter)}\r\n${crlf('Ten papers are new today. The mailbox is full of user unknown.\n')}`;
}

/** A message of one part. */
export function plainMessage(
  header: Fields,
  text: string,
  type = 'text/plain; charset=utf-8',
): string {
  return `${headerLines({ 'MIME-Version': '1.0', 'Content-Type': type, ...header })}\r\n${crlf(text)}`;
}

type ReportPart = { readonly type: string; readonly body: string; readonly encoding?: string };

/** A `multipart/report`, or another kind of many parts. */
export function manyParts(
  header: Fields,
  parts: readonly ReportPart[],
  type = 'multipart/report; report-type=delivery-status',
): string {
  const border = 'part-of-the-report';
  const bodies = parts.map(({ type, body, encoding }) => {
    const lines = headerLines({
      'Content-Type': type,
      ...(encoding && { 'Content-Transfer-Encoding': encoding }),
    });
    return `--${border}\r\n${lines}\r\n${crlf(body)}\r\n`;
  });
  const whole = headerLines({
    'MIME-Version': '1.0',
    'Content-Type': `${type}; boundary="${border}"`,
    ...header,
  });
  return `${whole}\r\n${bodies.join('')}--${border}--\r\n`;
}

export type Dsn = {
  readonly letter?: ReportedLetter;
  readonly header?: Fields;
  /** For people. */
  readonly words: string;
  /** Of the whole report: who sends it. */
  readonly message?: Fields;
  /** One for each recipient, in the order of its fields. */
  readonly recipients: readonly Fields[];
  readonly carries?: 'letter' | 'header' | 'nothing';
};

/** A report as RFC 3464 has it. */
export function dsn(given: Dsn): string {
  const { letter = LETTER, recipients, carries = 'letter' } = given;
  const message = given.message ?? { 'Reporting-MTA': 'dns; mx.reader.example' };
  const blocks = [message, ...recipients].map(headerLines);
  const parts: ReportPart[] = [
    { type: 'text/plain; charset=utf-8', body: given.words },
    { type: 'message/delivery-status', body: blocks.join('\r\n') },
  ];
  if (carries === 'letter') parts.push({ type: 'message/rfc822', body: originalLetter(letter) });
  if (carries === 'header') {
    parts.push({ type: 'text/rfc822-headers', body: originalHeader(letter) });
  }
  return manyParts({ ...systemHeader(letter), ...given.header }, parts);
}

/** A complaint as RFC 5965 has it. */
export function complaint(fields: Fields, letter: ReportedLetter = LETTER): string {
  return manyParts(
    {
      From: 'Feedback <feedback@provider.example>',
      To: letter.returnPath,
      Subject: 'FW: The papers of Saturday',
      'Message-ID': '<complaint-1@provider.example>',
    },
    [
      { type: 'text/plain', body: 'A reader has marked this letter as unwanted.\n' },
      {
        type: 'message/feedback-report',
        body: headerLines({ 'User-Agent': 'Feedback/1', Version: '1', ...fields }),
      },
      { type: 'message/rfc822', body: originalLetter(letter) },
    ],
    'multipart/report; report-type=feedback-report',
  );
}

/** How mail systems begin their reports. */
export function systemHeader({ returnPath }: ReportedLetter = LETTER): Fields {
  return {
    'Return-Path': '<>',
    From: 'Mail Delivery System <MAILER-DAEMON@mx.reader.example>',
    To: returnPath,
    Date: 'Sat, 21 Nov 2026 08:00:09 +0000',
    'Message-ID': '<report-1@mx.reader.example>',
    'Auto-Submitted': 'auto-replied',
    Subject: 'Undelivered Mail Returned to Sender',
  };
}

export function headerLines(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${crlf(value)}\r\n`)
    .join('');
}

export function crlf(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}
