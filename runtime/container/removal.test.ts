import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FakeMachine, fakeMachine } from '../testkit/container-fakes.ts';
import { type ContainerServiceHandle, openContainers } from './service.ts';

let machine: FakeMachine;
let containers: ContainerServiceHandle;
const signal = new AbortController().signal;

beforeEach(async () => {
  machine = fakeMachine();
  containers = await openContainers(machine.deps);
});
afterEach(async () => {
  for (const container of machine.launcher.containers) container.end(0);
  await containers[Symbol.asyncDispose]();
  machine[Symbol.dispose]();
});

it('ends a commit for which the container was paused', async () => {
  await containers.create({ Image: 'busybox' }, { name: 'web' });
  await containers.start('web');
  const begun = Promise.withResolvers<void>();
  vi.spyOn(machine.deps.trees, 'packLayer').mockImplementation(async function* () {});
  vi.spyOn(machine.deps.images, 'commit').mockImplementation((_, { signal: ended }) => {
    begun.resolve();
    return new Promise((_resolve, reject) => ended.addEventListener('abort', () => reject(ended.reason as Error)));
  });
  const options = { reference: '', author: '', comment: '', changes: [], config: null, pause: true, signal };
  const committed = expect(containers.files.commit('web', options)).rejects.toThrow('was removed');
  await begun.promise;
  expect(containers.inspect('web').state.status).toBe('paused');
  await containers.remove('web', { force: true, volumes: false });
  await committed;
  expect(machine.stored.size).toBe(0);
});

it('makes room for itself on a disk that is full until the files are gone', async () => {
  const { id } = await containers.create({ Image: 'busybox' }, { name: 'web' });
  const full = new Error('database or disk is full');
  let isRoom = false;
  vi.spyOn(machine.deps.snapshots, 'idle').mockImplementation(() => Promise.resolve(void (isRoom = true)));
  const remove = machine.deps.records.remove.bind(machine.deps.records);
  vi.spyOn(machine.deps.records, 'remove').mockImplementation((name) => {
    if (!isRoom) throw full;
    remove(name);
  });
  await containers.remove('web', { force: false, volumes: false });
  expect(() => containers.inspect(id)).toThrow('No such container');
  expect([machine.snapshots.size, machine.stored.size, readdirSync(machine.deps.directories.containers).length]).toEqual([0, 0, 0]);
});
