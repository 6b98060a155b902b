import { EngineError } from '../../base/errors.ts';
import type { ForProcess } from '../../sys/netlink/link.ts';
import type { NetworkDriver } from './driver.ts';

/** `host` and `none`: there is nothing to make, and one of each kind. */
export const plainDriver: NetworkDriver = {
  options: new Set(),
  hasMac: false,
  hasEndpoints: false,
  check: () => undefined,
  setUp: () => undefined,
  link: (network): readonly ForProcess[] => {
    throw new EngineError('Internal', `network ${network.name} has no interfaces`);
  },
  routesByLink: () => false,
  tearDown: () => Promise.resolve(),
};
