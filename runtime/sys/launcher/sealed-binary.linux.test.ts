import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SyscallError } from '../errno.ts';
import { createLinuxSyscalls } from '../linux-syscalls.ts';
import type { Syscalls } from '../syscalls.ts';
import { sealBinary } from './sealed-binary.ts';

const EBUSY = 16;
const EPERM = 1;

/** The kernel, which refuses the first `refusals` seals of a file with this number. */
function refusing(errno: number, refusals: number): { readonly syscalls: Syscalls; tries: () => number } {
  const real = createLinuxSyscalls();
  let tries = 0;
  const fcntl: Syscalls['fcntl'] = (...args) => {
    if (++tries <= refusals) throw new SyscallError('fcntl', errno);
    return real.fcntl(...args);
  };
  return { syscalls: { ...real, fcntl }, tries: () => tries };
}

it('seals a program that the kernel itself holds for a moment', async () => {
  const { syscalls, tries } = refusing(EBUSY, 2);
  using sealed = await sealBinary(syscalls, '/bin/true');
  expect(tries()).toBe(3);
  expect(readFileSync(sealed.path)).toEqual(readFileSync('/bin/true'));
  expect(() => writeFileSync(sealed.path, 'x')).toThrow(/EPERM|EACCES/);
});

it('says what else is wrong at once', async () => {
  const { syscalls, tries } = refusing(EPERM, 1);
  await expect(sealBinary(syscalls, '/bin/true')).rejects.toMatchObject({ code: 'EPERM' });
  expect(tries()).toBe(1);
});
