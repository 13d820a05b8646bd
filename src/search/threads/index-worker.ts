/** The index thread; see `index-thread.ts`. */

import { embedderOf } from '../../embedding/model-source.js';
import { keepIndex } from './index-thread.js';

await keepIndex(embedderOf);
