import { EngineError } from '../../base/errors.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute } from '../context.ts';
import { sendEmpty, sendJson } from '../reply.ts';

/** What runs in a container, and signals to one process of it. */
export function processRoutes({ containers }: Pick<ApiBackends, 'containers'>): readonly ApiRoute[] {
  return [
    {
      method: 'GET',
      pattern: '/slipway/v1/containers/{name}/processes',
      handler: (context) => {
        sendJson(context, 200, containers.processes(context.params['name'] ?? ''));
      },
    },
    {
      method: 'POST',
      pattern: '/slipway/v1/containers/{name}/processes/{pid}/kill',
      handler: (context) => {
        const { name = '', pid = '' } = context.params;
        if (!/^[1-9]\d{0,9}$/.test(pid)) throw new EngineError('InvalidArgument', `pid: ${JSON.stringify(pid.slice(0, 100))} is not a process number`);
        containers.killProcess(name, Number(pid), context.query.get('signal') || 'SIGTERM');
        sendEmpty(context, 204);
      },
    },
  ];
}
