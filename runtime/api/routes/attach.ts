import { EngineError } from '../../base/errors.ts';
import type { LogEntry } from '../../container/container-service.ts';
import { pump } from '../attached.ts';
import type { ApiBackends } from '../backends.ts';
import { discardBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { FrameWriter } from '../frame-writer.ts';
import { hijack, type RawConnection, rawContentType } from '../hijack.ts';
import { flag } from '../query.ts';

type Backends = Pick<ApiBackends, 'containers'>;

async function replay(connection: RawConnection, batches: AsyncIterable<readonly LogEntry[]>, multiplexed: boolean): Promise<void> {
  const writer = new FrameWriter(connection, multiplexed);
  for await (const batch of batches) {
    for (const entry of batch) if (!writer.push(entry.stream, entry.data)) await writer.drained();
  }
  writer.flush();
}

async function attach(context: RequestContext, { containers }: Backends): Promise<void> {
  const { query } = context;
  const container = containers.inspect(context.params['name'] ?? '');
  const tty = container.config.Tty === true;
  const wants = { stdin: flag(query, 'stdin'), stdout: flag(query, 'stdout'), stderr: flag(query, 'stderr') };
  if (container.state.status === 'paused') {
    throw new EngineError('Conflict', `container ${container.id} is paused, unpause the container before attach`);
  }
  const detachKeys = query.get('detachKeys');
  const gone = new AbortController();
  const signal = AbortSignal.any([context.signal, gone.signal]);
  // Attached before the log is read: output between the two may come twice but is never lost.
  await using streams = flag(query, 'stream') ? await containers.attach(container.id, { ...wants, ...(detachKeys ? { detachKeys } : {}), signal }) : null;
  const until = BigInt(Date.now()) * 1_000_000n;
  await discardBody(context);
  const connection = hijack(context, rawContentType(context.version, !tty));
  connection.signal.addEventListener('abort', () => gone.abort(new EngineError('Canceled', 'the client went away')), { once: true });
  if (flag(query, 'logs')) {
    await replay(connection, containers.logs(container.id, { ...wants, follow: false, ...(streams ? { until } : {}), signal }), !tty);
  }
  if (streams) {
    const stdin = wants.stdin && container.config.OpenStdin === true;
    await pump(connection, streams, { stdin, closeStdin: !tty && container.config.StdinOnce === true });
  } else {
    connection.end();
  }
}

export function attachRoutes(backends: Backends): readonly ApiRoute[] {
  return [{ method: 'POST', pattern: '/containers/{name}/attach', handler: (context) => attach(context, backends) }];
}
