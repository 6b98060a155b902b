import { enginePath } from '../engine/http-client.ts';
import { jsonLines } from '../engine/json-lines.ts';
import type { TaskRequest } from '../ipc/contract/tasks.ts';
import { LayerProgress } from './layer-progress.ts';
import type { TaskProgram } from './task.ts';

type Push = Extract<TaskRequest, { kind: 'image.push' }>;

export const imagePush: TaskProgram<Push> = {
  unit: 'bytes',
  objectOf: ({ reference }) => reference,
  async run({ reference }, { engine, registries, signal, report }) {
    const headers = await registries.headersFor(reference);
    const progress = new LayerProgress();
    for await (const line of jsonLines(await engine.stream('POST', enginePath('images', reference, 'push'), { headers, signal }))) {
      const next = progress.take(line);
      if (next) report(next);
    }
    return '';
  },
};
