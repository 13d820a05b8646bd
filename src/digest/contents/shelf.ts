/** What is the same for all letters of a date, loaded once for many of them. */

import { inSlices } from '../../community/moderation/slices.js';
import type { PaperReader } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import { type NewField, newFieldOf } from '../../recommend/like-yours.js';
import type { PaperVectors } from '../../recommend/like-yours-vectors.js';
import type { Candidate, Span, Stock } from './candidate.js';
import { createFewAtOnce, createFinder, type Finder, type FindSources } from './find-new.js';
import { createKept } from './kept.js';
import { loadStock, type StockSources } from './stock.js';

export type Shelf = {
  readonly stock: Stock;
  readonly byId: ReadonlyMap<PaperId, Candidate>;
  readonly find: Finder;
  /** The new papers as they are compared with somebody's; made when first asked for. */
  readonly field: () => Promise<NewField>;
  /** Tells a failure, of each kind the first. */
  readonly tell: (what: string, error: unknown) => void;
};

export type ShelfSources = StockSources &
  FindSources & {
    readonly papers: Pick<PaperReader, 'revision'>;
    readonly vectors: PaperVectors;
    readonly now: () => Date;
    readonly onFailure: (what: string, error: unknown) => void;
  };

/** Letters of so long are made from the same, unless the catalogue changes. */
const KEEP_MS = 15_000;

/** Three dates are today somewhere, and weekly letters have their own span. */
const MOST_SHELVES = 6;

export function createShelves(sources: ShelfSources): (span: Span) => Promise<Shelf> {
  const { papers, vectors, now, onFailure } = sources;
  const fewAtOnce = createFewAtOnce();
  const kept = createKept<Shelf>({
    revision: papers.revision,
    now,
    keepMs: KEEP_MS,
    most: MOST_SHELVES,
  });

  const fill = async (span: Span): Promise<Shelf> => {
    const stock = await loadStock(sources, span);
    const told = new Set<string>();
    let field: Promise<NewField> | undefined;
    return {
      stock,
      byId: new Map(stock.candidates.map((candidate) => [candidate.id, candidate])),
      find: createFinder(sources, stock, fewAtOnce),
      field: () => {
        field ??= vectors.of(stock.candidates).then((embedded) => inSlices(newFieldOf(embedded)));
        return field;
      },
      tell: (what, error) => {
        if (told.has(what)) return;
        told.add(what);
        onFailure(what, error);
      },
    };
  };

  return (span) => kept.get(`${span.from} ${span.until}`, () => fill(span));
}
