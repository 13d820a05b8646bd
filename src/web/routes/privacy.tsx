/**
 * `/privacy`, what is kept of people and for how long; `/settings/privacy`, where they take it
 * away or leave.
 */

import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import type { DeletionStore } from '../../community/privacy/deletion-store.js';
import type { ExportStore } from '../../community/privacy/export-store.js';
import { RETENTION } from '../../community/privacy/retention.js';
import { BroadsheetError } from '../../errors.js';
import { viewFor, type Web } from '../context.js';
import { CsrfField } from '../csrf-field.js';
import { field, readForm } from '../form-fields.js';
import { document } from '../layout.js';
import type { Markup } from '../markup.js';
import { settingsPage } from '../settings-frame.js';
import { requireAccount, visitorOf } from '../visitor.js';

export type PrivacyWeb = Web & {
  readonly exports: ExportStore;
  readonly deletion: Pick<DeletionStore, 'remove'>;
};

export function privacyRoute(web: PrivacyWeb): Hono {
  return new Hono()
    .get('/privacy', (c) =>
      c.html(
        document({
          web: viewFor(web, c),
          title: 'Privacy',
          path: '/privacy',
          children: <PrivacyPage contact={web.site.contact} />,
        }),
      ),
    )

    .get('/settings/privacy', (c) => {
      const { name } = requireAccount(c);
      const visitor = visitorOf(c);
      return c.html(
        settingsPage(c, web, {
          title: 'Privacy',
          address: '/settings/privacy',
          children: (
            <>
              <section>
                <h2>What is kept of you</h2>
                <p>
                  Your profile and address, who you are elsewhere if you linked that, your sessions;
                  your votes, comments, submissions, collections, what you follow and do not want to
                  see, your claims and your reports. <a href="/privacy">For how long</a>
                </p>
              </section>
              <section>
                <h2>Take it with you</h2>
                <p>One file with all of it, as JSON.</p>
                <form method="post" action="/settings/privacy/export" class="form">
                  <CsrfField visitor={visitor} />
                  <button type="submit">Download everything</button>
                </form>
              </section>
              <section>
                <h2>Delete this account</h2>
                <p>
                  At once, and for good. Your votes count on without telling whose they were. Of a
                  comment that somebody answered an empty place stays; the others go, and so does
                  everything else. Nobody, you included, can bring it back.
                </p>
                <form method="post" action="/settings/privacy/delete" class="form">
                  <CsrfField visitor={visitor} />
                  <label for="confirm">Type your name to confirm: {name}</label>
                  <input
                    id="confirm"
                    type="text"
                    name="name"
                    required
                    maxlength={60}
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck={false}
                  />
                  <button type="submit">Delete my account</button>
                </form>
              </section>
            </>
          ),
        }),
      );
    })

    .post('/settings/privacy/export', (c) => {
      const { id, name } = requireAccount(c);
      c.header('Cache-Control', 'no-store');
      c.header('Content-Type', 'application/json; charset=utf-8');
      c.header('Content-Disposition', `attachment; filename="broadsheet-${name}.json"`);
      return stream(c, async (body) => {
        for await (const piece of web.exports.exportOf(id)) {
          if (body.aborted) return;
          await body.write(piece);
        }
      });
    })

    .post('/settings/privacy/delete', async (c) => {
      const { id, name } = requireAccount(c);
      const form = await readForm(c, { name: field });
      if (form.name.trim().toLowerCase().replace(/^@/, '') !== name) {
        throw new BroadsheetError('not_acceptable', `That is not the name of your account.`, {
          fix: `Type ${name} to delete it, or leave the page to keep it.`,
        });
      }
      await web.deletion.remove(id);
      return c.redirect('/privacy?deleted=yes', 303);
    });
}

function PrivacyPage({ contact }: { readonly contact: string | undefined }): Markup {
  return (
    <div class="reading privacy">
      <h1>Privacy</h1>
      <p>
        Who only reads leaves nothing here: no cookie is set, nothing is loaded from elsewhere,
        nothing is counted by person. What follows is about accounts and the daily mail.
      </p>
      <h2>What is kept</h2>
      <ul>
        <li>
          What you tell of yourself: a name, an address (seen by nobody but the people who run this
          site), what you write about yourself.
        </li>
        <li>What you do: votes, comments, submissions, collections, follows, claims, reports.</li>
        <li>
          What lets you in: no password; of links, codes, sessions and tokens only hashes; of
          passkeys the public key.
        </li>
        <li>
          What moderators decide, in a log that cannot be changed unseen. Who is deleted is
          forgotten there, too.
        </li>
        <li>
          Of who gets <a href="/subscribe">the daily mail</a>: the address, how it is wanted, when
          and from which network (shortened) it was asked for and confirmed, which papers were sent,
          and whether the mail server took the letter. Not whether it was opened: letters hold no
          pictures and no links that count.
        </li>
      </ul>
      <h2>For how long</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">For</th>
            <th scope="col">Then it is</th>
          </tr>
        </thead>
        <tbody>
          {Object.values(RETENTION).map(({ what, days, afterwards }) => (
            <tr>
              <th scope="row">{what}</th>
              <td>{days} days</td>
              <td>{afterwards}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">Sessions</th>
            <td>30 days unused, 90 in all</td>
            <td>ended and deleted</td>
          </tr>
          <tr>
            <th scope="row">An address that the daily mail was asked for, and nobody confirmed</th>
            <td>7 days</td>
            <td>deleted</td>
          </tr>
          <tr>
            <th scope="row">An address that gets the daily mail</th>
            <td>until 90 days after it was left, or at once if that is asked for</td>
            <td>
              erased; a keyed hash stays, so that nothing is sent to who reported it or cannot be
              reached
            </td>
          </tr>
          <tr>
            <th scope="row">What became of each letter of the daily mail</th>
            <td>90 days</td>
            <td>deleted</td>
          </tr>
          <tr>
            <th scope="row">Which papers somebody was sent, so that none comes twice</th>
            <td>365 days</td>
            <td>deleted</td>
          </tr>
          <tr>
            <th scope="row">Everything else of an account</th>
            <td>as long as it is there</td>
            <td>deleted with it, at once</td>
          </tr>
        </tbody>
      </table>
      <h2>What you can do</h2>
      <p>
        Take all of it with you, or delete your account, under{' '}
        <a href="/settings/privacy">settings</a>. Votes of a deleted account count on as nobody’s; a
        comment that was answered leaves an empty place. What others wrote about you is theirs;
        report it if it should not be here. The daily mail ends with one press in any letter, and
        the page of its preferences has its address forgotten. Backups that the people who run this
        site keep hold what was there on their day; whoever is deleted is deleted again when one is
        restored.
      </p>
      {contact && <p>Questions: {contact}</p>}
    </div>
  );
}
