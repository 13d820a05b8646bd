/** What one check of the mail finds. */

export type HealthCheck = {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly fix: string;
};

/** Without its name. */
export type HealthFinding = Omit<HealthCheck, 'name'>;

export function well(detail: string, fix = ''): HealthFinding {
  return { ok: true, detail, fix };
}

export function ill(detail: string, fix: string): HealthFinding {
  return { ok: false, detail, fix };
}

/** Nobody answered, so nothing is known. */
export function untold(reason: string): HealthFinding {
  return ill(`cannot be told: ${reason}`, 'Check the name servers of this machine and try again.');
}

/** What to add to the name service. */
export function record(name: string, kind: 'TXT' | 'MX' | 'PTR' | 'A', value: string): string {
  return `${name}. ${kind} ${kind === 'TXT' ? quotedText(value) : value}`;
}

/** A text may have 255 octets; longer ones are written in pieces, which are read as one. */
function quotedText(text: string): string {
  const pieces = text.match(/.{1,255}/gs) ?? [''];
  return pieces.map((piece) => `"${piece}"`).join(' ');
}
