import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
const DEFAULT_CAPABILITIES = 0xa80425fbn;

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const run = (...args: string[]): Promise<CommandResult> => engine.docker(['run', '--rm', '--network', 'none', ...args]);
/** What `docker run` prints, and that it went well. */
async function output(...args: string[]): Promise<string> {
  const result = await run(...args);
  expect([result.code, result.err]).toEqual([0, '']);
  return result.out;
}

/** A field of proc_pid_status(5) of a container's process. */
async function status(field: string, ...args: string[]): Promise<string> {
  return (await output(...args, IMAGE, 'sed', '-n', `s/^${field}:\t//p`, '/proc/self/status')).trim();
}
const capabilities = async (field: string, ...args: string[]): Promise<bigint> => BigInt(`0x${await status(field, ...args)}`);
const bit = (number: number): bigint => 1n << BigInt(number);
const [CHOWN, NET_ADMIN, NET_RAW, SYS_TIME] = [bit(0), bit(12), bit(13), bit(25)];
const ownBounding = BigInt(`0x${/^CapBnd:\t(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`);

/** The warnings and the id of a container that is removed again. */
async function created(config: object): Promise<readonly string[]> {
  const answer = await engine.call('POST', '/containers/create?name=warned', { Image: IMAGE, ...config });
  expect(answer.status).toBe(201);
  await engine.docker(['rm', 'warned']);
  return (answer.json as { Warnings: string[] }).Warnings;
}

describe.skipIf(!canRunDocker)('privileges of a container', () => {
  it('CapAdd and CapDrop with and without CAP_, in any case, and ALL', async () => {
    expect(await capabilities('CapEff')).toBe(DEFAULT_CAPABILITIES);
    expect(await capabilities('CapEff', '--cap-add', 'NET_ADMIN', '--cap-drop', 'cap_net_raw')).toBe((DEFAULT_CAPABILITIES | NET_ADMIN) & ~NET_RAW);
    expect(await capabilities('CapBnd', '--cap-drop', 'ALL', '--cap-add', 'CAP_CHOWN')).toBe(CHOWN);
    expect(await capabilities('CapEff', '--cap-drop', 'all')).toBe(0n);
    expect(await capabilities('CapBnd', '--cap-add', 'ALL')).toBe(ownBounding);
    expect(await capabilities('CapBnd', '--cap-add', 'ALL', '--cap-drop', 'SYS_TIME')).toBe(ownBounding & ~SYS_TIME);
  });

  it('CapAdd gives another user than root nothing to begin with', async () => {
    expect(await capabilities('CapEff', '-u', '1000', '--cap-add', 'NET_ADMIN')).toBe(0n);
    expect(await capabilities('CapInh', '--cap-add', 'NET_ADMIN')).toBe(0n);
    expect(await capabilities('CapAmb', '--cap-add', 'NET_ADMIN')).toBe(0n);
  });

  it('Privileged has every capability and device of this machine, and nothing hidden', async () => {
    expect(await capabilities('CapEff', '--privileged')).toBe(ownBounding);
    expect(await status('Seccomp', '--privileged')).toBe('0');
    const devices = readdirSync('/dev', { withFileTypes: true }).filter(
      (entry) => (entry.isBlockDevice() || entry.isCharacterDevice()) && entry.name !== 'console',
    );
    const inside = (await output('--privileged', IMAGE, 'ls', '/dev')).split('\n');
    for (const { name } of devices) expect(inside).toContain(name);
    expect(
      await output(
        '--privileged',
        IMAGE,
        'sh',
        '-c',
        'grep -c -e " /proc/kcore " -e " /proc/sys " /proc/mounts; grep " /sys " /proc/mounts | cut -d" " -f4 | cut -d, -f1; mount -t tmpfs none /tmp && echo mounted',
      ),
    ).toBe('0\nrw\nmounted\n');
  });

  it('Privileged of an exec alone', async () => {
    await engine.docker(['run', '-d', '--name', 'plain', '--network', 'none', IMAGE, 'sleep', '1000']);
    const read = async (...args: string[]): Promise<string> =>
      (await engine.docker(['exec', ...args, 'plain', 'grep', '-e', 'CapEff', '-e', 'Seccomp:', '/proc/self/status'])).out;
    expect(await read()).toBe(`CapEff:\t${DEFAULT_CAPABILITIES.toString(16).padStart(16, '0')}\nSeccomp:\t2\n`);
    expect(await read('--privileged')).toBe(`CapEff:\t${ownBounding.toString(16).padStart(16, '0')}\nSeccomp:\t0\n`);
    await engine.docker(['rm', '-f', 'plain']);
  });

  it('ReadonlyRootfs leaves only mounts writable', async () => {
    const script =
      'for f in /x /etc/x /dev/shm/x /tmp/x; do touch $f 2>/dev/null && echo $f; done; echo x >/dev/null && echo null; echo a >>/etc/hosts || echo hosts';
    const result = await run('--read-only', '--tmpfs', '/tmp', IMAGE, 'sh', '-c', script);
    expect(result.out).toBe('/dev/shm/x\n/tmp/x\nnull\nhosts\n');
  });

  it('SecurityOpt no-new-privileges, alone and with a value', async () => {
    expect(await status('NoNewPrivs')).toBe('0');
    for (const option of ['no-new-privileges', 'no-new-privileges:true', 'no-new-privileges=true'])
      expect(await status('NoNewPrivs', '--security-opt', option)).toBe('1');
    expect(await status('NoNewPrivs', '--security-opt', 'no-new-privileges=false')).toBe('0');
  });

  it('SecurityOpt seccomp: builtin, unconfined and a file', async () => {
    expect(await status('Seccomp')).toBe('2');
    expect(await status('Seccomp', '--security-opt', 'seccomp=builtin')).toBe('2');
    expect(await status('Seccomp', '--security-opt', 'seccomp=unconfined')).toBe('0');
    const profile = join(engine.directory, 'seccomp.json');
    writeFileSync(
      profile,
      JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 12 }] }),
    );
    expect(await run('--security-opt', `seccomp=${profile}`, IMAGE, 'mkdir', '/x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Cannot allocate memory') as string,
    });
    expect(await output('--security-opt', `seccomp=${profile}`, '--init', IMAGE, 'sh', '-c', 'mkdir /x 2>/dev/null || echo refused')).toBe('refused\n');
    writeFileSync(profile, '{"defaultAction": "SCMP_ACT_SHRUG"}');
    expect(await engine.docker(['create', '--security-opt', `seccomp=${profile}`, IMAGE])).toMatchObject({
      code: 1,
      err: expect.stringContaining('seccomp profile: defaultAction') as string,
    });
  });

  it('SecurityOpt seccomp that forbids to wait for signals leaves Init idle', async () => {
    const profile = join(engine.directory, 'deaf.json');
    writeFileSync(profile, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['rt_sigtimedwait'], action: 'SCMP_ACT_ERRNO' }] }));
    const { code, out } = await run('--init', '--security-opt', `seccomp=${profile}`, IMAGE, 'sh', '-c', 'sleep 0.5; cut -d" " -f14,15 /proc/1/stat; exit 3');
    expect(code).toBe(3);
    const ticks = out.trim().split(' ').map(Number);
    expect(ticks.reduce((sum, one) => sum + one, 0)).toBeLessThan(5);
  });

  it('SecurityOpt apparmor and label say that they have no effect here', async () => {
    expect(await created({ HostConfig: { SecurityOpt: ['apparmor=docker-default'] } })).toEqual([
      expect.stringContaining('AppArmor profile docker-default was ignored'),
    ]);
    expect(await created({ HostConfig: { SecurityOpt: ['label=level:s0:c1'] } })).toEqual([expect.stringContaining('SELinux labels were ignored')]);
    expect(await created({ HostConfig: { SecurityOpt: ['apparmor=unconfined', 'label=disable', 'label:disable'] } })).toEqual([]);
    expect(await output('--security-opt', 'apparmor=unconfined', '--security-opt', 'label=disable', IMAGE, 'echo', 'runs')).toBe('runs\n');
  });

  it('SecurityOpt systempaths=unconfined sends MaskedPaths and ReadonlyPaths empty', async () => {
    const script = 'grep -c -e " /proc/" -e " /sys/firmware " /proc/mounts';
    expect(Number(await output(IMAGE, 'sh', '-c', script))).toBeGreaterThan(4);
    expect(await run('--security-opt', 'systempaths=unconfined', IMAGE, 'sh', '-c', script)).toMatchObject({ out: '0\n' });
    await engine.docker(['create', '--name', 'bare', '--security-opt', 'systempaths=unconfined', IMAGE]);
    const { HostConfig } = (await engine.call('GET', '/containers/bare/json')).json as { HostConfig: Record<string, unknown> };
    expect([HostConfig['MaskedPaths'], HostConfig['ReadonlyPaths']]).toEqual([[], []]);
    await engine.docker(['rm', 'bare']);
  });

  it('MaskedPaths and ReadonlyPaths of its own replace the defaults', async () => {
    const config = {
      Image: IMAGE,
      Cmd: ['sh', '-c', 'cat /etc/passwd | wc -c; touch /home/x || echo kept; wc -c </proc/keys'],
      HostConfig: { MaskedPaths: ['/etc/passwd', '/absent'], ReadonlyPaths: ['/home'] },
    };
    expect((await engine.call('POST', '/containers/create?name=hides', config)).status).toBe(201);
    const { out } = await engine.docker(['start', '-a', 'hides']);
    expect(out).toMatch(/^0\nkept\n\d+\n$/);
    await engine.docker(['rm', 'hides']);
  });

  it('MaskedPaths and ReadonlyPaths by default are shown by inspect', async () => {
    await engine.docker(['create', '--name', 'shown', IMAGE]);
    const { HostConfig } = (await engine.call('GET', '/containers/shown/json')).json as { HostConfig: Record<string, string[]> };
    expect(HostConfig['MaskedPaths']).toContain('/proc/kcore');
    expect(HostConfig['ReadonlyPaths']).toEqual(['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']);
    await engine.docker(['rm', 'shown']);
  });

  it('Ulimits, soft and hard and without end', async () => {
    expect(
      await output('--ulimit', 'nofile=123:456', '--ulimit', 'core=0', '--ulimit', 'cpu=77', IMAGE, 'sh', '-c', 'ulimit -Sn; ulimit -Hn; ulimit -c; ulimit -t'),
    ).toBe('123\n456\n0\n77\n');
    expect(await output('--ulimit', 'stack=-1:-1', IMAGE, 'sh', '-c', 'ulimit -s')).toBe('unlimited\n');
    await engine.docker(['run', '-d', '--name', 'few', '--network', 'none', '--ulimit', 'nofile=64', IMAGE, 'sleep', '1000']);
    expect((await engine.docker(['exec', 'few', 'sh', '-c', 'ulimit -n'])).out).toBe('64\n');
    await engine.docker(['rm', '-f', 'few']);
  });

  it('OomScoreAdj', async () => {
    expect(await output('--oom-score-adj', '321', IMAGE, 'cat', '/proc/self/oom_score_adj')).toBe('321\n');
  });

  it('what this machine does not let the engine give is refused in words', async () => {
    const lacksResource = ((ownBounding >> 24n) & 1n) === 0n;
    const lowered = await run('--oom-score-adj', '-900', IMAGE, 'cat', '/proc/self/oom_score_adj');
    const raised = await run('--ulimit', 'nofile=99999999', IMAGE, 'true');
    if (lacksResource) {
      expect(lowered).toMatchObject({ code: 125, err: expect.stringMatching(/OomScoreAdj.*-900.*CAP_SYS_RESOURCE/) as string });
      expect(raised).toMatchObject({ code: 125, err: expect.stringMatching(/Ulimits.*nofile.*CAP_SYS_RESOURCE/) as string });
    } else {
      expect(lowered.out).toBe('-900\n');
      expect(raised.code).toBe(0);
    }
  });
});

describe.skipIf(!canRunDocker)('a wrong privilege is 400 and makes no container:', () => {
  it.each<[object, string]>([
    [{ CapAdd: ['NO_SUCH'] }, 'invalid CapAdd: unknown capability: "CAP_NO_SUCH"'],
    [{ CapDrop: ['NO_SUCH'] }, 'invalid CapDrop: unknown capability: "CAP_NO_SUCH"'],
    [{ CapAdd: 'ALL' }, 'HostConfig.CapAdd: '],
    [{ CapAdd: [1] }, 'HostConfig.CapAdd.0: '],
    [{ Privileged: 'yes' }, 'HostConfig.Privileged: '],
    [{ ReadonlyRootfs: 1 }, 'HostConfig.ReadonlyRootfs: '],
    [{ SecurityOpt: 'no-new-privileges' }, 'HostConfig.SecurityOpt: '],
    [{ SecurityOpt: ['no-new-privileges=maybe'] }, 'invalid --security-opt 2: "no-new-privileges=maybe"'],
    [{ SecurityOpt: ['seccomp'] }, 'invalid --security-opt 1: "seccomp"'],
    [{ SecurityOpt: ['seccomp={'] }, 'Decoding seccomp profile failed'],
    [{ SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["x"],"action":"NO"}]}'] }, 'seccomp profile: syscalls.0.action'],
    [{ SecurityOpt: ['odd=1'] }, 'invalid --security-opt 2: "odd=1"'],
    [{ SecurityOpt: ['writable-cgroups=true'] }, 'invalid --security-opt 2: "writable-cgroups=true"'],
    [{ SecurityOpt: ['systempaths=unconfined'] }, 'invalid --security-opt 2: "systempaths=unconfined"'],
    [{ MaskedPaths: ['proc'] }, 'MaskedPaths: proc is not an absolute path'],
    [{ MaskedPaths: '/proc' }, 'HostConfig.MaskedPaths: '],
    [{ ReadonlyPaths: ['proc'] }, 'ReadonlyPaths: proc is not an absolute path'],
    [{ Ulimits: [{ Name: 'files', Soft: 1, Hard: 1 }] }, 'Ulimits: invalid ulimit type: files'],
    [{ Ulimits: [{ Name: 'nofile', Soft: 2, Hard: 1 }] }, 'Ulimits: ulimit soft limit must be less than or equal to hard limit: 2 > 1'],
    [{ Ulimits: [{ Name: 'nofile', Soft: '2', Hard: 1 }] }, 'HostConfig.Ulimits.0.Soft: '],
    [{ Ulimits: { nofile: 1 } }, 'HostConfig.Ulimits: '],
    [{ OomScoreAdj: 1001 }, 'Invalid value 1001, range for oom score adj is [-1000, 1000]'],
    [{ OomScoreAdj: '5' }, 'HostConfig.OomScoreAdj: '],
  ])('%j', async (HostConfig, message) => {
    const answer = await engine.call('POST', '/containers/create?name=refused', { Image: IMAGE, Cmd: ['true'], HostConfig });
    expect([answer.status, answer.json]).toEqual([400, { message: expect.stringContaining(message) as string }]);
    expect((await engine.call('GET', '/containers/refused/json')).status).toBe(404);
  });
});
