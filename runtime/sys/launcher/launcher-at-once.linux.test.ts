import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collect, execOp, LauncherRig } from '../../testkit/launcher-rig.ts';
import { childrenOf, isAlive, monitorOf, waitFor } from '../../testkit/launcher-traces.ts';
import { CLONE } from '../constants.ts';
import type { Op } from './ops.ts';

/** More than a monitor is kept for a start that does not come. */
const TOO_LONG = 1000;
// It is kept for a fifth of a second, by this clock: on a busy machine that is over before a test has seen it.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const LATER = [execOp('sh', '-c', 'read word; echo $word; exit 7')];

describe('a container whose last operations are sent along with its plan', () => {
  it('runs its program as one that was waited for, with or without a monitor made ahead', async () => {
    await using rig = await LauncherRig.open();
    for (const isExpected of [false, true, true]) {
      if (isExpected) rig.launcher.expectStart();
      const handle = rig.keep(await rig.launcher.start(rig.plan({ openStdin: true }), LATER));
      await using streams = await handle.attach({ stdin: true, stdout: true, stderr: true });
      const output = collect(streams);
      await streams.write(Buffer.from('hello\n'));
      expect(await handle.exited).toMatchObject({ code: 7, signal: 0 });
      expect((await output).stdout).toBe('hello\n');
    }
  });

  it('takes last operations that are longer than one message of its socket', async () => {
    await using rig = await LauncherRig.open();
    const env = Array.from({ length: 3000 }, (_, index) => `VARIABLE_${index}=${'x'.repeat(100)}`);
    const exec: Op = { op: 'exec', candidates: ['/bin/sh'], argv: ['sh', '-c', '[ ${#VARIABLE_2999} = 100 ]'], env };
    const handle = rig.keep(await rig.launcher.start(rig.plan(), [exec]));
    expect(await handle.exited).toMatchObject({ code: 0 });
  });

  it('waits for its links as others do', async () => {
    await using rig = await LauncherRig.open();
    const handle = rig.keep(await rig.launcher.start(rig.plan({ cloneFlags: CLONE.NEWNS | CLONE.NEWPID | CLONE.NEWNET }), [execOp('sh', '-c', 'exit 3')]));
    expect(await handle.exited).toMatchObject({ code: 3 });
  });

  it.each([
    ['a mount that fails', [{ op: 'mount', fstype: 'nothing', source: '', target: '/srv', flags: 0, data: '' }], LATER, { step: 'mount', path: '/srv' }],
    ['a working directory that is missing', [], [{ op: 'cwd', path: '/nowhere' }, ...LATER], { step: 'cwd', errno: 'ENOENT', path: '/nowhere' }],
    ['a program that is missing', [], [{ op: 'exec', candidates: ['/bin/nope'], argv: ['x'], env: [] }], { step: 'exec', errno: 'ENOENT', exitCode: 127 }],
    ['last operations without a program', [], [{ op: 'umask', mask: 0 }], { step: 'plan' }],
  ] as const)('names %s and leaves nothing', async (_, extra, final, details) => {
    await using rig = await LauncherRig.open();
    const plan = rig.plan({ setup: rig.root(...(extra as readonly Op[])) });
    await expect(rig.launcher.start(plan, final)).rejects.toMatchObject({ details });
    await waitFor(() => readdirSync(plan.runDirectory).length === 0, 'an empty run directory');
  });

  it('is given up with the signal while it is set up', async () => {
    await using rig = await LauncherRig.open();
    const giveUp = new AbortController();
    const plan = rig.plan();
    const start = rig.launcher.start(plan, LATER, giveUp.signal);
    giveUp.abort(new Error('enough'));
    await expect(start).rejects.toThrow('enough');
    await waitFor(() => readdirSync(plan.runDirectory).length === 0, 'an empty run directory');
  });

  it('starts although its monitor made ahead has been killed, or its zygote', async () => {
    await using rig = await LauncherRig.open();
    const first = rig.keep(await rig.launcher.start(rig.plan({ openStdin: true }), LATER));
    const ahead = (): number[] => childrenOf(rig.zygote).filter((pid) => pid !== monitorOf(first.pid));
    for (const killed of [() => ahead().at(0) ?? 0, () => rig.zygote]) {
      rig.launcher.expectStart();
      await waitFor(() => ahead().length === 1, 'a monitor made ahead');
      process.kill(killed(), 'SIGKILL');
      const handle = rig.keep(await rig.launcher.start(rig.plan(), [execOp('sh', '-c', 'exit 5')]));
      expect(await handle.exited).toMatchObject({ code: 5 });
    }
    expect(isAlive(first.pid)).toBe(true);
  });

  it('leaves no monitor that was made ahead for nobody', async () => {
    await using rig = await LauncherRig.open();
    rig.launcher.expectStart();
    await waitFor(() => childrenOf(rig.zygote).length === 1, 'a monitor made ahead');
    vi.advanceTimersByTime(TOO_LONG);
    await waitFor(() => childrenOf(rig.zygote).length === 0, 'its end');
  });
});
