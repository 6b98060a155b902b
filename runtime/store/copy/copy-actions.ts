import { closeSync, constants, fchmodSync, fchownSync, lstatSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { posix } from 'node:path';
import { bytesOfText } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import { parseFileMode } from '../../formats/dockerfile/file-mode.ts';
import { hasWildcards } from '../../formats/dockerfile/glob.ts';
import { AT, O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import type { ArchiveLimits } from '../trees/archive-limits.ts';
import { baseOf, evaluate, openInRoot } from '../trees/in-root.ts';
import type { TreeNode } from '../trees/tree-node.ts';
import { addArchive } from './add-archive.ts';
import { exclusionOf } from './exclusion.ts';
import { type FoundSource, findSources, type SourceFiles } from './find-sources.ts';
import { entryAt, makeDirectories, type Owner } from './made-directories.ts';
import { type Place, TreeCopier } from './tree-copier.ts';

export interface CopySource extends Omit<SourceFiles, 'parents'> {
  /** Archives are unpacked instead of copied. */
  readonly unpack: boolean;
  /** A pattern may match nothing. */
  readonly allowEmpty: boolean;
  /** Whom the files are given to where the action says nothing; undefined: whom they belong to. */
  readonly owner: Owner | undefined;
}

export interface InlineSource {
  readonly inline: string;
  readonly name: string;
}

export type CopyAction =
  | {
      readonly kind: 'copy';
      readonly sources: readonly (CopySource | InlineSource)[];
      readonly destination: string;
      readonly owner: Owner | undefined;
      /** As `--chmod` has it. */
      readonly chmod: string | undefined;
      readonly parents: boolean;
      readonly exclude: readonly string[];
      /** It goes above a tree that is not seen here: directories on the way are as they usually are, whatever `chmod` says. */
      readonly isLinked?: boolean;
    }
  | { readonly kind: 'mkdir'; readonly path: string; readonly owner: Owner | undefined };

export interface CopyTarget {
  /** The tree that is written to; nobody else does. */
  readonly root: number;
  /** Of what is made without an original, nanoseconds since the epoch; undefined: now. */
  readonly time: bigint | undefined;
  readonly umask: number;
  /** Of each archive that is unpacked. */
  readonly limits: ArchiveLimits;
  readonly check: () => void;
}

type Copy = CopyAction & { readonly kind: 'copy' };

/**
 * Carries `actions` out in order, blocking the thread. Throws NotFound for a source that is missing and InvalidArgument where files and
 * directories are in each other's way; what was made by then stays.
 */
export async function runCopyActions(sys: Syscalls, target: CopyTarget, actions: readonly CopyAction[]): Promise<void> {
  const made: string[] = [];
  const onMade = (path: string): void => void made.push(path);
  for (const action of actions) {
    if (action.kind === 'mkdir') closeSync(makeDirectories(target.root, evaluate(sys, target.root, action.path), action.owner, onMade));
    else await new CopyRun(sys, target, action, onMade).run();
  }
  setTimes(sys, target, made);
}

/** Last of all: what is made in a directory changes its time. */
function setTimes(sys: Syscalls, { root, time }: CopyTarget, paths: readonly string[]): void {
  if (time === undefined) return;
  for (const path of paths) {
    const fd = openInRoot(sys, root, path, O.RDONLY | O.DIRECTORY | O.NOFOLLOW);
    try {
      sys.utimensat(fd, '', time, time, AT.EMPTY_PATH);
    } finally {
      closeSync(fd);
    }
  }
}

class CopyRun {
  readonly #sys: Syscalls;
  readonly #target: CopyTarget;
  readonly #action: Copy;
  readonly #onMade: (path: string) => void;
  #source: CopySource | InlineSource | undefined;
  /** Whose file is the destination itself. */
  #written: CopySource | InlineSource | undefined;

  constructor(sys: Syscalls, target: CopyTarget, action: Copy, onMade: (path: string) => void) {
    this.#sys = sys;
    this.#target = target;
    this.#action = action;
    this.#onMade = onMade;
  }

  async run(): Promise<void> {
    for (const source of this.#action.sources) {
      this.#target.check();
      this.#source = source;
      if ('inline' in source) this.#write(source);
      else await this.#copyFound(source);
    }
  }

  async #copyFound(source: CopySource): Promise<void> {
    const { parents, exclude, chmod, owner } = this.#action;
    const exclusion = exclusionOf(exclude);
    const copier = new TreeCopier(this.#sys, this.#target.root, {
      owner: owner ?? source.owner,
      mode: chmod === undefined ? undefined : parseFileMode(chmod),
      exclusion,
      check: this.#target.check,
    });
    let isFound = false;
    for (const found of findSources(this.#sys, { ...source, parents })) {
      isFound = true;
      const { node, path } = found;
      if (!node.isDirectory && exclusion?.excludes(baseOf(`/${path}`)) === true) continue;
      if (source.unpack && node.format === S.IFREG && (await this.#unpack(node))) continue;
      if (parents) this.#copyWithParents(source, found, copier);
      else this.#copy(found, copier);
    }
    if (!isFound && !(source.allowEmpty && hasWildcards(source.path))) throw notFound(source.path);
  }

  #copy({ node, path }: FoundSource, copier: TreeCopier): void {
    if (!node.isDirectory) {
      using place = this.#placeFor(baseOf(`/${path}`));
      copier.copy(node, place.directory, place.name);
      return;
    }
    // The destination is never as the directory it gets its files from.
    using directory = this.#directory(evaluate(this.#sys, this.#target.root, this.#action.destination));
    copier.copyInside(node, directory);
  }

  /** Parents that are missing are made as the source has them. */
  #copyWithParents({ root }: CopySource, { node, path, kept }: FoundSource, copier: TreeCopier): void {
    using opened = new DisposableStack();
    let place: Place = opened.use(this.#directory(evaluate(this.#sys, this.#target.root, this.#action.destination)));
    const all = path.split('/').filter((component) => component !== '');
    for (const [index, component] of kept.slice(0, -1).entries()) {
      const parentPath = all.slice(0, all.length - kept.length + index + 1).join('/');
      for (const parent of findSources(this.#sys, { root, path: escaped(parentPath), parents: false })) {
        const inner = copier.enter(parent.node, place, bytesOfText(component));
        opened.defer(() => closeSync(inner.fd));
        place = inner;
      }
    }
    const name = kept.at(-1);
    if (name !== undefined) copier.copy(node, place, bytesOfText(name));
    else copier.copyInside(node, place);
  }

  #unpack(node: TreeNode): Promise<boolean> {
    const { destination, owner } = this.#action;
    const { root, umask, limits, check } = this.#target;
    return addArchive(this.#sys, node, { umask, limits, check, owner }, () => {
      const path = evaluate(this.#sys, root, destination);
      return { directory: makeDirectories(root, path, owner, this.#onMade), root, path };
    });
  }

  #write({ inline, name }: InlineSource): void {
    using place = this.#placeFor(name);
    const { directory } = place;
    const path = entryAt(directory.fd, place.name);
    const existing = lstatSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory() === true) throw new EngineError('InvalidArgument', `cannot replace to directory ${directory.path}/${name} with file`);
    if (existing !== undefined) unlinkSync(path);
    const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      const bytes = Buffer.from(inline);
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      const { owner, chmod } = this.#action;
      fchownSync(fd, owner?.uid ?? 0, owner?.gid ?? 0);
      fchmodSync(fd, chmod === undefined ? 0o644 : parseFileMode(chmod)(0o644, false));
      const { time } = this.#target;
      if (time !== undefined) this.#sys.utimensat(fd, '', time, time, AT.EMPTY_PATH);
    } finally {
      closeSync(fd);
    }
  }

  /** Where one file goes: below the destination when that is a directory or says by its slash that it is one, else it is the destination. */
  #placeFor(name: string): Disposable & { readonly directory: Place; readonly name: Buffer } {
    const { destination } = this.#action;
    const target = evaluate(this.#sys, this.#target.root, destination);
    const isDirectory = /\/\.?$/.test(destination) || this.#isDirectory(target);
    if (!isDirectory) this.#written ??= this.#source;
    if (!isDirectory && this.#written !== this.#source) {
      throw new EngineError(
        'InvalidArgument',
        'When using COPY or ADD with more than one source file, the destination must be a directory and end with a / (or be one already)',
      );
    }
    const directory = this.#directory(isDirectory ? target : posix.dirname(target));
    return { directory, name: bytesOfText(isDirectory ? name : posix.basename(target)), [Symbol.dispose]: () => directory[Symbol.dispose]() };
  }

  #isDirectory(path: string): boolean {
    try {
      return lstatSync(entryAt(this.#target.root, bytesOfText(path.slice(1) || '.')), { throwIfNoEntry: false })?.isDirectory() === true;
    } catch (error) {
      if (hasCode(error, 'ENOTDIR', 'ELOOP')) return false;
      throw error;
    }
  }

  #directory(path: string): Place & Disposable {
    const fd = makeDirectories(
      this.#target.root,
      path,
      this.#action.owner,
      this.#onMade,
      this.#action.isLinked === true ? 0o755 : directoryMode(this.#action.chmod),
    );
    return { fd, path, [Symbol.dispose]: () => closeSync(fd) };
  }
}

/** Directories on the way to what `--chmod=700` is for are as private as it; letters and special bits are for files. */
function directoryMode(chmod: string | undefined): number {
  return chmod !== undefined && /^[0-7]+$/.test(chmod) ? Number.parseInt(chmod, 8) & 0o755 : 0o755;
}

function escaped(path: string): string {
  return path.replace(/[\\*?[]/g, '\\$&');
}

/** As BuildKit says it, behind what names the tree. */
function notFound(path: string): EngineError {
  return new EngineError('NotFound', `${JSON.stringify(posix.join('/', path))}: not found`);
}
