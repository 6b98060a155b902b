import { closeSync, openSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../base/log.ts';
import { errnoNumber, SyscallError } from '../../sys/errno.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { createFakeSyscalls } from '../../testkit/fake-syscalls.ts';
import { HostLinks } from './host-links.ts';

const EADDRINUSE = errnoNumber('EADDRINUSE');

/** Links whose turn another engine has for so many tries. */
function held(tries: number) {
  let fd = -1;
  let left = tries;
  const syscalls = createFakeSyscalls({
    socket: () => (fd = openSync('/dev/null', 'r')),
    bind: () => {
      if (left-- > 0) throw new SyscallError('bind', EADDRINUSE, '');
    },
  });
  const binds = (): number => syscalls.calls.filter(({ name }) => name === 'bind').length;
  return { links: new HostLinks(syscalls, silentLogger), binds, isGivenBack: () => isClosed(fd) };
}

function isClosed(fd: number): boolean {
  try {
    // Its number may be another file's by now.
    return readlinkSync(`/proc/self/fd/${fd}`) !== '/dev/null';
  } catch {
    return true;
  }
}

describe('the turn of an engine', () => {
  it('is waited for', () => {
    const { links, binds, isGivenBack } = held(3);
    expect(links.inTurn(() => binds())).toBe(4);
    expect(isGivenBack()).toBe(true);
  });

  it('is not waited for longer than one that is held up deserves', () => {
    const { links, binds } = held(Number.POSITIVE_INFINITY);
    expect(links.inTurn(() => binds())).toBe(40);
  });

  it('is given back by what fails in it', () => {
    const { links, isGivenBack } = held(0);
    const failing = () => {
      throw new Error('no subnet is left');
    };
    expect(() => links.inTurn(failing)).toThrow('no subnet is left');
    expect(isGivenBack()).toBe(true);
  });

  it('is one for all engines of a network namespace, by the kernel', () => {
    const real = createLinuxSyscalls();
    const refused: unknown[] = [];
    const links = new HostLinks(real, silentLogger);
    const [, address] = boundBy((syscalls) => new HostLinks(syscalls, silentLogger).inTurn(() => 0));
    links.inTurn(() => {
      const other = real.socket(1, 2, 0);
      try {
        real.bind(other, address);
      } catch (error) {
        refused.push((error as SyscallError).details['errno']);
      } finally {
        closeSync(other);
      }
    });
    expect(refused).toEqual([EADDRINUSE]);
  });
});

/** Arguments of the bind in `work`. */
function boundBy(work: (syscalls: ReturnType<typeof createFakeSyscalls>) => void): [number, Uint8Array] {
  const syscalls = createFakeSyscalls({ socket: () => openSync('/dev/null', 'r') });
  work(syscalls);
  return syscalls.calls.find(({ name }) => name === 'bind')?.args as [number, Uint8Array];
}
