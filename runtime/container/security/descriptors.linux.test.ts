import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContainerSession, type SessionConfig } from '../../testkit/container-session.ts';
import { installProbe } from '../../testkit/probe.ts';

const NUMBERS = Array.from({ length: 16 }, (_, number) => number);

let session: ContainerSession;
beforeAll(async () => {
  session = await ContainerSession.open();
  session.rig.addImage('hostile', (root) => {
    installProbe(root);
    for (const number of NUMBERS) symlinkSync(`/proc/self/fd/${number}`, `${root}/leak${number}`);
    symlinkSync('/proc/1/cwd', `${root}/init`);
  });
});
afterAll(() => session[Symbol.asyncDispose]());

function numbersOf(output: string): number[] {
  return output
    .trim()
    .split(/\r?\n/)
    .map((line) => Number(line.split(' ')[0]));
}

describe('descriptors of a program', () => {
  it.each([
    ['', {}],
    ['of another user', { User: '33' }],
    ['with a terminal', { Tty: true }],
    ['with stdin', { OpenStdin: true, StdinOnce: true }],
    ['behind an init', { HostConfig: { Init: true } }],
    ['with no_new_privs and its own masks', { HostConfig: { SecurityOpt: ['no-new-privileges'], MaskedPaths: ['/etc'], ReadonlyPaths: ['/bin'] } }],
    ['unconfined', { HostConfig: { Privileged: true } }],
  ] satisfies [string, SessionConfig][])('%s are its three streams alone', async (_, config) => {
    expect(numbersOf((await session.run(['/bin/probe', 'descriptors'], { Image: 'hostile', ...config })).output)).toEqual([0, 1, 2]);
  });

  it.each([
    ['', {}],
    ['of another user', { user: 'web' }],
    ['with a terminal', { tty: true }],
    ['unconfined', { privileged: true }],
  ])('%s that was joined are its three streams alone', async (_, change) => {
    const name = await session.start(['sleep', '100'], { Image: 'hostile' });
    expect(numbersOf((await session.exec(name, ['/bin/probe', 'descriptors'], change)).output)).toEqual([0, 1, 2]);
    await session.remove(name);
  });
});

describe('a health check', () => {
  it('has three streams alone, no inheritable capabilities and the filter of its container', async () => {
    const Healthcheck = { Test: ['CMD-SHELL', '/bin/probe descriptors; /bin/probe status; grep Seccomp: /proc/self/status'], Interval: 1_000_000_000 };
    const name = await session.start(['sleep', '100'], { Image: 'hostile', Healthcheck });
    let output = '';
    while (output === '') {
      output = session.rig.containers.inspect(name).health?.log[0]?.output ?? '';
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(output).toMatch(/^0 [^\n]*\n1 [^\n]*\n2 [^\n]*\nids 0 0 0\n/);
    expect(output).toMatch(/CapInh:\s+0000000000000000\n[^]*Seccomp:\s+2/);
    await session.remove(name);
  });
});

describe('a working directory (CVE-2024-21626)', () => {
  it('is never one of the launcher, whichever descriptor is named, in run and exec', async () => {
    const running = await session.start(['sleep', '100'], { Image: 'hostile' });
    for (const number of NUMBERS) {
      for (const path of [`/proc/self/fd/${number}`, `/proc/1/fd/${number}`, `/proc/thread-self/fd/${number}`, `/leak${number}`]) {
        await expect(session.run(['pwd'], { Image: 'hostile', WorkingDir: path })).rejects.toThrow(/chdir to cwd/);
        const { output, exitCode } = await session.exec(running, ['pwd'], { workingDir: path });
        expect([path, output, exitCode]).toEqual([path, expect.stringMatching(/chdir to cwd/), expect.toSatisfy((code: number) => code >= 126)]);
      }
    }
    await session.remove(running);
  });

  it('of a process outside is refused, though the path leads there', async () => {
    const outside = `/proc/${process.pid}/cwd`;
    await expect(session.run(['pwd'], { WorkingDir: outside, HostConfig: { PidMode: 'host' } })).rejects.toThrow(/chdir to cwd/);
    await expect(session.run(['pwd'], { WorkingDir: `/proc/${process.pid}/root`, HostConfig: { PidMode: 'host' } })).rejects.toThrow(/chdir to cwd/);
  });

  it('that has been moved out of the root is refused to an exec', async () => {
    const volume = `${session.rig.directory}/volume`;
    const outside = `${session.rig.directory}/outside`;
    for (const path of [`${volume}/here`, outside]) mkdirSync(path, { recursive: true });
    const name = await session.start(['sh', '-c', 'cd /volume/here && mkdir in && cd in && exec sleep 100'], {
      Image: 'hostile',
      HostConfig: { Binds: [`${volume}:/volume`] },
    });
    for (let moved = false; !moved; ) {
      const { output } = await session.exec(name, ['readlink', '/proc/1/cwd']);
      if (output === '/volume/here/in\n') {
        renameSync(`${volume}/here`, `${outside}/gone`);
        moved = true;
      }
    }
    const { output, exitCode } = await session.exec(name, ['cat', 'in/../../../../../../../etc/hostname'], { workingDir: '/init' });
    expect([exitCode, output]).toEqual([expect.toSatisfy((code: number) => code >= 126), expect.stringMatching(/chdir to cwd/)]);
    await session.remove(name);
    for (const path of [volume, outside]) rmSync(path, { recursive: true });
  });
});
