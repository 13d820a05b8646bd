/**
 * Two pictures of the formula, drawn here as SVG: how what a vote is worth falls, and how the
 * prior gives way. They take their colours from the style sheet, so that they suit light and dark.
 */

import type { TrendingSettings } from '../trending/standing-sums.js';
import type { Markup } from './markup.js';

const WIDTH = 560;
const HEIGHT = 220;
const LEFT = 50;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 46;

/** Enough for a line that looks bent. */
const STEPS = 84;

type Line = { readonly name: string; readonly at: (x: number) => number };

type Axis = {
  readonly most: number;
  readonly ticks: readonly number[];
  readonly name: string;
};

export function DecayPicture({ halfLifeHours }: Pick<TrendingSettings, 'halfLifeHours'>): Markup {
  const days = [0, 1, 2, 3, 4, 5, 6, 7];
  const left = (day: number) => 2 ** ((-24 * day) / halfLifeHours);
  const points = [1, 2, 7].map(
    (day) => `${Math.round(left(day) * 100)} % after ${day} ${day === 1 ? 'day' : 'days'}`,
  );
  return (
    <Picture
      id="decay"
      title="What is left of a vote"
      description={`A curve that falls from 1 and halves every ${halfLifeHours} hours: ${points.join(', ')}.`}
      across={{ most: 7, ticks: days, name: 'days since the vote' }}
      up={{ most: 1, ticks: [0, 0.5, 1], name: 'votes' }}
      lines={[{ name: 'what is left', at: left }]}
    />
  );
}

export function PriorPicture({ prior }: Pick<TrendingSettings, 'prior'>): Markup {
  const { halfAt, most, usual } = prior;
  const votes = 3 * halfAt;
  const left = (from: number) => (cast: number) => (from * halfAt) / (halfAt + cast);
  return (
    <Picture
      id="prior"
      title="How the prior gives way to votes"
      description={
        `Two curves that fall as votes are cast: the highest prior from ${most} votes and the ` +
        `usual one from ${usual}. Half of either is left once ${halfAt} votes are cast, and a ` +
        `quarter once ${votes} are.`
      }
      across={{
        most: votes,
        ticks: [0, halfAt / 2, halfAt, 2 * halfAt, votes],
        name: 'votes cast',
      }}
      up={{ most, ticks: Array.from({ length: most + 1 }, (_, tick) => tick), name: 'votes' }}
      lines={[
        { name: 'highest', at: left(most) },
        { name: 'usual', at: left(usual) },
      ]}
    />
  );
}

function Picture({
  id,
  title,
  description,
  across,
  up,
  lines,
}: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly across: Axis;
  readonly up: Axis;
  readonly lines: readonly Line[];
}) {
  const x = (value: number) => round(LEFT + (value / across.most) * (WIDTH - LEFT - RIGHT));
  const y = (value: number) => round(HEIGHT - BOTTOM - (value / up.most) * (HEIGHT - TOP - BOTTOM));
  const path = ({ at }: Line) =>
    Array.from({ length: STEPS + 1 }, (_, step) => (step / STEPS) * across.most)
      .map((value, step) => `${step === 0 ? 'M' : 'L'}${x(value)} ${y(at(value))}`)
      .join('');
  return (
    <figure class="picture">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-labelledby={`${id}-title ${id}-description`}
      >
        <title id={`${id}-title`}>{title}</title>
        <desc id={`${id}-description`}>{description}</desc>
        {up.ticks.map((tick) => (
          <>
            <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
              {tick}
            </text>
          </>
        ))}
        {across.ticks.map((tick) => (
          <text x={x(tick)} y={HEIGHT - BOTTOM + 20} text-anchor="middle">
            {tick}
          </text>
        ))}
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 4} text-anchor="middle">
          {across.name}
        </text>
        {lines.map((line) => (
          <>
            <path class="curve" d={path(line)} />
            {lines.length > 1 && (
              <text x={x(across.most * 0.06)} y={y(line.at(across.most * 0.06)) - 6}>
                {line.name}
              </text>
            )}
          </>
        ))}
      </svg>
      <figcaption>
        {title}, in {up.name}. {description}
      </figcaption>
    </figure>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
