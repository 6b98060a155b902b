import { describe, expect, it, vi } from 'vitest';
import { collectExec, shellPlan } from '../../testkit/launcher-exec.ts';
import { LauncherRig } from '../../testkit/launcher-rig.ts';
import type { MonitorHandle } from './launcher.ts';

/** The two spaces before a command's name keep the shell that starts them out of the count. */
const COUNT = "ps | grep -c '  [s]leep 77' || true";

const sleepers = (handle: MonitorHandle, count: number) =>
  vi.waitFor(async () => expect((await collectExec(handle, COUNT)).stdout).toBe(`${count}\n`), { timeout: 20_000 });

describe('a tied exec', () => {
  it('ends with all it has started when its streams are closed', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const exec = await handle.exec(shellPlan('sleep 77 & sleep 77 & wait', { tied: true }));
    await sleepers(handle, 2);
    await exec[Symbol.asyncDispose]();
    await sleepers(handle, 0);
  });

  it('hands a signal to its process group and still tells of its exit', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const exec = await handle.exec(shellPlan('echo before; sleep 77', { tied: true }));
    await sleepers(handle, 1);
    exec.signal(9);
    expect(await exec.exited).toMatchObject({ code: 137, signal: 9 });
    await sleepers(handle, 0);
    await exec[Symbol.asyncDispose]();
  });

  it('that has ended leaves alone what it has put into the background', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const exec = await handle.exec(shellPlan('sleep 77 >/dev/null 2>&1 &', { tied: true }));
    expect(await exec.exited).toMatchObject({ code: 0 });
    // Until then it is but a copy of the shell that has ended.
    await sleepers(handle, 1);
    await exec[Symbol.asyncDispose]();
    expect((await collectExec(handle, COUNT)).stdout).toBe('1\n');
  });
});
