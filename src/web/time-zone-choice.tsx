/** All time zones of the world, to choose one of, by region. */

import type { Markup } from './markup.js';

type Region = { readonly name: string; readonly zones: readonly string[] };

/** Beside the names with a region. */
const WORLD = 'World';

let known: readonly Region[] | undefined;

/** What this machine knows; worked out once. */
function regions(): readonly Region[] {
  known ??= regionsOf([...Intl.supportedValuesOf('timeZone'), 'UTC']);
  return known;
}

function regionsOf(zones: readonly string[]): readonly Region[] {
  const byRegion = new Map<string, Set<string>>();
  for (const zone of zones) {
    const slash = zone.indexOf('/');
    const region = slash < 0 ? WORLD : zone.slice(0, slash);
    byRegion.set(region, (byRegion.get(region) ?? new Set()).add(zone));
  }
  return [...byRegion]
    .map(([name, names]) => ({ name, zones: [...names].sort(byPlace) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function byPlace(one: string, other: string): number {
  return placeOf(one) < placeOf(other) ? -1 : 1;
}

/** Places whose zones go by older names; those who live there look for the new. */
const NEW_NAMES: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Asmara',
  'America/Godthab': 'Nuuk',
  'Asia/Calcutta': 'Kolkata',
  'Asia/Katmandu': 'Kathmandu',
  'Asia/Rangoon': 'Yangon',
  'Asia/Saigon': 'Ho Chi Minh',
  'Atlantic/Faeroe': 'Faroe',
  'Europe/Kiev': 'Kyiv',
  'Pacific/Enderbury': 'Kanton',
  'Pacific/Ponape': 'Pohnpei',
  'Pacific/Truk': 'Chuuk',
};

/** `Argentina – Buenos Aires` of `America/Argentina/Buenos_Aires`. */
function placeOf(zone: string): string {
  if (Object.hasOwn(NEW_NAMES, zone)) return NEW_NAMES[zone] ?? zone;
  const [, ...places] = zone.split('/');
  return (places.join(' – ') || zone).replaceAll('_', ' ');
}

export function TimeZoneChoice({
  id,
  name,
  chosen,
  problem,
}: {
  readonly id: string;
  readonly name: string;
  /** One that is not among them, such as an older name, is offered first. */
  readonly chosen: string;
  /** The id of what is said to be wrong with it. */
  readonly problem?: string | undefined;
}): Markup {
  const isListed = regions().some(({ zones }) => zones.includes(chosen));
  return (
    <select
      id={id}
      name={name}
      aria-invalid={problem ? 'true' : undefined}
      aria-describedby={problem}
    >
      {!isListed && (
        <option value={chosen} selected>
          {chosen}
        </option>
      )}
      {regions().map((region) => (
        <optgroup label={region.name}>
          {region.zones.map((zone) => (
            <option value={zone} selected={zone === chosen}>
              {placeOf(zone)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}
