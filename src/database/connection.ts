import type { Kysely, Transaction } from 'kysely';

/** A database without table types; each store adds those of its own tables. */
export type Connection = Kysely<Record<never, never>>;

/** A transaction of any store: what several stores do together is handed the same one. */
export type AnyTransaction = Transaction<Record<never, never>>;
