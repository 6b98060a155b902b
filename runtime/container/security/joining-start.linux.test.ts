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

describe('a container that starts in the pid namespace of another (PidMode)', () => {
  it('shows nothing of the host to a program with CAP_SYS_PTRACE there, nor to one in a third container', async () => {
    const name = await session.start(['/bin/probe', 'spy', canary], { Image: 'hostile', HostConfig: { CapAdd: ['SYS_PTRACE'] } });
    const PidMode = `container:${name}`;
    const third = await session.start(['/bin/probe', 'spy', canary], { Image: 'hostile', HostConfig: { CapAdd: ['SYS_PTRACE'], PidMode } });
    for (const spy of [name, third]) for (let log = ''; log !== 'watching\n'; ) log = await session.logs(spy);
    for (let count = 0; count < 30; count++) expect((await session.run(['true'], { HostConfig: { PidMode } })).exitCode).toBe(0);
    for (const spy of [third, name]) {
      await session.exec(spy, ['touch', '/stop']);
      await eventually(() => session.rig.containers.inspect(spy).state.status === 'exited', 'the watch has ended');
      const counts = (await session.logs(spy)).split('\n')[1] ?? '';
      expect(counts).toMatch(/ root 0 cwd 0 fd 0 /);
      await session.remove(spy);
    }
  });
});
