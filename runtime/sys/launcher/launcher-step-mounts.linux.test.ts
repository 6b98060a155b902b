import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectExec } from '../../testkit/launcher-exec.ts';
import { LauncherRig } from '../../testkit/launcher-rig.ts';

/** Directories with one file each, named after them. */
function layers(rig: LauncherRig, ...names: string[]): string[] {
  return names.map((name) => {
    const path = join(rig.directory, name);
    mkdirSync(path);
    writeFileSync(join(path, name), name);
    return path;
  });
}

const secret = { op: 'content', target: '/run/secrets/a', content: Buffer.from('secret'), mode: 0o440, uid: 7, gid: 8 } as const;

describe('an overlay at a place of the container', () => {
  it('shows its directories, read-only or with what is written in the upper one', async () => {
    await using rig = await LauncherRig.open();
    const lower = layers(rig, 'one', 'two');
    const [upper, work] = layers(rig, 'upper', 'work') as [string, string];
    const setup = rig.root({ op: 'overlay', lower, target: '/deep/shown' }, { op: 'overlay', lower, upper, work, target: '/written', volatile: true });
    const handle = await rig.start('sleep 60', { setup });
    expect((await collectExec(handle, 'ls /deep/shown; touch /deep/shown/x')).stdout).toBe('one\ntwo\n');
    expect((await collectExec(handle, 'touch /deep/shown/x')).stderr).toContain('Read-only');
    expect((await collectExec(handle, 'rm /written/one && touch /written/new && ls /written')).stdout).toBe('new\ntwo\nupper\n');
    expect(readdirSync(upper).sort()).toEqual(['new', 'one', 'upper']);
  });

  it('of one directory is that, read-only', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60', { setup: rig.root({ op: 'overlay', lower: layers(rig, 'one'), target: '/shown' }) });
    expect((await collectExec(handle, 'ls /shown; touch /shown/x')).stdout).toBe('one\n');
  });

  it('says which directory is missing, and leaves nothing', async () => {
    await using rig = await LauncherRig.open();
    const lower = [...layers(rig, 'one'), join(rig.directory, 'none')];
    await expect(rig.start('true', { setup: rig.root({ op: 'overlay', lower, target: '/shown' }) })).rejects.toMatchObject({
      details: { step: 'overlay', errno: 'ENOENT', path: join(rig.directory, 'none') },
    });
  });
});

describe('content', () => {
  it('is a file that nobody can write, in memory alone', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60', { setup: rig.root(secret, { ...secret, target: '/run/secrets/b', content: Buffer.alloc(500_000, 'b') }) });
    expect((await collectExec(handle, 'cat /run/secrets/a; stat -c " %a %u %g" /run/secrets/a; wc -c < /run/secrets/b')).stdout).toBe(
      'secret 440 7 8\n500000\n',
    );
    expect((await collectExec(handle, 'echo x > /run/secrets/a')).stderr).toContain('Read-only');
    // Where it was staged is gone with the old root.
    expect((await collectExec(handle, 'grep -c tmpfs /proc/self/mountinfo; grep -o "/f /run/secrets/[ab]" /proc/self/mountinfo')).stdout).toMatch(
      /\/f \/run\/secrets\/a\n\/f \/run\/secrets\/b\n$/,
    );
  });

  it('is in no error', async () => {
    await using rig = await LauncherRig.open();
    const setup = rig.root({ op: 'symlink', target: 'loop', path: '/loop' }, { ...secret, target: '/loop/a' });
    const failed = await rig.start('true', { setup }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ details: { step: 'content', path: '/loop/a', errno: 'ELOOP' } });
    expect((failed as { details: object }).details).not.toHaveProperty('op');
  });
});
