import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ContainerRig, openContainerRig } from '../../testkit/container-rig.ts';

type Config = Parameters<ContainerRig['containers']['create']>[0];

let rig: ContainerRig;
/** How containers were started, in order. */
const starts: ('at once' | 'in two steps')[] = [];
/** Run while a container is being started at once. */
let meanwhile: () => Promise<void> = () => Promise.resolve();
const signal = new AbortController().signal;

beforeAll(async () => {
  rig = await openContainerRig((deps) => {
    const launcher = Object.assign(Object.create(deps.launcher) as typeof deps.launcher, {
      prepare: (...args: Parameters<typeof deps.launcher.prepare>) => {
        starts.push('in two steps');
        return deps.launcher.prepare(...args);
      },
      start: async (...args: Parameters<typeof deps.launcher.start>) => {
        starts.push('at once');
        await meanwhile();
        return await deps.launcher.start(...args);
      },
    });
    return { ...deps, launcher };
  });
});
afterAll(() => rig[Symbol.asyncDispose]());
beforeEach(() => {
  starts.length = 0;
  meanwhile = () => Promise.resolve();
});

let made = 0;
async function create(cmd: string[], config: Partial<Config> = {}): Promise<string> {
  const name = `user-${made++}`;
  await rig.containers.create({ Image: 'busybox', Cmd: cmd, ...config, HostConfig: { NetworkMode: 'none', ...config.HostConfig } }, { name });
  return name;
}
async function outputOf(name: string): Promise<string> {
  const ended = rig.containers.wait(name, 'next-exit', { signal, armed: () => undefined });
  await rig.containers.start(name);
  await ended;
  let text = '';
  for await (const batch of rig.containers.logs(name, { stdout: true, stderr: true, follow: false, signal })) {
    for (const { data } of batch) text += Buffer.from(data).toString();
  }
  await rig.containers.remove(name, { force: true, volumes: false });
  return text;
}

const ID = ['sh', '-c', 'id; echo $HOME'];
const WEB = 'uid=33(web) gid=33(web) groups=33(web),44(extra)\n/srv\n';

describe('the user of a container', () => {
  it('is the one that the first container of its image and user has found', async () => {
    const seen = [];
    for (const User of ['web', 'web', '33:0', '33:0', 'web']) seen.push(await outputOf(await create(ID, { User })));
    expect(seen).toEqual([WEB, WEB, expect.stringMatching(/^uid=33\(web\) gid=0/), expect.stringMatching(/^uid=33\(web\) gid=0/), WEB]);
    expect(starts).toEqual(['in two steps', 'at once', 'in two steps', 'at once', 'at once']);
  });

  it('is read again where its files have been written before its first start', async () => {
    await outputOf(await create(ID, { User: 'web' }));
    const { id } = await rig.containers.create({ Image: 'busybox', Cmd: ID, User: 'web', HostConfig: { NetworkMode: 'none' } }, { name: 'written' });
    writeFileSync(`${rig.directory}/snapshots/${id}/upper/marker`, '');
    starts.length = 0;
    expect(await outputOf('written')).toBe(WEB);
    expect(starts).toEqual(['in two steps']);
  });

  it('is read again where something is mounted, which may lie over them', async () => {
    await outputOf(await create(ID, { User: 'web' }));
    const passwd = `${rig.directory}/other-passwd`;
    writeFileSync(passwd, 'web:x:77:77::/tmp:/bin/sh\n');
    expect(await outputOf(await create(ID, { User: 'web', HostConfig: { Binds: [`${passwd}:/etc/passwd`] } }))).toMatch(/^uid=77\(web\) gid=77/);
    expect(await outputOf(await create(ID, { User: 'web' }))).toBe(WEB);
  });

  it('that the image does not name is told each time, and nothing is kept of it', async () => {
    for (let round = 0; round < 2; round++) {
      const name = await create(ID, { User: 'nobody-here' });
      await expect(rig.containers.start(name)).rejects.toThrow('unable to find user nobody-here: no matching entries in passwd file');
      await rig.containers.remove(name, { force: true, volumes: false });
    }
    expect(starts).toEqual(['in two steps', 'in two steps']);
  });
});

describe('a client that attaches while its container is started', () => {
  it('gets what the program says from there on', async () => {
    await outputOf(await create(['true']));
    const name = await create(['sh', '-c', 'read word; echo got $word'], { OpenStdin: true, StdinOnce: true });
    let text = Promise.resolve('');
    meanwhile = async () => {
      const attached = await rig.containers.attach(name, { stdin: true, stdout: true, stderr: true, signal });
      text = (async () => {
        let all = '';
        for await (const { data } of attached.output) all += Buffer.from(data).toString();
        return all;
      })();
      void attached.write(Buffer.from('hello\n'));
    };
    await rig.containers.start(name);
    expect(await text).toBe('got hello\n');
    await rig.containers.remove(name, { force: true, volumes: false });
  });
});
