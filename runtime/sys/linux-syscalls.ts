import koffi from 'koffi';
import { bytesOfText, textOfBytes } from '../base/byte-text.ts';
import { EngineError } from '../base/errors.ts';
import { O, SOCK, SYSCALL_NUMBERS, type SyscallName } from './constants.ts';
import { SyscallError } from './errno.ts';
import type { Syscalls } from './syscalls.ts';

/** koffi gives `long` as a number, or as a bigint when it is not a safe integer. */
type Result = number | bigint;
type Raw = (...args: readonly (number | bigint | string | Uint8Array | null)[]) => Result;

/** A function of koffi by its other way of being called, in a thread of libuv's pool; errno stays there. */
interface Later {
  async(...args: readonly (number | Uint8Array | null | ((error: Error | null, result: Result) => void))[]): void;
}

const NUL = Buffer.alloc(1);
const EINTR = 4;
const EINVAL = 22;
const ENAMETOOLONG = 36;
/** PATH_MAX. */
const LINK_BYTES = 4096;
/** XATTR_SIZE_MAX and XATTR_LIST_MAX of linux/limits.h. */
const XATTR_BYTES = 65_536;

/**
 * The kernel by syscall(2) of the C library this process already has, so that glibc and musl behave alike and no wrapper's age matters.
 * Throws Unsupported on another system or architecture than Linux on x64 and arm64.
 */
export function createLinuxSyscalls(): Syscalls {
  const numbers = knownNumbers();
  const library = koffi.load(null);
  // One prototype for each shape of arguments; on these architectures variadic integers travel as fixed ones do.
  const shape = (...types: string[]): Raw => library.func('syscall', 'long', ['long', ...types]) as Raw;
  const number = shape('long', 'long', 'long', 'long', 'long');
  const fdPath = shape('long', 'str', 'long', 'long', 'long');
  const fdPathPointer = shape('long', 'str', 'void *', 'long');
  const pathFdPath = shape('str', 'long', 'str');
  const fdPathFdPath = shape('long', 'str', 'long', 'str', 'long');
  const mountShape = shape('str', 'str', 'str', 'ulong', 'str');
  const pathName = shape('str', 'str');
  const pathNumber = shape('str', 'long');
  const fdNamePointer = shape('long', 'str', 'void *', 'long', 'long');
  const pathNamePointer = shape('str', 'str', 'void *', 'long', 'long');
  const pathPointer = shape('str', 'void *', 'long');
  const fdNumberPointer = shape('long', 'long', 'void *');
  const fdPointer = shape('long', 'void *', 'long', 'long', 'void *', 'long');
  const numbersPointer = shape('long', 'long', 'long', 'void *', 'long');
  const pointerNumber = shape('void *', 'long');
  const limits = shape('long', 'long', 'void *', 'void *');

  /** Makes the call. errno is per thread, and koffi keeps it as the call left it. */
  function call(raw: Raw, name: SyscallName, path: string, ...args: (number | bigint | string | Uint8Array | null)[]): number {
    for (const [index, argument] of args.entries()) {
      if (typeof argument !== 'string') continue;
      // The kernel would see a shorter string than the one that was checked.
      if (argument.includes('\0')) throw new SyscallError(name, EINVAL, path);
      // koffi would write another character for each byte that is not UTF-8.
      if (!argument.isWellFormed()) args[index] = Buffer.concat([bytesOfText(argument), NUL]);
    }
    for (;;) {
      const result = raw(numbers[name], ...args);
      if (result !== -1) return Number(result);
      const errno = koffi.errno();
      if (errno !== EINTR) throw new SyscallError(name, errno, path);
    }
  }

  function attribute(name: 'lgetxattr' | 'getxattr', path: string, key: string): Uint8Array {
    const length = call(pathNamePointer, name, path, path, key, buffer(), XATTR_BYTES, 0);
    return Uint8Array.from(buffer().subarray(0, length));
  }

  function attributeNames(name: 'llistxattr' | 'listxattr', path: string): string[] {
    const length = call(pathPointer, name, path, path, buffer(), XATTR_BYTES);
    if (length === 0) return [];
    return buffer()
      .toString('utf8', 0, length)
      .split('\0')
      .filter((key) => key !== '');
  }

  let scratch: Buffer | undefined;
  const buffer = (): Buffer => (scratch ??= Buffer.allocUnsafeSlow(XATTR_BYTES));
  const how = new BigUint64Array(3);
  const howBytes = new Uint8Array(how.buffer);
  const times = new BigInt64Array(4);
  const timesBytes = new Uint8Array(times.buffer);

  return {
    openat2(dirfd, path, { flags, mode = 0, resolve = 0 }) {
      how[0] = BigInt(flags | O.CLOEXEC);
      how[1] = BigInt(mode);
      how[2] = BigInt(resolve);
      return call(fdPathPointer, 'openat2', path, dirfd, path, howBytes, howBytes.byteLength);
    },
    mkdirat: (dirfd, path, mode) => void call(fdPath, 'mkdirat', path, dirfd, path, mode, 0, 0),
    mknodat: (dirfd, path, mode, major, minor) => void call(fdPath, 'mknodat', path, dirfd, path, mode, deviceNumber(major, minor), 0),
    symlinkat: (target, dirfd, path) => void call(pathFdPath, 'symlinkat', path, target, dirfd, path),
    linkat: (fromDirfd, from, toDirfd, to, flags) => void call(fdPathFdPath, 'linkat', to, fromDirfd, from, toDirfd, to, flags),
    unlinkat: (dirfd, path, flags) => void call(fdPath, 'unlinkat', path, dirfd, path, flags, 0, 0),
    renameat2: (fromDirfd, from, toDirfd, to, flags) => void call(fdPathFdPath, 'renameat2', to, fromDirfd, from, toDirfd, to, flags),
    readlinkat(dirfd, path) {
      const length = call(fdPathPointer, 'readlinkat', path, dirfd, path, buffer(), LINK_BYTES);
      if (length === LINK_BYTES) throw new SyscallError('readlinkat', ENAMETOOLONG, path);
      return textOfBytes(buffer().subarray(0, length));
    },
    fchownat: (dirfd, path, uid, gid, flags) => void call(fdPath, 'fchownat', path, dirfd, path, uid, gid, flags),
    fchmodat: (dirfd, path, mode) => void call(fdPath, 'fchmodat', path, dirfd, path, mode, 0, 0),
    utimensat(dirfd, path, atime, mtime, flags) {
      setTimespec(times, 0, atime);
      setTimespec(times, 2, mtime);
      call(fdPathPointer, 'utimensat', path, dirfd, path, timesBytes, flags);
    },
    fsetxattr: (fd, name, value) => void call(fdNamePointer, 'fsetxattr', name, fd, name, value, value.byteLength, 0),
    lsetxattr: (path, name, value) => void call(pathNamePointer, 'lsetxattr', path, path, name, value, value.byteLength, 0),
    setxattr: (path, name, value) => void call(pathNamePointer, 'setxattr', path, path, name, value, value.byteLength, 0),
    lgetxattr: (path, name) => attribute('lgetxattr', path, name),
    getxattr: (path, name) => attribute('getxattr', path, name),
    llistxattr: (path) => attributeNames('llistxattr', path),
    listxattr: (path) => attributeNames('listxattr', path),
    removexattr: (path, name) => void call(pathName, 'removexattr', path, path, name),
    fstatfsType(fd) {
      call(fdPointer, 'fstatfs', '', fd, buffer(), 0, 0, null, 0);
      return buffer().readUInt32LE(0);
    },
    mount: (source, target, fstype, flags, data) => void call(mountShape, 'mount', target, source, target, fstype, flags, data),
    umount2: (target, flags) => void call(pathNumber, 'umount2', target, target, flags),
    unshare: (flags) => void call(number, 'unshare', '', flags, 0, 0, 0, 0),
    memfdCreate: (name, flags) => call(pathNumber, 'memfd_create', name, name, flags),
    pipe() {
      call(pointerNumber, 'pipe2', '', buffer(), O.CLOEXEC);
      return { read: buffer().readInt32LE(0), write: buffer().readInt32LE(4) };
    },
    lseek: (fd, offset, whence) => call(number, 'lseek', '', fd, offset, whence, 0, 0),
    fcntl: (fd, command, argument) => call(number, 'fcntl', '', fd, command, argument, 0, 0),
    ioctl: (fd, request, argument) => call(fdNumberPointer, 'ioctl', '', fd, request, argument),
    flock: (fd, operation) => void call(number, 'flock', '', fd, operation, 0, 0, 0),
    pidfdOpen: (pid) => call(number, 'pidfd_open', '', pid, 0, 0, 0, 0),
    pidfdGetfd: (pidfd, fd) => call(number, 'pidfd_getfd', '', pidfd, fd, 0, 0, 0),
    pidfdSendSignal: (pidfd, signal) => void call(number, 'pidfd_send_signal', '', pidfd, signal, 0, 0, 0),
    prctl: (option, argument) => call(number, 'prctl', '', option, argument, 0, 0, 0),
    bpf: (command, attributes) => call(fdPointer, 'bpf', '', command, attributes, attributes.byteLength, 0, null, 0),
    addressOf: (bytes) => koffi.address(bytes),
    getrlimit(resource) {
      call(limits, 'prlimit64', '', 0, resource, null, buffer());
      return { soft: buffer().readBigUInt64LE(0), hard: buffer().readBigUInt64LE(8) };
    },
    socket: (domain, type, protocol) => call(number, 'socket', '', domain, type | SOCK.CLOEXEC, protocol, 0, 0),
    bind: (fd, address) => void call(fdPointer, 'bind', '', fd, address, address.byteLength, 0, null, 0),
    setsockopt: (fd, level, option, value) => void call(numbersPointer, 'setsockopt', '', fd, level, option, new Uint8Array(Int32Array.of(value).buffer), 4),
    send: (fd, bytes, flags) => call(fdPointer, 'sendto', '', fd, bytes, bytes.byteLength, flags, null, 0),
    sendLater: (fd, bytes, flags) =>
      new Promise((resolve, reject) => {
        (fdPointer as unknown as Later).async(numbers.sendto, fd, bytes, bytes.byteLength, flags, null, 0, (error: Error | null, result: Result) => {
          if (error !== null || Number(result) < 0) reject(new EngineError('Internal', 'sendto failed in its thread', { cause: error }));
          else resolve(Number(result));
        });
      }),
    receive: (fd, into, flags) => call(fdPointer, 'recvfrom', '', fd, into, into.byteLength, flags, null, 0),
  };
}

function knownNumbers(): Readonly<Record<SyscallName, number>> {
  if (process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64')) return SYSCALL_NUMBERS[process.arch];
  throw new EngineError('Unsupported', `the system calls of ${process.platform} on ${process.arch} are not known`);
}

/** The kernel's new_encode_dev, the form mknodat(2) takes. */
function deviceNumber(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

function setTimespec(into: BigInt64Array, at: number, nanoseconds: bigint): void {
  const second = 1_000_000_000n;
  // The nanoseconds part is never negative, also before 1970.
  const part = ((nanoseconds % second) + second) % second;
  into[at] = (nanoseconds - part) / second;
  into[at + 1] = part;
}
