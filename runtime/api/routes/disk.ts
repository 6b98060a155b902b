import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { sendJson } from '../reply.ts';
import type { DiskReport } from '../types/disk.ts';

type Backends = Pick<ApiBackends, 'containers' | 'disk' | 'engine'>;

/** Bytes of a log and of the files that it was rotated into; 0 where there is none. */
async function logBytes(path: string): Promise<number> {
  const [directory, name] = [dirname(path), basename(path)];
  const files = (await readdir(directory).catch(() => [])).filter((file) => file === name || file.startsWith(`${name}.`));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(join(directory, file)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function report(context: RequestContext, { containers, disk, engine }: Backends): Promise<void> {
  const withAreas = context.query.get('areas') !== '0';
  const { total, free, areas } = await disk(withAreas);
  const logs: Record<string, number> = {};
  for (const { id, logPath } of containers.list({ all: true, filters: {} })) logs[id] = logPath === '' ? 0 : await logBytes(logPath);
  const answer: DiskReport = { root: engine.root, total, free, areas, logs };
  sendJson(context, 200, answer);
}

export function diskRoutes(backends: Backends): readonly ApiRoute[] {
  return [{ method: 'GET', pattern: '/slipway/v1/disk', handler: (context) => report(context, backends) }];
}
