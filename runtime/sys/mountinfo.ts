/** One line of /proc/<pid>/mountinfo, proc_pid_mountinfo(5). */
export interface Mount {
  readonly id: number;
  readonly parentId: number;
  readonly major: number;
  readonly minor: number;
  /** What of the file system is mounted, a path inside it. */
  readonly root: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
  /** `shared:N`, `master:N`, `propagate_from:N`, `unbindable`. */
  readonly propagation: readonly string[];
  readonly fstype: string;
  readonly source: string;
  readonly superOptions: readonly string[];
}

/** Lines that have not the documented form are left out: newer kernels may add kinds, and a mount's name is an outsider's text. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): Mount | undefined {
  const [before, after, ...rest] = line.split(' - ');
  if (before === undefined || after === undefined) return undefined;
  const [id, parentId, device, root, mountPoint, options, ...propagation] = before.split(' ');
  // A source may hold ` - ` itself; its spaces are escaped, so this cannot be one, but the rest is kept whole all the same.
  const [fstype, source, superOptions] = [after, ...rest].join(' - ').split(' ');
  const [major, minor] = (device ?? '').split(':').map(Number);
  if (root === undefined || mountPoint === undefined || options === undefined || fstype === undefined || source === undefined) return undefined;
  if (major === undefined || minor === undefined || !Number.isInteger(major) || !Number.isInteger(minor)) return undefined;
  return {
    id: Number(id),
    parentId: Number(parentId),
    major,
    minor,
    root: unescapeOctal(root),
    mountPoint: unescapeOctal(mountPoint),
    options: options.split(','),
    propagation,
    fstype,
    source: unescapeOctal(source),
    superOptions: (superOptions ?? '').split(','),
  };
}

/** Space, tab, newline and backslash arrive as `\040` and the like. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
