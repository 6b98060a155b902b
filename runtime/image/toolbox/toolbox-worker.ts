import { parentPort } from 'node:worker_threads';
import { assertPresent } from '../../base/assert.ts';
import { toPlainError, type WorkerAnswer } from '../../store/layers/worker-messages.ts';
import { HOST_FILES } from './host-files.ts';
import { type HostQuestion, type HostTools, inspectHost } from './inspect-host.ts';

const port = assertPresent(parentPort, 'this module runs in a worker thread');
const answer = (message: WorkerAnswer<HostTools | null>): void => port.postMessage(message);

port.on('message', (question: HostQuestion) => {
  void inspectHost(HOST_FILES, question).then(
    (result) => answer({ kind: 'done', result }),
    (error: unknown) => answer({ kind: 'failed', error: toPlainError(error) }),
  );
});
