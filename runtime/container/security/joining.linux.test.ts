import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContainerSession } from '../../testkit/container-session.ts';
import { installProbe } from '../../testkit/probe.ts';
import { eventually } from '../../testkit/raw-client.ts';

let session: ContainerSession;
let canary: string;
beforeAll(async () => {
  session = await ContainerSession.open();
  session.rig.addImage('hostile', (root) => void installProbe(root));
  canary = `${session.rig.directory}/canary`;
  writeFileSync(canary, 'host');
});
afterAll(() => session[Symbol.asyncDispose]());

/** What a program that watches for joining processes has counted; see `spy` of the probe. */
async function spiedOn(CapAdd: string[], execs: number): Promise<Readonly<Record<string, number>>> {
  const name = await session.start(['/bin/probe', 'spy', canary], { Image: 'hostile', HostConfig: { CapAdd } });
  for (let log = ''; log !== 'watching\n'; ) log = await session.logs(name);
  for (let count = 0; count < execs; count++) expect((await session.exec(name, ['true'], { tty: count % 4 === 0 })).exitCode).toBe(0);
  await session.exec(name, ['touch', '/stop']);
  await eventually(() => session.rig.containers.inspect(name).state.status === 'exited', 'the watch has ended');
  const counts = (await session.logs(name)).split('\n')[1]?.matchAll(/(\w+) (\d+)/g) ?? [];
  await session.remove(name);
  return Object.fromEntries(Array.from(counts, ([, what = '', count]) => [what, Number(count)]));
}

describe('a process that joins a container (CVE-2016-9962)', () => {
  it('cannot be looked into nor traced from inside', async () => {
    const { met, ...reached } = await spiedOn([], 60);
    expect(met).toBeGreaterThan(0);
    expect(reached).toEqual({ root: 0, cwd: 0, fd: 0, exe: 0, raised: 0 });
  });

  it('is not seen early by a container that shares the pid namespace and has CAP_SYS_PTRACE', async () => {
    const name = await session.start(['sleep', '100'], { Image: 'hostile' });
    const spy = await session.start(['/bin/probe', 'spy', canary], { Image: 'hostile', HostConfig: { PidMode: `container:${name}`, CapAdd: ['SYS_PTRACE'] } });
    for (let log = ''; log !== 'watching\n'; ) log = await session.logs(spy);
    for (let count = 0; count < 40; count++) expect((await session.exec(name, ['true'])).exitCode).toBe(0);
    await session.exec(spy, ['touch', '/stop']);
    await eventually(() => session.rig.containers.inspect(spy).state.status === 'exited', 'the watch has ended');
    expect(await session.logs(spy)).toMatch(/ root 0 cwd 0 fd 0 /);
    await session.remove(spy);
    await session.remove(name);
  });

  it('shows nothing of the host and no more privileges than the program has, even to CAP_SYS_PTRACE', async () => {
    const { met, exe, ...reached } = await spiedOn(['SYS_PTRACE'], 60);
    expect(met).toBeGreaterThan(0);
    // The sealed copy of the launcher itself may be seen.
    expect(exe).toBeLessThanOrEqual(met ?? 0);
    expect(reached).toEqual({ root: 0, cwd: 0, fd: 0, raised: 0 });
  });
});
