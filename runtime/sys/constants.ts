/** Numbers of the kernel's interface, grouped as their man pages group them. Those that differ by architecture are chosen here. */

const arm64 = process.arch === 'arm64';

/** open(2), fcntl.h. */
export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  NOCTTY: 0o400,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  DIRECTORY: arm64 ? 0o40000 : 0o200000,
  NOFOLLOW: arm64 ? 0o100000 : 0o400000,
  NOATIME: 0o1000000,
  CLOEXEC: 0o2000000,
  PATH: 0o10000000,
} as const;

/** openat2(2). */
export const RESOLVE = { NO_XDEV: 0x01, NO_MAGICLINKS: 0x02, NO_SYMLINKS: 0x04, BENEATH: 0x08, IN_ROOT: 0x10, CACHED: 0x20 } as const;

/** The `*at` calls: openat(2), unlinkat(2), linkat(2), fchownat(2). */
export const AT = { FDCWD: -100, SYMLINK_NOFOLLOW: 0x100, REMOVEDIR: 0x200, SYMLINK_FOLLOW: 0x400, EMPTY_PATH: 0x1000 } as const;

/** rename(2). */
export const RENAME = { NOREPLACE: 1, EXCHANGE: 2, WHITEOUT: 4 } as const;

/** inode(7). */
export const S = {
  IFMT: 0o170000,
  IFSOCK: 0o140000,
  IFLNK: 0o120000,
  IFREG: 0o100000,
  IFBLK: 0o060000,
  IFDIR: 0o040000,
  IFCHR: 0o020000,
  IFIFO: 0o010000,
  ISUID: 0o4000,
  ISGID: 0o2000,
  ISVTX: 0o1000,
} as const;

/** mount(2). */
export const MS = {
  RDONLY: 1,
  NOSUID: 2,
  NODEV: 4,
  NOEXEC: 8,
  SYNCHRONOUS: 16,
  REMOUNT: 32,
  DIRSYNC: 128,
  NOSYMFOLLOW: 256,
  NOATIME: 1024,
  NODIRATIME: 2048,
  BIND: 4096,
  MOVE: 8192,
  REC: 16384,
  SILENT: 32768,
  UNBINDABLE: 1 << 17,
  PRIVATE: 1 << 18,
  SLAVE: 1 << 19,
  SHARED: 1 << 20,
  RELATIME: 1 << 21,
  STRICTATIME: 1 << 24,
  LAZYTIME: 1 << 25,
} as const;

/** umount(2). */
export const MNT = { FORCE: 1, DETACH: 2, EXPIRE: 4 } as const;

/** clone(2), unshare(2), namespaces(7). */
export const CLONE = {
  NEWTIME: 0x80,
  NEWNS: 0x20000,
  NEWCGROUP: 0x2000000,
  NEWUTS: 0x4000000,
  NEWIPC: 0x8000000,
  NEWUSER: 0x10000000,
  NEWPID: 0x20000000,
  NEWNET: 0x40000000,
} as const;

/** prctl(2). */
export const PR = { SET_PDEATHSIG: 1, SET_DUMPABLE: 4, CAPBSET_READ: 23, SET_CHILD_SUBREAPER: 36, SET_NO_NEW_PRIVS: 38 } as const;

/** fcntl(2). */
export const F = { GETFD: 1, SETFD: 2, GETFL: 3, SETFL: 4, SETPIPE_SZ: 1031, ADD_SEALS: 1033, GET_SEALS: 1034 } as const;

/** lseek(2): the next data or hole. */
export const SEEK = { DATA: 3, HOLE: 4 } as const;

/** F_ADD_SEALS of fcntl(2). */
export const F_SEAL = { SEAL: 1, SHRINK: 2, GROW: 4, WRITE: 8, FUTURE_WRITE: 16 } as const;

/** memfd_create(2). */
export const MFD = { CLOEXEC: 1, ALLOW_SEALING: 2, NOEXEC_SEAL: 8, EXEC: 16 } as const;

/** flock(2). */
export const LOCK = { SH: 1, EX: 2, NB: 4, UN: 8 } as const;

/** ioctl_iflags(2). */
export const FS_IOC = { GETFLAGS: 0x80086601, SETFLAGS: 0x40086602 } as const;
export const FS_TOPDIR_FL = 0x20000;

/** Magic numbers of file systems: statfs(2), linux/magic.h. */
export const FS_MAGIC = {
  PROC: 0x9fa0,
  SYSFS: 0x62656572,
  TMPFS: 0x01021994,
  OVERLAY: 0x794c7630,
  EXT4: 0xef53,
  XFS: 0x58465342,
  BTRFS: 0x9123683e,
  CGROUP: 0x27e0eb,
  CGROUP2: 0x63677270,
  NSFS: 0x6e736673,
  DEVPTS: 0x1cd1,
  MQUEUE: 0x19800202,
  DEBUGFS: 0x64626720,
  TRACEFS: 0x74726163,
  SECURITYFS: 0x73636673,
  BPF: 0xcafe4a11,
  PSTORE: 0x6165676c,
  CONFIGFS: 0x62656570,
  BINFMT: 0x42494e4d,
  EFIVARFS: 0xde5e81e4,
} as const;

/** bpf(2). */
export const BPF = { PROG_LOAD: 5, PROG_ATTACH: 8, PROG_DETACH: 9, PROG_TYPE_CGROUP_DEVICE: 15, CGROUP_DEVICE: 6, F_ALLOW_MULTI: 2 } as const;

/** socket(2), unix(7), netlink(7). */
export const AF_UNIX = 1;
export const AF_NETLINK = 16;
/** socket(7). */
export const SOL_SOCKET = 1;
export const SO = { SNDBUFFORCE: 32 } as const;
export const MSG_DONTWAIT = 0x40;
export const SOCK = { DGRAM: 2, RAW: 3, CLOEXEC: 0o2000000, NONBLOCK: 0o4000 } as const;

/** Numbers for syscall(2), by Node's name of the architecture. */
export const SYSCALL_NUMBERS = {
  x64: {
    lseek: 8,
    ioctl: 16,
    socket: 41,
    sendto: 44,
    recvfrom: 45,
    bind: 49,
    setsockopt: 54,
    fcntl: 72,
    flock: 73,
    fstatfs: 138,
    prctl: 157,
    mount: 165,
    umount2: 166,
    setxattr: 188,
    lsetxattr: 189,
    fsetxattr: 190,
    getxattr: 191,
    lgetxattr: 192,
    listxattr: 194,
    removexattr: 197,
    llistxattr: 195,
    mkdirat: 258,
    mknodat: 259,
    fchownat: 260,
    unlinkat: 263,
    linkat: 265,
    symlinkat: 266,
    readlinkat: 267,
    fchmodat: 268,
    unshare: 272,
    utimensat: 280,
    prlimit64: 302,
    pipe2: 293,
    renameat2: 316,
    memfd_create: 319,
    bpf: 321,
    pidfd_send_signal: 424,
    pidfd_open: 434,
    pidfd_getfd: 438,
    openat2: 437,
  },
  arm64: {
    lseek: 62,
    ioctl: 29,
    socket: 198,
    sendto: 206,
    recvfrom: 207,
    bind: 200,
    setsockopt: 208,
    fcntl: 25,
    flock: 32,
    fstatfs: 44,
    prctl: 167,
    mount: 40,
    umount2: 39,
    setxattr: 5,
    lsetxattr: 6,
    fsetxattr: 7,
    getxattr: 8,
    lgetxattr: 9,
    listxattr: 11,
    removexattr: 14,
    llistxattr: 12,
    mkdirat: 34,
    mknodat: 33,
    fchownat: 54,
    unlinkat: 35,
    linkat: 37,
    symlinkat: 36,
    readlinkat: 78,
    fchmodat: 53,
    utimensat: 88,
    unshare: 97,
    prlimit64: 261,
    pipe2: 59,
    renameat2: 276,
    memfd_create: 279,
    bpf: 280,
    pidfd_send_signal: 424,
    pidfd_open: 434,
    pidfd_getfd: 438,
    openat2: 437,
  },
} as const;
export type SyscallName = keyof typeof SYSCALL_NUMBERS.x64;
