import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeMachine, fakeMachine } from '../../testkit/container-fakes.ts';
import { type ContainerServiceHandle, openContainers } from '../service.ts';

let machine: FakeMachine;
let containers: ContainerServiceHandle;
const signal = new AbortController().signal;

beforeEach(async () => {
  machine = fakeMachine();
  containers = await openContainers(machine.deps);
  await containers.create({ Image: 'busybox' }, { name: 'web' });
  await containers.start('web');
});
afterEach(async () => {
  for (const container of machine.launcher.containers) container.end(0);
  await containers[Symbol.asyncDispose]();
  machine[Symbol.dispose]();
});

/** Its id, once what is made ready of it has had its turn. */
async function created(user: string): Promise<string> {
  const streams = { attachStdin: false, attachStdout: false, attachStderr: false, tty: false };
  const id = containers.execCreate('web', { ...streams, cmd: ['id'], env: [], user, workingDir: '', privileged: false, detachKeys: '' });
  await turn();
  await turn();
  return id;
}

async function userOf(id: string): Promise<unknown> {
  await containers.execStart(id, { attach: false, signal });
  return machine.launcher.execs.at(-1)?.ops.find(({ op }) => op === 'user');
}

describe('the user of an exec', () => {
  it('is the one of its own creation, whatever was created before', async () => {
    const first = await created('web');
    const second = await created('root');
    expect(await userOf(second)).toMatchObject({ uid: 0 });
    expect(await userOf(first)).toMatchObject({ uid: 33 });
  });

  it('is looked for again after another exec, which may have made it', async () => {
    const first = await created('web');
    const second = await created('');
    machine.passwd.text = 'web:x:44:44::/srv:/bin/sh\n';
    await userOf(second);
    expect(await userOf(first)).toMatchObject({ uid: 44 });
  });

  it('may come to be between creation and start', async () => {
    const id = await created('late');
    machine.passwd.text = 'late:x:55:55::/srv:/bin/sh\n';
    expect(await userOf(id)).toMatchObject({ uid: 55 });
  });

  it('is told to be missing by the start', async () => {
    const id = await created('nobody');
    await expect(containers.execStart(id, { attach: false, signal })).rejects.toThrow('unable to find user nobody');
  });
});
