import { enginePath } from '../engine/http-client.ts';
import type { TaskRequest } from '../ipc/contract/tasks.ts';
import type { TaskProgram } from './task.ts';

type Clone = Extract<TaskRequest, { kind: 'volume.clone' }>;

/** The result is the new volume's name. The engine drops what a cancelled clone has made. */
export const volumeClone: TaskProgram<Clone> = {
  unit: 'bytes',
  objectOf: ({ name, to }) => `${name} → ${to}`,
  async run({ name, to }, { engine, signal }) {
    await engine.json('POST', enginePath('slipway', 'v1', 'volumes', name, 'clone'), { json: { Name: to }, signal });
    return to;
  },
};
