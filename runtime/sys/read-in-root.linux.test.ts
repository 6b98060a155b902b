import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLinuxSyscalls } from './linux-syscalls.ts';
import { readInRoot } from './read-in-root.ts';

it('reads regular files beneath the root only', () => {
  const syscalls = createLinuxSyscalls();
  const directory = mkdtempSync(join(tmpdir(), 'slipway-root-'));
  try {
    const at = (name: string): string => join(directory, name);
    mkdirSync(at('etc'));
    writeFileSync(at('etc/passwd'), 'root:x:0:0\n');
    symlinkSync('/etc/passwd', at('link'));
    execFileSync('mkfifo', [at('fifo')]);
    writeFileSync(at('big'), Buffer.alloc(1024 * 1024 + 1));
    const read = (name: string): string => readInRoot(syscalls, process.pid, at(name));
    expect(read('etc/passwd')).toBe('root:x:0:0\n');
    expect(read('fifo')).toBe('');
    expect(read('etc')).toBe('');
    expect(read('gone')).toBe('');
    expect(() => read('big')).toThrow('more than 1048576');
    expect(read('link')).toContain('root:');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
