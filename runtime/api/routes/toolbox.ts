import { toolboxMaker } from '../../image/toolbox/make-toolbox.ts';
import type { ApiBackends } from '../backends.ts';
import { discardBody } from '../body.ts';
import type { ApiRoute } from '../context.ts';
import { sendJson } from '../reply.ts';
import type { ToolboxAnswer } from '../types/toolbox.ts';

export function toolboxRoutes({ images }: Pick<ApiBackends, 'images'>): readonly ApiRoute[] {
  const make = toolboxMaker(images);
  return [
    {
      method: 'POST',
      pattern: '/slipway/v1/toolbox',
      handler: async (context) => {
        await discardBody(context);
        // Several may wait for the same making: one that leaves does not end it.
        const answer: ToolboxAnswer = await make(new AbortController().signal);
        sendJson(context, answer.created ? 201 : 200, answer);
      },
    },
  ];
}
