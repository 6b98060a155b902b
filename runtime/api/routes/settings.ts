import { z } from 'zod';
import type { ApiBackends } from '../backends.ts';
import { readBody } from '../body.ts';
import type { ApiRoute } from '../context.ts';
import { sendJson } from '../reply.ts';
import type { EngineSettingsAnswer } from '../types/settings.ts';

export function settingsRoutes({ settings, engine }: Pick<ApiBackends, 'settings' | 'engine'>): readonly ApiRoute[] {
  const answer = (): EngineSettingsAnswer => ({ path: settings.path, settings: settings.current, fixed: settings.fixed, root: engine.root });
  return [
    { method: 'GET', pattern: '/slipway/v1/settings', handler: (context) => sendJson(context, 200, answer()) },
    {
      method: 'PUT',
      pattern: '/slipway/v1/settings',
      handler: async (context) => {
        settings.replace(await readBody(context, z.unknown()));
        sendJson(context, 200, answer());
      },
    },
  ];
}
