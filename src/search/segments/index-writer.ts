/**
 * What turns changes of the catalogue into changes of the index: new papers become a segment,
 * what they replace goes, and from time to time segments become one. The writer decides and
 * builds; who merges large segments, and where, is its caller's business, since the writer must
 * stay free to take in what comes meanwhile.
 */

import type { Embedder } from '../../embedding/embedder.js';
import type { CatalogueChanges } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { GivenMeaning, PaperWithMeaning } from '../given-meaning.js';
import { createIndexState, type IndexChange, type IndexState } from './index-state.js';
import { segmentsToMerge, segmentsToUnite } from './merge-policy.js';
import { copyOf, has, type PaperSet } from './paper-set.js';
import { paperCount, type Segment } from './segment.js';
import { createSegmentBuilder } from './segment-builder.js';
import { idOf, papersNamed } from './segment-lookup.js';

/** Segments that are to become one, as they were when it was decided. */
export type MergePlan = {
  readonly keys: readonly number[];
  readonly parts: readonly { readonly segment: Segment; readonly dead: PaperSet }[];
  /** How many papers the merged segment will have. */
  readonly papers: number;
};

export type IndexWriter = {
  /** Embeds what comes from now on by another model. */
  readonly embedBy: (embedder: Embedder) => void;
  /** As all changes that the writer made have left it. */
  readonly state: IndexState;
  /** Builds segments of what is new, one for each model, and lets go what it replaces. */
  readonly takeIn: (
    changes: Pick<CatalogueChanges, 'removed'> & { readonly papers: readonly PaperWithMeaning[] },
  ) => IndexChange;
  /**
   * Takes in papers again for their vectors, those that have one of another model and have not
   * changed beyond what is handed in; the others know better already.
   */
  readonly renew: (papers: readonly PaperWithMeaning[]) => IndexChange;
  /** See `SearchEngine.setHotness`. */
  readonly setHotness: (hotness: ReadonlyMap<PaperId, number>) => IndexChange;
  /**
   * The next merge worth doing.
   *
   * @param busy - keys of segments that are being merged already
   */
  readonly planMerge: (busy?: readonly number[]) => MergePlan | undefined;
  /** Merges after which as few segments remain as can hold all papers; for writing to disk. */
  readonly planUnions: () => readonly MergePlan[];
  /**
   * Puts a merged segment in the place of those of its plan. What went from them while it was
   * being made goes from it, too.
   */
  readonly completeMerge: (plan: MergePlan, merged: Segment) => IndexChange;
};

/** @param segments - to begin with, such as those of a generation on disk */
export function createIndexWriter(
  firstEmbedder: Embedder,
  segments: readonly Segment[] = [],
): IndexWriter {
  const state = createIndexState();
  let embedder = firstEmbedder;
  let hotnessById: ReadonlyMap<PaperId, number> = new Map();
  let lastKey = 0;

  const nextKey = (): number => {
    lastKey += 1;
    return lastKey;
  };

  const hotnessOf = (segment: Segment): Float64Array => {
    const values = new Float64Array(
      new SharedArrayBuffer(paperCount(segment) * Float64Array.BYTES_PER_ELEMENT),
    ).fill(Number.NaN);
    // Whichever are fewer: a new paper must not wait for a look at all that are known to be hot.
    if (paperCount(segment) < hotnessById.size) {
      for (let paper = 0; paper < values.length; paper += 1) {
        values[paper] = hotnessById.get(idOf(segment, paper)) ?? Number.NaN;
      }
      return values;
    }
    for (const [id, hotness] of hotnessById) {
      for (const paper of papersOfId(segment, id)) values[paper] = hotness;
    }
    return values;
  };

  const added = (segment: Segment): Pick<IndexChange, 'added' | 'hotness'> => {
    const key = nextKey();
    return {
      added: [{ key, segment }],
      ...(hotnessById.size > 0 && { hotness: [{ key, values: hotnessOf(segment) }] }),
    };
  };

  const deathsOf = (ids: Iterable<PaperId>): IndexChange['deaths'] =>
    Array.from(ids).flatMap((id) =>
      state.segments().flatMap(({ key, segment, dead }) =>
        papersOfId(segment, id)
          .filter((paper) => !has(dead, paper))
          .map((paper) => ({ key, paper, words: segment.wordsOf(paper) })),
      ),
    );

  const apply = (change: IndexChange): IndexChange => {
    state.apply(change);
    return change;
  };

  const plan = (keys: readonly number[]): MergePlan | undefined => {
    const live = state.segments().filter(({ key }) => keys.includes(key));
    if (live.length === 0) return undefined;
    return {
      keys: live.map(({ key }) => key),
      parts: live.map(({ segment, dead }) => ({ segment, dead: copyOf(dead) })),
      papers: live.reduce(
        (sum, { segment, deadCount }) => sum + paperCount(segment) - deadCount,
        0,
      ),
    };
  };

  const sizes = () =>
    state.segments().map(({ key, segment, deadCount }) => ({
      key,
      modelId: segment.modelId,
      living: paperCount(segment) - deadCount,
      dead: deadCount,
    }));

  const takeIn: IndexWriter['takeIn'] = ({ papers, removed }) => {
    // A paper that stands there twice is what it is the second time.
    const latest = [...new Map(papers.map((paper) => [paper.id, paper])).values()];
    const deaths = deathsOf(new Set([...latest.map(({ id }) => id), ...removed]));
    const additions = Array.from(Map.groupBy(latest, modelOf), ([modelId, ofModel]) => {
      const builder = createSegmentBuilder({ embedder: { ...embedder, modelId } });
      for (const paper of ofModel) builder.add(paper, paper.meaning?.vector);
      return added(builder.build());
    });
    const hotness = additions.flatMap((addition) => addition.hotness ?? []);
    return apply({
      added: additions.flatMap((addition) => addition.added),
      deaths,
      dropped: [],
      ...(hotness.length > 0 && { hotness }),
    });
  };

  /** Which model's vector the paper is taken in with. */
  const modelOf = ({ meaning }: { readonly meaning?: GivenMeaning }): string =>
    meaning?.modelId ?? embedder.modelId;

  const isOutdated = (paper: PaperWithMeaning): boolean =>
    state
      .segments()
      .some(
        ({ segment, dead }) =>
          segment.modelId !== modelOf(paper) &&
          papersOfId(segment, paper.id).some(
            (at) => !has(dead, at) && (segment.papers.revisions[at] as number) <= paper.revision,
          ),
      );

  apply({
    added: segments.map((segment) => ({ key: nextKey(), segment })),
    deaths: [],
    dropped: [],
  });

  return {
    state,

    embedBy(other) {
      embedder = other;
    },

    takeIn,

    renew: (papers) => takeIn({ papers: papers.filter(isOutdated), removed: [] }),

    setHotness(hotness) {
      hotnessById = hotness;
      return apply({
        added: [],
        deaths: [],
        dropped: [],
        hotness: state.segments().map(({ key, segment }) => ({ key, values: hotnessOf(segment) })),
      });
    },

    planMerge: (busy = []) =>
      plan(segmentsToMerge(sizes().filter(({ key }) => !busy.includes(key)))),
    planUnions: () => segmentsToUnite(sizes()).flatMap((keys) => plan(keys) ?? []),

    completeMerge({ keys, parts }, merged) {
      const gone = state.segments().flatMap(({ key, segment, dead }) => {
        const before = parts[keys.indexOf(key)]?.dead;
        if (!before) return [];
        return goneSince(dead, before, paperCount(segment)).map((paper) => idOf(segment, paper));
      });
      // Where nobody lived, nothing takes their place: a segment of none is one more to search.
      if (paperCount(merged) === 0) return apply({ added: [], deaths: [], dropped: keys });
      const { added: additions, hotness } = added(merged);
      const key = lastKey;
      const deaths = gone.flatMap((id) =>
        papersOfId(merged, id).map((paper) => ({ key, paper, words: merged.wordsOf(paper) })),
      );
      return apply({ added: additions, deaths, dropped: keys, ...(hotness && { hotness }) });
    },
  };
}

/** The paper of this id, dead or alive, and not those that only have it as another name. */
function papersOfId(segment: Segment, id: PaperId): number[] {
  return papersNamed(segment, id).filter((paper) => idOf(segment, paper) === id);
}

/** The papers that are dead now and were not before. */
function goneSince(now: PaperSet, before: PaperSet, papers: number): number[] {
  const gone: number[] = [];
  for (let paper = 0; paper < papers; paper += 1) {
    if (has(now, paper) && !has(before, paper)) gone.push(paper);
  }
  return gone;
}
