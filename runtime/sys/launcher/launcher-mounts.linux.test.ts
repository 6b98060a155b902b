import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectExec } from '../../testkit/launcher-exec.ts';
import { LauncherRig } from '../../testkit/launcher-rig.ts';
import { MS } from '../constants.ts';
import type { Op } from './ops.ts';

function tool(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** A shared mount of the host with another one below it, `sub`. */
class HostMount implements Disposable {
  readonly path: string;

  constructor(rig: LauncherRig) {
    this.path = `${rig.directory}/host`;
    mkdirSync(this.path);
    tool('mount', '-t', 'tmpfs', 'tmpfs', this.path);
    tool('mount', '--make-shared', this.path);
    for (const name of ['sub', 'inner']) mkdirSync(`${this.path}/${name}`);
    tool('mount', '-t', 'tmpfs', 'tmpfs', `${this.path}/sub`);
    writeFileSync(`${this.path}/sub/below`, '');
  }

  [Symbol.dispose](): void {
    tool('umount', '-R', this.path);
  }
}

function withShared(rig: LauncherRig, shared: readonly { source: string; recursive: boolean }[], ...extra: Op[]): Op[] {
  return rig.root(...extra).map((op) => (op.op === 'slave-root' ? { op: 'slave-root', shared } : op));
}

const bind = (source: string, target: string, options: Partial<Extract<Op, { op: 'bind' }>> = {}): Op => ({
  op: 'bind',
  source,
  target,
  recursive: true,
  readonly: false,
  propagation: MS.PRIVATE | MS.REC,
  ...options,
});

describe('binds', () => {
  it('with shared propagation send mounts back to the host, and nothing else does', async () => {
    await using rig = await LauncherRig.open();
    using host = new HostMount(rig);
    const setup = withShared(
      rig,
      [{ source: host.path, recursive: true }],
      bind(host.path, '/private'),
      bind(host.path, '/shared', { propagation: MS.SHARED | MS.REC }),
    );
    const handle = await rig.start('sleep 60', { setup });
    expect((await collectExec(handle, 'mount -t tmpfs tmpfs /private/inner && touch /private/inner/lost')).stderr).toBe('');
    expect(readdirSync(`${host.path}/inner`)).toEqual([]);
    expect((await collectExec(handle, 'mount -t tmpfs tmpfs /shared/inner && touch /shared/inner/seen')).stderr).toBe('');
    expect(readdirSync(`${host.path}/inner`)).toEqual(['seen']);
    expect((await collectExec(handle, 'ls /shared/sub')).stdout).toBe('below\n');
  });

  it('are read-only in depth or at the top alone', async () => {
    await using rig = await LauncherRig.open();
    using host = new HostMount(rig);
    const setup = rig.root(bind(host.path, '/all', { readonly: 'all' }), bind(host.path, '/top', { readonly: 'top' }));
    const { stdout, stderr } = await rig.run('touch /all/x; touch /all/sub/x; touch /top/x; touch /top/sub/x && echo written', { setup });
    expect(stderr.match(/\/\S+(?=: Read-only file system)/g)).toEqual(['/all/x', '/all/sub/x', '/top/x']);
    expect(stdout).toBe('written\n');
  });

  it('are refused, with the path at fault, where a shared source is gone, and beyond as many as are held open', async () => {
    await using rig = await LauncherRig.open();
    const gone = rig.prepare({ setup: withShared(rig, [{ source: '/nowhere/at/all', recursive: true }]) });
    await expect(gone).rejects.toMatchObject({ details: { step: 'slave-root', errno: 'ENOENT', path: '/nowhere/at/all' } });
    const many = Array.from({ length: 65 }, () => ({ source: '/', recursive: false }));
    await expect(rig.prepare({ setup: withShared(rig, many) })).rejects.toMatchObject({ details: { step: 'slave-root', errno: 'E2BIG' } });
  });
});
