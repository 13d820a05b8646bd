/** A model as one thread hands it to another, and what embeds by it where it has arrived. */

import type { CompiledModule } from '../web-assembly.js';
import type { Embedder } from './embedder.js';
import { createHashedEmbedder, HASHED_MODEL_ID } from './hashed-embedder.js';
import type { ModelCard } from './model-card.js';
import { createStaticEmbedder } from './static-embedder.js';
import type { StaticModel } from './static-model.js';

/** Plain data around shared arrays: functions cannot be handed over. */
export type ModelSource =
  | OwnModelSource
  /**
   * A service's model: texts come with their vectors. What comes without gets that of a model of
   * our own, until it comes again.
   */
  | { readonly kind: 'service'; readonly modelId: string; readonly own: OwnModelSource };

/** A model that we run ourselves. */
export type OwnModelSource =
  /** Knows no language and needs no file: what tests and comparisons are made with. */
  | { readonly kind: 'hashed' }
  | {
      readonly kind: 'static';
      readonly model: StaticModel;
      /** What people should know of it. */
      readonly card?: ModelCard | undefined;
      /** What adds its vectors up; where absent, plain code does the same, slower. */
      readonly kernels?: CompiledModule | undefined;
    };

/** For tests and comparisons; no installation uses it. */
export const HASHED: OwnModelSource = { kind: 'hashed' };

/** What embeds by it, for the thread that calls; in place of a service, our own model. */
export function embedderOf(source: ModelSource): Embedder {
  switch (source.kind) {
    case 'hashed':
      return createHashedEmbedder();
    case 'static':
      return createStaticEmbedder(source.model, source.kernels);
    case 'service':
      return embedderOf(source.own);
  }
}

/** The model that all papers are to have a vector of. */
export function modelIdOf(source: ModelSource): string {
  switch (source.kind) {
    case 'hashed':
      return HASHED_MODEL_ID;
    case 'static':
      return source.model.id;
    case 'service':
      return source.modelId;
  }
}

/** The model of `embedderOf`. */
export function ownModelIdOf(source: ModelSource): string {
  return modelIdOf(source.kind === 'service' ? source.own : source);
}

/** Whether both embed alike: the same service, if any, with the same model of our own. */
export function isSameModel(one: ModelSource, other: ModelSource): boolean {
  return modelIdOf(one) === modelIdOf(other) && ownModelIdOf(one) === ownModelIdOf(other);
}
