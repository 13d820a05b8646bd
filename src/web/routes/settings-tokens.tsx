/** `/settings/tokens`: tokens by which somebody's programs act for them. */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Account } from '../../accounts/account.js';
import {
  type ApiToken,
  type ApiTokenStore,
  MOST_TOKENS,
  SCOPES,
  type Scope,
} from '../../accounts/api-token-store.js';
import { BroadsheetError } from '../../errors.js';
import { momentInWords } from '../calendar-words.js';
import type { Web } from '../context.js';
import { CsrfField } from '../csrf-field.js';
import { field, isForForm, readForm } from '../form-fields.js';
import { type FormProblem, Problem, settingsPage } from '../settings-frame.js';
import { requireAccount, type Visitor, visitorOf } from '../visitor.js';

export type TokensWeb = Web & { readonly apiTokens: ApiTokenStore };

const LIVES = [
  { days: '30', words: '30 days' },
  { days: '90', words: '90 days' },
  { days: '365', words: 'a year' },
  { days: 'none', words: 'until it is revoked' },
] as const;

const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  read: 'read what you can read',
  vote: 'vote',
  comment: 'comment',
  submit: 'submit papers',
  collections: 'change collections',
};

/** Boxes of one name: one of them comes as a text, several as a list. */
const scopesField = z
  .union([z.array(z.unknown()), z.unknown().transform((one) => (one === undefined ? [] : [one]))])
  .transform((names) => SCOPES.filter((scope) => names.includes(scope)));

const livesField = z.enum(['30', '90', '365', 'none']).catch('90');

type TokenForm = {
  readonly problem?: FormProblem;
  readonly label?: string;
  readonly scopes?: readonly Scope[];
  readonly lives?: string;
  readonly made?: { readonly label: string; readonly secret: string };
};

export function settingsTokensRoute(web: TokensWeb): Hono {
  const page = async (c: Context, account: Account, form: TokenForm) => {
    const tokens = await web.apiTokens.listOf(account.id);
    const visitor = visitorOf(c);
    return settingsPage(c, web, {
      title: 'Tokens',
      address: '/settings/tokens',
      children: (
        <>
          {form.made && <Made {...form.made} />}
          <p>
            A token lets a program of yours act for you, and no more than you allow it. It is sent
            in the header <code>Authorization: Bearer</code>.
          </p>
          {tokens.length > 0 && (
            <ul class="entries">
              {tokens.map((token) => (
                <Entry
                  token={token}
                  visitor={visitor}
                  timeZone={web.site.timeZone}
                  nowMs={web.now().getTime()}
                />
              ))}
            </ul>
          )}
          <NewToken visitor={visitor} form={form} count={tokens.length} />
        </>
      ),
    });
  };

  return new Hono()
    .get('/settings/tokens', async (c) => c.html(await page(c, requireAccount(c), {})))
    .post('/settings/tokens', async (c) => {
      const account = requireAccount(c);
      const { label } = await readForm(c, { label: field });
      const { scope } = await c.req.parseBody({ all: true });
      const scopes = scopesField.parse(scope);
      const { lives } = await readForm(c, { lives: livesField });
      const expires = lives === 'none' ? {} : { expiresInDays: Number(lives) };
      try {
        const made = await web.apiTokens.make(account.id, { label, scopes, ...expires });
        return c.html(await page(c, account, { made }));
      } catch (problem) {
        if (!isForForm(c, problem)) throw problem;
        return c.html(await page(c, account, { problem, label, scopes, lives }), problem.status);
      }
    })
    .post('/settings/tokens/revoke', async (c) => {
      const { id } = requireAccount(c);
      const { token } = await readForm(c, { token: field });
      if (!(await web.apiTokens.revoke(id, token))) {
        throw new BroadsheetError('not_found', 'You have no such token.');
      }
      return c.redirect('/settings/tokens?done=token', 303);
    });
}

function Made({ label, secret }: { readonly label: string; readonly secret: string }) {
  return (
    <div class="note" role="status">
      <p>
        The token “{label}” is made. Copy it now: it is shown this once, and kept by us only as a
        hash.
      </p>
      <p>
        <code class="secret">{secret}</code>
      </p>
    </div>
  );
}

type EntryProps = {
  readonly token: ApiToken;
  readonly visitor: Visitor;
  readonly timeZone: string;
  readonly nowMs: number;
};

function Entry({ token, visitor, timeZone, nowMs }: EntryProps) {
  const { id, label, scopes, createdAtMs, expiresAtMs, usedAtMs } = token;
  const day = (epochMs: number) => momentInWords(epochMs, timeZone);
  return (
    <li>
      <p>
        <strong>{label}</strong>
        <span class="facts-line">
          may {scopes.map((scope) => SCOPE_WORDS[scope]).join(', ')}; made {day(createdAtMs)};{' '}
          {usedAtMs === undefined ? 'never used' : `last used ${day(usedAtMs)}`}
          {expiresAtMs !== undefined &&
            `; ${expiresAtMs <= nowMs ? 'ended' : 'ends'} ${day(expiresAtMs)}`}
        </span>
      </p>
      <form method="post" action="/settings/tokens/revoke">
        <CsrfField visitor={visitor} />
        <input type="hidden" name="token" value={id} />
        <button type="submit" aria-label={`Revoke ${label}`}>
          Revoke
        </button>
      </form>
    </li>
  );
}

type NewTokenProps = {
  readonly visitor: Visitor;
  readonly form: TokenForm;
  readonly count: number;
};

function NewToken({ visitor, form, count }: NewTokenProps) {
  if (count >= MOST_TOKENS) return <p>You have {count} tokens; revoke one to make another.</p>;
  const { problem, label = '', scopes = ['read'], lives = '90' } = form;
  return (
    <section aria-labelledby="new-token">
      <h2 id="new-token">A new token</h2>
      <form method="post" action="/settings/tokens" class="form">
        <CsrfField visitor={visitor} />
        <Problem problem={problem} />
        <label for="label">What it is for</label>
        <input
          id="label"
          name="label"
          value={label}
          required
          maxlength={60}
          autocomplete="off"
          aria-describedby={problem ? 'problem' : undefined}
        />
        <fieldset>
          <legend>It may</legend>
          {SCOPES.map((scope) => (
            <label class="choice">
              <input type="checkbox" name="scope" value={scope} checked={scopes.includes(scope)} />
              {SCOPE_WORDS[scope]}
            </label>
          ))}
        </fieldset>
        <label for="lives">It holds</label>
        <select id="lives" name="lives">
          {LIVES.map(({ days, words }) => (
            <option value={days} selected={days === lives}>
              {words}
            </option>
          ))}
        </select>
        <button type="submit">Make the token</button>
      </form>
    </section>
  );
}
