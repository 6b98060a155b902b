/**
 * What the launcher can be told to do, one operation a step, carried out in order in the container's child.
 * The engine decides everything; the launcher only obeys and reports the first step that failed.
 * Unless said otherwise `path`/`target` are absolute inside the container's root and are resolved by the
 * launcher with openat2(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS) beneath the held root fd.
 */
export type Op =
  /** `optional`: lowering it without CAP_SYS_RESOURCE (EACCES) is ignored. */
  | { readonly op: 'oom-score-adj'; readonly value: number; readonly optional?: boolean }
  /** Raw rtnetlink requests sent in the container's network namespace, each must be acknowledged. */
  | { readonly op: 'netlink'; readonly messages: readonly Uint8Array[] }
  /**
   * MS_REC|MS_SLAVE on `/` of the private mount namespace. Must precede every mount. `shared`: the sources of the binds with MS_SHARED
   * that follow, in their order, opened before that so that mounts go both ways; at most 64.
   */
  | { readonly op: 'slave-root'; readonly shared?: readonly { readonly source: string; readonly recursive: boolean }[] }
  /** Mounts the container's root, or something at `target` beneath it; host paths; layers top first. `upper`/`work` absent: read-only. */
  | {
      readonly op: 'overlay';
      readonly lower: readonly string[];
      readonly upper?: string;
      readonly work?: string;
      readonly target?: string;
      readonly volatile?: boolean;
    }
  /** Uses a host directory as the container's root instead of an overlay (bind, recursive). */
  | { readonly op: 'bind-root'; readonly source: string }
  /** A fresh file system. `realDirectory`: fail when the target is a symlink or not a directory (proc, sysfs). */
  | {
      readonly op: 'mount';
      readonly fstype: string;
      readonly source: string;
      readonly target: string;
      readonly flags: number;
      readonly data: string;
      readonly realDirectory?: boolean;
      /** tmpfs: with the mode of the directory it covers, unless `data` says another; a directory made for it has none to give. */
      readonly inheritMode?: boolean;
      /** Mode of the mount point when it has to be made. */
      readonly create?: number;
    }
  /** Bind mount of a host path. The target is made as a directory or an empty file to match the source. */
  | {
      readonly op: 'bind';
      readonly source: string;
      /** A path below the source that is bound instead; it fails where it or a link on its way leads out of the source. */
      readonly beneath?: string;
      readonly target: string;
      readonly recursive: boolean;
      /** `top`: not the mounts below it. */
      readonly readonly: false | 'all' | 'top';
      /** MS_PRIVATE, MS_SLAVE or MS_SHARED, with MS_REC or without; 0 leaves it. */
      readonly propagation: number;
    }
  /** A read-only file in memory alone at `target`, which is made as an empty file. Never named in a failure. */
  | { readonly op: 'content'; readonly target: string; readonly content: Uint8Array; readonly mode: number; readonly uid: number; readonly gid: number }
  /** Mounts what another container (`/proc/<pid>/ns/mnt`) has at `path`, by itself and resolved in its root, at the same place. */
  | { readonly op: 'share'; readonly namespace: string; readonly path: string }
  /** Makes a device node and verifies its type and number by fd. */
  | {
      readonly op: 'device';
      readonly path: string;
      readonly type: 'c' | 'b';
      readonly major: number;
      readonly minor: number;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | { readonly op: 'symlink'; readonly target: string; readonly path: string }
  | { readonly op: 'mkdir'; readonly path: string; readonly mode: number; readonly uid: number; readonly gid: number }
  /** pivot_root(".", "."), then detaches the old root. */
  | { readonly op: 'pivot-root' }
  /** Remounts a path read-only on itself; absent paths are skipped. */
  | { readonly op: 'readonly-path'; readonly path: string }
  /** Hides a path: files by /dev/null verified as char 1:3, directories by an empty read-only tmpfs; absent paths are skipped. */
  | { readonly op: 'mask'; readonly path: string }
  | { readonly op: 'readonly-root' }
  /** Writes through a private procfs verified by PROC_SUPER_MAGIC. `key` in slash form, e.g. `net/ipv4/ip_forward`. */
  | { readonly op: 'sysctl'; readonly key: string; readonly value: string }
  | { readonly op: 'hostname'; readonly name: string }
  | { readonly op: 'domainname'; readonly name: string }
  /** With a tty: opens the pty of the container's own devpts, hands the master to the monitor, makes it stdio and /dev/console. */
  | { readonly op: 'console' }
  | { readonly op: 'umask'; readonly mask: number }
  /** `RLIMIT_*` number. `optional`: EPERM on raising is ignored. */
  | { readonly op: 'rlimit'; readonly resource: number; readonly soft: bigint; readonly hard: bigint; readonly optional?: boolean }
  /** `struct sock_filter` array. */
  | { readonly op: 'seccomp'; readonly filter: Uint8Array; readonly flags: number }
  /** Drops the bounding set now and keeps capabilities over the change of user. Bit masks. Must precede `user`. */
  | { readonly op: 'bounding'; readonly keep: bigint }
  | { readonly op: 'user'; readonly uid: number; readonly gid: number; readonly groups: readonly number[] }
  | { readonly op: 'capabilities'; readonly permitted: bigint; readonly effective: bigint; readonly inheritable: bigint; readonly ambient: bigint }
  | { readonly op: 'no-new-privs' }
  /** chdir, then getcwd must start with `/` and the directory lie in the root. `create`: mkdir -p first (as root). */
  | { readonly op: 'cwd'; readonly path: string; readonly create?: { readonly uid: number; readonly gid: number } }
  /** Containers in a pid namespace of their own: the program gets a parent that hands signals on, reaps and ends with its code. */
  | { readonly op: 'init' }
  /** close_range(3), then execve of the first candidate that exists. Last operation of a plan. */
  | { readonly op: 'exec'; readonly candidates: readonly string[]; readonly argv: readonly string[]; readonly env: readonly string[] };

export type OpName = Op['op'];
