/**
 * Reports as the mail systems of the world send them, written for the tests: each in the form of
 * one system, with what it has to mean. Texts are ours; forms, codes and the sentences by which
 * a system is recognised are theirs.
 */

import type { ReturnKind } from '../../src/digest/returns/returns.js';
import {
  complaint,
  type Dsn,
  dsn,
  type Fields,
  headerLines,
  LETTER,
  manyParts,
  originalHeader,
  originalLetter,
  plainMessage,
  systemHeader,
} from './report-builders.js';

export type BounceReport = {
  readonly name: string;
  readonly kind: ReturnKind;
  /** The status that decides; not checked if absent. */
  readonly status?: string;
  readonly source: string;
};

const ANA = LETTER.recipient;

/** A recipient that failed. */
function failed(status: string, diagnostic: string, more: Fields = {}): Fields {
  return {
    'Final-Recipient': `rfc822; ${ANA}`,
    ...more,
    Action: 'failed',
    ...(status && { Status: status }),
    ...(diagnostic && { 'Diagnostic-Code': diagnostic }),
  };
}

function report(name: string, kind: ReturnKind, status: string, given: Dsn): BounceReport {
  return { name, kind, status, source: dsn(given) };
}

function words(
  name: string,
  kind: ReturnKind,
  header: Fields,
  text: string,
  status?: string,
): BounceReport {
  const source = plainMessage({ ...systemHeader(), ...header }, text);
  return status === undefined ? { name, kind, source } : { name, kind, status, source };
}

const POSTFIX_WORDS = `This is the mail system at host relay.example.org.

Your message was not delivered to one or more recipients. It is attached below.

                   The mail system
`;

const GMAIL: Fields = {
  From: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
  Subject: 'Delivery Status Notification (Failure)',
  'X-Failed-Recipients': ANA,
};

const EXCHANGE: Fields = {
  From: 'Microsoft Outlook <postmaster@reader.example>',
  Subject: 'Undeliverable: The papers of Saturday',
  'X-MS-Exchange-Message-Is-Ndr': '',
};

const standard: readonly BounceReport[] = [
  report('Postfix: the mailbox is unknown', 'no-such-address', '5.1.1', {
    words: `${POSTFIX_WORDS}\n<${ANA}>: host mx.reader.example said: 550 5.1.1 User unknown\n`,
    message: {
      'Reporting-MTA': 'dns; relay.example.org',
      'X-Postfix-Queue-ID': '4ABCDE12345',
      'X-Postfix-Sender': `rfc822; ${LETTER.returnPath}`,
    },
    recipients: [
      failed(
        '5.1.1',
        `smtp; 550 5.1.1 <${ANA}>: Recipient address rejected: User unknown in\n    local recipient table`,
        {
          'Original-Recipient': `rfc822;${ANA}`,
        },
      ),
    ],
  }),
  report('Postfix: the domain has no mail (null MX)', 'no-such-address', '5.1.10', {
    words: POSTFIX_WORDS,
    recipients: [
      failed('5.1.10', 'X-Postfix; Domain reader.example does not accept mail (nullMX)'),
    ],
  }),
  report('Postfix: the domain is not found', 'refused', '5.4.4', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.4.4',
        'X-Postfix; Host or domain name not found. Name service error for name=reader.example type=AAAA: Host not found',
      ),
    ],
  }),
  report('Postfix: tried for five days', 'for-now', '4.4.1', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '4.4.1',
        'X-Postfix; connect to mx.reader.example[192.0.2.7]:25: Connection timed out',
      ),
    ],
  }),
  report('Postfix: a warning after four hours', 'delayed', '4.4.1', {
    header: { Subject: 'Delayed Mail (still being retried)' },
    words:
      'This is the mail system at host relay.example.org.\n\nYour message could not be delivered for four hours. It will be retried.\n',
    recipients: [
      {
        ...failed('4.4.1', 'X-Postfix; connect to mx.reader.example: Connection refused'),
        Action: 'delayed',
      },
    ],
    carries: 'header',
  }),
  report('Postfix: full, said with 452', 'mailbox-full', '4.2.2', {
    words: POSTFIX_WORDS,
    recipients: [failed('4.2.2', 'smtp; 452 4.2.2 The account is over quota')],
  }),
  report(
    'Postfix: a status of its own that says nothing, Yahoo’s words',
    'no-such-address',
    '5.0.0',
    {
      words: POSTFIX_WORDS,
      recipients: [
        failed(
          '5.0.0',
          `smtp; 554 delivery error: dd This user doesn't have a yahoo.com account (${ANA}) [0] - mta1007.mail.example`,
        ),
      ],
    },
  ),
  report('Yahoo: refused for policy', 'policy', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.0.0',
        'smtp; 554 Message not allowed - [PH01] Email not accepted for policy reasons',
      ),
    ],
  }),
  report('Yahoo: the mailbox is disabled', 'refused', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.0.0',
        `smtp; 554 30 Sorry, your message to ${ANA} cannot be delivered. This mailbox is disabled (554.30)`,
      ),
    ],
  }),
  report('Yahoo: slowed down until the time was over', 'for-now', '4.7.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '4.7.0',
        'smtp; 421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume',
      ),
    ],
  }),
  report('Gmail: no such account', 'no-such-address', '5.1.1', {
    header: GMAIL,
    words: `** Address not found **\n\nYour message was not delivered to ${ANA} because the address was not found.\n`,
    message: {
      'Reporting-MTA': 'dns; googlemail.com',
      'Received-From-MTA': 'dns; digest@example.org',
      'Arrival-Date': 'Sat, 21 Nov 2026 00:00:05 -0800 (PST)',
      'X-Original-Message-ID': `<${LETTER.messageId}>`,
    },
    recipients: [
      failed(
        '5.1.1',
        'smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking the address. For more information, go to\n 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser a1-20020 - gsmtp',
        {
          'Remote-MTA': 'dns; gmail-smtp-in.l.google.com. (192.0.2.26, the server for the domain.)',
          'Last-Attempt-Date': 'Sat, 21 Nov 2026 00:00:06 -0800 (PST)',
        },
      ),
    ],
  }),
  report('Gmail: disabled', 'refused', '5.2.1', {
    header: GMAIL,
    words: 'The account is disabled.\n',
    recipients: [
      failed(
        '5.2.1',
        'smtp; 550 5.2.1 The email account that you tried to reach is disabled. - gsmtp',
      ),
    ],
  }),
  report('Gmail: over quota', 'mailbox-full', '5.2.2', {
    header: GMAIL,
    words: 'The inbox is full.\n',
    recipients: [
      failed(
        '5.2.2',
        'smtp; 552 5.2.2 The email account that you tried to reach is over quota and inactive.',
      ),
    ],
  }),
  report('Gmail: not authenticated', 'policy', '5.7.26', {
    header: GMAIL,
    words: 'The message was blocked.\n',
    recipients: [
      failed(
        '5.7.26',
        'smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. - gsmtp',
      ),
    ],
  }),
  report('Gmail: likely unsolicited', 'policy', '5.7.1', {
    header: GMAIL,
    words: 'The message was blocked.\n',
    recipients: [
      failed(
        '5.7.1',
        'smtp; 550-5.7.1 [192.0.2.1] Our system has detected that this message is likely unsolicited mail.',
      ),
    ],
  }),
  report('Gmail: receiving too fast', 'for-now', '4.2.1', {
    header: GMAIL,
    words: 'The user receives mail too quickly.\n',
    recipients: [
      failed(
        '4.2.1',
        'smtp; 450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages',
      ),
    ],
  }),
  report('Gmail: still trying', 'delayed', '4.4.1', {
    header: { ...GMAIL, Subject: 'Delivery Status Notification (Delay)' },
    words:
      '** Delivery incomplete **\n\nThere was a temporary problem. Gmail will retry for 46 more hours.\n',
    recipients: [
      {
        ...failed('4.4.1', 'smtp; The recipient server did not accept our requests to connect.'),
        Action: 'delayed',
      },
    ],
  }),
  report('Microsoft 365: the recipient is not found', 'no-such-address', '5.1.10', {
    header: EXCHANGE,
    words: `Your message to ana couldn't be delivered.\nana wasn't found at reader.example.\n`,
    message: {
      'Reporting-MTA': 'dns;AM6PR0102.eurprd01.prod.exchangelabs.example',
      'Received-From-MTA': 'dns;mail.example.org',
    },
    recipients: [
      failed(
        '5.1.10',
        `smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ${ANA} not found by SMTP address lookup`,
        {
          'X-Display-Name': 'ana',
        },
      ),
    ],
  }),
  report('Microsoft 365: refused at its edge', 'refused', '5.4.1', {
    header: EXCHANGE,
    words: 'The recipient address was rejected.\n',
    recipients: [
      failed(
        '5.4.1',
        `smtp;550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [AM6PR0102.example 2026-11-21T08:00:05.123Z]`,
      ),
    ],
  }),
  report('Microsoft 365: only members may write', 'policy', '5.7.133', {
    header: EXCHANGE,
    words: 'The group takes mail of its members only.\n',
    recipients: [
      failed(
        '5.7.133',
        'smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required',
      ),
    ],
  }),
  report('Microsoft 365: the mailbox is full', 'mailbox-full', '5.2.2', {
    header: EXCHANGE,
    words: `ana's inbox is full.\n`,
    recipients: [
      failed(
        '5.2.2',
        'smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
      ),
    ],
  }),
  report('Microsoft 365: tried for a day', 'for-now', '4.4.7', {
    header: EXCHANGE,
    words: 'The message expired.\n',
    recipients: [failed('4.4.7', 'smtp;550 4.4.7 QUEUE.Expired; message expired')],
  }),
  report('Microsoft 365: expired, in its other spelling', 'for-now', '5.4.7', {
    header: EXCHANGE,
    words: 'The message expired.\n',
    recipients: [failed('5.4.7', '')],
  }),
  report('Microsoft 365: blocked by the reader’s organisation', 'policy', '5.7.1', {
    header: EXCHANGE,
    words: 'A rule rejected it.\n',
    recipients: [
      failed(
        '5.7.1',
        'smtp;550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy',
      ),
    ],
  }),
  report('Outlook.com: the address block of the sender is listed', 'policy', '5.7.1', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.7.1',
        'smtp; 550 5.7.1 Unfortunately, messages from [192.0.2.1] were not sent. Part of their network is on our block list (S3150).',
      ),
    ],
  }),
  report('Outlook.com: mailbox unavailable', 'refused', '5.5.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.5.0',
        'smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).',
      ),
    ],
  }),
  report('Exim: unknown, behind a status that says nothing', 'no-such-address', '5.1.1', {
    header: {
      From: 'Mail Delivery System <Mailer-Daemon@relay.example.org>',
      'X-Failed-Recipients': ANA,
      Subject: 'Mail delivery failed: returning message to sender',
    },
    words: `This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered:\n\n  ${ANA}\n    host mx.reader.example [192.0.2.7]\n    SMTP error from remote mail server after RCPT TO:<${ANA}>:\n    550 5.1.1 no mailbox by that name is currently available\n`,
    recipients: [
      failed('5.0.0', 'smtp; 550 5.1.1 no mailbox by that name is currently available', {
        'Remote-MTA': 'dns; mx.reader.example',
      }),
    ],
  }),
  report('Exim: unrouteable', 'refused', '5.0.0', {
    header: {
      'X-Failed-Recipients': ANA,
      Subject: 'Mail delivery failed: returning message to sender',
    },
    words: `This message was created automatically by mail delivery software.\n\n  ${ANA}\n    Unrouteable address\n`,
    recipients: [failed('5.0.0', '')],
  }),
  report('Exim: time over', 'for-now', '4.0.0', {
    header: { 'X-Failed-Recipients': ANA },
    words:
      'This message was created automatically by mail delivery software.\n\n  retry timeout exceeded\n',
    recipients: [failed('4.0.0', 'smtp; 451 try again later')],
  }),
  report('Sendmail: user unknown', 'no-such-address', '5.1.1', {
    header: {
      From: 'Mail Delivery Subsystem <MAILER-DAEMON@relay.example.org>',
      Subject: 'Returned mail: see transcript for details',
    },
    words: `The original message was received at Sat, 21 Nov 2026 08:00:00 GMT\nfrom press.example.org [192.0.2.1]\n\n   ----- The following addresses had permanent fatal errors -----\n<${ANA}>\n    (reason: 550 5.1.1 <${ANA}>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.reader.example.:\n>>> DATA\n<<< 550 5.1.1 <${ANA}>... User unknown\n`,
    message: {
      'Reporting-MTA': 'dns; relay.example.org',
      'Received-From-MTA': 'DNS; press.example.org',
      'Arrival-Date': 'Sat, 21 Nov 2026 08:00:00 GMT',
    },
    recipients: [
      failed('5.1.1', `SMTP; 550 5.1.1 <${ANA}>... User unknown`, {
        'Remote-MTA': 'DNS; mx.reader.example',
        'Last-Attempt-Date': 'Sat, 21 Nov 2026 08:00:01 GMT',
      }),
    ],
    carries: 'header',
  }),
  report('Sendmail: no such host', 'no-such-address', '5.1.2', {
    words:
      '   ----- The following addresses had permanent fatal errors -----\n(reason: 550 Host unknown)\n',
    recipients: [failed('5.1.2', 'SMTP; 550 Host unknown')],
  }),
  report('Sendmail: four hours', 'delayed', '4.4.2', {
    header: { Subject: 'Warning: could not send message for past 4 hours' },
    words: 'THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n',
    recipients: [
      {
        ...failed('4.4.2', 'SMTP; connection lost'),
        Action: 'delayed',
        'Will-Retry-Until': 'Thu, 26 Nov 2026 08:00:00 GMT',
      },
    ],
  }),
  report('Proofpoint: unknown', 'no-such-address', '5.1.1', {
    words: POSTFIX_WORDS,
    recipients: [
      failed('5.1.1', `smtp; 550 5.1.1 <${ANA}>... User unknown`, {
        'Remote-MTA': 'dns; mx0a-0001.pphosted.example',
      }),
    ],
  }),
  report('Proofpoint: blocked', 'policy', '5.7.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed('5.7.0', 'smtp; 554 Blocked - see https://ipcheck.proofpoint.example/?ip=192.0.2.1'),
    ],
  }),
  report('Proofpoint: an unclear code of its own', 'refused', '5.1.0', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.1.0', 'smtp; 550 5.1.0 Address rejected.')],
  }),
  report('Mimecast: unknown, by a number of its own', 'no-such-address', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.0.0',
        'smtp; 550 Invalid Recipient - https://community.mimecast.example/docs/DOC-1369#550 [kL2m]',
      ),
    ],
  }),
  report('Mimecast: a header anti-spoofing policy', 'policy', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.0.0',
        'smtp; 550 Rejected by header based Anti-Spoofing policy: digest@example.org - https://community.mimecast.example/docs/DOC-1369#550',
      ),
    ],
  }),
  report('Barracuda: a name with spam in it, and no such user', 'no-such-address', '5.1.1', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.1.1',
        `smtp; 550 permanent failure for one or more recipients (${ANA}:550 5.1.1 No such user antispam.mx.reader.example)`,
      ),
    ],
  }),
  report('Barracuda: reputation', 'policy', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.0.0',
        'smtp; 554 Service unavailable; Client host [192.0.2.1] blocked using Barracuda Reputation; http://www.barracudanetworks.example/reputation/?r=1',
      ),
    ],
  }),
  report('Spamhaus named in a status of the reader’s', 'policy', '5.1.1', {
    words: POSTFIX_WORDS,
    recipients: [
      failed('5.1.1', 'smtp; 550 5.1.1 Mail from 192.0.2.1 refused, on the blocklist of Spamhaus'),
    ],
  }),
  report('Zimbra: no such user', 'no-such-address', '5.1.1', {
    words: POSTFIX_WORDS,
    recipients: [
      failed('5.1.1', `smtp; 550 5.1.1 <${ANA}>: Recipient address rejected: reader.example`, {
        'Remote-MTA': 'dns; zimbra.reader.example',
      }),
    ],
  }),
  report('Zimbra: over quota', 'mailbox-full', '5.2.2', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.2.2', `smtp; 552 5.2.2 Over quota`)],
  }),
  report('Dovecot LMTP: quota, with a status of too little', 'mailbox-full', '5.2.2', {
    words: POSTFIX_WORDS,
    recipients: [
      failed('5.0.0', `smtp; 552 5.2.2 <${ANA}> Quota exceeded (mailbox for user is full)`),
    ],
  }),
  report('Amazon SES: no such address', 'no-such-address', '5.1.1', {
    header: {
      From: 'MAILER-DAEMON@eu-west-1.amazonses.example',
      Subject: 'Delivery Status Notification (Failure)',
    },
    words: `An error occurred while trying to deliver the mail to the following recipients:\n${ANA}\n`,
    message: { 'Reporting-MTA': 'dns; a4-7.smtp-out.eu-west-1.amazonses.example' },
    recipients: [
      failed('5.1.1', 'smtp; 550 5.1.1 user unknown', { 'Remote-MTA': 'dns; mx.reader.example' }),
    ],
  }),
  report('Amazon SES: its own list of those who bounced', 'no-such-address', '5.1.1', {
    header: { From: 'MAILER-DAEMON@amazonses.example' },
    words: 'Amazon SES did not send it.\n',
    recipients: [
      failed(
        '5.1.1',
        'smtp; 550 5.1.1 Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address',
      ),
    ],
  }),
  report('Apple: over quota', 'mailbox-full', '5.2.2', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.2.2', `smtp; 552 5.2.2 <${ANA}>: user is over quota`)],
  }),
  report('GMX: unknown in German words', 'no-such-address', '', {
    words: 'Die E-Mail konnte nicht zugestellt werden.\n',
    recipients: [
      {
        ...failed(
          '',
          'smtp; 550 Requested action not taken: mailbox unavailable; Postfach unbekannt',
        ),
      },
    ],
  }),
  report('Web.de: full in German words', 'mailbox-full', '', {
    words: 'Die E-Mail konnte nicht zugestellt werden.\n',
    recipients: [failed('', 'smtp; 552 Das Postfach des Empfängers ist voll')],
  }),
  report('Orange: French words', 'no-such-address', '', {
    words: 'Votre message n’a pas pu être remis.\n',
    recipients: [
      failed(
        '',
        'smtp; 550 Adresse d au moins un destinataire invalide. Destinataire inconnu. OFR_416 [416]',
      ),
    ],
  }),
  report('A Spanish server', 'no-such-address', '', {
    words: 'No se pudo entregar el mensaje.\n',
    recipients: [failed('', 'smtp; 550 El usuario no existe')],
  }),
  report('The sender’s address is verified and refused', 'policy', '5.1.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.1.0',
        'smtp; 550 5.1.0 <digest@example.org>: Sender address rejected: User unknown in virtual mailbox table',
      ),
    ],
  }),
  report('The sender’s domain is refused', 'policy', '5.1.8', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.1.8', 'smtp; 553 5.1.8 Domain of sender address does not exist')],
  }),
  report('Relaying denied', 'policy', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.0.0', `smtp; 554 <${ANA}>: Relay access denied`)],
  }),
  report('Greylisted for ever', 'for-now', '4.7.1', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '4.7.1',
        `smtp; 450 4.7.1 <${ANA}>: Recipient address rejected: Greylisted, see http://postgrey.example/help`,
      ),
    ],
  }),
  report('Without a status', 'no-such-address', '5.1.1', {
    words: 'It failed.\n',
    recipients: [failed('', 'smtp; 550 5.1.1 No such user here')],
  }),
  report('Without status and diagnosis', 'refused', '', {
    words: 'It failed.\n',
    recipients: [failed('', '')],
    carries: 'nothing',
  }),
  report('A mild word and a hard one: the mild is believed', 'for-now', '4.1.1', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.1.1', 'smtp; 450 4.1.1 unverified address: the mailbox may not exist')],
  }),
  report('Two recipients, of which one got it', 'delivered', '2.0.0', {
    words: 'One was delivered.\n',
    recipients: [
      {
        'Final-Recipient': 'rfc822; ana@elsewhere.example',
        Action: 'failed',
        Status: '5.1.1',
        'Diagnostic-Code': 'smtp; 550 5.1.1 User unknown',
      },
      { 'Final-Recipient': 'rfc822; ana@office.example', Action: 'delivered', Status: '2.0.0' },
    ],
  }),
  report('Several recipients, of which one is the reader', 'mailbox-full', '5.2.2', {
    words: 'Three failed.\n',
    recipients: [
      { 'Final-Recipient': 'rfc822; ben@reader.example', Action: 'failed', Status: '5.1.1' },
      failed('5.2.2', 'smtp; 552 5.2.2 mailbox full'),
      { 'Final-Recipient': 'rfc822; cem@reader.example', Action: 'failed', Status: '4.4.1' },
    ],
  }),
  report('Relayed to a server that sends no reports', 'delivered', '2.0.0', {
    header: { Subject: 'Successful Mail Delivery Report' },
    words: 'It went on.\n',
    recipients: [
      {
        'Final-Recipient': `rfc822; ${ANA}`,
        Action: 'relayed',
        Status: '2.0.0',
        'Diagnostic-Code': 'smtp; 250 2.0.0 Ok: queued as 4XYZ',
      },
    ],
  }),
];

const unusual: readonly BounceReport[] = [
  {
    name: 'Addresses of all scripts (RFC 6533)',
    kind: 'no-such-address',
    status: '5.1.1',
    source: manyParts(
      { ...systemHeader(), Subject: '=?utf-8?B?VW56dXN0ZWxsYmFyOiBEaWUgQWJoYW5kbHVuZ2Vu?=' },
      [
        {
          type: 'text/plain; charset=utf-8',
          body: 'Die Nachricht an äna@reader.example ist unzustellbar.\n',
        },
        {
          type: 'message/global-delivery-status',
          body: `Reporting-MTA: dns; mx.reader.example\r\n\r\nOriginal-Recipient: utf-8; \\x{E4}na@reader.example\r\nFinal-Recipient: utf-8; äna@reader.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 Empfänger unbekannt\r\n`,
        },
        { type: 'message/global-headers', body: originalHeader(LETTER) },
      ],
      'multipart/report; report-type=global-delivery-status',
    ),
  },
  {
    name: 'The part for programs in base64',
    kind: 'no-such-address',
    status: '5.1.1',
    source: manyParts(systemHeader(), [
      { type: 'text/plain', body: 'It failed.\n' },
      {
        type: 'message/delivery-status',
        encoding: 'base64',
        body: Buffer.from(
          `Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; ${ANA}\nAction: failed\nStatus: 5.1.1\n`,
        ).toString('base64'),
      },
    ]),
  },
  {
    name: 'The part for programs, called plain text, without a line between the fields',
    kind: 'no-such-address',
    status: '5.1.1',
    source: manyParts(systemHeader(), [
      {
        type: 'text/plain',
        body: `Reporting-MTA: dns; mx\nFinal-Recipient: rfc822; ${ANA}\nAction: Failed\nStatus: 5.1.1 (bad destination mailbox address)\n`,
      },
    ]),
  },
  {
    name: 'Cut short in the middle of the part for programs',
    kind: 'no-such-address',
    status: '5.1.1',
    source: dsn({
      words: POSTFIX_WORDS,
      recipients: [failed('5.1.1', 'smtp; 550 5.1.1 User unknown')],
    }).split('Diagnostic-Code')[0] as string,
  },
  {
    name: 'Line ends of one sign',
    kind: 'no-such-address',
    status: '5.1.1',
    source: dsn({
      words: POSTFIX_WORDS,
      recipients: [failed('5.1.1', 'smtp; 550 5.1.1 User unknown')],
    }).replaceAll('\r\n', '\n'),
  },
  {
    name: 'Passed on by a person as a whole',
    kind: 'no-such-address',
    status: '5.1.1',
    source: manyParts(
      { From: 'Ben <ben@example.org>', To: 'operator@example.org', Subject: 'Fwd: returned' },
      [
        { type: 'text/plain', body: 'See below, another one that is gone.\n' },
        {
          type: 'message/rfc822',
          body: dsn({
            words: POSTFIX_WORDS,
            recipients: [failed('5.1.1', 'smtp; 550 5.1.1 User unknown')],
          }),
        },
      ],
      'multipart/mixed',
    ),
  },
  {
    name: 'A letter of ten megabytes behind it',
    kind: 'no-such-address',
    status: '5.1.1',
    source: `${dsn({
      words: POSTFIX_WORDS,
      recipients: [failed('5.1.1', 'smtp; 550 5.1.1 User unknown')],
    }).slice(0, -30)}${'Nothing but a long attachment stands in this line.\r\n'.repeat(200_000)}`,
  },
  words(
    'qmail: no such mailbox',
    'no-such-address',
    { From: 'MAILER-DAEMON@mx.reader.example', Subject: 'failure notice' },
    `Hi. This is the qmail-send program at mx.reader.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<${ANA}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n${originalLetter(LETTER)}`,
    '5.1.1',
  ),
  words(
    'qmail: the other server’s words',
    'policy',
    { From: 'MAILER-DAEMON@relay.example.org', Subject: 'failure notice' },
    `Hi. This is the qmail-send program at relay.example.org.\n\n<${ANA}>:\n192.0.2.7 failed after I sent the message.\nRemote host said: 554 5.7.1 The message looks like spam to us\n\n--- Below this line is a copy of the message.\n\n${originalLetter(LETTER)}`,
    '5.7.1',
  ),
  words(
    'qmail: too long in the queue',
    'for-now',
    { From: 'MAILER-DAEMON@relay.example.org', Subject: 'failure notice' },
    `Hi. This is the qmail-send program at relay.example.org.\n\n<${ANA}>:\nI'm not going to try again; this message has been in the queue too long. (#4.4.1)\n\n--- Below this line is a copy of the message.\n\n${originalLetter(LETTER)}`,
    '4.4.1',
  ),
  words(
    'Exim of old, in words alone',
    'no-such-address',
    {
      From: 'Mail Delivery System <Mailer-Daemon@relay.example.org>',
      'X-Failed-Recipients': ANA,
      Subject: 'Mail delivery failed: returning message to sender',
    },
    `This message was created automatically by mail delivery software (Exim 4.92.3).\n\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error. The following address(es) failed:\n\n  ${ANA}\n    SMTP error from remote mail server after RCPT TO:<${ANA}>:\n    host mx.reader.example [192.0.2.7]: 550 Unknown user\n\n------ This is a copy of the message, including all the headers. ------\n\n${originalLetter(LETTER)}`,
  ),
  words(
    'Exim of old: a warning',
    'delayed',
    {
      From: 'Mail Delivery System <Mailer-Daemon@relay.example.org>',
      Subject: 'Warning: message 1abcDE-0001 delayed 24 hours',
    },
    `This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours on the queue.\n\nThe address to which the message has not yet been delivered is:\n\n  ${ANA}\n\nNo action is required on your part. Delivery attempts will continue for some time.\n`,
  ),
  words(
    'Exchange of 2000',
    'no-such-address',
    {
      From: 'System Administrator <postmaster@reader.example>',
      Subject: 'Undeliverable: The papers of Saturday',
    },
    `Your message\n\n  To:      ${ANA}\n  Subject: The papers of Saturday\n  Sent:    Sat, 21 Nov 2026 08:00:00 -0000\n\ndid not reach the following recipient(s):\n\n${ANA} on Sat, 21 Nov 2026 08:00:02 -0000\n    The e-mail account does not exist at the organization this message was sent to.\n    <mx.reader.example #5.1.1>\n`,
    '5.1.1',
  ),
  words(
    'Exchange of 5.5',
    'no-such-address',
    {
      From: 'System Administrator <postmaster@reader.example>',
      Subject: 'Undeliverable: The papers of Saturday',
    },
    `Your message\n\n  Subject: The papers of Saturday\n\ndid not reach the following recipient(s):\n\nana on Sat, 21 Nov 2026 08:00:02 -0000\n    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=gb;a= ;p=reader;l=MX0\n    MSEXCH:IMS:Reader:OFFICE:MX 0 (000C05A6) Unknown Recipient\n`,
  ),
  {
    name: 'Exchange, as a page alone',
    kind: 'no-such-address',
    status: '5.1.10',
    source: plainMessage(
      { ...systemHeader(), ...EXCHANGE },
      `<html><head><style>p { color: #333 }</style></head><body><p><b>Delivery has failed to these recipients:</b></p><p><a href="mailto:${ANA}">ana</a><br>The address couldn&#39;t be found.</p><p>#550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup ##</p></body></html>`,
      'text/html; charset=utf-8',
    ),
  },
  words(
    'Domino: not in its directory',
    'no-such-address',
    {
      From: 'Postmaster@reader.example',
      Subject: 'DELIVERY FAILURE: User ana not listed in Domino Directory',
    },
    `Your message\n\n  Subject: The papers of Saturday\n\nwas not delivered to:\n\n  ${ANA}\n\nbecause:\n\n  User ana (${ANA}) not listed in Domino Directory\n`,
  ),
  words(
    'A server in German',
    'no-such-address',
    { From: 'Mailer-Daemon@mx.reader.example', Subject: 'Unzustellbare Nachricht' },
    `Ihre Nachricht konnte nicht zugestellt werden.\n\n${ANA}\nDer Empfänger ist unbekannt.\n`,
  ),
  words(
    'A server in French: full',
    'mailbox-full',
    { From: 'postmaster@reader.example', Subject: 'Message non remis' },
    `Votre message n'a pas été remis.\n\n${ANA}\nLa boîte aux lettres du destinataire est pleine.\n`,
  ),
  words(
    'Words of a mail system that say nothing',
    'unknown',
    { From: 'postmaster@reader.example', Subject: 'Delivery problem' },
    'Something went wrong with a message of yours. Ask your administrator.\n',
  ),
  {
    name: 'A complaint of Yahoo',
    kind: 'complaint',
    source: complaint({
      'Feedback-Type': 'abuse',
      'Original-Mail-From': `<${LETTER.returnPath}>`,
      'Original-Rcpt-To': ANA,
      'Received-Date': 'Sat, 21 Nov 2026 08:10:00 +0000',
    }),
  },
  {
    name: 'A complaint without the recipient, in large letters',
    kind: 'complaint',
    source: complaint({ 'FEEDBACK-TYPE': 'ABUSE', 'Removal-Recipient': 'redacted' }),
  },
  { name: 'A report of fraud', kind: 'complaint', source: complaint({ 'Feedback-Type': 'fraud' }) },
  {
    name: 'Somebody took the letter out of the junk',
    kind: 'unknown',
    source: complaint({ 'Feedback-Type': 'not-spam' }),
  },
  {
    name: 'A report that our signature failed (RFC 6591)',
    kind: 'policy',
    source: complaint({ 'Feedback-Type': 'auth-failure', 'Auth-Failure': 'dkim' }),
  },
  {
    name: 'A receipt that the letter was opened',
    kind: 'auto-reply',
    source: manyParts(
      { From: ANA, To: LETTER.returnPath, Subject: 'Read: The papers of Saturday' },
      [
        { type: 'text/plain', body: 'Your message was read.\n' },
        {
          type: 'message/disposition-notification',
          body: headerLines({
            'Final-Recipient': `rfc822; ${ANA}`,
            Disposition: 'automatic-action/MDN-sent-automatically; deleted',
          }),
        },
      ],
      'multipart/report; report-type=disposition-notification',
    ),
  },
  words(
    'Out of office, marked by its header',
    'auto-reply',
    {
      From: `Ana <${ANA}>`,
      'Auto-Submitted': 'auto-replied (vacation)',
      Subject: 'Re: The papers of Saturday',
    },
    'I have left the university. This mailbox does not exist any more, user unknown. 550 5.1.1\n',
  ),
  words(
    'Out of office, by its subject',
    'auto-reply',
    {
      From: `Ana <${ANA}>`,
      'Auto-Submitted': 'no',
      Subject: 'Automatic reply: The papers of Saturday',
    },
    'I am away; my mailbox is full.\n',
  ),
  words(
    'Out of office in German',
    'auto-reply',
    {
      From: `Ana <${ANA}>`,
      'Auto-Submitted': 'no',
      Subject: 'Abwesenheitsnotiz: The papers of Saturday',
    },
    'Ich bin nicht im Büro. Der Empfänger ist unbekannt verzogen.\n',
  ),
  words(
    'Out of office in Japanese, from a system’s address',
    'auto-reply',
    { From: 'postmaster@reader.example', Subject: '=?utf-8?B?6Ieq5YuV6L+U5L+hOiBUaGUgcGFwZXJz?=' },
    '550 5.1.1 user unknown\n',
  ),
  words(
    'A person who writes back',
    'unknown',
    { From: `Ana <${ANA}>`, 'Auto-Submitted': 'no', Subject: 'Re: The papers of Saturday' },
    'Your second link could not be delivered: 550 5.1.1 User unknown, says my colleague’s server. Returned mail!\n',
  ),
  words('Nothing at all', 'unknown', { From: '', Subject: '', 'Auto-Submitted': '' }, ''),
  { name: 'No message', kind: 'unknown', source: '\u0000\u0001\u0002 --- \r\n\r\n\u0000' },
];

/** Written when the rest was right, to see what had not been thought of. */
const further: readonly BounceReport[] = [
  report('OpenSMTPD: unknown', 'no-such-address', '5.1.1', {
    header: {
      From: 'Mailer Daemon <MAILER-DAEMON@mail.example.org>',
      Subject: 'Delivery status notification: failed',
    },
    words: `    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while attempting to deliver a message:\n\n${ANA}: 550 5.1.1 Mailbox does not exist\n`,
    recipients: [failed('5.1.1', '')],
  }),
  report('Haraka: unknown, with a status of its own', 'no-such-address', '5.1.1', {
    words: 'There was an error.\n',
    recipients: [failed('5.1.1', `smtp; 550 5.1.1 <${ANA}> I can't find that`)],
  }),
  report('Cisco: a number sign before the status', 'refused', '5.1.0', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.1.0', 'smtp; 550 #5.1.0 Address rejected.')],
  }),
  report('Symantec: the mailbox is not allowed', 'no-such-address', '5.1.1', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.0.0', 'smtp; 550-Invalid recipient 550 (#5.1.1)')],
  }),
  report('Trend Micro: reputation service', 'policy', '5.7.1', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.7.1',
        'smtp; 550 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using Trend Micro Email Reputation Service',
      ),
    ],
  }),
  report('T-Online: the sender’s host is unknown', 'policy', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.0.0',
        'smtp; 554 IP=192.0.2.1 - A problem occurred. Ask your postmaster for help or contact tosa@rx.example to clarify. Blocked.',
      ),
    ],
  }),
  report('Mail.ru: there is no such message box', 'refused', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.0.0',
        'smtp; 550 Message was not accepted -- invalid mailbox. Local mailbox ana@reader.example is unavailable: account is disabled',
      ),
    ],
  }),
  report('Yandex: no such user, by a status that says policy', 'policy', '5.7.1', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.1.1', 'smtp; 550 5.7.1 No such user!')],
  }),
  report('QQ: mailbox not found', 'no-such-address', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [
      failed(
        '5.0.0',
        'smtp; 550 Mailbox not found. http://service.mail.example/cgi-bin/help?no=1000728',
      ),
    ],
  }),
  report('NetEase: user not found', 'no-such-address', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.0.0', 'smtp; 550 User not found: ana@reader.example')],
  }),
  report('Comcast: full, with a status that is vague', 'mailbox-full', '5.2.0', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.2.0', 'smtp; 552 5.2.0 Message rejected: the mailbox is full')],
  }),
  report('AOL: inactive', 'refused', '5.0.0', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.0.0', 'smtp; 554 5.0.0 The account is inactive')],
  }),
  report('A loop of forwarding', 'refused', '5.4.6', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.4.6', 'X-Postfix; mail for reader.example loops back to myself')],
  }),
  report('Too large', 'refused', '5.3.4', {
    words: POSTFIX_WORDS,
    recipients: [failed('5.3.4', 'smtp; 552 5.3.4 Message size exceeds fixed limit')],
  }),
  words(
    'MDaemon, in words',
    'no-such-address',
    {
      From: 'MDaemon at mx.reader.example <MDaemon@mx.reader.example>',
      Subject: 'Warning: permanent delivery failure',
    },
    `The attached message had PERMANENT fatal delivery errors!\n\nFailed address: ${ANA}\n\n--- Session Transcript ---\n 08:00:01: <-- 220 mx.reader.example ESMTP\n 08:00:01: --> RCPT To:<${ANA}>\n 08:00:01: <-- 550 5.1.1 No such user here\n--- End Transcript ---\n`,
  ),
  words(
    'A list’s manager that holds a letter back',
    'auto-reply',
    {
      From: 'list-bounces@reader.example',
      Subject: 'Your message to List awaits moderator approval',
    },
    'The reason it is being held: the message comes from somebody who is not a member.\n',
  ),
  words(
    'A challenge that asks who we are',
    'unknown',
    { From: `Ana <${ANA}>`, 'Auto-Submitted': 'no', Subject: 'Please verify your message' },
    'To reach me, follow the link and type the letters that you see.\n',
  ),
  words(
    'A server in Italian',
    'no-such-address',
    { From: 'postmaster@reader.example', Subject: 'Mancato recapito' },
    `Il messaggio non è stato consegnato.\n\n${ANA}\nUtente sconosciuto\n`,
  ),
  words(
    'A server in Portuguese',
    'no-such-address',
    { From: 'postmaster@reader.example', Subject: 'E-mail não entregue' },
    `A mensagem não foi entregue.\n\n${ANA}\nUsuário desconhecido\n`,
  ),
];

export const BOUNCE_REPORTS: readonly BounceReport[] = [...standard, ...unusual, ...further];
