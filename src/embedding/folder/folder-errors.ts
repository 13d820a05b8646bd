/** How the files of a model are refused. */

import { BroadsheetError } from '../../errors.js';

/** What is there is broken, or not what its name says. */
export function damaged(message: string, cause?: unknown): BroadsheetError {
  return new BroadsheetError('unreadable_input', message, {
    cause,
    fix: 'Check that the file is complete, or download the model again.',
  });
}

/** What is there is sound, as far as one can see, but nothing that can be used here. */
export function unsupported(message: string): BroadsheetError {
  return new BroadsheetError('unreadable_input', message, {
    fix: 'Use a static model with a WordPiece or Unigram tokenizer, such as potion-base-8M.',
  });
}

/** What is needed is not there, or may not be read. */
export function unreadable(message: string, cause?: unknown): BroadsheetError {
  return new BroadsheetError('unreadable_input', message, {
    cause,
    fix: 'Name the folder of a Model2Vec or StaticEmbedding model: with model.safetensors and tokenizer.json.',
  });
}
