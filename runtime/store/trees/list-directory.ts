import { type BigIntStats, readFileSync } from 'node:fs';
import { bytesOfText, shownName, shownPath, textOfBytes } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import { O, S } from '../../sys/constants.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { type ChangeKind, type Mark, marksIn, type UpperDirectories } from './changes.ts';
import { baseOf, evaluate, openInRoot, pinInRoot } from './in-root.ts';
import { explained } from './path-stat.ts';
import { TreeNode } from './tree-node.ts';

/** One name of a directory. */
export interface DirectoryEntry {
  /** As `shownName` shows it. */
  readonly name: string;
  readonly isEscaped: boolean;
  /** st_mode of inode(7). */
  readonly mode: number;
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds since the epoch. */
  readonly mtime: bigint;
  /** What a link says; empty for anything else. */
  readonly linkTarget: string;
  /** Null: as in the image, or not of one. */
  readonly change: ChangeKind | null;
  /** Something is mounted there. */
  readonly isMount: boolean;
}

export interface DirectoryPage {
  /** Where the directory is once links are followed. */
  readonly path: string;
  /** It is on another mount than the root. */
  readonly isMounted: boolean;
  readonly entries: readonly DirectoryEntry[];
  /** Names that match, of the whole directory. */
  readonly total: number;
}

export interface ListOptions {
  readonly offset: number;
  readonly limit: number;
  readonly sort?: 'name' | 'size' | 'modified' | undefined;
  readonly isDescending?: boolean | undefined;
  /** Text that names have, whatever their case; absent: all. */
  readonly match?: string | undefined;
  /** Marks what differs from the layers below, and adds what was deleted of them. */
  readonly against?: UpperDirectories | undefined;
}

/** Names whose facts are looked up to sort by them. */
const MAX_SORTED = 100_000;

interface Candidate {
  readonly name: Buffer;
  /** Of a name that is there no more. */
  readonly gone?: Mark;
}

/** A page of a directory beneath `root`. Throws NotFound, InvalidArgument for what is no directory, TooLarge for what is too much to sort. */
export function listInRoot(sys: Syscalls, root: number, path: string, options: ListOptions): DirectoryPage {
  using directory = TreeNode.of(
    sys,
    explained(path, () => openInRoot(sys, root, path, O.PATH | O.DIRECTORY)),
  );
  const resolved = evaluate(sys, root, path);
  const mount = mountOf(directory.fd);
  const isMounted = mount !== mountOf(root);
  const marks = options.against === undefined || isMounted ? new Map<string, Mark>() : marksIn(sys, options.against, resolved);
  const found = sorted(directory, candidates(directory, marks, options.match ?? ''), options);
  const entries: DirectoryEntry[] = [];
  for (const { name, gone } of found.slice(options.offset, options.offset + options.limit)) {
    if (gone?.lower !== undefined) {
      entries.push(entryOf(name, gone.lower, { linkTarget: '', change: 'deleted', isMount: false }));
      continue;
    }
    using node = directory.child(name);
    if (node === undefined) continue;
    entries.push(factsOf(name, node, mount, marks.get(name.toString('latin1'))?.kind ?? null));
  }
  return { path: shownPath(resolved), isMounted, entries, total: found.length };
}

/** What `path` names, through a last link with `follow`, and where that is. Throws NotFound. */
export function lookInRoot(sys: Syscalls, root: number, path: string, follow: boolean): { readonly path: string; readonly entry: DirectoryEntry } {
  using node = TreeNode.of(
    sys,
    explained(path, () => (follow ? openInRoot(sys, root, path, O.PATH) : pinInRoot(sys, root, path))),
  );
  const resolved = follow ? evaluate(sys, root, path) : path;
  return { path: shownPath(resolved), entry: factsOf(bytesOfText(baseOf(resolved)), node, mountOf(root), null) };
}

/** What tells one state of a file from another. */
export const versionOf = ({ mtime, size }: Pick<DirectoryEntry, 'mtime' | 'size'>): string => `${mtime}-${size}`;

/** The mount that an open file was reached by (proc_pid_fdinfo(5)). */
export function mountOf(fd: number): string {
  return /^mnt_id:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? '';
}

function candidates(directory: TreeNode, marks: ReadonlyMap<string, Mark>, match: string): Candidate[] {
  const found: Candidate[] = directory.names().map((name) => ({ name }));
  for (const [name, mark] of marks) if (mark.kind === 'deleted') found.push({ name: Buffer.from(name, 'latin1'), gone: mark });
  if (match === '') return found;
  const wanted = match.toLowerCase();
  return found.filter(({ name }) => shownName(textOfBytes(name)).name.toLowerCase().includes(wanted));
}

function sorted(directory: TreeNode, found: Candidate[], { sort = 'name', isDescending = false }: ListOptions): Candidate[] {
  const turn = isDescending ? -1 : 1;
  const byName = (left: Candidate, right: Candidate): number => left.name.compare(right.name);
  if (sort === 'name') return found.sort((left, right) => turn * byName(left, right));
  if (found.length > MAX_SORTED) throw new EngineError('TooLarge', `sort: more than ${MAX_SORTED} names are sorted by name only`);
  const keys = new Map(found.map((one) => [one, keyOf(directory, one, sort)]));
  return found.sort((left, right) => {
    const [before = 0n, after = 0n] = [keys.get(left), keys.get(right)];
    return before === after ? byName(left, right) : before < after ? -turn : turn;
  });
}

function keyOf(directory: TreeNode, { name, gone }: Candidate, sort: 'size' | 'modified'): bigint {
  using node = gone === undefined ? directory.child(name) : undefined;
  const stats = gone?.lower ?? node?.stats;
  return (sort === 'size' ? stats?.size : stats?.mtimeNs) ?? 0n;
}

function factsOf(name: Buffer, node: TreeNode, mount: string, change: ChangeKind | null): DirectoryEntry {
  const linkTarget = node.format === S.IFLNK ? shownName(textOfBytes(node.target() ?? Buffer.alloc(0))).name : '';
  return entryOf(name, node.stats, { linkTarget, change, isMount: mountOf(node.fd) !== mount });
}

function entryOf(
  name: Buffer,
  { mode, size, uid, gid, mtimeNs }: BigIntStats,
  more: Pick<DirectoryEntry, 'linkTarget' | 'change' | 'isMount'>,
): DirectoryEntry {
  return { ...shownName(textOfBytes(name)), mode: Number(mode), size: Number(size), uid: Number(uid), gid: Number(gid), mtime: mtimeNs, ...more };
}
