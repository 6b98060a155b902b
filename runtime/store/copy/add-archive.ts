import { createReadStream } from 'node:fs';
import { EngineError, isKind } from '../../base/errors.ts';
import { BLOCK, decodeHeader } from '../../formats/tar/entry.ts';
import { TarReader } from '../../formats/tar/reader.ts';
import { inflateByTool } from '../../sys/inflate-by-tool.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { decompressed } from '../incoming.ts';
import { type ArchiveLimits, BoundedHandler } from '../trees/archive-limits.ts';
import { ArchiveWriter } from '../trees/archive-writer.ts';
import type { TreeNode } from '../trees/tree-node.ts';
import type { Owner } from './made-directories.ts';

const CHUNK = 256 * 1024;

export interface AddedDirectory {
  /** Taken over. */
  readonly directory: number;
  readonly root: number;
  readonly path: string;
}

export interface AddOptions {
  readonly umask: number;
  readonly limits: ArchiveLimits;
  readonly check: () => void;
  /** Whom everything is given to; undefined: whom the archive says. */
  readonly owner: Owner | undefined;
}

/**
 * ADD's own unpacking: when the regular file `node` is a tar, plain or compressed, its entries go into the directory that `open` makes,
 * with modes and, unless `owner` is given, owners that the archive says. False, and nothing is made, when it is none. Throws InvalidArgument for a tar that is broken later on.
 */
export async function addArchive(sys: Syscalls, node: TreeNode, options: AddOptions, open: () => AddedDirectory): Promise<boolean> {
  const plain = decompressed(createReadStream(node.path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>, inflateByTool)[Symbol.asyncIterator]();
  try {
    let head = Buffer.alloc(0);
    while (head.length < BLOCK) {
      const next = await firstOf(plain);
      if (next === undefined) return false;
      head = Buffer.concat([head, next]);
    }
    if (!isHeader(head.subarray(0, BLOCK))) return false;
    using writer = new ArchiveWriter(sys, open(), { rootless: false, umask: options.umask, noOverwriteDirNonDir: false, owner: options.owner });
    const reader = new TarReader(new BoundedHandler(writer, options.limits));
    reader.push(head);
    for (let next = await plain.next(); next.done !== true; next = await plain.next()) {
      options.check();
      reader.push(next.value);
    }
    reader.finish();
    writer.finish();
    return true;
  } finally {
    await plain.return?.(undefined);
  }
}

/** Undefined at the end, and where what looks compressed is not: such a file is copied as it is. */
async function firstOf(plain: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  try {
    const next = await plain.next();
    return next.done === true ? undefined : next.value;
  } catch (error) {
    if (isKind(error, 'InvalidArgument')) return undefined;
    throw error;
  }
}

function isHeader(block: Buffer): boolean {
  try {
    return decodeHeader(block) !== undefined;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}
