import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../base/digest.ts';
import { leftOfSteps, openStepRig, type StepRig } from '../../testkit/step-rig.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

describe.skipIf(!canRun)('RUN', () => {
  let rig: StepRig;
  beforeAll(async () => {
    rig = await openStepRig();
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  afterEach(async () => {
    expect(containers()).toEqual([]);
    await expect.poll(() => leftOfSteps(rig.rig)).toEqual([]);
  });

  const containers = () => rig.rig.containers.list({ all: true, filters: {} });

  describe('makes a layer', () => {
    it('of what the command has changed, leased for the build', async () => {
      const { tree } = await rig.run('mkdir /made; echo hello > /made/file; rm /bin/vi', { settings: { buildId: 'build/changes' } });
      expect(Object.keys(rig.newLayer(tree) ?? {})).toEqual(['/bin', '/bin/vi', '/made', '/made/file']);
      expect(tree.layers).toEqual([...rig.base.layers, expect.stringMatching(/^sha256:/)]);
      expect(rig.leases.owners()).toContain('build/changes');
    });

    it('that the next command stands on', async () => {
      const first = await rig.run('echo one > /file; mkdir -p /dir/inner');
      const second = await rig.run('cat /file; echo two > /file; rmdir /dir/inner', { root: first.tree });
      const third = await rig.run('cat /file; ls /dir', { root: second.tree });
      expect([second.out, third.out, third.tree.layers]).toEqual(['one\n', 'two\n', second.tree.layers]);
    });

    it('above nothing at all, if the command comes with it', async () => {
      const tool = rig.base.layers[0] as Digest;
      const mounts = [{ type: 'bind', target: '/tools', from: 1, source: '/bin', readonly: true }] as const;
      const operation = { root: null, argv: ['/tools/busybox', 'sh', '-c', '/tools/busybox touch /made'] };
      const { tree } = await rig.run('', { operation, mounts, inputs: [{ kind: 'layers', layers: [tool] }] });
      expect(Object.keys(rig.newLayer(tree) ?? {})).toEqual(['/made']);
    });

    it.each([
      ['does nothing', 'true'],
      ['only speaks', 'echo hello'],
      ['writes where something is mounted', 'echo x > /dev/shm/file; echo y > /etc/hosts'],
    ])('but none for a command that %s', async (_, line) => {
      const { tree } = await rig.run(line);
      expect(tree.layers).toEqual(rig.base.layers);
    });
  });

  describe('runs', () => {
    it('with the directory, the user and the environment that are said', async () => {
      const operation = { cwd: '/bin', user: '12:34', env: ['PATH=/bin', 'A=b c', 'HOME=/nowhere'] };
      expect((await rig.run('pwd; id -u; id -g; echo "$A:$HOME"', { operation })).out).toBe('/bin\n12\n34\nb c:/nowhere\n');
    });

    it('with its output as it comes, both streams', async () => {
      const streams: number[] = [];
      await rig.run('echo out; echo err >&2; cat /proc/self/cgroup > /dev/null', { log: (stream) => void streams.push(stream) });
      expect(streams.sort()).toEqual([1, 2]);
    });

    it('without a network where the build has none, and with rows for hosts', async () => {
      const { out } = await rig.run('ls /sys/class/net; cat /etc/hosts', { settings: { extraHosts: ['db:10.1.2.3'] } });
      expect(out).toMatch(/^lo\n/);
      expect(out).toContain('10.1.2.3\tdb\n');
    });

    it('in a network of its own by default', async () => {
      expect((await rig.run('ls /sys/class/net', { settings: { networkMode: '' } })).out).toBe('eth0\nlo\n');
      expect((await rig.run('ls /sys/class/net', { settings: { networkMode: '' }, operation: { network: 'none' } })).out).toBe('lo\n');
    });

    it('in the network of the host where the build may', async () => {
      const host = (await rig.run('readlink /proc/self/ns/net', { settings: { networkMode: 'host' } })).out;
      const allowed = (await rig.run('readlink /proc/self/ns/net', { settings: { allowInsecure: true }, operation: { network: 'host' } })).out;
      expect(allowed).toBe(host);
      await expect(rig.run('true', { operation: { network: 'host' } })).rejects.toMatchObject({
        kind: 'PermissionDenied',
        message: 'network.host is not allowed',
      });
    });

    it('with all privileges where the build may', async () => {
      const held = 'grep CapEff /proc/self/status';
      const plain = (await rig.run(held)).out;
      const insecure = (await rig.run(held, { settings: { allowInsecure: true }, operation: { security: 'insecure' } })).out;
      expect(plain).toContain('00000000a80425fb');
      expect(insecure).not.toBe(plain);
      await expect(rig.run('true', { operation: { security: 'insecure' } })).rejects.toMatchObject({ message: 'security.insecure is not allowed' });
    });

    it('within the limits of the request, and nothing else of it', async () => {
      const resources = { Ulimits: [{ Name: 'nofile', Soft: 77, Hard: 78 }], ShmSize: 1024 ** 2, Privileged: true, Binds: ['/:/host'] };
      const { out } = await rig.run('ulimit -n; df -k /dev/shm | tail -1; ls -d /host 2>&1; grep CapEff /proc/self/status; true', { settings: { resources } });
      expect(out).toMatch(/^77\n\S+ +1024 [^]*No such file[^]*a80425fb/);
      await expect(rig.run('true', { settings: { resources: { Memory: 'much' } } })).rejects.toMatchObject({
        kind: 'InvalidArgument',
        message: expect.stringContaining('Memory') as string,
      });
    });

    it('as a container that lists show, without a log or a policy', async () => {
      const gate = Promise.withResolvers<void>();
      // More than anybody keeps for a reader that waits: it runs until the gate opens.
      const line = 'head -c 20000000 /dev/zero';
      const running = rig.run(line, { log: () => gate.promise, quiet: true });
      await expect.poll(() => containers().map(({ state }) => state.status)).toEqual(['running']);
      const [container] = containers();
      gate.resolve();
      await running;
      expect(container).toMatchObject({
        imageId: rig.base.layers[0],
        args: ['-c', line],
        logPath: '',
        hostConfig: { LogConfig: { Type: 'none' } },
      });
      expect(container?.hostConfig.RestartPolicy?.Name ?? '').toBe('');
    });
  });

  describe('fails', () => {
    it('in BuildKit words with the exit code of the command', async () => {
      await expect(rig.run('touch /x; exit 7')).rejects.toMatchObject({
        kind: 'InvalidArgument',
        message: 'process "/bin/sh -c touch /x; exit 7" did not complete successfully: exit code: 7',
        details: { exitCode: 7 },
      });
    });

    it('without a code of its own where nothing could be run', async () => {
      const failed: unknown = await rig.run('true', { settings: {}, operation: { user: 'nobodyhere' } }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failed).toMatchObject({ message: 'unable to find user nobodyhere: no matching entries in passwd file' });
      expect((failed as { details: Record<string, unknown> }).details['exitCode']).toBeUndefined();
    });

    it.each([
      ['is not there', ['/no/such'], 127, 'no such file or directory'],
      ['is not in PATH', ['nothing'], 127, 'executable file not found in $PATH'],
      ['cannot be run', ['/etc'], 126, 'permission denied'],
    ])('where the command %s', async (_, argv, exitCode, why) => {
      await expect(rig.run('', { operation: { argv } })).rejects.toMatchObject({
        message: expect.stringMatching(`^process "${argv[0]}" did not complete successfully: exit code: ${exitCode}: .*${why.replace('$', '\\$')}`) as string,
        details: { exitCode },
      });
    });

    it('and says so when the memory was not enough', async () => {
      const settings = { resources: { Memory: 20 * 1024 ** 2, MemorySwap: 20 * 1024 ** 2 } };
      await expect(rig.run('', { settings, operation: { argv: ['/bin/tail', '/dev/zero'] } })).rejects.toMatchObject({
        message: expect.stringMatching(/exit code: 137: out of memory$/) as string,
        details: { exitCode: 137 },
      });
    });

    it('and leaves its container where that is asked for, for this engine and the next', async () => {
      await expect(rig.run('echo left > /file; exit 3', { settings: { keepFailed: true } })).rejects.toMatchObject({ details: { exitCode: 3 } });
      const [kept] = containers();
      expect(kept?.state).toMatchObject({ status: 'exited', exitCode: 3 });
      await rig.rig.reopen();
      const id = kept?.id ?? '';
      expect(containers().map((container) => container.id)).toEqual([id]);
      expect((await rig.rig.containers.files.stat(id, '/file')).size).toBe(5);
      await rig.rig.containers.start(id);
      await rig.rig.containers.wait(id, 'not-running', { signal: new AbortController().signal, armed: () => undefined });
      expect(rig.rig.containers.inspect(id).state.exitCode).toBe(3);
      await rig.rig.containers.remove(id, { force: false, volumes: false });
    });

    it('and leaves its container above what it made where that is asked for', async () => {
      await rig.run('echo made > /file', { settings: { keepDone: true } });
      const [kept] = containers();
      expect(kept?.state).toMatchObject({ status: 'exited', exitCode: 0 });
      const id = kept?.id ?? '';
      expect((await rig.rig.containers.files.stat(id, '/file')).size).toBe(5);
      await rig.rig.reopen();
      expect(containers().map((container) => container.id)).toEqual([id]);
      await rig.rig.containers.start(id);
      await rig.rig.containers.wait(id, 'not-running', { signal: new AbortController().signal, armed: () => undefined });
      expect(rig.rig.containers.inspect(id).state.exitCode).toBe(0);
      await rig.rig.containers.remove(id, { force: false, volumes: false });
    });

    it('with the reason of its signal, wherever it is by then', async () => {
      for (const delay of [0, 3, 10, 30, 100]) {
        const controller = new AbortController();
        const running = rig.run('sleep 1000', { signal: controller.signal });
        void setTimeout(delay).then(() => controller.abort(new Error(`given up after ${delay}`)));
        await expect(running).rejects.toThrow(`given up after ${delay}`);
        expect(containers()).toEqual([]);
      }
    });

    it('when somebody removes its container', async () => {
      const running = rig.run('sleep 1000');
      running.catch(() => undefined);
      await expect.poll(() => containers()[0]?.state.status).toBe('running');
      await rig.rig.containers.remove(containers()[0]?.id ?? '', { force: true, volumes: false });
      await expect(running).rejects.toMatchObject({ details: { exitCode: 137 } });
    });
  });

  it('keeps its container from a prune until its files are a layer', async () => {
    const gate = Promise.withResolvers<void>();
    const running = rig.run('touch /made; echo made', { log: () => gate.promise });
    await expect.poll(() => containers()[0]?.state.status).toBe('exited');
    await expect(rig.rig.containers.remove(containers()[0]?.id ?? '', { force: false, volumes: false })).rejects.toMatchObject({ kind: 'Conflict' });
    gate.resolve();
    expect(Object.keys(rig.newLayer((await running).tree) ?? {})).toEqual(['/made']);
  });

  it('takes output only as fast as it is read', async () => {
    const MIB = 1024 ** 2;
    let taken = 0;
    const gate = Promise.withResolvers<void>();
    const log = (stream: 1 | 2, data: Uint8Array): Promise<void> => {
      if (stream === 1) taken += data.length;
      return gate.promise;
    };
    const running = rig.run('', { operation: { argv: ['/bin/dd', 'if=/dev/zero', 'bs=1M', 'count=100'] }, log, quiet: true });
    await expect.poll(() => containers()[0]?.state.status).toBe('running');
    const written = (): number => Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${containers()[0]?.state.pid}/io`, 'utf8'))?.[1]);
    // It stands still when two looks see the same.
    for (let before = -1; before !== written() || before === 0; await setTimeout(100)) before = written();
    expect(written()).toBeLessThan(8 * MIB);
    gate.resolve();
    await running;
    expect(taken).toBe(100 * MIB);
  });

  it('leaves nothing to an engine that comes after one that died in the middle', async () => {
    const running = rig.run('echo begun; sleep 1000', { settings: { networkMode: '' } });
    running.catch(() => undefined);
    await expect.poll(() => containers()[0]?.state.status).toBe('running');
    const pid = containers()[0]?.state.pid ?? 0;
    await rig.rig.reopen();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
