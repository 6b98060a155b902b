import { expect, it } from 'vitest';
import type { TaskRequest } from '../ipc/contract/tasks.ts';
import { type Answer, fakeEngine, json } from '../testkit/fake-engine.ts';
import { taskContext } from '../testkit/task-context.ts';
import { diskCleanup } from './disk-cleanup.ts';

type Cleanup = Extract<TaskRequest, { kind: 'disk.cleanup' }>;
const EMPTY: Cleanup = { kind: 'disk.cleanup', containers: [], images: [], volumes: [], networks: [], cache: false };
const gone: Answer = (_request, response) => void response.writeHead(204).end();
const BASE: Record<string, Answer> = {
  'GET /v1.47/system/df': json({ Containers: [{ Id: 'c1', SizeRw: 100 }], Volumes: [{ Name: 'v1', UsageData: { Size: 7 } }] }),
  'GET /slipway/v1/disk': json({ logs: { c1: 20, c2: 900 } }),
  'POST /slipway/v1/images/reclaimable': json({ bytes: 5000 }),
  'GET /images/i1/json': json({ RepoTags: ['web:1', 'web:2'], RepoDigests: [] }),
  'DELETE /images/web:1': json([]),
  'DELETE /images/web:2': json([]),
  'DELETE /containers/c1': gone,
  'DELETE /volumes/v1': gone,
  'DELETE /networks/n1': gone,
  'POST /build/prune': json({ CachesDeleted: [], SpaceReclaimed: 40_000 }),
};

async function clean(task: Partial<Cleanup>, answers: Record<string, Answer> = {}, signal = new AbortController().signal) {
  await using engine = await fakeEngine({ ...BASE, ...answers });
  const { context, reports } = taskContext(engine.client, signal);
  const outcome = await diskCleanup.run({ ...EMPTY, ...task }, context).catch((error: Error) => error);
  return { outcome, reports, deleted: engine.seen.filter((line) => !line.startsWith('GET') && !line.includes('reclaimable')) };
}

const ALL: Partial<Cleanup> = { containers: ['c1'], images: ['i1'], volumes: ['v1'], networks: ['n1'], cache: true };

it('removes what it was given, containers first, and tells the bytes of all of it', async () => {
  const { outcome, deleted, reports } = await clean(ALL);
  expect(outcome).toBe(String(100 + 20 + 7 + 5000 + 40_000));
  expect(deleted).toEqual([
    'DELETE /containers/c1',
    'DELETE /networks/n1',
    'DELETE /volumes/v1',
    'DELETE /images/web:1',
    'DELETE /images/web:2',
    'POST /build/prune?all=1',
  ]);
  expect(reports.map(({ phase, current, total }) => [phase, current, total])).toEqual([
    ['containers', 0, 5],
    ['networks', 1, 5],
    ['volumes', 2, 5],
    ['images', 3, 5],
    ['cache', 4, 5],
  ]);
});

it('goes on where something is used or gone, and tells what stayed', async () => {
  const used = { 'DELETE /volumes/v1': json({ message: 'remove v1: volume is in use - [c9]' }, 409), 'DELETE /networks/n1': json({ message: 'gone' }, 404) };
  const { outcome, deleted } = await clean(ALL, used);
  expect(outcome).toMatchObject({ message: 'remove v1: volume is in use - [c9]', status: 409 });
  expect(deleted.at(-1)).toBe('POST /build/prune?all=1');
});

it('ends between two objects when it is cancelled, and measures nothing that it does not remove', async () => {
  const abort = new AbortController();
  const cancelling: Answer = (_request, response) => {
    abort.abort(new Error('canceled'));
    response.writeHead(204).end();
  };
  const { deleted } = await clean({ networks: ['n1', 'n2'] }, { 'DELETE /networks/n1': cancelling }, abort.signal);
  expect(deleted).toEqual(['DELETE /networks/n1']);
});

it('is named by how many objects it is of', () => expect(diskCleanup.objectOf({ ...EMPTY, ...ALL })).toBe('5'));
