import { describe, expect, it } from 'vitest';
import { collectExec, shellPlan } from '../../testkit/launcher-exec.ts';
import { collect, execOp, LauncherRig } from '../../testkit/launcher-rig.ts';
import type { ProcessStreams } from './launcher.ts';

/** Reads until `word` has come by. */
async function readUntil(streams: ProcessStreams, word: string): Promise<string> {
  let text = '';
  for await (const { data } of streams.output) {
    text += Buffer.from(data).toString();
    if (text.includes(word)) return text;
  }
  throw new Error(`ended before ${word}: ${text}`);
}

describe('a terminal', () => {
  it('is the controlling one, of the size asked for, on every stream and on /dev/console', async () => {
    await using rig = await LauncherRig.open();
    const { stdout, stderr } = await rig.run('stty size; tty; test -t 0 && test -t 1 && test -t 2 && echo all; echo console >/dev/console; echo x >/dev/tty', {
      tty: true,
      size: { rows: 33, columns: 101 },
    });
    expect(stdout).toBe('33 101\r\n/dev/pts/0\r\nall\r\nconsole\r\nx\r\n');
    expect(stderr).toBe('');
  });

  it('tells its program of a new size, echoes, and turns Ctrl-C into an interrupt', async () => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare({ tty: true, openStdin: true });
    await using streams = await prepared.attach({ stdin: true, stdout: true, stderr: true });
    const handle = rig.keep(await prepared.go([execOp('sh', '-c', "trap 'stty size; exit 5' INT; echo ready; while :; do sleep 0.05; done")]));
    await readUntil(streams, 'ready');
    await handle.resize(50, 132);
    await streams.write(Buffer.from([3]));
    expect(await readUntil(streams, '132')).toMatch(/\^C.*50 132/s);
    expect(await handle.exited).toMatchObject({ code: 5 });
    await expect(handle.resize(1, 1)).rejects.toMatchObject({ kind: 'NotFound' });
  });

  it('is refused to a container without one', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    await expect(handle.resize(10, 10)).rejects.toMatchObject({ kind: 'Conflict' });
  });
});

describe('an exec', () => {
  it('has streams and a code of its own, in the namespaces of the container', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('echo mine >/tmp/mark; exec sleep 60');
    await collectExec(handle, 'until grep -qx sleep /proc/1/comm; do usleep 5000; done');
    const process = await handle.exec(shellPlan('read line; echo $line; echo err >&2; ps -o pid,args | head -2; cat /tmp/mark; exit 9', { openStdin: true }));
    const output = collect(process);
    await process.write(Buffer.from('hello\n'));
    process.closeStdin();
    expect(await process.exited).toMatchObject({ code: 9, signal: 0 });
    const { stdout, stderr } = await output;
    expect(stdout).toMatch(/^hello\nPID +COMMAND\n +1 sleep 60\nmine\n$/);
    expect(stderr).toBe('err\n');
  });

  it('has a terminal of its own and hears of its size', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const process = await handle.exec(shellPlan('stty size; read x; stty size', { tty: true, openStdin: true, size: { rows: 11, columns: 22 } }));
    await readUntil(process, '11 22');
    process.resize(44, 55);
    await process.write(Buffer.from('\r'));
    expect((await collect(process)).stdout).toContain('44 55');
    expect(await process.exited).toMatchObject({ code: 0 });
  });

  it('is killed by its own signals and leaves the container alone', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const process = await handle.exec(shellPlan('sleep 60'));
    process.signal(15);
    expect(await process.exited).toMatchObject({ code: 143, signal: 15 });
    expect((await (await handle.exec(shellPlan('exit 4'))).exited).code).toBe(4);
  });

  it('ends with the container', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const process = await handle.exec(shellPlan('sleep 60'));
    await handle.signal(9);
    expect(await process.exited).toMatchObject({ code: 137, signal: 9 });
    // An init that dies at this very moment is missed by the monitor and found dead by the child.
    const step = expect.stringMatching(/^(not-running|join-namespace)$/) as string;
    await expect(handle.exec(shellPlan('true'))).rejects.toMatchObject({ kind: 'Conflict', details: { step } });
  });

  it('names the program that is missing and leaves the container alone', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    await expect(handle.exec({ ...shellPlan(''), ops: [execOp('/bin/nope')] })).rejects.toMatchObject({
      details: { step: 'exec', exitCode: 127, path: '/bin/nope' },
    });
    await expect(handle.exec({ ...shellPlan(''), ops: [] })).rejects.toMatchObject({ details: { step: 'plan' } });
    expect((await collect(await handle.exec(shellPlan('echo still here')))).stdout).toBe('still here\n');
  });

  it('runs beside a hundred others', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60');
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    const answers = await Promise.all(numbers.map(async (number) => (await collect(await handle.exec(shellPlan(`echo ${number}`)))).stdout));
    expect(answers).toEqual(numbers.map((number) => `${number}\n`));
  });
});
