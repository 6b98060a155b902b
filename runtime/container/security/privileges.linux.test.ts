import { chmodSync, copyFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { ContainerSession, type SessionConfig } from '../../testkit/container-session.ts';
import { installProbe } from '../../testkit/probe.ts';

/** CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE. */
const DEFAULT = '00000000a80425fb';
const NONE = '0000000000000000';
const STATUS = ['/bin/probe', 'status'];
const PERMITTED = 0;
const INHERITABLE = 1;

let session: ContainerSession;
beforeAll(async () => {
  session = await ContainerSession.open();
  // Programs with file capabilities and set-user-ID: what inheritable sets have been misused for.
  session.rig.addImage('raising', (root) => {
    const probe = installProbe(root);
    for (const name of ['inheriting', 'permitting', 'setuid']) copyFileSync(probe, `${root}/bin/${name}`);
    setFileCapabilities(`${root}/bin/inheriting`, INHERITABLE, [12, 21]);
    setFileCapabilities(`${root}/bin/permitting`, PERMITTED, [0, 12, 21]);
    chmodSync(`${root}/bin/setuid`, 0o4755);
  });
});
afterAll(() => session[Symbol.asyncDispose]());

/** struct vfs_cap_data of revision 2, capabilities(7): magic, then permitted and inheritable words. */
function setFileCapabilities(path: string, set: 0 | 1, capabilities: readonly number[]): void {
  const data = Buffer.alloc(20);
  data.writeUInt32LE(0x0200_0000, 0);
  data.writeUInt32LE(capabilities.reduce((mask, capability) => mask | (1 << capability), 0) >>> 0, 4 + 4 * set);
  createLinuxSyscalls().lsetxattr(path, 'security.capability', data);
}

interface Sets {
  readonly CapInh: string;
  readonly CapPrm: string;
  readonly CapEff: string;
  readonly CapBnd: string;
  readonly CapAmb: string;
}
function setsOf(status: string): Sets {
  const entries = [...status.matchAll(/^(Cap\w+):\s+(\w+)$/gm)].map(([, name, value]) => [name, value]);
  return Object.fromEntries(entries) as Sets;
}
async function setsOfRun(config: SessionConfig, cmd: readonly string[] = STATUS): Promise<Sets> {
  return setsOf((await session.run(cmd, { Image: 'raising', ...config })).output);
}

describe('capabilities of a container', () => {
  it('are the fourteen of Docker for root, inheritable and ambient sets empty', async () => {
    expect(await setsOfRun({})).toEqual({ CapInh: NONE, CapPrm: DEFAULT, CapEff: DEFAULT, CapBnd: DEFAULT, CapAmb: NONE });
  });

  it.each(['33', 'web', '33:44', 'web:extra', '4000'])('are none for the user %s, with the bounding set of root', async (User) => {
    expect(await setsOfRun({ User })).toEqual({ CapInh: NONE, CapPrm: NONE, CapEff: NONE, CapBnd: DEFAULT, CapAmb: NONE });
  });

  it('that are added stay out of inheritable and ambient sets, and out of another user', async () => {
    const HostConfig = { CapAdd: ['NET_ADMIN', 'SYS_PTRACE'] };
    const added = '00000000a80c35fb';
    expect(await setsOfRun({ HostConfig })).toEqual({ CapInh: NONE, CapPrm: added, CapEff: added, CapBnd: added, CapAmb: NONE });
    expect(await setsOfRun({ HostConfig, User: 'web' })).toEqual({ CapInh: NONE, CapPrm: NONE, CapEff: NONE, CapBnd: added, CapAmb: NONE });
  });

  it('that are dropped cannot be had back, not by exec of a set-user-ID program either', async () => {
    const config = { User: 'web', HostConfig: { CapDrop: ['ALL'], CapAdd: ['CHOWN'] } };
    const chown = '0000000000000001';
    expect(await setsOfRun(config, ['/bin/setuid', 'status'])).toEqual({ CapInh: NONE, CapPrm: chown, CapEff: chown, CapBnd: chown, CapAmb: NONE });
  });

  it('are not raised by inheritable file capabilities (CVE-2022-29162)', async () => {
    for (const User of ['', 'web']) {
      const sets = await setsOfRun({ User }, ['/bin/inheriting', 'status']);
      expect(sets).toMatchObject({ CapInh: NONE, CapPrm: User === '' ? DEFAULT : NONE });
    }
  });

  it('are raised by permitted file capabilities up to the bounding set only', async () => {
    const sets = await setsOfRun({ User: 'web' }, ['/bin/permitting', 'status']);
    expect(sets).toMatchObject({ CapPrm: '0000000000000001', CapEff: NONE, CapBnd: DEFAULT });
  });

  it('of an exec equal those of a run, as root and as another user', async () => {
    const name = await session.start(['sleep', '100'], { Image: 'raising', HostConfig: { CapDrop: ['MKNOD', 'NET_RAW'] } });
    const left = '00000000a00405fb';
    expect(setsOf((await session.exec(name, STATUS)).output)).toEqual({ CapInh: NONE, CapPrm: left, CapEff: left, CapBnd: left, CapAmb: NONE });
    expect(setsOf((await session.exec(name, STATUS, { user: 'web' })).output)).toEqual({
      CapInh: NONE,
      CapPrm: NONE,
      CapEff: NONE,
      CapBnd: left,
      CapAmb: NONE,
    });
    await session.remove(name);
  });

  it('of a privileged exec keep the inheritable set empty', async () => {
    const name = await session.start(['sleep', '100'], { Image: 'raising' });
    expect(setsOf((await session.exec(name, STATUS, { privileged: true })).output)).toMatchObject({ CapInh: NONE, CapAmb: NONE });
    await session.remove(name);
  });
});

describe('no_new_privs of a container', () => {
  it('no-new-privileges keeps set-user-ID and file capabilities from raising anything, in run and exec', async () => {
    const config = { Image: 'raising', User: 'web', HostConfig: { SecurityOpt: ['no-new-privileges'] } };
    const setuid = ['/bin/setuid', 'status'];
    const permitting = ['/bin/permitting', 'status'];
    expect((await session.run(setuid, config)).output).toMatch(/^ids 33 33 33$/m);
    expect(await setsOfRun(config, permitting)).toMatchObject({ CapPrm: NONE, CapEff: NONE });
    const name = await session.start(['sleep', '100'], config);
    expect((await session.exec(name, setuid)).output).toMatch(/^ids 33 33 33$/m);
    expect(setsOf((await session.exec(name, permitting)).output)).toMatchObject({ CapPrm: NONE, CapEff: NONE });
    expect((await session.exec(name, STATUS)).output).toMatch(/^NoNewPrivs:\s+1$/m);
    await session.remove(name);
  });
});

describe('a security module that this host lacks', () => {
  it('is named in a warning and the container runs', async () => {
    const { warnings } = await session.rig.containers.create(
      { Image: 'busybox', Cmd: ['true'], HostConfig: { NetworkMode: 'none', SecurityOpt: ['apparmor=docker-default'] } },
      { name: 'apparmor' },
    );
    expect(warnings.join('\n')).toMatch(/AppArmor/);
    await session.rig.containers.start('apparmor');
    await session.remove('apparmor');
    expect(await session.sh('echo runs', { HostConfig: { SecurityOpt: ['apparmor=unconfined', 'label=disable'] } })).toBe('runs\n');
  });
});
