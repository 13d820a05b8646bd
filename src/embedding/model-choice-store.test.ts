import { expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import { createModelChoiceStore } from './model-choice-store.js';

describeOnEveryDatabase('the choice of a model', (database) => {
  it('is none at first, and then the latest, also of a place that was chosen before', async () => {
    const choices = createModelChoiceStore(database());
    expect(await choices.latest()).toBeUndefined();
    await choices.choose({ place: '/models/one', modelId: 'one-1' });
    await choices.choose({ place: 'built-in', modelId: 'ours' });
    expect(await choices.latest()).toEqual({ place: 'built-in', modelId: 'ours', number: 2 });
    await choices.choose({ place: '/models/one', modelId: 'one-2' });
    expect(await choices.all()).toEqual([
      { place: '/models/one', modelId: 'one-2', number: 3 },
      { place: 'built-in', modelId: 'ours', number: 2 },
    ]);
  });
});
