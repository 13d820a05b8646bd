/** Hands an index to threads that search: to each first the whole, then every change to it. */

import type { MessagePort } from 'node:worker_threads';
import type { IndexChange, IndexState } from '../segments/index-state.js';
import type { IndexMessage, IndexReceipt } from './messages.js';
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
};

/** A change on its way. */
type Delivery = { readonly awaited: Set<MessagePort>; readonly onApplied: () => void };

export function createIndexPublisher(state: IndexState): IndexPublisher {
  const ports = new Set<MessagePort>();
  const deliveries = new Map<number, Delivery>();
  let lastNumber = 0;
  /** Kept for threads that start together; it holds on to segments, so not beyond a change. */
  let whole: PostedChange | undefined;

  const received = (port: MessagePort, number: number): void => {
    const delivery = deliveries.get(number);
    if (!delivery?.awaited.delete(port) || delivery.awaited.size > 0) return;
    deliveries.delete(number);
    delivery.onApplied();
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
      port.postMessage({ number: lastNumber, isWhole: true, change: whole } satisfies IndexMessage);
    },

    publish(change, onApplied = () => {}) {
      whole = undefined;
      lastNumber += 1;
      if (ports.size === 0) {
        onApplied();
        return;
      }
      deliveries.set(lastNumber, { awaited: new Set(ports), onApplied });
      const posted = toPostedChange(change);
      for (const port of ports) {
        port.postMessage({
          number: lastNumber,
          isWhole: false,
          change: posted,
        } satisfies IndexMessage);
      }
    },
  };
}
