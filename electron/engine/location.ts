import { homedir } from 'node:os';
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

/** The engine's default places, those of the system for root and those of the user else; what is given wins. */
export function engineLocation(given: Given, uid: number, env: NodeJS.ProcessEnv): EngineLocation {
  const data = env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share');
  const runtime = env['XDG_RUNTIME_DIR'] ?? join('/run/user', String(uid));
  const root = resolve(given.root ?? (uid === 0 ? '/var/lib/slipway' : join(data, 'slipway')));
  const run = resolve(given.run ?? (uid === 0 ? '/run/slipway' : join(runtime, 'slipway')));
  return { root, run, socket: resolve((given.socket ?? join(run, 'slipway.sock')).replace(/^unix:\/\//, '')) };
}
