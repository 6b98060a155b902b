import { EngineError } from '../base/errors.ts';
import { SyscallError } from '../sys/errno.ts';
import type { Syscalls } from '../sys/syscalls.ts';

export interface RecordedCall {
  readonly name: keyof Syscalls;
  readonly args: readonly unknown[];
}

type Answers = Partial<Syscalls>;

/**
 * Records every call and lets the Nth fail. Without an answer a call that opens gives ascending numbers from 100
 * (not real file descriptors), one that returns nothing succeeds, and any other throws Internal naming the missing answer.
 */
export interface FakeSyscalls extends Syscalls {
  readonly calls: RecordedCall[];
  /** The `n`th call from now (1: the next) of `name`, or of any when absent, throws SyscallError with `errno`. */
  failNth(n: number, errno: number, name?: keyof Syscalls): void;
}

const OPENERS: ReadonlySet<keyof Syscalls> = new Set(['openat2', 'memfdCreate', 'pidfdOpen', 'pidfdGetfd', 'socket', 'bpf']);
const SILENT: ReadonlySet<keyof Syscalls> = new Set([
  'mkdirat',
  'mknodat',
  'symlinkat',
  'linkat',
  'unlinkat',
  'renameat2',
  'fchownat',
  'fchmodat',
  'utimensat',
  'fsetxattr',
  'setxattr',
  'lsetxattr',
  'removexattr',
  'mount',
  'umount2',
  'unshare',
  'flock',
  'pidfdSendSignal',
  'bind',
  'setsockopt',
]);

export function createFakeSyscalls(answers: Answers = {}): FakeSyscalls {
  const calls: RecordedCall[] = [];
  const failures: { left: number; readonly errno: number; readonly name: keyof Syscalls | undefined }[] = [];
  let nextFd = 100;

  function invoke(name: keyof Syscalls, args: readonly unknown[]): unknown {
    calls.push({ name, args });
    for (const failure of failures) {
      if (failure.name !== undefined && failure.name !== name) continue;
      failure.left -= 1;
      if (failure.left === 0) throw new SyscallError(name, failure.errno, args.find((argument) => typeof argument === 'string') ?? '');
    }
    const answer = answers[name] as ((...args: readonly unknown[]) => unknown) | undefined;
    if (answer !== undefined) return answer(...args);
    if (OPENERS.has(name)) return nextFd++;
    if (SILENT.has(name)) return undefined;
    throw new EngineError('Internal', `fake ${name}: the test gave no answer`);
  }

  const own = {
    calls,
    failNth: (n: number, errno: number, name?: keyof Syscalls) => void failures.push({ left: n, errno, name }),
  };
  return new Proxy(own, {
    get: (target, property) => {
      if (property in target) return target[property as keyof typeof target];
      return (...args: readonly unknown[]) => invoke(property as keyof Syscalls, args);
    },
  }) as FakeSyscalls;
}
