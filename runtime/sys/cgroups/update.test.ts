import { describe, expect, it } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { SyscallError } from '../errno.ts';
import type { LimitWrite } from './limits.ts';
import { applyUpdate, type GroupFiles, refusedLimit } from './update.ts';

/** Files that remember what was written, in order; writing to one of `broken` fails. */
function group(contents: Record<string, string>, ...broken: string[]): GroupFiles & { readonly log: string[]; readonly contents: Record<string, string> } {
  const log: string[] = [];
  return {
    log,
    contents,
    read: (_controller, file) => contents[file] ?? '',
    write({ file, value }) {
      if (broken.includes(file)) throw new EngineError('InvalidArgument', `cannot set ${file}`);
      log.push(`${file}=${value}`);
      contents[file] = value;
    },
  };
}

const memory = (file: string, value: number): LimitWrite => ({ controller: 'memory', file, value: `${value}` });

describe('applyUpdate', () => {
  it('raises memory above the present sum after the sum', () => {
    const files = group({ 'memory.limit_in_bytes': '10', 'memory.memsw.limit_in_bytes': '20' });
    applyUpdate([memory('memory.limit_in_bytes', 50), memory('memory.memsw.limit_in_bytes', 60)], files);
    expect(files.log).toEqual(['memory.memsw.limit_in_bytes=60', 'memory.limit_in_bytes=50']);
  });

  it('lowers memory before the sum', () => {
    const files = group({ 'memory.limit_in_bytes': '50', 'memory.memsw.limit_in_bytes': '60' });
    applyUpdate([memory('memory.limit_in_bytes', 10), memory('memory.memsw.limit_in_bytes', 20)], files);
    expect(files.log).toEqual(['memory.limit_in_bytes=10', 'memory.memsw.limit_in_bytes=20']);
  });

  it('puts everything back when one write fails, in the opposite order', () => {
    const before = { 'memory.limit_in_bytes': '10', 'memory.memsw.limit_in_bytes': '20', 'cpuset.cpus': '' };
    const files = group({ ...before }, 'pids.max');
    const writes: LimitWrite[] = [
      memory('memory.limit_in_bytes', 50),
      memory('memory.memsw.limit_in_bytes', 60),
      { controller: 'cpuset', file: 'cpuset.cpus', value: '1' },
      { controller: 'pids', file: 'pids.max', value: '7' },
    ];
    expect(() => applyUpdate(writes, files)).toThrow('cannot set pids.max');
    expect(files.contents).toEqual({ ...before, 'cpuset.cpus': '\n' });
    expect(files.log.slice(-3)).toEqual(['cpuset.cpus=\n', 'memory.limit_in_bytes=10', 'memory.memsw.limit_in_bytes=20']);
  });

  it('answers what takes it back', () => {
    const files = group({ 'pids.max': 'max' });
    const revert = applyUpdate([{ controller: 'pids', file: 'pids.max', value: '7' }], files);
    expect(files.contents['pids.max']).toBe('7');
    revert();
    expect(files.contents['pids.max']).toBe('max');
  });

  it('does not go below what is used in v2, where the kernel would kill', () => {
    const files = group({ 'memory.max': 'max', 'memory.current': '5000' });
    expect(() => applyUpdate([memory('memory.max', 4999)], files)).toThrow(
      expect.objectContaining({ kind: 'Conflict', message: 'unable to set memory limit to 4999 (current usage: 5000)' }),
    );
    applyUpdate([memory('memory.max', 5000)], files);
    expect(files.log).toEqual(['memory.max=5000']);
  });
});

describe('refusedLimit', () => {
  it('tells the usage when v1 finds memory in use, and the kernel’s words else', () => {
    const busy = refusedLimit(new SyscallError('write', 16), memory('memory.limit_in_bytes', 10), () => '20\n', 'device or resource busy');
    expect([busy.kind, busy.message]).toEqual(['Conflict', 'unable to set memory limit to 10 (current usage: 20)']);
    const invalid = refusedLimit(new SyscallError('write', 22), { controller: 'pids', file: 'pids.max', value: 'x' }, () => '', 'invalid argument');
    expect([invalid.kind, invalid.message]).toEqual(['InvalidArgument', 'cannot set pids.max to x: invalid argument']);
  });
});
