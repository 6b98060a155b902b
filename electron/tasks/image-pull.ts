import { jsonLines } from '../engine/json-lines.ts';
import type { TaskRequest } from '../ipc/contract/tasks.ts';
import { LayerProgress } from './layer-progress.ts';
import type { TaskProgram } from './task.ts';

type Pull = Extract<TaskRequest, { kind: 'image.pull' }>;

/** The result is empty: the feed tells of the image. What a cancelled pull has fetched stays in the engine's cache and is not fetched again. */
export const imagePull: TaskProgram<Pull> = {
  unit: 'bytes',
  objectOf: ({ reference }) => reference,
  async run({ reference, platform }, { engine, signal, report }) {
    const query = { fromImage: reference, ...(platform !== '' && { platform }) };
    const progress = new LayerProgress();
    for await (const line of jsonLines(await engine.stream('POST', '/images/create', { query, signal }))) {
      const next = progress.take(line);
      if (next) report(next);
    }
    return '';
  },
};
