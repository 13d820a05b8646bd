import type { Kysely } from 'kysely';

/** A database without table types; each store adds those of its own tables. */
export type Connection = Kysely<Record<never, never>>;
