import { jsonLines } from '../engine/json-lines.ts';
import type { TaskRequest } from '../ipc/contract/tasks.ts';
import { LayerProgress } from './layer-progress.ts';
import type { TaskProgram } from './task.ts';

type Pull = Extract<TaskRequest, { kind: 'image.pull' }>;

/** The result is empty: the feed tells of the image. */
export const imagePull: TaskProgram<Pull> = {
  unit: 'bytes',
  objectOf: ({ reference }) => reference,
  async run({ reference, platform }, { engine, registries, signal, report }) {
    const headers = await registries.headersFor(reference);
    const query = { fromImage: reference, plan: 1, ...(platform !== '' && { platform }) };
    const progress = new LayerProgress();
    for await (const line of jsonLines(await engine.stream('POST', '/images/create', { query, headers, signal }))) {
      const next = progress.take(line);
      if (next) report(next);
    }
    return '';
  },
};
