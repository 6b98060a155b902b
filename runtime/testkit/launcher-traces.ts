import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is waited for may come late where others work. */
const LIMIT_MS = 20_000;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number);
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? -1);
}

/** The zygote that `parent` has started last. */
export function zygoteOf(parent: number): number {
  const found = pids().filter((pid) => parentOf(pid) === parent && read(`/proc/${pid}/cmdline`).startsWith('slipway-zygote'));
  const last = found.at(-1);
  if (last === undefined) throw new Error('no zygote runs');
  return last;
}

/** A zygote's are monitors and proxies, one made ahead included; a monitor's are init and what is executed. */
export function childrenOf(pid: number): number[] {
  return pids().filter((child) => parentOf(child) === pid && isAlive(child));
}

/** The monitor of the init process `pid`. */
export function monitorOf(pid: number): number {
  return parentOf(pid);
}

export function isAlive(pid: number): boolean {
  return /^State:\s+[^ZX]/m.test(read(`/proc/${pid}/status`));
}

export async function waitFor(condition: () => boolean, what: string): Promise<void> {
  for (const start = Date.now(); !condition(); await sleep(10)) {
    if (Date.now() - start > LIMIT_MS) throw new Error(`waited in vain: ${what}`);
  }
}

/** Mounts of this process's namespace that are at or come from somewhere below `directory`. */
export function mountsBelow(directory: string): string[] {
  return read('/proc/self/mountinfo')
    .split('\n')
    .filter((line) => line.includes(directory));
}

function belongsTo(pid: number, directory: string): boolean {
  if (read(`/proc/${pid}/mountinfo`).includes(directory)) return true;
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(directory));
  } catch {
    return false;
  }
}

/**
 * Processes that live in a root below `directory`, or serve one: a monitor holds its run directory open.
 * Answers those that are still there after a while.
 */
export async function waitForNoProcess(directory: string): Promise<string[]> {
  for (const start = Date.now(); ; await sleep(10)) {
    const left = pids().filter((pid) => pid !== process.pid && belongsTo(pid, directory));
    if (left.length === 0 || Date.now() - start > LIMIT_MS) return left.map((pid) => `${pid} ${read(`/proc/${pid}/comm`).trim()}`);
  }
}
