import { EngineError } from '../../base/errors.ts';
import type { ApiRoute } from '../context.ts';
import { sendJson } from '../reply.ts';

/** This engine takes no plugins: the list is empty and every name is unknown, which `docker inspect` asks for in passing. */
export function pluginRoutes(): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/plugins', handler: (context) => sendJson(context, 200, []) },
    {
      method: 'GET',
      pattern: '/plugins/{name}/json',
      handler: ({ params }) => {
        throw new EngineError('NotFound', `plugin ${JSON.stringify(params['name'])} not found`);
      },
    },
  ];
}
