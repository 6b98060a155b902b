import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CheckResult, Note } from './check.ts';
import { buildInitramfs } from './image.ts';
import { findKernel } from './kernel.ts';

const EMULATOR = 'qemu-system-x86_64';
const LIMIT_SECONDS = 400;
const DISK_BYTES = 64 * 2 ** 20;

export interface GuestRun {
  readonly results: ReadonlyMap<string, CheckResult>;
  /** Figures that are only told. */
  readonly notes: readonly string[];
  /** Every check was run and the machine switched itself off. */
  readonly isComplete: boolean;
  /** The end of what kernel and init wrote. */
  readonly console: string;
}

/** Why the guest cannot be run here; null: it can. */
export function whyNoGuest(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the guest is an x86-64 Linux machine';
  if (!isInPath(EMULATOR)) return `${EMULATOR} is not installed (Debian: qemu-system-x86)`;
  if (findKernel() === null) return 'there is no cloud kernel (Debian: linux-image-cloud-amd64)';
  return null;
}

/** Boots a machine with cgroup v2 alone, runs the checks in it and ends it. Emulated throughout, so that it is the same everywhere. */
export async function runGuest(): Promise<GuestRun> {
  const kernel = findKernel();
  if (kernel === null) throw new Error(whyNoGuest() ?? '');
  using stack = new DisposableStack();
  const directory = mkdtempSync(join(tmpdir(), 'slipway-guest-'));
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  const initramfs = await buildInitramfs(directory, kernel);
  const disk = join(directory, 'disk');
  writeFileSync(disk, '');
  truncateSync(disk, DISK_BYTES);
  const log = join(directory, 'console');
  const machine = ['-accel', 'tcg,thread=multi', '-cpu', 'max', '-machine', 'q35', '-smp', '2', '-m', '1536', '-no-reboot'];
  const ports = ['-display', 'none', '-monitor', 'none', '-nic', 'none', '-serial', `file:${log}`, '-serial', 'stdio'];
  const boot = ['-kernel', kernel.image, '-initrd', initramfs, '-append', 'console=ttyS0 panic=-1'];
  const child = spawn(EMULATOR, [...machine, ...ports, ...boot, '-drive', `file=${disk},format=raw,if=virtio`], { stdio: ['ignore', 'pipe', 'pipe'] });
  stack.defer(() => child.kill('SIGKILL'));
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_SECONDS * 1000);
  stack.defer(() => clearTimeout(limit));
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const closed = once(child, 'close');
  const results = new Map<string, CheckResult>();
  const notes: string[] = [];
  let isDone = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const message = parsed(line);
    if (message === null) continue;
    if ('name' in message) results.set(message.name, message);
    else if ('note' in message) notes.push(message.note);
    else isDone = true;
  }
  await closed;
  return { results, notes, isComplete: isDone && child.exitCode === 0, console: `${complaint}${textOf(log)}`.slice(-4000) };
}

type Message = CheckResult | Note | { readonly done: true };

/** Null for what is no message, such as the firmware's words. */
function parsed(line: string): Message | null {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return null;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isInPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
