import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContainerSession, type SessionConfig } from '../../testkit/container-session.ts';
import { installProbe } from '../../testkit/probe.ts';

let session: ContainerSession;
beforeAll(async () => {
  session = await ContainerSession.open();
  session.rig.addImage('hostile', (root) => void installProbe(root));
});
afterAll(() => session[Symbol.asyncDispose]());

/** What the kernel answered to each call: `0`, or the name of the error. */
async function answers(config: SessionConfig = {}): Promise<ReadonlyMap<string, string>> {
  return parsed((await session.run(['/bin/probe', 'calls'], { Image: 'hostile', ...config })).output);
}
function parsed(output: string): ReadonlyMap<string, string> {
  return new Map(
    output
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
}

/** Refused before any code of the call itself runs. Docker Engine 20.10 lets io_uring_setup and AF_VSOCK through (seen by running this probe). */
const REFUSED = [
  ...['clone-newuser', 'clone-newns', 'unshare-newuser', 'unshare-newns', 'unshare-newnet', 'setns'],
  ...['mount', 'mount-cgroup', 'remount', 'umount2', 'pivot_root', 'fsopen', 'fsconfig', 'fsmount', 'open_tree', 'move_mount', 'mount_setattr'],
  ...['keyctl', 'add_key', 'request_key', 'bpf', 'io_uring_setup', 'userfaultfd', 'perf_event_open', 'open_by_handle_at'],
  ...['kexec_load', 'init_module', 'delete_module', 'reboot', 'swapon', 'acct', 'quotactl', 'sethostname', 'syslog', 'fanotify_init'],
  ...['socket-alg', 'socket-vsock'],
] as const;
/** Docker answers ENOSYS so that C libraries take the older call. */
const ABSENT = ['clone3', 'clone3-newuser', 'newest'] as const;
const ALLOWED = ['clone', 'socket-unix'] as const;

describe('system calls of a container', () => {
  it.each([
    ['as root', {}],
    ['as another user', { User: '33' }],
    ['with no_new_privs', { HostConfig: { SecurityOpt: ['no-new-privileges'] } }],
  ] satisfies [string, SessionConfig][])('%s reach no dangerous part of the kernel', async (_, config) => {
    const got = await answers(config);
    for (const name of REFUSED) expect([name, got.get(name)]).toEqual([name, name.startsWith('socket-') ? expect.stringMatching(/^E/) : 'EPERM']);
    for (const name of ABSENT) expect([name, got.get(name)]).toEqual([name, 'ENOSYS']);
    for (const name of ALLOWED) expect([name, got.get(name)]).toEqual([name, '0']);
  });

  it('of an exec are filtered as those of its init', async () => {
    const name = await session.start(['sleep', '100'], { Image: 'hostile' });
    const got = parsed((await session.exec(name, ['/bin/probe', 'calls'])).output);
    expect(got).toEqual(await answers());
    await session.remove(name);
  });

  it('the filter, not a lack of capabilities, is what refuses clone(CLONE_NEWUSER), keyctl, io_uring_setup, userfaultfd, AF_ALG and AF_VSOCK', async () => {
    const unconfined = await answers({ HostConfig: { SecurityOpt: ['seccomp=unconfined'] } });
    const without = ['clone-newuser', 'unshare-newuser', 'add_key', 'userfaultfd', 'io_uring_setup', 'socket-alg', 'socket-vsock'];
    // A host may lack some of them; what it has answers otherwise than the filter does.
    const reached = without.filter((name) => unconfined.get(name) === '0');
    expect(reached).toEqual(expect.arrayContaining(['clone-newuser', 'unshare-newuser']));
    const filtered = await answers();
    for (const name of reached) expect([name, filtered.get(name)]).toEqual([name, expect.stringMatching(/^E/)]);
  });

  it('added capabilities open the calls they are for and no others', async () => {
    const got = await answers({ HostConfig: { CapAdd: ['SYS_ADMIN'] } });
    expect([got.get('unshare-newns'), got.get('clone3'), got.get('fsopen')]).toEqual(['0', expect.not.stringMatching('ENOSYS'), '0']);
    for (const name of ['keyctl', 'io_uring_setup', 'userfaultfd', 'open_by_handle_at', 'kexec_load', 'init_module', 'reboot']) {
      expect([name, got.get(name)]).toEqual([name, 'EPERM']);
    }
  });
});
