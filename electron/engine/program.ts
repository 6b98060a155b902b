import { join } from 'node:path';

export interface EngineProgram {
  /** A Node that runs the engine. */
  readonly node: string;
  /** The engine's entry. */
  readonly daemon: string;
}

/**
 * The engine and the Node that runs it. A package carries both beside its archive, as Electron's own binary is built
 * to refuse to be a Node.
 */
export function engineProgram(packaged: boolean, program: string, resources: string): EngineProgram {
  if (packaged) return { node: join(resources, 'node'), daemon: join(resources, 'engine/runtime/daemon.ts') };
  return { node: join(program, 'node_modules/node/bin/node'), daemon: join(program, 'runtime/daemon.ts') };
}
