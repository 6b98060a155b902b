import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CgroupJoin } from '../launcher/launcher.ts';
import { createLinuxSyscalls } from '../linux-syscalls.ts';
import { CgroupManager } from './cgroup-manager.ts';

const PARENT = `/slipway-test-${process.pid}`;
const ALL = { all: true, given: [] };
const STANDARD = { all: false, given: [] };

let manager: CgroupManager;
const children: ChildProcess[] = [];

beforeAll(() => {
  manager = CgroupManager.open(createLinuxSyscalls(), { parent: PARENT });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(manager.list().map((id) => manager.remove(id)));
});
afterAll(() => {
  const directories = directoriesOf(manager.join('x')).map((directory) => directory.replace(/\/x$/, ''));
  manager[Symbol.dispose]();
  expect(directories.filter((directory) => existsSync(directory))).toEqual([]);
});

function directoriesOf(join: CgroupJoin): string[] {
  return [...join.v1Tasks.map((tasks) => tasks.replace(/\/tasks$/, '')), ...(join.v2Directory === undefined ? [] : [join.v2Directory])];
}

/** Where `file` lies among the container's groups. */
function find(join: CgroupJoin, file: string): string {
  const path = directoriesOf(join)
    .map((directory) => `${directory}/${file}`)
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`no ${file} on this host`);
  return path;
}

/** Runs a shell script whose processes are all in the container's groups. */
function run(join: CgroupJoin, script: string): ChildProcess {
  const joins = [...join.v1Tasks, ...(join.v2Directory === undefined ? [] : [`${join.v2Directory}/cgroup.procs`])];
  const child = spawn('/bin/sh', ['-c', `${joins.map((file) => `echo 0 > ${file} || exit 99`).join('\n')}\n${script}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (data) => (text += String(data)));
  child.stderr?.on('data', (data) => (text += String(data)));
  await once(child, 'close');
  return text.trim();
}

async function firstLine(child: ChildProcess): Promise<void> {
  if (child.stdout !== null) await once(child.stdout, 'data');
}

describe('CgroupManager on this kernel', () => {
  it('finds a place for every controller it needs', () => {
    expect(manager.problems).toEqual([]);
    expect(manager.warnings({ memory: 1, pids: 1, cpuShares: 2, cpuQuota: 1000, cpusetCpus: '0' })).toEqual([]);
  });

  it('writes limits that read back', () => {
    const join = manager.create('limits', { memory: 64 * 2 ** 20, pids: 17, cpuQuota: 50_000, cpuPeriod: 100_000, cpuShares: 512, cpusetCpus: '0' }, STANDARD);
    const memory = existsSync(find(join, 'pids.max')) && join.oom?.version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
    const read = (file: string): string => readFileSync(find(join, file), 'utf8').trim();
    expect(read(memory)).toBe(String(64 * 2 ** 20));
    expect(read('pids.max')).toBe('17');
    expect(read('cpuset.cpus')).toBe('0');
    manager.update('limits', { memory: 128 * 2 ** 20, memorySwap: 256 * 2 ** 20, pids: -1 });
    expect(read(memory)).toBe(String(128 * 2 ** 20));
    expect(read('pids.max')).toBe('max');
  });

  it('leaves nothing behind when the kernel refuses a value, and names it', () => {
    expect(() => manager.create('bad', { pids: 5, cpusetCpus: '4000' }, STANDARD)).toThrow(
      expect.objectContaining({ kind: 'InvalidArgument', details: { file: 'cpuset.cpus', value: '4000' } }),
    );
    expect(manager.list()).toEqual([]);
  });

  it('refuses names that are paths', () => {
    for (const name of ['', '..', 'a/b', '.hidden', 'a\0']) expect(() => manager.create(name, {}, ALL)).toThrow(/not a plain name/);
  });

  it('enforces the number of processes', async () => {
    const join = manager.create('pids', { pids: 1 }, STANDARD);
    expect(await output(run(join, '/bin/true; echo made'))).toMatch(/fork/i);
  });

  it('lets a container use its devices and no others', async () => {
    const join = manager.create('devices', {}, STANDARD);
    expect(await output(run(join, ': < /dev/null && echo null; (: < /dev/kmsg) || echo no kmsg'))).toMatch(/null[^]*no kmsg/);
    const given = manager.create('given', {}, { all: false, given: [{ type: 'c', major: 1, minor: 11, permissions: 'r' }] });
    expect(await output(run(given, ': < /dev/kmsg && echo kmsg; (: > /dev/kmsg) || echo read only'))).toMatch(/kmsg[^]*read only/);
    const all = manager.create('all', {}, ALL);
    expect(await output(run(all, ': < /dev/kmsg && echo kmsg'))).toBe('kmsg');
  });

  it('freezes and thaws', async () => {
    const join = manager.create('freeze', {}, STANDARD);
    const child = run(join, 'echo ready; while :; do :; done');
    await firstLine(child);
    await manager.freeze('freeze');
    expect(manager.isFrozen('freeze')).toBe(true);
    const before = manager.stats('freeze').cpu.totalNs;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(manager.stats('freeze').cpu.totalNs).toBe(before);
    await manager.thaw('freeze');
    await manager.thaw('freeze');
    expect(manager.isFrozen('freeze')).toBe(false);
    await expect.poll(() => manager.stats('freeze').cpu.totalNs).toBeGreaterThan(before);
  });

  it('reads processor, memory and process figures', async () => {
    const join = manager.create('stats', { memory: 96 * 2 ** 20, pids: 50 }, STANDARD);
    const child = run(join, 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; echo ready; exec sleep 100');
    await firstLine(child);
    const stats = manager.stats('stats');
    expect(stats.cpu.totalNs).toBeGreaterThan(1_000_000n);
    expect(stats.hostCpuNs).toBeGreaterThan(stats.cpu.totalNs);
    expect(stats.memory.usage).toBeGreaterThan(0);
    expect(stats.memory.limit).toBe(96 * 2 ** 20);
    expect(stats.memory.inactiveFile).toBeLessThanOrEqual(stats.memory.usage);
    expect(stats.pids).toEqual({ current: manager.pids('stats').length, limit: 50 });
    expect(Math.abs(Number(stats.timeNano / 1_000_000n) - Date.now())).toBeLessThan(5_000);
    expect(() => manager.stats('none')).toThrow(expect.objectContaining({ kind: 'NotFound' }));
  });

  it('kills what runs, frozen too and in groups it made itself, and removes the groups', async () => {
    const join = manager.create('busy', {}, STANDARD);
    for (const directory of directoriesOf(join)) mkdirSync(`${directory}/inner`);
    const child = run(join, '(sleep 1000 & sleep 1000) & echo ready; sleep 1000');
    await firstLine(child);
    writeFileSync(`${join.v2Directory ?? directoriesOf(join)[0]}/inner/cgroup.procs`, String(child.pid));
    expect(manager.pids('busy')).toContain(child.pid);
    await manager.freeze('busy');
    await manager.remove('busy');
    expect(directoriesOf(join).filter((directory) => existsSync(directory))).toEqual([]);
    await manager.remove('busy');
  });

  it('takes over a group that is being removed and refuses one in use', async () => {
    const join = manager.create('again', {}, STANDARD);
    const child = run(join, 'echo ready; exec sleep 1000');
    await firstLine(child);
    expect(() => manager.create('again', {}, STANDARD)).toThrow(expect.objectContaining({ kind: 'Conflict' }));
    child.kill('SIGKILL');
    await once(child, 'close');
    await expect.poll(() => manager.pids('again')).toEqual([]);
    manager.create('again', { pids: 3 }, STANDARD);
    expect(readFileSync(find(join, 'pids.max'), 'utf8').trim()).toBe('3');
  });

  it('keeps no descriptor of removed groups', async () => {
    const held = (): string[] =>
      readdirSync('/proc/self/fd')
        .map((fd) => linkOf(`/proc/self/fd/${fd}`))
        .filter((path) => path.includes('/fds'));
    for (let round = 0; round < 5; round++) {
      manager.create('fds', { pids: 9 }, STANDARD);
      manager.stats('fds');
      expect(held()).not.toEqual([]);
      await manager.remove('fds');
    }
    expect(held()).toEqual([]);
  });
});

/** Empty for a descriptor that is gone by now. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
