/** `struct open_how` of openat2(2). */
export interface OpenHow {
  /** O_* flags; O_CLOEXEC is always added. */
  readonly flags: number;
  readonly mode?: number;
  /** RESOLVE_* flags of openat2(2). */
  readonly resolve?: number;
}

/**
 * The engine's only door to the kernel beyond what node:fs offers. Every method is one system call, throws
 * SyscallError { call, errno, code, path } on failure and never retries except for EINTR.
 * Paths are relative to `dirfd` unless absolute; AT_FDCWD is allowed where the man page allows it; a NUL byte is EINVAL.
 * Modes are subject to the process's umask, as in the kernel. Usable in worker threads, each with its own instance.
 */
export interface Syscalls {
  openat2(dirfd: number, path: string, how: OpenHow): number;
  mkdirat(dirfd: number, path: string, mode: number): void;
  mknodat(dirfd: number, path: string, mode: number, major: number, minor: number): void;
  symlinkat(target: string, dirfd: number, path: string): void;
  linkat(fromDirfd: number, from: string, toDirfd: number, to: string, flags: number): void;
  unlinkat(dirfd: number, path: string, flags: number): void;
  renameat2(fromDirfd: number, from: string, toDirfd: number, to: string, flags: number): void;
  readlinkat(dirfd: number, path: string): string;
  fchownat(dirfd: number, path: string, uid: number, gid: number, flags: number): void;
  fchmodat(dirfd: number, path: string, mode: number): void;
  /** Times in nanoseconds since the epoch. */
  utimensat(dirfd: number, path: string, atime: bigint, mtime: bigint, flags: number): void;
  fsetxattr(fd: number, name: string, value: Uint8Array): void;
  /** Of a path without following a final symlink. */
  lsetxattr(path: string, name: string, value: Uint8Array): void;
  lgetxattr(path: string, name: string): Uint8Array;
  llistxattr(path: string): string[];
  /** Of what the path leads to: `/proc/self/fd/<n>` names an open file, also one opened with O_PATH. */
  setxattr(path: string, name: string, value: Uint8Array): void;
  getxattr(path: string, name: string): Uint8Array;
  listxattr(path: string): string[];
  removexattr(path: string, name: string): void;
  /** The file system's magic number. */
  fstatfsType(fd: number): number;
  mount(source: string, target: string, fstype: string, flags: number, data: string): void;
  umount2(target: string, flags: number): void;
  /** Of the calling thread alone. */
  unshare(flags: number): void;
  memfdCreate(name: string, flags: number): number;
  /** The end to read from and the end to write to; both block, O_CLOEXEC is set. */
  pipe(): { readonly read: number; readonly write: number };
  /** The new offset. */
  lseek(fd: number, offset: number, whence: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  /** With a pointer to `argument`, which the kernel reads or fills. */
  ioctl(fd: number, request: number, argument: Uint8Array): number;
  flock(fd: number, operation: number): void;
  pidfdOpen(pid: number): number;
  /** A copy of another process's descriptor; needs CAP_SYS_PTRACE over it (pidfd_getfd(2)). */
  pidfdGetfd(pidfd: number, fd: number): number;
  pidfdSendSignal(pidfd: number, signal: number): void;
  prctl(option: number, argument: number): number;
  /** bpf(2) with a raw attribute block; returns the fd or result. Pointers inside the block come from `addressOf`. */
  bpf(command: number, attributes: Uint8Array): number;
  /** Where `bytes` lie in memory, valid as long as the caller keeps a reference to them. */
  addressOf(bytes: Uint8Array): bigint;
  getrlimit(resource: number): { soft: bigint; hard: bigint };
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array): void;
  /** An option whose value is an int. */
  setsockopt(fd: number, level: number, option: number, value: number): void;
  send(fd: number, bytes: Uint8Array, flags: number): number;
  /** As send, in another thread, for what the kernel takes its time with. Rejects without the reason. */
  sendLater(fd: number, bytes: Uint8Array, flags: number): Promise<number>;
  /** Fills `into` with one message; returns its whole length, which may exceed `into` with MSG_TRUNC. */
  receive(fd: number, into: Uint8Array, flags: number): number;
}
