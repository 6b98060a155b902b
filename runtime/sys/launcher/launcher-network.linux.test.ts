import { readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { execOp, LauncherRig } from '../../testkit/launcher-rig.ts';
import { CLONE } from '../constants.ts';
import { linkUp, removeLink } from '../netlink/link.ts';

const own = { cloneFlags: CLONE.NEWNS | CLONE.NEWPID | CLONE.NEWNET };
const nothing = { outside: [], inside: [] };
const NO_RULES = new Uint8Array();

/** Local addresses in hex, as /proc/net of a process's namespace has them. */
function bound(pid: number, protocol: 'udp' | 'tcp'): (string | undefined)[] {
  const rows = readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => row.trim().split(/\s+/)[1]);
}

describe('the network of a container that exists', () => {
  it('is changed inside before its program runs, and the monitor is back in its own afterwards', async () => {
    await using rig = await LauncherRig.open();
    const prepared = await rig.prepare(own);
    expect(await prepared.changeNetwork({ ...nothing, inside: [linkUp('lo')] })).toBeNull();
    const descriptors = await prepared.changeNetwork({ ...nothing, resolver: { port: 40_053, rules: NO_RULES } });
    expect(readlinkSync(`/proc/${descriptors?.pid}/ns/net`)).toBe(readlinkSync('/proc/self/ns/net'));
    expect(readlinkSync(`/proc/${descriptors?.pid}/fd/${descriptors?.udp}`)).toMatch(/^socket:/);
    const handle = rig.keep(await prepared.go([execOp('sh', '-c', 'ping -c 1 -W 5 127.0.0.11 >/dev/null')]));
    expect(await handle.exited).toMatchObject({ code: 0 });
  });

  it('has one resolver at 127.0.0.11, on the port asked for first', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60', own);
    const first = await handle.changeNetwork({ ...nothing, resolver: { port: 40_053, rules: NO_RULES } });
    expect(await handle.changeNetwork({ ...nothing, resolver: { port: 40_054, rules: NO_RULES } })).toEqual(first);
    for (const protocol of ['udp', 'tcp'] as const) expect(bound(handle.pid, protocol)).toEqual(['0B00007F:9C75']);
  });

  it('refuses what the kernel refuses, by its errno, with nothing left', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('sleep 60', own);
    const failing = (errno: string): unknown => expect.objectContaining({ details: { errno } });
    await expect(handle.changeNetwork({ ...nothing, inside: [removeLink('absent')] })).rejects.toEqual(failing('ENODEV'));
    await expect(handle.changeNetwork({ ...nothing, resolver: { port: 70_000, rules: NO_RULES } })).rejects.toEqual(failing('EINVAL'));
    await expect(handle.changeNetwork({ ...nothing, resolver: { port: 40_053, rules: linkUp('lo') } })).rejects.toMatchObject({ kind: 'Internal' });
    for (const protocol of ['udp', 'tcp'] as const) expect(bound(handle.pid, protocol)).toEqual([]);
  });

  it('is not changed any more once its program has ended', async () => {
    await using rig = await LauncherRig.open();
    const handle = await rig.start('exit 3', own);
    await handle.exited;
    await expect(handle.changeNetwork(nothing)).rejects.toMatchObject({ kind: 'NotFound' });
  });
});
