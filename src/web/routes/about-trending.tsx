/** `/about/trending`, how papers trend, and `/trending/why/{id}`, why one paper does. */

import { Hono } from 'hono';
import { raw } from 'hono/html';
import { BroadsheetError } from '../../errors.js';
import { paperPath, parseIdentifier } from '../../papers/identifiers.js';
import { shown } from '../../papers/record.js';
import { NO_FIELD } from '../../trending/field-activity.js';
import type { PriorModel } from '../../trending/prior/prior-model.js';
import type { TrendingSettings } from '../../trending/standing-sums.js';
import type { FieldStanding, TrendingReader } from '../../trending/trending-store.js';
import { momentInWords } from '../calendar-words.js';
import { viewFor, type Web } from '../context.js';
import { document } from '../layout.js';
import type { Markup } from '../markup.js';
import { mathMarkup } from '../math.js';
import { RichLine } from '../rich-text.js';
import { ScrollingBox } from '../scrolling-box.js';
import { DecayPicture, PriorPicture } from '../trending-pictures.js';
import { WhyTrending, whyTrendingPath } from '../why-trending.js';

export type AboutTrendingWeb = Web & {
  readonly trending: Pick<TrendingReader, 'explain' | 'fields' | 'constants' | 'standings'>;
  /** What papers' content is judged by; `undefined` where no prior is used. */
  readonly prior?: PriorModel | undefined;
};

/** The page tells the busiest; a catalogue may have hundreds. */
const FIELDS_SHOWN = 40;

export function aboutTrendingRoute(web: AboutTrendingWeb): Hono {
  return new Hono()
    .get('/about/trending', async (c) => {
      const fields = await web.trending.fields();
      return c.html(
        document({
          web: viewFor(web, c),
          title: 'How papers trend',
          path: '/about/trending',
          children: (
            <div class="reading about-trending">
              <h1>How papers trend</h1>
              <HowHeatAddsUp settings={web.trending.constants()} />
              <Fields fields={fields} settings={web.trending.constants()} />
              <Prior prior={web.prior} settings={web.trending.constants()} />
              <CountsNothing />
            </div>
          ),
        }),
      );
    })
    .get('/trending/why/:name{.+}', async (c) => {
      const name = c.req.param('name');
      // What cannot name a paper is not looked up: databases refuse some of it.
      const paper = parseIdentifier(name) && (await web.papers.find(name));
      if (!paper) {
        throw new BroadsheetError('not_found', `There is no paper ${shown(name)} here.`);
      }
      if (name !== paper.id) return c.redirect(whyTrendingPath(paper.id), 301);
      const now = web.now();
      const explanation = await web.trending.explain(paper.id, now);
      const standing = (await web.trending.standings([paper.id])).get(paper.id);
      return c.html(
        document({
          web: viewFor(web, c),
          title: 'Why it trends',
          path: whyTrendingPath(paper.id),
          isIndexed: false,
          children: (
            <div class="reading why-trending">
              <h1>Why it trends</h1>
              <p dir="auto">
                <a href={paperPath(paper.id)}>
                  <RichLine text={paper.title} isLinkText />
                </a>
              </p>
              <WhyTrending explanation={explanation} />
              <p>
                {explanation.terms.length > 0 &&
                  `The terms add up to its heat on ${momentInWords(now.getTime(), web.site.timeZone)}: ` +
                    'how many, times what each counts, times its field’s factor, less what time has taken. '}
                {standing !== undefined &&
                  `${standing.votes === 1 ? '1 vote is' : `${standing.votes} votes are`} shown with the paper. `}
                <a href="/about/trending">How papers trend</a>
              </p>
            </div>
          ),
        }),
      );
    });
}

function HowHeatAddsUp({ settings }: { readonly settings: TrendingSettings }) {
  const { halfLifeHours, weights, prior } = settings;
  return (
    <>
      <p>
        The hottest paper is the one for which most speaks now. Whatever speaks for a paper (a vote,
        a comment, a save, votes elsewhere) is worth something when it comes, and half as much after
        every {halfLifeHours} hours. Its heat is the sum. The sum of each paper is open: the link
        “Why here?” beside it shows every term.
      </p>
      <Formula
        tex={String.raw`\text{heat}(t) = \sum_i n_i \, w_i \, f_i \, 2^{-(t - t_i)/h} \;+\; p \,\frac{\kappa}{\kappa + n} \, 2^{-(t - t_p)/h}`}
      />
      <ul>
        <li>
          <Formula tex="n_i" isInline />, <Formula tex="w_i" isInline />: how many of its kind a
          piece is, and what each counts, in votes.
        </li>
        <li>
          <Formula tex="f_i" isInline />: what its field raised it by when it came.
        </li>
        <li>
          <Formula tex="h" isInline /> = {halfLifeHours} hours, for all papers alike; so the order
          changes only when something new speaks for a paper.
        </li>
        <li>
          <Formula tex="p" isInline />: the prior, at most {prior.most} votes, of which less and
          less is left the more evidence <Formula tex="n" isInline /> there is;{' '}
          <Formula tex="\kappa" isInline /> = {prior.halfAt} votes.
        </li>
      </ul>
      <DecayPicture halfLifeHours={halfLifeHours} />
      <h2>What counts how much</h2>
      <ScrollingBox label="What counts how much, in votes">
        <table>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Votes</th>
            </tr>
          </thead>
          <tbody>
            <Weight name="A vote by an account" votes={weights.ofKind.vote} />
            <Weight name="An account’s first comment on the paper" votes={weights.ofKind.comment} />
            <Weight name="An account’s saving it into a collection" votes={weights.ofKind.save} />
            <Weight
              name="An upvote on the daily list of Hugging Face"
              votes={weights.ofKind.upvotes}
            />
            <Weight name="A star on GitHub" votes={weights.ofKind.stars} />
          </tbody>
        </table>
      </ScrollingBox>
      <p>
        Many upvotes or stars of one day count as their number to the power {weights.manyPower}, and
        never more than {weights.mostOfOnePiece} votes together: 100 upvotes are{' '}
        {(weights.ofKind.upvotes * 100 ** weights.manyPower).toFixed(1)} votes. What an account does
        in its first two days counts {weights.shareOfNewAccounts} of that, and for each paper only
        one piece from new accounts of the same network; of a second network half as much, of a
        third a third.
      </p>
      <p>
        The papers of one day, week or month are ranked by the same sum without decay, so that what
        was announced in the morning has no advantage over the evening.
      </p>
    </>
  );
}

function Weight({ name, votes }: { readonly name: string; readonly votes: number }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{votes}</td>
    </tr>
  );
}

function Fields({
  fields,
  settings: { fields: constants },
}: {
  readonly fields: readonly FieldStanding[];
  readonly settings: TrendingSettings;
}) {
  return (
    <>
      <h2>Small fields beside large ones</h2>
      <p>
        Where three thousand votes are cast a day, sixty for a paper say little more than five where
        five are. So each piece is raised by how much quieter the paper’s field (its first category)
        is than the busiest, where <Formula tex="a" isInline /> is a field’s evidence with a
        half-life of {constants.halfLifeHours / 24} days:
      </p>
      <Formula
        tex={String.raw`f = \min\left(${constants.most},\; \left(\frac{a_{\text{busiest}}}{a}\right)^{${constants.power}\, c}\right), \qquad c = \frac{a}{a + ${constants.trustedFrom}}`}
      />
      <p>
        A field of which little is known stays near 1, so that nobody gains by making one up. What
        new accounts do is not raised. The factor is fixed when a piece comes.
      </p>
      {fields.length === 0 ? (
        <p>No field has any evidence yet, so all count alike.</p>
      ) : (
        <ScrollingBox label="Fields now">
          <table>
            <caption>Fields now</caption>
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Votes a day</th>
                <th scope="col">Factor</th>
              </tr>
            </thead>
            <tbody>
              {fields.slice(0, FIELDS_SHOWN).map(({ field, votesPerDay, factor }) => (
                <tr>
                  <th scope="row">{field === NO_FIELD ? 'without a category' : field}</th>
                  <td>{votesPerDay.toFixed(votesPerDay < 10 ? 1 : 0)}</td>
                  <td>{factor.toFixed(2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollingBox>
      )}
      {fields.length > FIELDS_SHOWN && <p>And {fields.length - FIELDS_SHOWN} quieter ones.</p>}
    </>
  );
}

function Prior({
  prior,
  settings,
}: {
  readonly prior: PriorModel | undefined;
  readonly settings: TrendingSettings;
}) {
  if (!prior?.isUseful) {
    return (
      <>
        <h2>Before anybody has spoken</h2>
        <p>No prior is in use: a paper for which nothing speaks has no heat.</p>
      </>
    );
  }
  const measured = prior.spans.find(({ use }) => use === 'measured');
  const learned = prior.spans.filter(({ use }) => use !== 'measured');
  const papers = learned.reduce((sum, span) => sum + span.papers, 0);
  return (
    <>
      <h2>Before anybody has spoken</h2>
      <p>
        Until people have spoken, papers are ordered by what their content lets expect: the usual
        paper begins with {settings.prior.usual} vote at noon of its edition, and none with more
        than {settings.prior.most}. It yields to people quickly.
      </p>
      <PriorPicture prior={settings.prior} />
      <p>
        The prior <code>{prior.id}</code> was learned from {papers.toLocaleString('en-GB')} papers
        on daily lists of Hugging Face and the upvotes that they had there
        {learned[0] && ` (${learned[0].from} to ${learned.at(-1)?.until})`}. It reads the words of
        title and abstract and what can be seen at first sight, such as the length of the title; no
        names of authors or institutions. In fields that those lists hardly had, it says little.
      </p>
      {measured && (
        <ScrollingBox label="How good the prior is">
          <table>
            <caption>
              How well it ordered {measured.papers.toLocaleString('en-GB')} papers of{' '}
              {measured.days} later days, {measured.from} to {measured.until}
            </caption>
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">nDCG@10</th>
                <th scope="col">95 %</th>
                <th scope="col">τ</th>
                <th scope="col">95 %</th>
              </tr>
            </thead>
            <tbody>
              {prior.scores.map(({ order, ndcgAt10, ndcgInterval, tau, tauInterval }) => (
                <tr>
                  <th scope="row">{order}</th>
                  <td>{ndcgAt10.toFixed(3)}</td>
                  <td>{spanInWords(ndcgInterval)}</td>
                  <td>{tau.toFixed(3)}</td>
                  <td>{spanInWords(tauInterval)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollingBox>
      )}
      <p>
        nDCG@10 is 1 for the order by upvotes; Kendall’s τ is 1 for the same order and 0 for chance.
        Content tells a little of what people will like, and no more than that.
      </p>
    </>
  );
}

function CountsNothing() {
  return (
    <>
      <h2>What counts nothing</h2>
      <ul>
        <li>Votes, comments and saves by a paper’s own authors. They are recorded all the same.</li>
        <li>A second comment or save by the same account: a quarrel of two is not a crowd.</li>
        <li>What a second new account says from the same network: many can be made in an hour.</li>
        <li>
          What a moderator has set aside, as the votes of a ring. It stays on record, and each such
          act in the log of moderators.
        </li>
        <li>Money, institutions, the names of authors, how often a page was opened or clicked.</li>
      </ul>
    </>
  );
}

function spanInWords([low, high]: readonly [number, number]): string {
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}

/** A formula of ours; its source, should it not be typeset. */
function Formula({
  tex,
  isInline = false,
}: {
  readonly tex: string;
  readonly isInline?: boolean;
}): Markup {
  const markup = mathMarkup(tex, !isInline);
  if (markup === undefined) return <code class="tex">{tex}</code>;
  if (isInline) return <span>{raw(markup)}</span>;
  return (
    <p class="formula formula-display" tabindex={0}>
      {raw(markup)}
    </p>
  );
}
