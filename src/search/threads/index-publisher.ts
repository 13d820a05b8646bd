/** Hands an index to threads that search: to each first the whole, then every change to it. */

import type { MessagePort } from 'node:worker_threads';
import type { IndexChange, IndexState } from '../segments/index-state.js';
import type { IndexMessage, IndexReceipt, ModelInUse } from './messages.js';
import { type PostedChange, toPostedChange, wholeOf } from './posted-index.js';

export type IndexPublisher = {
  /** Hands over the whole, and from then on each change, until the port closes. */
  readonly attach: (port: MessagePort) => void;
  /**
   * Hands over a change that the state has already.
   *
   * @param onApplied - called once no thread searches without it any more
   */
  readonly publish: (change: IndexChange, onApplied?: () => void) => void;
  /** Has queries embedded by another model; `onApplied` as for a change. */
  readonly useModel: (model: ModelInUse, onApplied: () => void) => void;
};

/** A change on its way. */
type Delivery = { readonly awaited: Set<MessagePort>; readonly onApplied: () => void };

export function createIndexPublisher(state: IndexState, firstModel: ModelInUse): IndexPublisher {
  const ports = new Set<MessagePort>();
  const deliveries = new Map<number, Delivery>();
  let model = firstModel;
  let lastNumber = 0;
  /** Kept for threads that start together; it holds on to segments, so not beyond a change. */
  let whole: PostedChange | undefined;

  const received = (port: MessagePort, number: number): void => {
    const delivery = deliveries.get(number);
    if (!delivery?.awaited.delete(port) || delivery.awaited.size > 0) return;
    deliveries.delete(number);
    delivery.onApplied();
  };

  const send = (
    message: Pick<IndexMessage, 'change' | 'model'>,
    onApplied: () => void = () => {},
  ): void => {
    lastNumber += 1;
    if (ports.size === 0) {
      onApplied();
      return;
    }
    deliveries.set(lastNumber, { awaited: new Set(ports), onApplied });
    for (const port of ports) {
      port.postMessage({ ...message, number: lastNumber, isWhole: false } satisfies IndexMessage);
    }
  };

  return {
    attach(port) {
      ports.add(port);
      port.on('message', ({ number }: IndexReceipt) => received(port, number));
      port.on('close', () => {
        ports.delete(port);
        for (const number of [...deliveries.keys()]) received(port, number);
      });
      whole ??= toPostedChange(wholeOf(state));
      port.postMessage({
        number: lastNumber,
        isWhole: true,
        change: whole,
        model,
      } satisfies IndexMessage);
    },

    publish(change, onApplied) {
      whole = undefined;
      send({ change: toPostedChange(change) }, onApplied);
    },

    useModel(other, onApplied) {
      model = other;
      send({ change: toPostedChange({ added: [], deaths: [], dropped: [] }), model }, onApplied);
    },
  };
}
