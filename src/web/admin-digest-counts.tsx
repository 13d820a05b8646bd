/** How many letters of an edition are in which state: a picture, and the same in figures. */

import type { DeliveryCounts, DeliveryState } from '../digest/delivery/delivery.js';
import type { Day } from '../papers/dates.js';
import { STATE_WORDS } from './admin-digest-words.js';
import type { Markup } from './markup.js';

/** Of the picture, in its own units. */
const WIDTH = 600;
const HEIGHT = 18;

const STATES = Object.keys(STATE_WORDS) as readonly DeliveryState[];

export function EditionCounts({
  editionOn,
  counts,
}: {
  readonly editionOn: Day;
  readonly counts: DeliveryCounts;
}): Markup {
  const total = STATES.reduce((sum, state) => sum + counts[state], 0);
  if (total === 0) return <p class="empty">No letters of this edition are due yet.</p>;
  return (
    <>
      <Bar counts={counts} total={total} />
      <section class="admin-table" tabindex={0} aria-label="Letters by state">
        <table class="digest-counts">
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Letters</th>
              <th scope="col">Which means</th>
            </tr>
          </thead>
          <tbody>
            {STATES.map((state) => (
              <tr>
                <th scope="row">
                  <Swatch state={state} />{' '}
                  <a href={`/admin/digest/letters?edition=${editionOn}&state=${state}`}>
                    {STATE_WORDS[state].label}
                  </a>
                </th>
                <td>{counts[state].toLocaleString('en-GB')}</td>
                <td>{STATE_WORDS[state].meaning}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">
                <a href={`/admin/digest/letters?edition=${editionOn}`}>In all</a>
              </th>
              <td>{total.toLocaleString('en-GB')}</td>
              <td />
            </tr>
          </tbody>
        </table>
      </section>
    </>
  );
}

function Bar({ counts, total }: { readonly counts: DeliveryCounts; readonly total: number }) {
  const present = STATES.filter((state) => counts[state] > 0);
  const words = present.map(
    (state) => `${STATE_WORDS[state].label}: ${counts[state].toLocaleString('en-GB')}`,
  );
  let at = 0;
  return (
    <svg
      class="digest-bar"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${words.join(', ')}.`}
    >
      {present.map((state) => {
        const from = at;
        at += (counts[state] / total) * WIDTH;
        return (
          <rect
            class={`digest-${state}`}
            x={from.toFixed(2)}
            y="0"
            width={(at - from).toFixed(2)}
            height={String(HEIGHT)}
          />
        );
      })}
    </svg>
  );
}

function Swatch({ state }: { readonly state: DeliveryState }) {
  return (
    <svg class="digest-swatch" viewBox="0 0 10 10" width="12" height="12" aria-hidden="true">
      <rect class={`digest-${state}`} width="10" height="10" />
    </svg>
  );
}
