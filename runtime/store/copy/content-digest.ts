import { createHash, type Hash, hash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { bytesOfText, textOfBytes } from '../../base/byte-text.ts';
import type { Digest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import type { Dockerignore } from '../../formats/dockerfile/dockerignore.ts';
import { S } from '../../sys/constants.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { baseOf } from '../trees/in-root.ts';
import { MAX_DEPTH } from '../trees/limits.ts';
import type { TreeNode } from '../trees/tree-node.ts';
import { copiedXattrs } from './copied-xattrs.ts';
import { exclusionOf } from './exclusion.ts';
import { findSources, type SourceFiles } from './find-sources.ts';

export interface DigestedFiles extends SourceFiles {
  readonly exclude: readonly string[];
  /** Owners do not count: the copy will belong to root. */
  readonly ownerless: boolean;
}

const CHUNK = 256 * 1024;
const buffer = Buffer.allocUnsafeSlow(CHUNK);

/**
 * Names content, not places or times: the same for trees whose files have the same names, types, modes, owners, sizes, link targets,
 * attributes and bytes, as BuildKit's checksums of files. Undefined when nothing is found,
 * excluded or not.
 */
export function digestOfFiles(sys: Syscalls, files: DigestedFiles, check: () => void): Digest | undefined {
  const digest = new ContentDigest(sys, files, check);
  let isEmpty = true;
  for (const { node, path, kept } of findSources(sys, files)) {
    isEmpty = false;
    const name = baseOf(`/${path}`);
    if (digest.exclusion?.excludes(name) === true && !node.isDirectory) continue;
    digest.add(node, files.parents ? kept.join('/') : node.isDirectory ? '' : name);
  }
  return isEmpty ? undefined : digest.end();
}

class ContentDigest {
  readonly #sys: Syscalls;
  readonly #hash: Hash = createHash('sha256');
  readonly #ownerless: boolean;
  readonly #check: () => void;
  readonly exclusion: Dockerignore | undefined;

  constructor(sys: Syscalls, { exclude, ownerless }: DigestedFiles, check: () => void) {
    this.#sys = sys;
    this.exclusion = exclusionOf(exclude);
    this.#ownerless = ownerless;
    this.#check = check;
  }

  /** Adds `node`, which will be called `name`, with all that is in it. */
  add(node: TreeNode, name: string): void {
    this.#add(node, bytesOfText(name), '', 0);
  }

  end(): Digest {
    return `sha256:${this.#hash.digest('hex')}`;
  }

  #add(node: TreeNode, name: Buffer, relative: string, depth: number): void {
    this.#check();
    if (depth > MAX_DEPTH) throw new EngineError('TooLarge', `directories are nested more than ${MAX_DEPTH} deep`);
    this.#record(node, name);
    if (!node.isDirectory) return;
    for (const childName of node.names()) {
      const path = relative === '' ? textOfBytes(childName) : `${relative}/${textOfBytes(childName)}`;
      const isExcluded = this.exclusion?.excludes(path) === true;
      if (isExcluded && this.exclusion?.mayKeepBelow(path) !== true) continue;
      using child = node.child(childName);
      if (child === undefined || (isExcluded && !child.isDirectory)) continue;
      this.#add(child, childName, path, depth + 1);
    }
    this.#hash.update('\0end of directory');
  }

  #record(node: TreeNode, name: Buffer): void {
    const { stats, format } = node;
    const isLink = format === S.IFLNK;
    const header: (string | number | bigint)[] = [name.length, isLink ? format : stats.mode, this.#ownerless ? 0 : stats.uid, this.#ownerless ? 0 : stats.gid];
    let rest: Buffer | string = '';
    if (format === S.IFREG) {
      header.push(stats.size);
      rest = this.#content(node);
    } else if (isLink) rest = node.target() ?? '';
    else if (format === S.IFCHR || format === S.IFBLK) header.push(stats.rdev);
    for (const [key, value] of isLink ? [] : copiedXattrs(this.#sys, node)) header.push(key, Buffer.from(value).toString('base64'));
    this.#hash.update(`${header.join(' ')} ${rest.length}\0`);
    this.#hash.update(name);
    this.#hash.update(rest);
  }

  /** Digest of a file's bytes. */
  #content(node: TreeNode): Buffer | string {
    if (node.stats.size === 0n) return '';
    const file = node.open();
    try {
      const first = readSync(file, buffer, 0, CHUNK, null);
      if (first < CHUNK) return hash('sha256', buffer.subarray(0, first), 'buffer');
      const content = createHash('sha256').update(buffer);
      for (let count = readSync(file, buffer, 0, CHUNK, null); count > 0; count = readSync(file, buffer, 0, CHUNK, null)) {
        this.#check();
        content.update(buffer.subarray(0, count));
      }
      return content.digest();
    } finally {
      closeSync(file);
    }
  }
}
