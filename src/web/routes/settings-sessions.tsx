/** `/settings/sessions`: where somebody is signed in, and how to end it. */

import { Hono } from 'hono';
import type { Session, SessionStore } from '../../accounts/session-store.js';
import { BroadsheetError } from '../../errors.js';
import { momentInWords } from '../calendar-words.js';
import type { Web } from '../context.js';
import { CsrfField } from '../csrf-field.js';
import { deviceInWords } from '../device-words.js';
import { field, readForm } from '../form-fields.js';
import { settingsPage } from '../settings-frame.js';
import { requireAccount, type Visitor, visitorOf } from '../visitor.js';

export type SessionsWeb = Web & {
  readonly sessions: Pick<SessionStore, 'listOf' | 'end' | 'endAll'>;
};

export function settingsSessionsRoute(web: SessionsWeb): Hono {
  return new Hono()
    .get('/settings/sessions', async (c) => {
      const { id } = requireAccount(c);
      const sessions = await web.sessions.listOf(id);
      const visitor = visitorOf(c);
      return c.html(
        settingsPage(c, web, {
          title: 'Sessions',
          address: '/settings/sessions',
          children: (
            <>
              <p>
                Each browser where you signed in has a session of its own. One that you do not use
                ends after 30 days, any after 90.
              </p>
              <ul class="entries">
                {sessions.map((session) => (
                  <Entry session={session} visitor={visitor} timeZone={web.site.timeZone} />
                ))}
              </ul>
              {sessions.length > 1 && (
                <form method="post" action="/settings/sessions/end-others" class="form">
                  <CsrfField visitor={visitor} />
                  <button type="submit">End all others</button>
                </form>
              )}
            </>
          ),
        }),
      );
    })
    .post('/settings/sessions/end', async (c) => {
      const { id } = requireAccount(c);
      const { session } = await readForm(c, { session: field });
      if (!(await web.sessions.end(id, session))) {
        throw new BroadsheetError('not_found', 'You have no such session.', {
          fix: 'Load the page of sessions again; it may have ended already.',
        });
      }
      return c.redirect('/settings/sessions?done=session', 303);
    })
    .post('/settings/sessions/end-others', async (c) => {
      const { id } = requireAccount(c);
      await web.sessions.endAll(id, visitorOf(c).sessionId);
      return c.redirect('/settings/sessions?done=sessions', 303);
    });
}

type EntryProps = {
  readonly session: Session;
  readonly visitor: Visitor;
  readonly timeZone: string;
};

function Entry({ session, visitor, timeZone }: EntryProps) {
  const device = deviceInWords(session.userAgent);
  const isThis = session.id === visitor.sessionId;
  return (
    <li>
      <p>
        <strong>{device}</strong>
        {isThis && ' (this one)'}
        <span class="facts-line">
          since {momentInWords(session.createdAtMs, timeZone)}, last seen{' '}
          {momentInWords(session.seenAtMs, timeZone)}, by {methodInWords(session.method)}
        </span>
      </p>
      {!isThis && (
        <form method="post" action="/settings/sessions/end">
          <CsrfField visitor={visitor} />
          <input type="hidden" name="session" value={session.id} />
          <button type="submit" aria-label={`End the session of ${device}`}>
            End
          </button>
        </form>
      )}
    </li>
  );
}

function methodInWords(method: string): string {
  if (method === 'mail') return 'a letter';
  if (method === 'passkey') return 'a passkey';
  if (method === 'operator') return 'a link of the operator';
  return method;
}
