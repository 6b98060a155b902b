import type { PortPublisher } from '../network/ports/port-publisher.ts';

/** Publishes nothing. */
export const noPorts: PortPublisher = {
  publish: () => Promise.resolve([]),
  release: () => Promise.resolve(),
  restore: () => Promise.resolve(true),
  settle: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
