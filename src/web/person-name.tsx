/**
 * How somebody is named: `Ana Ruiz @ana`, or `@ana` alone where nothing else is known. The
 * display name never stands alone, since anybody may call themselves what they like.
 */

import type { Markup } from './markup.js';

export function PersonName({
  person: { name, displayName },
}: {
  readonly person: { readonly name: string; readonly displayName: string };
}): Markup {
  return (
    <>
      {displayName !== name && (
        <>
          <bdi>{displayName}</bdi>{' '}
        </>
      )}
      @{name}
    </>
  );
}
