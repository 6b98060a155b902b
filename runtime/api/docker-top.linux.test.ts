import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import type { ContainerProcesses } from './types/processes.ts';

let engine: RealEngine;
beforeAll(async () => {
  if (canRunDocker) engine = await RealEngine.start('demo/busybox:1');
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
});

const processes = async (name: string): Promise<ContainerProcesses> =>
  JSON.parse((await engine.call('GET', `/slipway/v1/containers/${name}/processes`)).text) as ContainerProcesses;
const kill = async (name: string, pid: number | string, signal: string): Promise<readonly [number, string]> => {
  const answer = await engine.call('POST', `/slipway/v1/containers/${name}/processes/${pid}/kill?signal=${signal}`);
  return [answer.status, answer.text];
};

describe.skipIf(!canRunDocker)('processes of a container', () => {
  it('are told with the pids that the container counts by, as a tree', async () => {
    await engine.dockerOutput('run', '-d', '--name', 'tree', '--network', 'none', 'demo/busybox:1', 'sh', '-c', 'sh -c "sleep 1001; true" & sleep 1002; true');
    await expect.poll(async () => (await processes('tree')).processes).toHaveLength(4);
    const { processes: found, truncated } = await processes('tree');
    const line = found.find(({ command }) => command === 'sleep 1001');
    const parent = found.find(({ pid }) => pid === line?.parent);
    expect([found[0]?.pid, found[0]?.parent, parent?.command, parent?.parent, truncated]).toEqual([1, 0, 'sh -c sleep 1001; true', 1, false]);
    expect(line).toMatchObject({ user: 'root', uid: 0, name: 'sleep', threads: 1 });
    expect(line?.memory).toBeGreaterThan(4096);
    expect(line?.hostPid).toBeGreaterThan(line?.pid ?? 0);
  });

  it('get a signal by these pids, and nothing outside does', async () => {
    const target = (await processes('tree')).processes.find(({ command }) => command === 'sleep 1001');
    expect(await kill('tree', target?.pid ?? 0, 'SIGKILL')).toEqual([204, '']);
    await expect.poll(async () => (await processes('tree')).processes.map(({ command }) => command)).not.toContain('sleep 1001');
    // The kernel's number of its own first process is none of the container's.
    const host = (await processes('tree')).processes[0]?.hostPid ?? 0;
    expect((await kill('tree', host, 'SIGKILL'))[0]).toBe(404);
    expect((await kill('tree', process.pid, 'SIGKILL'))[0]).toBe(404);
    expect([(await kill('tree', '0', 'SIGKILL'))[0], (await kill('tree', 'x', 'SIGKILL'))[0], (await kill('tree', 1, 'NOPE'))[0]]).toEqual([400, 400, 400]);
    expect((await processes('tree')).processes[0]?.pid).toBe(1);
  });

  it('are there only while it runs', async () => {
    await engine.dockerOutput('rm', '-f', 'tree');
    await engine.dockerOutput('create', '--name', 'still', 'demo/busybox:1', 'true');
    expect((await engine.call('GET', '/slipway/v1/containers/still/processes')).status).toBe(409);
    expect((await kill('still', 1, 'SIGTERM'))[0]).toBe(409);
    expect((await engine.call('GET', '/slipway/v1/containers/nothing/processes')).status).toBe(404);
    await engine.dockerOutput('rm', 'still');
  });
});
