import { EngineError } from '../../base/errors.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute } from '../context.ts';

/** Freezing a process to disk needs CRIU, which this engine does not have: said in words, for containers that exist. */
export function checkpointRoutes({ containers }: Pick<ApiBackends, 'containers'>): readonly ApiRoute[] {
  const refuse = (name: string): never => {
    containers.inspect(name);
    throw new EngineError('Unsupported', 'checkpoint and restore are not supported by this engine');
  };
  return [
    { method: 'GET', pattern: '/containers/{name}/checkpoints', handler: ({ params }) => refuse(params['name'] ?? '') },
    { method: 'POST', pattern: '/containers/{name}/checkpoints', handler: ({ params }) => refuse(params['name'] ?? '') },
    { method: 'DELETE', pattern: '/containers/{name}/checkpoints/{checkpoint}', handler: ({ params }) => refuse(params['name'] ?? '') },
  ];
}
