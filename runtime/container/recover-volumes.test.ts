import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeMachine, fakeMachine } from '../testkit/container-fakes.ts';
import { openContainers } from './service.ts';

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
});
afterEach(() => machine[Symbol.dispose]());

it('a removal that a crash has cut off takes its anonymous volumes along, less those that others have', async () => {
  const { volumes } = machine.deps;
  const containers = await openContainers(machine.deps);
  const HostConfig = { NetworkMode: 'none', AutoRemove: true };
  const { id } = await containers.create({ Image: 'busybox', Volumes: { '/own': {}, '/shared': {} }, HostConfig }, { name: 'giver' });
  const mounts = containers.inspect('giver').mounts;
  const nameAt = (target: string): string => mounts.find(({ destination }) => destination === target)?.volume?.name ?? '';
  const taker = { Image: 'busybox', HostConfig: { NetworkMode: 'none', VolumesFrom: ['giver'], Binds: ['instead:/own'] } };
  await containers.create(taker, { name: 'taker' });
  await containers[Symbol.asyncDispose]();
  const stored = machine.stored.get(id);
  if (stored === undefined) throw new Error('not stored');
  const { container } = stored;
  machine.stored.set(id, { ...stored, container: { ...container, state: { ...container.state, status: 'removing' } } });
  await using reopened = await openContainers(machine.deps);
  expect(reopened.list({ all: true, filters: {} }).map(({ name }) => name)).toEqual(['taker']);
  expect([volumes.has(nameAt('/own')), volumes.has(nameAt('/shared')), volumes.has('instead')]).toEqual([false, true, true]);
  await reopened.remove('taker', { force: false, volumes: true });
  expect([volumes.has(nameAt('/shared')), volumes.has('instead')]).toEqual([false, true]);
});
