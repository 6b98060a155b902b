import { join, resolve } from 'node:path';

/** Where an engine keeps its things and listens. */
export interface EngineLocation {
  readonly root: string;
  readonly run: string;
  readonly socket: string;
}

interface Given {
  readonly root?: string | undefined;
  readonly run?: string | undefined;
  readonly socket?: string | undefined;
}

/** The engine of the system, which its service runs. */
export const SYSTEM: EngineLocation = { root: '/var/lib/slipway', run: '/run/slipway', socket: '/run/slipway/slipway.sock' };

/** The places of the system's engine, but for what is given. */
export function engineLocation(given: Given): EngineLocation {
  const run = resolve(given.run ?? SYSTEM.run);
  return { root: resolve(given.root ?? SYSTEM.root), run, socket: resolve((given.socket ?? join(run, 'slipway.sock')).replace(/^unix:\/\//, '')) };
}
