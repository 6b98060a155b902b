import { EngineError } from '../../base/errors.ts';
import type { ApiRoute } from '../context.ts';
import { sendJson } from '../reply.ts';

/** Named volumes and plugins do not exist in this engine yet: lists are empty and every name is unknown. */
export function volumeRoutes(): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/volumes', handler: (context) => sendJson(context, 200, { Volumes: [], Warnings: [] }) },
    {
      method: 'GET',
      pattern: '/volumes/{name}',
      handler: ({ params }) => {
        throw new EngineError('NotFound', `get ${params['name']}: no such volume`);
      },
    },
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
